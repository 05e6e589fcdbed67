/**
 * Row states shared by all views of a widget.
 *
 * Python sends a change of settings as a patch and not as a new trait, so the record that the
 * host keeps grows old. The decoded columns of a record are therefore kept here, one copy per
 * record: the first listener to see a patch applies it, for the others it is done already, and
 * a view that opens later finds the up-to-date columns.
 */
import { decodeInt32, decodeRowState, decodeSteps, decodeUint8, type States } from "./decode";
import { PATCH_BUFFERS, type Patch } from "./messages";
import type { Buffer, RowState } from "./model";

const decoded = new WeakMap<RowState, States>();

/** The columns of a record, decoded at most once. */
export function statesOf(record: RowState, count: number): States {
  const known = decoded.get(record);
  if (known) return known;
  const states = decodeRowState(record, count);
  decoded.set(record, states);
  return states;
}

type PatchBuffers = Record<(typeof PATCH_BUFFERS)[number], Buffer>;

function namedBuffers(buffers: readonly Buffer[]): PatchBuffers {
  if (buffers.length !== PATCH_BUFFERS.length) {
    throw new RangeError(
      `patch: expected ${PATCH_BUFFERS.length} buffers, received ${buffers.length}`,
    );
  }
  return Object.fromEntries(PATCH_BUFFERS.map((name, i) => [name, buffers[i]])) as PatchBuffers;
}

/** `applied`: now up to date. `known`: was already. `gap`: a patch in between was missed. */
export type PatchOutcome = "applied" | "known" | "gap";

export function applyPatch(states: States, patch: Patch, buffers: readonly Buffer[]): PatchOutcome {
  if (patch.version <= states.version) return "known";
  if (patch.version !== states.version + 1) return "gap";
  const wire = namedBuffers(buffers);
  const rows = decodeSteps(wire.rows, null, "patch.rows");
  const stranger = rows.find((row) => row < 0 || row >= states.setting.length);
  if (stranger !== undefined) throw new RangeError(`patch.rows: no row ${stranger}`);
  // Everything is decoded before anything is written: a bad patch leaves the states as they were.
  const changes: [Uint8Array | Int32Array, Uint8Array | Int32Array][] = [
    [states.setting, decodeUint8(wire.setting, rows.length, "patch.setting")],
    [states.effective, decodeUint8(wire.effective, rows.length, "patch.effective")],
    [states.keep_setting, decodeUint8(wire.keep_setting, rows.length, "patch.keep_setting")],
    [states.keep_effective, decodeUint8(wire.keep_effective, rows.length, "patch.keep_effective")],
    [states.on, decodeInt32(wire.on, rows.length, "patch.on")],
    [states.total, decodeInt32(wire.total, rows.length, "patch.total")],
    [states.flags, decodeUint8(wire.flags, rows.length, "patch.flags")],
  ];
  for (const [target, values] of changes) {
    rows.forEach((row, i) => {
      target[row] = values[i] ?? 0;
    });
  }
  states.version = patch.version;
  return "applied";
}
