"""Objects of layers, for which ``trainable`` means something else than for others.

The weights of a Keras layer are the layer's own affair: its ``trainable`` decides, and
``inference_only``. A connection that `Layer` makes only brings the input to the layer; it is not
trained, unless a setting of its own says so. That is kept in its class and not in a config, where
a rule for all connections could overrule it, or a call of `configure_settings` drop it.
"""

from __future__ import annotations

from typing import Any

import nengo


class LayerConnection(nengo.Connection):
    """A connection that `Layer` has made: only a setting of its own can make it trainable."""


def layer_parameters(obj: Any) -> dict[str, bool]:
    """Weights of the Keras layer of a TensorNode, and whether the layer lets them be trained.

    Parameters
    ----------
    obj : object
        Any object; all but TensorNodes have none.
    """
    found = getattr(obj, "trainable_parameters", None)
    return {} if found is None or isinstance(obj, type) else dict(found())


def layer_shapes(obj: Any) -> dict[str, tuple[int, ...]]:
    """Shapes of the weights that `layer_parameters` names.

    Parameters
    ----------
    obj : object
        Any object; all but TensorNodes have none.
    """
    found = getattr(obj, "parameter_shapes", None)
    return {} if found is None or isinstance(obj, type) else dict(found())
