"""The one table of options: what each is, what it accepts, and what a change costs.

Validation, `configure_settings`, the resolver, the explorer's controls and the documentation are
all made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["switch", "tristate", "dtype", "smoothing", "function", "functions"]
Scope = Literal["network", "objects", "probes"]
Cost = Literal["none", "history", "phase", "training", "rebuild"]

PLANNERS = ("tree_planner", "greedy_planner", "transitive_planner", "noop_planner")
SORTERS = ("order_signals", "noop_order_signals")
SIMPLIFICATIONS = (
    "remove_unmodified_resets",
    "remove_zero_incs",
    "remove_identity_muls",
    "remove_constant_copies",
    "remove_reset_incs",
)

#: What a person is told about each cost.
COST_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "none": "Takes effect at once.",
        "history": "Takes effect at the next run.",
        "phase": "Switches to another compiled program at the next run.",
        "training": "The training step is prepared again at the next fit.",
        "rebuild": "The simulator is rebuilt; trained parameters are kept.",
    }
)


@dataclass(frozen=True)
class Option:
    """One option of `configure_settings`.

    Attributes
    ----------
    name : str
        Keyword and attribute name.
    label : str
        Name for people.
    kind : str
        What values it takes; see `validate`.
    default : object
        Value in force where nothing is set. None as a setting always means the default.
    scope : str
        Where it is stored: class Network of the top-level network ("network"), classes Ensemble,
        Neurons and Connection of the nearest network ("objects"), or class Probe of the top-level
        network ("probes").
    cost : str
        The cheapest thing that makes a change true; a key of `COST_TEXTS`.
    names : tuple of str
        For functions, names of ours that are accepted in place of a callable.
    summary, help : str
        One line, and two sentences.
    advanced : bool
        Whether it is shown only on request.
    """

    name: str
    label: str
    kind: Kind
    default: Any
    scope: Scope
    cost: Cost
    summary: str
    help: str
    names: tuple[str, ...] = ()
    advanced: bool = True


_TABLE = (
    Option(
        "trainable",
        "Trainable",
        "tristate",
        None,
        "objects",
        "training",
        "Which parameters training may change.",
        "An ensemble has encoders and bias, a connection has weights, and training moves those "
        "that are on. A rule on one object beats a rule for its class, and a rule in an inner "
        "network beats any rule outside of it.",
    ),
    Option(
        "dtype",
        "Precision",
        "dtype",
        "float32",
        "network",
        "rebuild",
        "Precision of all numbers in the simulation.",
        "float32 is fast and nearly always enough. float64 needs twice the memory and gives "
        "results that can be compared digit by digit.",
        advanced=False,
    ),
    Option(
        "lif_smoothing",
        "LIF smoothing",
        "smoothing",
        None,
        "network",
        "training",
        "Smooths LIF neurons around their threshold while training.",
        "Below its threshold a LIF neuron is silent and has no gradient, so it cannot learn. A "
        "smoothing such as 0.1 gives it a small rate and slope there; when it runs with spikes, "
        "nothing changes.",
        advanced=False,
    ),
    Option(
        "learning_phase",
        "Learning phase",
        "tristate",
        None,
        "network",
        "phase",
        "Whether neurons spike or run as the rate neurons used in training.",
        "Automatic means: rates while fit is training, spikes in everything else. Training always "
        "uses rates, inference always spikes, whatever is called.",
        advanced=False,
    ),
    Option(
        "keep_history",
        "Keep history",
        "switch",
        True,
        "probes",
        "history",
        "Whether probes record every step, or only the last one of a run.",
        "Recording every step lets you plot a signal over time. The last step alone saves memory, "
        "for example for a probe on a large weight matrix.",
    ),
    Option(
        "inference_only",
        "Inference only",
        "switch",
        False,
        "network",
        "rebuild",
        "Builds the network without its training part.",
        "Nothing is trainable then, and fit is refused. In return constant parameters can be "
        "folded together, which may run faster.",
    ),
    Option(
        "stateful",
        "Stateful",
        "switch",
        True,
        "network",
        "none",
        "Whether a run continues where the one before has ended.",
        "If it is off, every run starts from the initial state. Within a run the state is always "
        "carried from step to step.",
    ),
    Option(
        "use_loop",
        "Use a loop",
        "switch",
        True,
        "network",
        "rebuild",
        "Whether steps run in a loop, which allows any number of them.",
        "Without a loop exactly as many steps are computed as the simulator's unroll_simulation "
        "says. That may be faster for a network that is only ever simulated for one step.",
    ),
    Option(
        "planner",
        "Planner",
        "function",
        "tree_planner",
        "network",
        "rebuild",
        "How operators are put into groups that run as one.",
        "A better plan has fewer groups and runs faster, but takes longer to find. Results are the "
        "same with every planner.",
        names=PLANNERS,
    ),
    Option(
        "sorter",
        "Sorter",
        "function",
        "order_signals",
        "network",
        "rebuild",
        "How signals are ordered in memory.",
        "A good order lets a group read its inputs as one piece. Results are the same with every "
        "sorter.",
        names=SORTERS,
    ),
    Option(
        "simplifications",
        "Simplifications",
        "functions",
        SIMPLIFICATIONS,
        "network",
        "rebuild",
        "Which needless operations are removed before planning.",
        "Each simplification takes the list of operators and gives back an equivalent, shorter "
        "one. Without any, the network runs exactly as Nengo built it, more slowly.",
        names=SIMPLIFICATIONS,
    ),
)

#: All options by name.
OPTIONS: Mapping[str, Option] = MappingProxyType({option.name: option for option in _TABLE})

#: Those that are stored once, on the top-level network.
GLOBAL_OPTIONS = tuple(option.name for option in _TABLE if option.scope == "network")
