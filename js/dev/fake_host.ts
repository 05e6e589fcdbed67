/** The widget in a bare page, with a fake model and a fake kernel. See the links on the page. */
import widget from "../src/index";
import { FakeModel } from "../tests/fake_model";
import { optionEntry, optionValue, STATUS } from "../tests/sample";
import { structureOf } from "../tests/wire";
import { FakeKernel } from "./fake_kernel";
import { classifier, large } from "./network";

const query = new URLSearchParams(location.search);
const rows = query.has("rows") ? large(Number(query.get("rows"))) : classifier();

const catalogue = [
  optionEntry("dtype", {
    label: "Precision",
    choices: [
      { key: "float32", label: "32 bit (float32)" },
      { key: "float64", label: "64 bit (float64)" },
    ],
    summary: "Precision of all numbers in the simulation.",
    help: "32 bit is fast and nearly always enough. 64 bit needs twice the memory.",
    cost_text: "The simulator is rebuilt; trained parameters are kept.",
  }),
  optionEntry("lif_smoothing", {
    label: "LIF smoothing",
    placeholder: "off",
    cost: "training",
    summary: "Smooths LIF neurons around their threshold while training.",
    cost_text: "The training step is prepared again at the next fit.",
  }),
  optionEntry("learning_phase", {
    label: "Learning phase",
    cost: "phase",
    choices: [
      { key: "auto", label: "Automatic" },
      { key: "train", label: "Training (rates)" },
      { key: "infer", label: "Inference (spikes)" },
    ],
    summary: "Whether neurons spike or run as the rate neurons used in training.",
    cost_text: "Switches to another compiled program at the next run.",
  }),
  ...["inference_only", "use_loop", "stateful", "planner", "sorter", "simplifications"].map(
    (name) =>
      optionEntry(name, {
        label: name.replace("_", " "),
        advanced: true,
        choices: [
          { key: "default", label: "Default" },
          { key: "other", label: "Something else" },
        ],
      }),
  ),
];
const globals = Object.fromEntries(
  catalogue.map(({ name, choices }) => {
    const first = choices?.[0] ?? { key: "", label: "off" };
    return [name, optionValue(first.key, { label: first.label })];
  }),
);

if (query.get("theme") === "dark") document.body.dataset.jpThemeLight = "false";
const model = new FakeModel({
  structure: structureOf(rows),
  catalogue,
  globals,
  status: { ...STATUS, message: "" },
  plots: [],
  run_time: 1,
});
const kernel = new FakeKernel(model, rows);
widget.initialize({ model });

for (let n = 0; n < Number(query.get("views") ?? 1); n++) {
  const el = document.createElement("div");
  el.style.marginBottom = "24px";
  if (query.has("width")) el.style.width = `${query.get("width")}px`;
  document.querySelector("main")?.append(el);
  widget.render({ model, el });
}

const showStates: Record<string, () => void> = {
  error: () => {
    const traceback = 'Traceback (most recent call last):\n  File "model.py", line 3, in sensor\n';
    const text = "The function of node 'sensor' returned 3 values; its size_out is 2.";
    kernel.setStatus({ phase: "error", error: { type: "SimulationError", text, traceback } });
  },
  pending: () => {
    model.send({ id: 1, action: "set_global", option: "dtype", value: "float64" });
    model.send({ id: 2, action: "set_global", option: "planner", value: "other" });
    void kernel.plot({ stale: true });
  },
  plots: () => void kernel.plot(),
};
const hidden = rows.findIndex((row) => row.name === "hidden");
if (hidden >= 0) kernel.setRule(hidden, "off");
// Figures are drawn for a width, which the view tells a moment after it has been drawn.
setTimeout(() => showStates[query.get("state") ?? "plots"]?.(), 700);
