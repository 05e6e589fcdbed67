"""Taking parameters out of a simulator, and putting them in."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import nengo
from nengo.exceptions import SimulationError

from nengo_explorer.simulator import nengo_params, parameter_files
from nengo_explorer.simulator.core import SimulatorCore
from nengo_explorer.simulator.tensor_node import write_layer
from nengo_explorer.simulator.transfer import state_arrays, state_from_arrays

if TYPE_CHECKING:
    from pathlib import Path


class ParameterCalls(SimulatorCore):
    """The part of a simulator that reads and replaces parameters as a whole."""

    def get_nengo_params(
        self, nengo_objs: Any, as_dict: bool = False
    ) -> dict[str, Any] | list[dict[str, Any]]:
        """Present parameters as arguments of Nengo objects.

        ``nengo.Ensemble(n, d, **sim.get_nengo_params(ensemble))`` makes an ensemble with what was
        trained. Where a learning rule gave each item of a minibatch its own parameters, those of
        the first item are given.

        Parameters
        ----------
        nengo_objs : Ensemble, Neurons, Connection, or list of these
            What to read.
        as_dict : bool, default: False
            Give a dict by label instead of a list.

        Returns
        -------
        arguments : dict, list of dict, or dict of str to dict
            For a single object, its arguments.

        Raises
        ------
        ValueError
            For an object without parameters, such as an ensemble in Direct mode, or for labels
            that repeat with ``as_dict``.
        """
        single = not isinstance(nengo_objs, list | tuple)
        try:
            objs = nengo_params.objects_of(nengo_objs)
        except TypeError as error:  # the class that NengoDL users know
            raise ValueError(str(error)) from None
        with self.lock:
            arguments = [self._arguments(obj) for obj in objs]
        if as_dict:
            return nengo_params.by_label(objs, arguments)
        return arguments[0] if single and len(arguments) == 1 else arguments

    def freeze_params(self, objs: Any) -> None:
        """Write present parameters into Nengo objects, which then run so in any simulator.

        Parameters
        ----------
        objs : Network, Ensemble, Neurons, Connection, TensorNode, or list of these
            What to write. Ensembles in Direct mode inside a network have nothing to write. Into a
            TensorNode, the weights of its Keras layer are written.

        Raises
        ------
        TypeError
            For an object without parameters.
        ValueError
            For an object that is not in the simulated network.
        """
        self._check_open("freeze_params")
        nodes, others = nengo_params.tensor_nodes_of(objs)
        found = nengo_params.objects_of(others)
        known = set() if self.network is None else set(_all_objects(self.network))
        for obj in [*found, *nodes]:
            if obj not in known:
                raise ValueError(f"{obj} is not in the simulated network, {self.network}.")
        with self.lock:
            arguments = [(obj, self._arguments(obj)) for obj in found if not _is_direct(obj)]
            weights = [(node, self.data[node]) for node in nodes]
        for obj, entry in arguments:
            nengo_params.write_arguments(obj, entry)
        for node, values in weights:
            write_layer(self.model, node, values)

    def _arguments(self, obj: Any) -> dict[str, Any]:
        if isinstance(obj, nengo.Ensemble):
            return nengo_params.ensemble_arguments(obj, self.data[obj])
        return nengo_params.connection_arguments(obj, self.data[obj].weights)

    def save_params(
        self,
        path: str | Path,
        include_state: bool = False,
        include_non_trainable: bool | None = None,
    ) -> None:
        """Save all parameters to a file.

        The file holds arrays by object path and parameter name, and can be loaded whatever the
        planner, precision and trainability are.

        Parameters
        ----------
        path : str or Path
            ``.npz`` is added if it is missing.
        include_state : bool, default: False
            Whether time and state are saved too.
        include_non_trainable : bool, optional
            Deprecated name of ``include_state``.
        """
        self._check_open("save_params")
        include_state = _with_old_name(include_state, include_non_trainable)
        with self.lock:
            self._engine.update()
            self._pull()
            engine = self._engine
            state = state_arrays(engine.built, engine.state) if include_state else None
            parameter_files.write_file(path, engine.all_parameters(), state, engine.n_steps)

    def load_params(
        self,
        path: str | Path,
        include_state: bool = False,
        include_non_trainable: bool | None = None,
    ) -> None:
        """Load all parameters from a file of `save_params`.

        With ``include_state``, the next run goes on where the saved one had ended. Processes are
        brought to that step by stepping them again; what user-defined step functions keep in
        Python variables is not in the file.

        Parameters
        ----------
        path : str or Path
            ``.npz`` is added if it is missing.
        include_state : bool, default: False
            Whether time and state are loaded too.
        include_non_trainable : bool, optional
            Deprecated name of ``include_state``.

        Raises
        ------
        SimulationError
            If the file does not belong to this network. Nothing is changed then.
        """
        self._check_open("load_params")
        include_state = _with_old_name(include_state, include_non_trainable)
        parameters, state, n_steps = parameter_files.read_file(path)
        with self.lock:
            self._engine.update()
            engine = self._engine
            parameter_files.check_match(parameters, engine.all_parameters(), "parameters")
            if include_state:
                if n_steps is None:
                    raise SimulationError(
                        f"{parameter_files.file_of(path).name} holds no state; it was saved "
                        "without include_state=True. Nothing was loaded."
                    )
                expected = state_arrays(engine.built, engine.state)
                parameter_files.check_match(state, expected, "signals of the state")
            engine.replace_parameters(parameters)
            self._push()
            if include_state and n_steps is not None:
                initial = engine.initial_state(engine.items)
                engine.state = state_from_arrays(engine.built, state, n_steps, initial)
                engine.wind_sources(n_steps)
        self._notify("fit")


def _with_old_name(include_state: bool, include_non_trainable: bool | None) -> bool:
    """Whether state is meant, by the argument or by its old name."""
    if include_non_trainable is None:
        return include_state
    warnings.warn(
        "include_non_trainable is deprecated; use include_state.", DeprecationWarning, stacklevel=3
    )
    return include_non_trainable


def _all_objects(network: nengo.Network) -> list[Any]:
    """Ensembles, connections and Nodes of a network and all networks below it."""
    return [*network.all_ensembles, *network.all_connections, *network.all_nodes]


def _is_direct(obj: Any) -> bool:
    """Whether an object is an ensemble without neurons."""
    return isinstance(obj, nengo.Ensemble) and isinstance(obj.neuron_type, nengo.Direct)
