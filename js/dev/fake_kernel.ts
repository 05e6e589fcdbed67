/** Answers the widget's commands as Python would, and runs a simulation that computes nothing. */
import type { Explanation, RuleSetting } from "../src/actions/settings";
import type { Appearance, GlobalValue, Phase, Plot, Status } from "../src/model";
import type { FakeModel, SentMessage } from "../tests/fake_model";
import { STATUS } from "../tests/sample";
import { patchOf, rowStateOf, type StateSpec } from "../tests/wire";
import { figure, plotOf } from "./figures";
import type { DevRow } from "./network";
import { Rules } from "./rules";

const TICK_MS = 100;

export class FakeKernel {
  private readonly rules: Rules;
  private states: StateSpec[];
  private version = 1;
  private runs = 0;
  private stopped = false;

  constructor(
    private readonly model: FakeModel,
    private readonly rows: DevRow[],
  ) {
    this.rules = new Rules(rows);
    this.states = this.rules.states();
    model.receiveTrait("row_state", rowStateOf(this.states));
    model.on("sent", (message) => setTimeout(() => this.receive(message as SentMessage), 10));
  }

  setRule(row: number, setting: RuleSetting): void {
    this.rules.set(row, setting);
    const before = this.states;
    this.states = this.rules.states();
    const changes = this.states.flatMap((state, changed) =>
      JSON.stringify(state) === JSON.stringify(before[changed]) ? [] : [{ row: changed, state }],
    );
    this.version++;
    this.model.receiveMessage(...patchOf(this.version, changes));
  }

  setStatus(changes: Partial<Status>): void {
    this.model.receiveTrait("status", { ...STATUS, ...this.model.get("status"), ...changes });
  }

  private receive(message: SentMessage): void {
    try {
      this.model.answer(message, this.perform(message));
    } catch (error) {
      this.model.refuse(message, "ValueError", (error as Error).message);
    }
  }

  private perform(message: SentMessage): Explanation | null {
    switch (message.action) {
      case "explain":
        return this.rules.explain(Number(message.row));
      case "set_rule":
        this.setRule(Number(message.row), message.setting as RuleSetting);
        break;
      case "set_global":
        this.setGlobal(String(message.option), String(message.value));
        break;
      case "apply":
      case "discard":
        this.settle(message.action === "apply");
        break;
      case "run":
        void this.run("running", Number(message.seconds));
        break;
      case "train":
        void this.run("training", 2);
        break;
      case "stop":
        this.stopped = true;
        break;
      case "plot_table":
      case "plot_figure":
      case "plot_csv":
        throw new Error("this page has pictures only; numbers need Python");
      case "reset":
        this.setStatus({ time: 0, n_steps: 0, message: "Back at the start" });
        break;
    }
    return null;
  }

  private setGlobal(option: string, value: string): void {
    const globals = { ...this.model.get("globals") };
    const entry = this.model.get("catalogue")?.find(({ name }) => name === option);
    const old = globals[option];
    if (!old || !entry) throw new Error(`no option is named ${option}`);
    if (option === "lif_smoothing" && value !== "" && !(Number(value) >= 0)) {
      throw new Error(`lif_smoothing: expected a number, 0 or more, received '${value}'`);
    }
    const label = entry.choices?.find((choice) => choice.key === value)?.label ?? value;
    const change: Partial<GlobalValue> =
      value === old.value
        ? { pending: null, pending_label: null }
        : { pending: value, pending_label: label };
    globals[option] = { ...old, ...(entry.cost === "rebuild" ? change : { value, label }) };
    this.model.receiveTrait("globals", globals);
  }

  private settle(apply: boolean): void {
    const globals = Object.entries(this.model.get("globals") ?? {}).map(([name, old]) => {
      const now = apply && old.pending !== null;
      const value = now ? { value: old.pending ?? "", label: old.pending_label ?? "" } : {};
      return [name, { ...old, ...value, pending: null, pending_label: null }];
    });
    this.model.receiveTrait("globals", Object.fromEntries(globals));
  }

  private async run(phase: Phase, seconds: number): Promise<void> {
    this.stopped = false;
    const steps = Math.round(seconds * 1000);
    const start = this.model.get("status")?.n_steps ?? 0;
    let done = 0;
    while (done < steps && !this.stopped) {
      done = Math.min(steps, done + 100);
      const message = `${done} of ${steps} steps`;
      const n_steps = start + done;
      const progress = { steps: done, total_steps: steps, n_steps, time: n_steps / 1000 };
      this.setStatus({ phase, message, error: null, ...progress });
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    await this.plot();
    this.setStatus({ phase: "ready", message: this.stopped ? "Stopped" : "Run finished" });
  }

  async plot(changes: Partial<Plot> = {}): Promise<void> {
    const { theme, width }: Appearance = this.model.get("appearance") ?? {
      theme: "light",
      width: 400,
    };
    const inner = Math.max(200, width - 24);
    const png = await figure(inner, theme, this.runs++);
    const probes = this.rows.flatMap((row, i) => (row.kind === "probe" ? [i] : []));
    const size = { version: this.runs, width: inner, height: Math.round(inner * 0.45) };
    const plots = probes.map((row) => {
      const title = this.rows[row]?.name ?? "";
      if (this.states[row]?.keep_effective === 2) {
        const card = { label: "Last value, at 1 s", values: ["0.251", "-1.5", "0.003"] };
        return plotOf(row, title, { ...size, card, ...changes });
      }
      return plotOf(row, title, { ...size, png, note: "Every 4th of 1000 steps.", ...changes });
    });
    this.model.receiveTrait("plots", plots);
  }
}
