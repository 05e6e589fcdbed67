/** The first cell of a row: its place in the tree, kind and name. */
import { Icon, KindIcon } from "../controls/icons";
import type { States } from "../decode";
import type { ViewState } from "../view_state";
import { hasWarning, kindName } from "./labels";

const DEEPEST_INDENT = 12;

/** A name with the part that was looked for marked. */
function Marked({ name, wanted }: { name: string; wanted: string }) {
  const lower = name.toLocaleLowerCase();
  const at = wanted === "" ? -1 : lower.indexOf(wanted);
  // Some letters become two in lower case, and places would no longer fit.
  if (at < 0 || lower.length !== name.length) return <>{name}</>;
  const end = at + wanted.length;
  return (
    <>
      {name.slice(0, at)}
      <mark class="ne-match">{name.slice(at, end)}</mark>
      {name.slice(end)}
    </>
  );
}

interface NameProps {
  view: ViewState;
  states: States | null;
  row: number;
  expandable: boolean;
  /** The part of the name that was looked for. */
  wanted: string;
}

export function NameCell({ view, states, row, expandable, wanted }: NameProps) {
  const { rows } = view;
  const kind = rows.kinds[rows.kind[row] ?? 0] ?? "";
  const name = rows.names.get(row);
  const indent = Math.min(view.level(row) - 1, DEEPEST_INDENT);
  return (
    <span class="ne-name" style={{ "--ne-indent": indent }}>
      <span class="ne-expander" data-expander={expandable ? "" : undefined}>
        {expandable && <Icon name="chevron" />}
      </span>
      <KindIcon kind={kind} />
      <span class="ne-hidden">{kindName(rows, row)}: </span>
      <span class={`ne-label ne-label-${kind}`} title={name} dir="auto">
        <Marked name={name} wanted={wanted} />
      </span>
      {states && hasWarning(states, row) && (
        <span class="ne-warning-mark" title="Has a warning: see the explanation">
          <Icon name="warning" />
          <span class="ne-hidden">has a warning</span>
        </span>
      )}
    </span>
  );
}
