/** Any number of choices that hold together, as boxes to tick. */
import { useChoice } from "../hooks";
import type { InputProps } from "./option_field";

const SEPARATOR = ",";

export function ChoicesInput({ entry, value, onSet, id, describedBy }: InputProps) {
  const [chosen, choose] = useChoice(value.pending ?? value.value, onSet);
  const shown = chosen.split(SEPARATOR);
  const choices = entry.choices ?? [];
  const set = (key: string, on: boolean) => {
    const keys = choices.map((choice) => choice.key);
    const wanted = keys.filter((other) => (other === key ? on : shown.includes(other)));
    choose(wanted.join(SEPARATOR));
  };
  return (
    <div
      id={id}
      class="ne-choices"
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={describedBy}
    >
      {choices.map(({ key, label }) => (
        <label key={key} class="ne-choice">
          <input
            type="checkbox"
            checked={shown.includes(key)}
            disabled={value.disabled_reason !== ""}
            onChange={(event) => set(key, event.currentTarget.checked)}
          />
          {label}
        </label>
      ))}
    </div>
  );
}
