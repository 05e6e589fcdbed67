/** Actions on the whole state: twin of `explorer/actions/saving.py`. */

/** What the browser can save as a file. */
export type FileKind = "settings" | "page";

export interface SavingActions {
  undo: Record<never, never>;
  redo: Record<never, never>;
  code: Record<never, never>;
  file: { kind: FileKind };
  load_settings: { text: string };
  apply_automatically: { on: boolean };
}

export interface SavingValues {
  /** What was undone or made again; empty if there was nothing. */
  undo: string;
  redo: string;
  code: string;
  /** Text of the file. */
  file: string;
  /** How many settings were changed. */
  load_settings: number;
  apply_automatically: null;
}

export const SAVING_TITLES: Record<keyof SavingActions, string> = {
  undo: "Undo",
  redo: "Redo",
  code: "The code",
  file: "The file",
  load_settings: "The file of settings",
  apply_automatically: "Apply automatically",
};
