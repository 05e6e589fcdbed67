"""Training and predicting: what users call, with Keras underneath."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Never

from nengo.exceptions import SimulationError

from nengo_explorer.simulator.core import SimulatorCore

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras
    import nengo
    import numpy.typing as npt

    Array = npt.NDArray[Any]


class TrainingCalls(SimulatorCore):
    """The part of a simulator that trains and predicts."""

    @property
    def keras_model(self) -> keras.Model:
        """The Keras model that training goes through; one variable per object and parameter."""
        self._check_open("keras_model")
        with self.lock:
            self._engine.update()
            return self._training.shown_model()

    @property
    def tensor_graph(self) -> keras.Model:
        """The Keras layer that simulates the network: here `keras_model` itself is that layer."""
        self._check_open("tensor_graph")
        return self.keras_model

    def compile(
        self,
        *args: Any,
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        **kwargs: Any,
    ) -> None:
        """Choose optimizer, losses and metrics, as in `keras.Model.compile`.

        Parameters
        ----------
        *args, **kwargs
            As for Keras. Without an optimizer it is RMSprop, and a warning says so.
        loss, metrics, loss_weights : optional
            One for all probes, or a dict by Probe or name.
        """
        self._check_open("compile")
        with self.lock:
            self._engine.update()
            self._training.compile(
                *args, loss=loss, metrics=metrics, loss_weights=loss_weights, **kwargs
            )

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        n_steps: int | None = None,
        stateful: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Train, as in `keras.Model.fit`.

        Parameters
        ----------
        x : dict of Node or str to array, list, array, dataset or generator
            Inputs, each (items, steps, size_out).
        y : dict of Probe or str to array, list or array
            Targets, each (items, steps, size_in); needed for every probe with a loss.
        n_steps : int, optional
            Number of steps, if there are no data to say it.
        stateful : bool, default: False
            Whether each minibatch continues from the state that the one before has left, and the
            next call from the last.
        **kwargs
            As for Keras, such as ``epochs``, ``callbacks``, ``validation_data``, ``verbose``.

        Returns
        -------
        history : keras.callbacks.History
        """
        self._check_open("fit")
        self._notify("fit begins")
        with self.lock:
            history = self._training.fit(x, y, n_steps, stateful=stateful, **kwargs)
        self._notify("fit")
        return history

    def check_gradients(
        self,
        inputs: Any = None,
        outputs: Sequence[nengo.Probe] | None = None,
        atol: float = 1e-5,
        rtol: float = 1e-3,
    ) -> dict[nengo.Probe, dict[str, Array]]:
        """Check that gradients are how outputs really change with parameters and inputs.

        Derivatives in training mode are compared with difference quotients, in some random
        directions and in double precision, on a copy: nothing of the simulator changes.

        Parameters
        ----------
        inputs : dict of Node or str to array, optional
            Inputs, each (minibatch_size or 1, steps, size_out); by default what Nodes put out by
            themselves, for ``2 * unroll_simulation`` steps.
        outputs : list of Probe, optional
            Which outputs are checked; by default all.
        atol, rtol : float
            How much derivatives may differ, absolutely and relative to each other.

        Returns
        -------
        derivatives : dict of Probe to dict
            "analytic" and "numeric", each (n_directions,): derivatives of a random weighted sum of
            what the probe sees.

        Raises
        ------
        SimulationError
            If they differ by more, or if the network is set to ``inference_only``.
        """
        self._check_open("check_gradients")
        with self.lock:
            return self._training.check_gradients(inputs, outputs, atol, rtol)

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        n_steps: int | None = None,
        stateful: bool = False,
        **kwargs: Any,
    ) -> dict[str, float]:
        """Losses and metrics on data; arguments as for `fit`.

        Returns
        -------
        results : dict of str to float
            "loss", and for each probe "NAME_loss" and its metrics.
        """
        self._check_open("evaluate")
        with self.lock:
            return self._training.evaluate(x, y, n_steps, stateful=stateful, **kwargs)

    def predict(
        self, x: Any = None, n_steps: int | None = None, stateful: bool = False, **kwargs: Any
    ) -> dict[nengo.Probe, Array]:
        """Output of all probes for data of any number of items; arguments as for `fit`.

        Returns
        -------
        outputs : dict of Probe to ndarray
            Each (items, steps, size).
        """
        self._check_open("predict")
        with self.lock:
            return self._training.predict(x, n_steps, stateful=stateful, **kwargs)

    def predict_on_batch(
        self, x: Any = None, n_steps: int | None = None, stateful: bool = False, **kwargs: Any
    ) -> dict[nengo.Probe, Array]:
        """As `predict`, for exactly one minibatch."""
        self._check_open("predict_on_batch")
        with self.lock:
            return self._training.predict_on_batch(x, n_steps, stateful=stateful, **kwargs)

    def train(self, *args: Any, **kwargs: Any) -> Never:
        """Removed: use `compile` and `fit`."""
        del args, kwargs
        raise SimulationError(
            "Simulator.train was removed in NengoDL 3. Use sim.compile(optimizer=..., loss=...) "
            "and then sim.fit(x, y, epochs=...)."
        )

    def loss(self, *args: Any, **kwargs: Any) -> Never:
        """Removed: use `compile` and `evaluate`."""
        del args, kwargs
        raise SimulationError(
            "Simulator.loss was removed in NengoDL 3. Use sim.compile(loss=...) and then "
            "sim.evaluate(x, y)."
        )
