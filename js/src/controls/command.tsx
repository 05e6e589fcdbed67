/** A button for a command that is not always possible, and says why. */
import { useId } from "../hooks";
import { type ActionIcon, Icon } from "./icons";

export const LOCKED_HINT = "Locked for this lesson";

export interface CommandProps {
  icon: ActionIcon;
  label: string;
  disabled: boolean;
  /** Why the button is disabled, or what it does. */
  hint: string;
  primary?: boolean;
  onClick(): void;
}

/** `aria-disabled` instead of `disabled`: the reason stays reachable by keyboard. */
export function Command({ icon, label, disabled, hint, primary, onClick }: CommandProps) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        class={`ne-button ${primary ? "ne-primary" : ""}`}
        aria-disabled={disabled}
        aria-describedby={hint ? id : undefined}
        title={hint || undefined}
        onClick={() => !disabled && onClick()}
      >
        <Icon name={icon} />
        {label}
      </button>
      {hint && (
        <span id={id} class="ne-hidden">
          {hint}
        </span>
      )}
    </>
  );
}
