/** The choices of one Setting control. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { RuleOption, RuleSetting } from "../actions/settings";
import { Icon } from "../controls/icons";
import { focusedNear } from "../page_tree";
import { choicesOf } from "./labels";

export interface MenuRequest {
  row: number;
  option: RuleOption;
  /** Code of the choice that holds, 0 for none. */
  code: number;
  title: string;
  /** Name for assistive technology. */
  name: string;
  /** Place of the control, in the coordinates of the widget. */
  left: number;
  top: number;
  bottom: number;
  /** Size of the widget, to stay inside it. */
  width: number;
  height: number;
}

interface MenuProps {
  request: MenuRequest;
  onChoose(setting: RuleSetting): void;
  /** `refocus`: the control should get the focus back; otherwise it went elsewhere already. */
  onClose(refocus: boolean): void;
}

const MENU_WIDTH = 176;
const MENU_HEIGHT = 124;

function place(request: MenuRequest): { left: string; top: string } {
  const left = Math.max(4, Math.min(request.left, request.width - MENU_WIDTH - 4));
  const below = request.bottom + 2;
  const fits = below + MENU_HEIGHT <= request.height || request.top < MENU_HEIGHT;
  return { left: `${left}px`, top: `${fits ? below : request.top - MENU_HEIGHT - 2}px` };
}

function moveFocus(menu: HTMLElement, event: KeyboardEvent): boolean {
  const items = [...menu.querySelectorAll<HTMLElement>(".ne-menu-item")];
  const at = items.indexOf(focusedNear(menu) as HTMLElement);
  const targets: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at + items.length - 1) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const letter = event.key.toLowerCase();
  const typed = items.findIndex((item) => item.textContent?.toLowerCase().startsWith(letter));
  const target = targets[event.key] ?? (event.key.length === 1 && letter !== " " ? typed : -1);
  items[target]?.focus();
  return target >= 0;
}

/** Where no choice holds, none can be said to be checked. */
function roleOf(code: number, chosen: number): { role: "menuitem" | "menuitemradio" } {
  if (chosen === 0) return { role: "menuitem" };
  return { role: "menuitemradio", ...{ "aria-checked": code === chosen } };
}

export function SettingMenu({ request, onChoose, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const checked = menu.current?.querySelector<HTMLElement>("[aria-checked=true]");
    (checked ?? menu.current?.querySelector<HTMLElement>("button"))?.focus();
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      onClose(true);
    } else if (menu.current && moveFocus(menu.current, event)) {
      event.preventDefault();
    }
  };
  const onFocusOut = (event: FocusEvent) => {
    if (!menu.current?.contains(event.relatedTarget as Node | null)) onClose(false);
  };
  return (
    <div
      ref={menu}
      class="ne-menu"
      role="menu"
      tabIndex={-1}
      aria-label={request.name}
      style={place(request)}
      onKeyDown={onKeyDown}
      onFocusOut={onFocusOut}
    >
      <div class="ne-menu-title" aria-hidden="true">
        {request.title}
      </div>
      {choicesOf(request.option).map((choice) => (
        <button
          key={choice.setting}
          type="button"
          {...roleOf(choice.code, request.code)}
          class="ne-menu-item"
          tabIndex={-1}
          onClick={() => onChoose(choice.setting)}
        >
          <span class="ne-menu-check">{choice.code === request.code && <Icon name="check" />}</span>
          <span>{choice.text}</span>
          <span class="ne-menu-hint">{choice.hint}</span>
        </button>
      ))}
    </div>
  );
}
