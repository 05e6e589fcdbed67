/** Networks to look at: a digit classifier with every kind of row, and a very large one. */
import { KEEP_HISTORY, type RowSpec, TRAINABLE } from "../tests/wire";

export interface DevRow extends RowSpec {
  /** Class rules that reach this row, nearest network first. */
  ruleName?: string;
  /** Why its parameters are never trained, or by what they are locked. */
  never?: string;
  locked?: string;
  warning?: string;
}

class Builder {
  readonly rows: DevRow[] = [];

  add(row: DevRow): number {
    this.rows.push(row);
    return this.rows.length - 1;
  }

  network(name: string, parent: number, size: string): number {
    const row = this.add({ name, kind: "network", parent, size, controls: TRAINABLE });
    for (const rule of ["Ensemble", "Neurons", "Connection"]) {
      const text = `all ${rule === "Neurons" ? "biases" : `${rule.toLowerCase()}s`} inside`;
      this.add({ name: rule, kind: "class_rule", parent: row, size: text, controls: TRAINABLE });
    }
    return row;
  }

  ensemble(name: string, parent: number, neurons: number, more: Partial<DevRow> = {}): number {
    const size = more.size ?? `${neurons} LIF, 16 D`;
    const row = this.add({
      name,
      kind: "ensemble",
      parent,
      controls: TRAINABLE,
      parameters: neurons * 17,
      ...more,
      size,
    });
    const parts: [string, number, string][] = [
      ["encoders", neurons * 16, "Ensemble"],
      ["bias", neurons, "Neurons"],
    ];
    for (const [part, parameters, ruleName] of parts) {
      this.add({ name: part, kind: "parameter", parent: row, parameters, ruleName, ...pass(more) });
    }
    return row;
  }

  connection(name: string, parent: number, parameters: number, more: Partial<DevRow> = {}): void {
    const size = more.size ?? "128 \u2192 16";
    const row = this.add({
      name,
      kind: "connection",
      parent,
      parameters,
      controls: TRAINABLE,
      ...more,
      size,
    });
    const ruleName = "Connection";
    this.add({
      name: "weights",
      kind: "parameter",
      parent: row,
      parameters,
      ruleName,
      ...pass(more),
    });
    if (more.locked)
      this.add({ name: "PES", kind: "learning_rule", parent: row, size: "error: 1 D" });
  }
}

/** What holds for an object holds for its parameters. */
function pass({ never, locked }: Partial<DevRow>): Partial<DevRow> {
  return { ...(never ? { never } : {}), ...(locked ? { locked } : {}) };
}

export function classifier(): DevRow[] {
  const net = new Builder();
  const root = net.network("digit classifier", -1, "5 ensembles, 6 connections");
  net.add({ name: "image", kind: "node", parent: root, size: "64 out" });
  net.ensemble("hidden", root, 128);
  const vision = net.network("vision", root, "2 ensembles, 2 connections");
  net.ensemble("edges", vision, 256);
  net.ensemble("shapes with a name that is far too long for its column", vision, 96);
  net.connection("edges \u2192 shapes", vision, 24_576);
  net.connection("image \u2192 edges", vision, 16_384, {
    warning: "Trainable, but on no path to a probe with a loss.",
  });
  net.ensemble("product", root, 0, {
    size: "Direct mode",
    parameters: 0,
    never: "Neurons in Direct mode have no parameters.",
  });
  net.ensemble("<img src=x onerror=alert(1)>", root, 32);
  net.ensemble("\u05d6\u05d9\u05db\u05e8\u05d5\u05df (memory)", root, 64);
  net.connection("hidden \u2192 digit", root, 1_280);
  net.connection("hidden \u2192 memory", root, 2_048, { locked: "PES" });
  net.add({ name: "digit", kind: "node", parent: root, size: "10 in" });
  const probe = { kind: "probe", parent: root, controls: KEEP_HISTORY };
  net.add({ name: "Probe of digit", size: "decoded, 10 D", ...probe });
  net.add({ name: "Probe of hidden.neurons", size: "spikes, 128 D", ...probe });
  return net.rows;
}

export function large(count: number): DevRow[] {
  const net = new Builder();
  const root = net.network("large network", -1, `${count} rows`);
  let layer = root;
  for (let i = 0; net.rows.length < count; i++) {
    if (i % 100 === 0) layer = net.network(`layer ${i / 100}`, root, "100 ensembles");
    net.ensemble(`ensemble ${i}`, layer, 50);
  }
  return net.rows.slice(0, count);
}
