"""Minibatches for Keras from checked arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.names import N_STEPS, SOURCES
from nengo_explorer.simulator.sources import Clock

if TYPE_CHECKING:
    import nengo
    import numpy.typing as npt

    from nengo_explorer.simulator.engine import Engine
    from nengo_explorer.simulator.inputs import Data

    Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Dataset:
    """Arrays that are cut into minibatches.

    Attributes
    ----------
    x : dict of str to ndarray
        Inputs, each (items or 1, steps, size); what has one item counts for all.
    y : dict of str to ndarray or None
        Targets, each (items, steps, size).
    items : int
        Number of items.
    batch : int
        Items of a minibatch; the last one may have fewer.
    n_steps : int
        Number of steps of each item.
    even : bool
        Whether all minibatches have the same size, which lets XLA compile for it.
    batches : tf.data.Dataset or None
        The minibatches, once arranged.
    """

    x: dict[str, Array]
    y: dict[str, Array] | None
    items: int
    batch: int
    n_steps: int
    even: bool = False
    batches: Any = None

    def split(self, first: int) -> tuple[Dataset, Dataset]:
        """The first items, and the rest."""

        def part(arrays: dict[str, Array] | None, items: slice) -> dict[str, Array] | None:
            if arrays is None:
                return None
            return {k: a if len(a) == 1 != self.items else a[items] for k, a in arrays.items()}

        sizes = (slice(0, first), first), (slice(first, None), self.items - first)
        head, tail = (
            replace(
                self,
                x=part(self.x, items) or {},
                y=part(self.y, items),
                items=count,
                batch=min(self.batch, count),
            )
            for items, count in sizes
        )
        return head, tail

    def split_off(self, share: float) -> tuple[Dataset, Dataset | None]:
        """All but the last items, and these; None where that share of the items is none."""
        held_out = round(self.items * share)
        return self.split(self.items - held_out) if held_out else (self, None)

    def arranged(self, *, seed: int | None = None, fill: bool = False) -> Dataset:
        """With minibatches made.

        Parameters
        ----------
        seed : int, optional
            Puts items into a new random order in each epoch; None leaves them in their order.
        fill : bool, default: False
            Fill up the last minibatch by repeating the last item.
        """
        rounds = -(-self.items // self.batch)
        even = fill or self.items % self.batch == 0
        order = tf.data.Dataset.range(rounds * self.batch if fill else self.items)
        if seed is not None:
            order = order.shuffle(self.items, seed=seed, reshuffle_each_iteration=True)
        x = {name: tf.constant(np.ascontiguousarray(a)) for name, a in self.x.items()}
        y = None if self.y is None else {name: tf.constant(a) for name, a in self.y.items()}

        def pick(tensors: dict[str, tf.Tensor], index: tf.Tensor) -> dict[str, tf.Tensor]:
            return {
                name: t if t.shape[0] == 1 and self.items > 1 else tf.gather(t, index)
                for name, t in tensors.items()
            }

        @tf.autograph.experimental.do_not_convert
        def minibatch(index: tf.Tensor) -> Any:
            index = tf.minimum(index, self.items - 1)
            return pick(x, index) if y is None else (pick(x, index), pick(y, index))

        batches = order.batch(self.batch, drop_remainder=even).map(minibatch)
        return replace(self, even=even, batches=batches.prefetch(tf.data.AUTOTUNE))


def other_inputs(engine: Engine, given: set[nengo.Node], n_steps: int, items: int) -> Array | None:
    """What comes from outside but is not among the data, (items or 1, n_steps, columns).

    Parameters
    ----------
    engine : Engine
        The live simulation.
    given : set of Node
        Nodes whose output data replace.
    n_steps, items : int
        How much is needed.
    """
    first = engine.n_steps if engine.present_settings().stateful else 0
    clock = Clock(first, n_steps, engine.model.dt)
    others = [
        source.evaluate(clock, items, engine.dtype)
        for source in engine.built.sources
        if source.node not in given
    ]
    if not others:
        return None
    width = max(part.shape[1] for part in others)
    full = [np.broadcast_to(part, (n_steps, width, part.shape[2])) for part in others]
    return np.concatenate(full, axis=2).transpose(1, 0, 2)


def make_dataset(
    engine: Engine,
    names: dict[Any, str],
    inputs: Data,
    targets: Data | None,
    n_steps: int,
    items: int,
    batch: int,
) -> Dataset:
    """Complete the inputs of a call by what the network itself puts in.

    Parameters
    ----------
    engine : Engine
        The live simulation.
    names : dict
        Names of input Nodes and Probes.
    inputs, targets : Data
        Checked arrays.
    n_steps, items, batch : int
        Steps, items in all, items of a minibatch.
    """
    x = {names[node]: array for node, array in inputs.arrays.items()}
    others = other_inputs(engine, set(inputs.arrays), n_steps, items)
    if others is not None:
        x[SOURCES] = others
    if not inputs.arrays:
        # Says how many items there are and, by its shape, how many steps.
        x[N_STEPS] = np.zeros((items, n_steps, 0), dtype=engine.dtype)
    y = None if targets is None else {names[p]: array for p, array in targets.arrays.items()}
    return Dataset(x, y, items, min(batch, items), n_steps)
