/** Icons, drawn in the current text colour. They repeat what a text says, so they are hidden. */
import type { ComponentChildren } from "preact";
import type { IconName } from "../tree/labels";

function Svg({ children, name }: { children: ComponentChildren; name: string }) {
  return (
    <svg class={`ne-icon ne-icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const STROKE = {
  fill: "none",
  stroke: "currentColor",
  "stroke-width": 1.5,
  "stroke-linecap": "round",
  "stroke-linejoin": "round",
} as const;

const STATE_SHAPES: Record<IconName, ComponentChildren> = {
  none: null,
  on: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" />
      <path d="M5 8.2 7.2 10.4 11 6" {...STROKE} class="ne-icon-cut" />
    </>
  ),
  off: <circle cx="8" cy="8" r="5.75" {...STROKE} />,
  locked: (
    <>
      <rect x="3" y="7" width="10" height="7" rx="1.5" fill="currentColor" />
      <path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2" {...STROKE} />
    </>
  ),
  never: <path d="M4 8h8" {...STROKE} />,
  mixed: (
    <>
      <circle cx="8" cy="8" r="5.75" {...STROKE} />
      <path d="M8 2.25a5.75 5.75 0 0 1 0 11.5z" fill="currentColor" />
    </>
  ),
  inference: (
    <>
      <circle cx="8" cy="8" r="5.75" {...STROKE} />
      <path d="m4.2 4.2 7.6 7.6" {...STROKE} />
    </>
  ),
};

export function StateIcon({ name }: { name: IconName }) {
  return name === "none" ? null : <Svg name={name}>{STATE_SHAPES[name]}</Svg>;
}

const KIND_SHAPES: Record<string, ComponentChildren> = {
  network: (
    <>
      <rect x="2" y="2.5" width="12" height="11" rx="2" {...STROKE} />
      <path d="M5 8h6" {...STROKE} />
      <circle cx="5" cy="8" r="1.4" fill="currentColor" />
      <circle cx="11" cy="8" r="1.4" fill="currentColor" />
    </>
  ),
  class_rule: <path d="M3 4.5h10M5 8h6M7 11.5h2" {...STROKE} />,
  ensemble: (
    <>
      <circle cx="5" cy="5.5" r="2.1" fill="currentColor" />
      <circle cx="11" cy="5.5" r="2.1" fill="currentColor" />
      <circle cx="8" cy="11" r="2.1" fill="currentColor" />
    </>
  ),
  node: <path d="M8 2.5 13.5 8 8 13.5 2.5 8z" {...STROKE} />,
  connection: <path d="M2.5 8h10.5M9.5 4.5 13 8l-3.5 3.5" {...STROKE} />,
  probe: <path d="M2 9.5h2.5L6.5 4l3 8.5 2-5H14" {...STROKE} />,
  learning_rule: <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.7h-2.7" {...STROKE} />,
  parameter: <path d="M5 3.5H3.5v9H5M11 3.5h1.5v9H11M6.5 8h3" {...STROKE} />,
};

export function KindIcon({ kind }: { kind: string }) {
  return <Svg name="kind">{KIND_SHAPES[kind] ?? null}</Svg>;
}

const ACTION_SHAPES = {
  chevron: <path d="m6 3.5 4.5 4.5L6 12.5" {...STROKE} />,
  caret: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" {...STROKE} />,
  check: <path d="M3.5 8.5 6.5 11.5 12.5 5" {...STROKE} />,
  run: <path d="M4.5 2.8v10.4L13 8z" fill="currentColor" />,
  stop: <rect x="3.5" y="3.5" width="9" height="9" rx="1" fill="currentColor" />,
  reset: <path d="M3 8a5 5 0 1 0 1.6-3.7M3 2.5v2.7h2.7" {...STROKE} />,
  train: <path d="M2.5 3v10.5h11M4.5 5c1.5 4.5 4 6 8.5 6.3" {...STROKE} />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" {...STROKE} />
      <path d="M10.5 3H4a1.5 1.5 0 0 0-1.5 1.5v6" {...STROKE} />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" {...STROKE} />
      <path d="m10.2 10.2 3.3 3.3" {...STROKE} />
    </>
  ),
  close: <path d="m4 4 8 8M12 4l-8 8" {...STROKE} />,
  warning: <path d="M8 2.5 14.2 13.3H1.8zM8 6.5v3M8 11.4v.1" {...STROKE} />,
  hourglass: <path d="M4 2.5h8M4 13.5h8M5 2.5c0 3 6 8 6 11M11 2.5c0 3-6 8-6 11" {...STROKE} />,
  pin: <path d="M5.5 2.5h5M6.5 2.5v4L4 9.5h8L9.5 6.5v-4M8 9.5v4.5" {...STROKE} />,
  compare: <path d="M2 10c2.5-7 4.5-7 6 0s3.5 2 6-2M2 6.5c4-4 7 8 12 3" {...STROKE} />,
  curve: <path d="M2.5 2.5v11h11M3 12.5h4c2 0 2-7.5 6.5-8.5" {...STROKE} />,
  expand_all: <path d="m4 3.5 4 3.5 4-3.5M4 9l4 3.5L12 9" {...STROKE} />,
  collapse_all: <path d="m4 7 4-3.5L12 7M4 12.5 8 9l4 3.5" {...STROKE} />,
  undo: <path d="M5.5 3 2.5 6l3 3M2.5 6h7a3.75 3.75 0 0 1 0 7.5H6" {...STROKE} />,
  redo: <path d="m10.5 3 3 3-3 3M13.5 6h-7a3.75 3.75 0 0 0 0 7.5H10" {...STROKE} />,
  code: <path d="M5 4.5 1.5 8 5 11.5M11 4.5 14.5 8 11 11.5M9.2 3 6.8 13" {...STROKE} />,
  save: <path d="M8 2.5v7.5M5 7.2 8 10l3-2.8M2.5 11v2.5h11V11" {...STROKE} />,
  load: <path d="M8 10V2.5M5 5.3 8 2.5l3 2.8M2.5 11v2.5h11V11" {...STROKE} />,
  page: <path d="M3.5 2h6l3 3v9h-9zM9.5 2v3h3M5.5 8h5M5.5 11h5" {...STROKE} />,
} as const;

export type ActionIcon = keyof typeof ACTION_SHAPES;

export function Icon({ name }: { name: ActionIcon }) {
  return <Svg name={name}>{ACTION_SHAPES[name]}</Svg>;
}
