"""From what a call is given to minibatches: arrays, datasets and generators."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from nengo.exceptions import ValidationError

from nengo_explorer.simulator.datasets import Dataset, make_dataset
from nengo_explorer.simulator.inputs import Data, check_data, check_steps
from nengo_explorer.simulator.streams import Stream, is_stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    import nengo

    from nengo_explorer.simulator.engine import Engine
    from nengo_explorer.simulator.targets import TargetRules

#: Items of a minibatch where neither the simulator nor the call says it, as in Keras.
USUAL_BATCH = 32


class CallData:
    """Makes minibatches for the calls of one simulator.

    Parameters
    ----------
    engine : Engine
        The live simulation.
    nodes : sequence of Node
        Input Nodes.
    names : dict
        Names of input Nodes and Probes.
    minibatch_size : int or None
        Items of a minibatch; None leaves it to each call.
    """

    def __init__(
        self,
        engine: Engine,
        nodes: Sequence[nengo.Node],
        names: dict[Any, str],
        minibatch_size: int | None,
    ) -> None:
        self._engine = engine
        self._nodes = list(nodes)
        self._names = names
        self._minibatch_size = minibatch_size

    def arrange(
        self,
        x: Any,
        y: Any,
        n_steps: int | None,
        options: dict[str, Any],
        *,
        rules: TargetRules | None,
        seed: int | None = None,
    ) -> tuple[Dataset, Dataset | None, dict[str, Any]]:
        """Data of a call in minibatches.

        Parameters
        ----------
        x, y : object
            Inputs and targets, as the call was given them.
        n_steps : int or None
            Number of steps, as the call was given it.
        options : dict
            Other arguments of the call.
        rules : TargetRules or None
            What targets have to look like. Without targets the last minibatch is filled up, as
            surplus outputs can be cut off.
        seed : int, optional
            Items are shuffled by it, unless the options say otherwise.

        Returns
        -------
        data : Dataset
            The minibatches.
        validation : Dataset or None
            Those held out, or given, for validation.
        options : dict
            What is left of the options for Keras.
        """
        options = dict(options)
        batch = self._batch_size(options.pop("batch_size", None))
        shuffle = bool(options.pop("shuffle", True))
        split = float(options.pop("validation_split", 0.0) or 0.0)
        given = options.pop("validation_data", None)
        if is_stream(x):
            data = self._stream(x, y, n_steps, with_targets=rules is not None)
            held_out = None
        else:
            whole = self._arrays(x, y, n_steps, batch, rules)
            kept, held_out = whole.split_off(split)
            data = kept.arranged(seed=seed if shuffle else None, fill=rules is None)
            held_out = None if held_out is None else held_out.arranged()
        self._engine.check_steps(data.n_steps)
        validation = held_out if given is None else self._validation(given, n_steps, batch, rules)
        return data, validation, options

    def checked(self, x: Any, dtype: str) -> Data:
        """Arrays for input Nodes, checked and converted."""
        return check_data(x, self._nodes, self._names, what="input", dtype=dtype)

    def items_of(self, x: Any) -> int | None:
        """Number of items of some arrays; None without any."""
        return self.checked(x, self._engine.dtype).items

    def _arrays(
        self, x: Any, y: Any, n_steps: int | None, batch: int | None, rules: TargetRules | None
    ) -> Dataset:
        """Checked arrays."""
        dtype = self._engine.dtype
        inputs = self.checked(x, dtype)
        steps = check_steps(n_steps, inputs)
        goals = None if rules is None else rules.check(y, inputs.items, steps, dtype)
        items = inputs.items or (goals.items if goals else None) or batch or 1
        size = batch or min(items, USUAL_BATCH)
        return make_dataset(self._engine, self._names, inputs, goals, steps, items, size)

    def _stream(self, x: Any, y: Any, n_steps: int | None, *, with_targets: bool) -> Dataset:
        """A dataset or generator that makes its minibatches itself."""
        stream = Stream(x, self._engine, self._nodes, self._names, with_targets=with_targets)
        stream.check_call(y, n_steps)
        return stream.arranged()

    def _validation(
        self, given: Any, n_steps: int | None, batch: int | None, rules: TargetRules | None
    ) -> Dataset:
        """Data that are given for validation."""
        if is_stream(given):
            return self._stream(given, None, None, with_targets=True)
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise ValidationError(
                f"must be a pair (inputs, targets) or a dataset; got {type(given).__name__}.",
                attr="validation_data",
            )
        return self._arrays(given[0], given[1], n_steps, batch, rules).arranged()

    def _batch_size(self, given: int | None) -> int | None:
        if self._minibatch_size is None:
            return given
        if given is not None and given != self._minibatch_size:
            warnings.warn(
                f"batch_size={given} is ignored: the simulator was made with "
                f"minibatch_size={self._minibatch_size}.",
                UserWarning,
                stacklevel=6,
            )
        return self._minibatch_size
