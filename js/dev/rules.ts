/** A stand-in for the resolver in Python: near enough to look at, and nothing more. */
import type { Explanation, Rule, RuleSetting } from "../src/actions/settings";
import type { StateSpec } from "../tests/wire";
import type { DevRow } from "./network";

const CODES: Record<RuleSetting, number> = { inherit: 1, on: 2, off: 3 };

interface Opinion {
  row: number;
  setting: RuleSetting;
}

export class Rules {
  private readonly settings = new Map<number, RuleSetting>();

  constructor(private readonly rows: DevRow[]) {}

  set(row: number, setting: RuleSetting): void {
    this.settings.set(row, setting);
  }

  private row(row: number): DevRow {
    return this.rows[row] ?? { name: "", kind: "node", parent: -1 };
  }

  private parent(row: number): number {
    return this.row(row).parent;
  }

  /** Who may speak on a row, most specific first: its object, then class rules going outward. */
  private chain(row: number): Opinion[] {
    const object = this.row(row).kind === "parameter" ? this.parent(row) : row;
    const spoke: Opinion[] = [{ row: object, setting: this.settings.get(object) ?? "inherit" }];
    const rule = this.row(row).ruleName;
    for (let up = this.parent(object); up >= 0 && rule; up = this.parent(up)) {
      for (let child = up + 1; child <= up + 3; child++) {
        if (this.row(child).name !== rule) continue;
        spoke.push({ row: child, setting: this.settings.get(child) ?? "inherit" });
      }
    }
    return spoke;
  }

  /** Code of the effective value of one parameter. */
  private effective(row: number): number {
    const { never, locked } = this.row(row);
    if (never) return 4;
    if (locked) return 3;
    const winner = this.chain(row).find((opinion) => opinion.setting !== "inherit");
    return winner?.setting === "off" ? 2 : 1;
  }

  states(): StateSpec[] {
    const counts = this.rows.map(() => ({ on: 0, total: 0, code: 0 }));
    for (let row = this.rows.length - 1; row >= 0; row--) {
      if (this.row(row).kind !== "parameter") continue;
      const code = this.effective(row);
      for (let up = row; up >= 0; up = this.parent(up)) {
        const count = counts[up];
        if (!count) continue;
        count.total++;
        count.on += code === 1 ? 1 : 0;
        count.code = count.code === 0 || count.code === code ? code : 6;
      }
    }
    return this.rows.map((row, i) => this.state(row, i, counts[i] ?? { on: 0, total: 0, code: 0 }));
  }

  private state(row: DevRow, i: number, count: { on: number; total: number; code: number }) {
    const setting = this.settings.get(i) ?? "inherit";
    if (row.kind === "probe") {
      return { keep_setting: CODES[setting], keep_effective: setting === "off" ? 2 : 1 };
    }
    return {
      setting: row.controls ? CODES[setting] : 0,
      effective: count.code,
      on: count.on,
      total: count.total,
      flags: row.warning ? 1 : 0,
    };
  }

  explain(row: number): Explanation {
    const { name, kind, size = "", never = "", locked, warning } = this.row(row);
    const spoke = this.chain(row);
    const winner = spoke.find((opinion) => opinion.setting !== "inherit");
    const rules = spoke.map((opinion) => this.rule(opinion, winner));
    rules.push({
      network: "",
      network_row: -1,
      target: "default",
      setting: "On",
      outcome: winner ? "overridden" : "wins",
      overridden_by: winner ? this.row(winner.row).name : "",
      text: "Everything is trained unless a rule says otherwise.",
    });
    const object = kind === "parameter" ? this.row(this.parent(row)).name : name;
    return {
      title: kind === "parameter" ? `${name} of ${object}` : name,
      subtitle: [kind.replace("_", " "), size].filter(Boolean).join(", "),
      state: never
        ? "Never trained."
        : locked
          ? "Locked."
          : winner?.setting === "off"
            ? "Off."
            : "On.",
      reason:
        never || (locked ? `The learning rule ${locked} modifies the weights during a run.` : ""),
      rules: never ? [] : rules,
      accessor: object.replaceAll(/\W+/g, "_"),
      code: `net.config[${object.replaceAll(/\W+/g, "_")}].trainable = False`,
      warnings: warning ? [warning] : [],
    };
  }

  private rule(opinion: Opinion, winner: Opinion | undefined): Rule {
    const silent = opinion.setting === "inherit";
    const network = Math.max(0, this.parent(opinion.row));
    return {
      network: this.row(network).name,
      network_row: network,
      target: this.row(opinion.row).name,
      setting: silent ? "no rule" : opinion.setting === "on" ? "On" : "Off",
      outcome: silent ? "no opinion" : opinion === winner ? "wins" : "overridden",
      overridden_by: silent || opinion === winner ? "" : this.row(winner?.row ?? 0).name,
      text: "",
    };
  }
}
