"""The rows of a network: what there is, in pre-order, as columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import nengo
import numpy as np
from nengo.ensemble import Neurons

from nengo_explorer.explorer import sizes
from nengo_explorer.explorer.codes import KINDS, Control
from nengo_explorer.explorer.names import Names
from nengo_explorer.settings.layer_objects import layer_shapes
from nengo_explorer.settings.resolve import learning_locks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from nengo_explorer.settings.resolve import Key, Lock

#: Classes that have rules of their own, the parameter each decides, and what is said of it.
CLASS_RULES: Mapping[type, tuple[str, str]] = {
    nengo.Ensemble: ("encoders", "all ensembles"),
    Neurons: ("bias", "all neurons"),
    nengo.Connection: ("weights", "all connections"),
}


class Target(NamedTuple):
    """What a row stands for.

    Attributes
    ----------
    network : Network
        The network whose config is written by the row's Setting control.
    obj : object or class
        A network, an object, a class, or a learning rule.
    parameter : str
        "encoders", "bias" or "weights" for rows of parameters; else empty.
    """

    network: nengo.Network
    obj: Any
    parameter: str = ""


class NetworkView:
    """A network as rows.

    Parents come before their children and a subtree is contiguous. The view is a picture of the
    moment: objects that are made later are not in it.

    Parameters
    ----------
    net : Network
        The outermost network.
    variables : dict of int to str, optional
        Names of variables by the id of the object they hold; see `names.variable_names`.

    Attributes
    ----------
    net : Network
        As given.
    names : Names
        Names of all objects.
    labels, sizes : list of str
        Name, and kind and size, of each row.
    notes : list of str
        Why a row has nothing that could be trained, or the learning rule that may lock it, in a
        word or two.
    targets : list of Target
        What each row stands for.
    kind : (count,) ndarray of uint8
        Index into `KINDS`.
    parent : (count,) ndarray of int32
        Row that contains a row; -1 for the first.
    end : (count,) ndarray of int32
        First row behind the subtree of a row.
    parameters : (count,) ndarray of float64
        How many numbers can be trained at most; -1 where that is no question.
    controls : (count,) ndarray of uint8
        Which options can be set, as `Control`.
    locks : dict of (object, str) to Lock
        Parameters that learning rules change; see `learning_locks`.
    parameter_rows : dict of (object, str) to int
        Row of each parameter.
    """

    def __init__(self, net: nengo.Network, variables: Mapping[int, str] | None = None) -> None:
        self.net = net
        self.names = Names(net, variables or {})
        self.locks = learning_locks(net)
        rows = _Rows(self.names, self.locks)
        rows.add_network(net, -1, is_top=True)
        self.labels = rows.labels
        self.sizes = rows.sizes
        self.notes = rows.notes
        self.targets = rows.targets
        self.kind = np.array(rows.kinds, dtype=np.uint8)
        self.parent = np.array(rows.parents, dtype=np.int32)
        self.controls = np.array(rows.controls, dtype=np.uint8)
        self.end = _subtree_ends(self.parent)
        self.parameters = self._summed(np.array(rows.counts, dtype=np.float64))
        parameters = self.rows_of_kind("parameter").tolist()
        self.parameter_rows: dict[Key, int] = {self.targets[row][1:]: row for row in parameters}
        self._row_of: dict[Any, int] = {
            target.obj: row
            for row, target in enumerate(self.targets)
            if not target.parameter and not isinstance(target.obj, type)
        }
        self._class_row_of = {
            (id(target.network), target.obj): row
            for row, target in enumerate(self.targets)
            if isinstance(target.obj, type)
        }

    def __len__(self) -> int:
        return len(self.labels)

    def kind_of(self, row: int) -> str:
        """Kind of a row in words."""
        return KINDS[int(self.kind[row])]

    def rows_of_kind(self, kind: str) -> npt.NDArray[np.intp]:
        """All rows of a kind."""
        return np.flatnonzero(self.kind == KINDS.index(kind))

    def row_of(self, obj: Any, parameter: str = "") -> int:
        """Row of an object, or of a parameter of it; -1 if it is not in the view."""
        if parameter:
            return self.parameter_rows.get((obj, parameter), -1)
        return self._row_of.get(obj, -1)

    def class_row_of(self, network: nengo.Network, cls: type) -> int:
        """Row of a network's rule for a class; -1 if there is none."""
        return self._class_row_of.get((id(network), cls), -1)

    def networks_around(self, row: int) -> list[nengo.Network]:
        """Networks that a row is in, outermost first; a network is in itself."""
        path = []
        while row >= 0:
            if self.kind[row] == KINDS.index("network"):
                path.append(self.targets[row].obj)
            row = int(self.parent[row])
        return path[::-1]

    def settable_below(self, row: int) -> list[int]:
        """Rows below a row that have a setting of their own."""
        below: list[int] = (
            row + 1 + np.flatnonzero(self.controls[row + 1 : self.end[row]])
        ).tolist()
        return below

    def _summed(self, counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Numbers of parameters, with those of a subtree summed up in the row above it."""
        before = np.concatenate([[0.0], np.cumsum(np.maximum(counts, 0))])
        total = before[self.end] - before[:-1]
        above = np.isin(self.kind, [KINDS.index(k) for k in ("network", "ensemble", "connection")])
        # Only some nodes have something in them: the weights of their Keras layers.
        above |= (self.kind == KINDS.index("node")) & (self.end > np.arange(self.end.size) + 1)
        return np.where(above, total, counts)


def _subtree_ends(parent: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """First row behind each subtree, for rows in pre-order."""
    end = np.arange(1, parent.size + 1, dtype=np.int32)
    for row in range(parent.size - 1, 0, -1):
        above = parent[row]
        end[above] = max(end[above], end[row])
    return end


class _Rows:
    """Collects rows.

    Parameters
    ----------
    names : Names
        Names of all objects.
    locks : dict of (object, str) to Lock
        Parameters that learning rules change.
    """

    def __init__(self, names: Names, locks: Mapping[Key, Lock]) -> None:
        self._names = names
        self._locks = locks
        self.labels: list[str] = []
        self.sizes: list[str] = []
        self.notes: list[str] = []
        self.targets: list[Target] = []
        self.kinds: list[int] = []
        self.parents: list[int] = []
        self.controls: list[int] = []
        self.counts: list[float] = []

    def _add(
        self,
        kind: str,
        parent: int,
        target: Target,
        size: str,
        *,
        label: str | None = None,
        control: Control = Control.NONE,
        count: float = -1,
        note: str = "",
    ) -> int:
        self.labels.append(self._names.of(target.obj) if label is None else label)
        self.sizes.append(size)
        self.notes.append(note)
        self.targets.append(target)
        self.kinds.append(KINDS.index(kind))
        self.parents.append(parent)
        self.controls.append(int(control))
        self.counts.append(count)
        return len(self.labels) - 1

    def add_network(self, net: nengo.Network, parent: int, *, is_top: bool = False) -> None:
        """Add a network and everything in it."""
        row = self._add("network", parent, Target(net, net), sizes.network_size(net))
        self._add_class_rules(net, row, is_top=is_top)
        for sub in net.networks:
            self.add_network(sub, row)
        for node in net.nodes:
            self._add_node(net, node, row)
        for ensemble in net.ensembles:
            self._add_ensemble(net, ensemble, row)
        for connection in net.connections:
            self._add_connection(net, connection, row)
        for probe in net.probes:
            size = sizes.probe_size(probe)
            self._add("probe", row, Target(net, probe), size, control=Control.KEEP_HISTORY)

    def _add_class_rules(self, net: nengo.Network, parent: int, *, is_top: bool) -> None:
        """Rows for rules that hold for a whole class, where there is something in the class."""
        members: dict[type, Callable[[], Any]] = {
            nengo.Ensemble: lambda: net.all_ensembles,
            Neurons: lambda: net.all_ensembles,
            nengo.Connection: lambda: net.all_connections,
        }
        for cls, (parameter, label) in CLASS_RULES.items():
            if is_top or members[cls]():
                size = "bias" if parameter == "bias" else parameter
                target = Target(net, cls)
                self._add(
                    "class_rule", parent, target, size, label=label, control=Control.TRAINABLE
                )
        if is_top and net.all_probes:
            self._add(
                "class_rule",
                parent,
                Target(net, nengo.Probe),
                "history",
                label="all probes",
                control=Control.KEEP_HISTORY,
            )

    def _add_node(self, net: nengo.Network, node: nengo.Node, parent: int) -> None:
        row = self._add("node", parent, Target(net, node), sizes.node_size(node))
        for name, shape in layer_shapes(node).items():
            self._add_parameter(row, Target(net, node, name), shape)

    def _add_ensemble(self, net: nengo.Network, ensemble: nengo.Ensemble, parent: int) -> None:
        size = sizes.ensemble_size(ensemble)
        row = self._add("ensemble", parent, Target(net, ensemble), size, control=Control.TRAINABLE)
        is_direct = isinstance(ensemble.neuron_type, nengo.Direct)
        n_neurons = ensemble.dimensions if is_direct else ensemble.n_neurons
        shape = (n_neurons, ensemble.dimensions)
        self._add_parameter(row, Target(net, ensemble, "encoders"), shape)
        # The bias has a rule of its own, on the neurons; without one it follows the ensemble.
        control = Control.NONE if is_direct else Control.TRAINABLE
        self._add_parameter(
            row, Target(net, ensemble, "bias"), None if is_direct else (n_neurons,), control
        )

    def _add_connection(
        self, net: nengo.Network, connection: nengo.Connection, parent: int
    ) -> None:
        has_weights = connection.has_weights
        control = Control.TRAINABLE if has_weights else Control.NONE
        size = sizes.connection_size(connection)
        note = self._note(connection, "weights") if has_weights else "no weights"
        target = Target(net, connection)
        row = self._add("connection", parent, target, size, control=control, note=note)
        if has_weights:
            shape = sizes.weights_shape(connection)
            self._add_parameter(row, Target(net, connection, "weights"), shape)
        rules = connection.learning_rule
        if rules is not None:
            several = rules.values() if isinstance(rules, dict) else rules
            for rule in several if isinstance(rules, dict | list | tuple) else [rules]:
                label = type(rule.learning_rule_type).__name__
                size = f"changes {rule.modifies}"
                self._add("learning_rule", row, Target(net, rule), size, label=label)

    def _add_parameter(
        self,
        parent: int,
        target: Target,
        shape: tuple[int, ...] | None,
        control: Control = Control.NONE,
    ) -> None:
        """A row for one parameter; without a shape it does not exist."""
        self._add(
            "parameter",
            parent,
            target,
            "" if shape is None else sizes.shape_text(shape) or "1",
            label=target.parameter,
            control=control,
            count=0 if shape is None else float(math.prod(shape)),
            note="no neurons" if shape is None else self._note(target.obj, target.parameter),
        )

    def _note(self, obj: Any, parameter: str) -> str:
        """The learning rule that changes a parameter."""
        lock = self._locks.get((obj, parameter))
        return "" if lock is None else type(lock.rule).__name__
