"""What a neuron type needs to run as TensorFlow: the contract of a neuron form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.neurons import NeuronType

    from nengo_explorer.simulator.ops.base import BuildContext, StepContext

#: State by name. A source of randomness is a `RandomNumbers`, everything else a tensor.
State = dict[str, Any]


class NeuronForm(ABC):
    """TensorFlow form of one neuron type.

    A neuron type has two faces. In inference mode (`step`) it does what Nengo core does. In
    training mode (`train`) a spiking type should put out the rate that it stands for, which has a
    gradient.

    Parameters
    ----------
    neuron_types : sequence of NeuronType
        One for each ensemble of the group; all are of the same class.
    sizes : sequence of int
        Number of neurons of each.
    context : BuildContext
        Step length and precision.

    Attributes
    ----------
    dt : float
        Length of a step, in seconds.
    dtype : str
        "float32" or "float64".
    """

    #: Whether `train` neither reads nor changes any state: rates of all steps are then computed as
    #: one, and training has no loop over them.
    rates_need_no_state: ClassVar[bool] = False

    #: Names of the attributes of the neuron type that `number` gives, all of them numbers.
    parameters: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, neuron_types: Sequence[NeuronType], sizes: Sequence[int], context: BuildContext
    ) -> None:
        self.dt = context.dt
        self.dtype = context.dtype
        self._numbers: dict[str, Any] = {}
        for name in self.parameters:
            values = [float(getattr(neuron_type, name)) for neuron_type in neuron_types]
            # One number for all keeps it out of memory traffic.
            alike = len(set(values)) == 1
            self._numbers[name] = values[0] if alike else context.spread(values, sizes)

    def number(self, name: str) -> tf.Tensor:
        """A parameter, () where all neurons agree, else (n_neurons,)."""
        return tf.constant(self._numbers[name], dtype=self.dtype)

    @abstractmethod
    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Advance all neurons by one step in inference mode.

        Parameters
        ----------
        current : tf.Tensor
            Input current, (rows, n_neurons).
        state : dict of str to tf.Tensor
            State by the names of Nengo's ``make_state``, each (rows, n_neurons). Where that has a
            ``RandomState``, a `RandomNumbers`.

        Returns
        -------
        output : tf.Tensor
            Output, (rows, n_neurons).
        state : dict of str to tf.Tensor
            New state; what is missing stays as it is.
        """

    def train(self, current: tf.Tensor, state: State, mode: StepContext) -> tuple[tf.Tensor, State]:
        """Advance all neurons by one step in training mode.

        By default the same as `step`, which is right for rate neurons.

        Parameters
        ----------
        current, state
            As for `step`.
        mode : StepContext
            Has the width of the smoothing of LIF neurons.

        Returns
        -------
        output, state
            As from `step`. State that has a meaning for spikes only should be left out: it is
            then what it was when spikes go on.
        """
        del mode
        return self.step(current, state)
