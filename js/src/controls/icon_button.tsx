import { type ActionIcon, Icon } from "./icons";

interface IconButtonProps {
  icon: ActionIcon;
  /** What it does, for those who do not see the icon. */
  label: string;
  /** What the tooltip says; by default the label. */
  title?: string;
  onClick: () => void;
}

/** A button that shows an icon only. */
export function IconButton({ icon, label, title = label, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      class="ne-button ne-icon-button"
      aria-label={label}
      title={title}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
