"""Kind and size of objects in a few words, and how many numbers their parameters have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

if TYPE_CHECKING:
    from nengo.transforms import Transform

ARROW = "\N{RIGHTWARDS ARROW}"
TIMES = "\N{MULTIPLICATION SIGN}"


def count_text(count: int, noun: str, plural: str = "") -> str:
    """Such as "1 node" or "3 nodes"."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"


def shape_text(shape: tuple[int, ...]) -> str:
    """Such as "50 x 2", with a real multiplication sign."""
    return f" {TIMES} ".join(map(str, shape))


def network_size(net: nengo.Network) -> str:
    """What a network contains itself."""
    counts = [
        count_text(len(members), noun)
        for members, noun in (
            (net.networks, "network"),
            (net.ensembles, "ensemble"),
            (net.nodes, "node"),
        )
        if members
    ]
    return ", ".join(counts[:2]) or "empty"


def ensemble_size(ensemble: nengo.Ensemble) -> str:
    """Neurons and dimensions of an ensemble."""
    if isinstance(ensemble.neuron_type, nengo.Direct):
        return f"Direct, {ensemble.dimensions}-D"
    return f"{count_text(ensemble.n_neurons, 'neuron')}, {ensemble.dimensions}-D"


def node_size(node: nengo.Node) -> str:
    """Input and output of a node."""
    if node.output is None:
        return f"passthrough, {node.size_in}-D"
    if node.size_in == 0:
        return f"source, {node.size_out}-D"
    return f"{node.size_in} {ARROW} {node.size_out}"


def probe_size(probe: nengo.Probe) -> str:
    """What a probe records."""
    return f"{probe.attr}, {probe.size_in}-D"


def connection_size(connection: nengo.Connection) -> str:
    """Dimensions in and out."""
    return f"{connection.size_in} {ARROW} {connection.size_out}"


def weights_shape(connection: nengo.Connection) -> tuple[int, ...]:
    """Shape of a connection's weights; of sparse ones, the number of stored entries.

    Parameters
    ----------
    connection : Connection
        One that has weights.
    """
    pre = connection.pre_obj
    decoded = isinstance(pre, nengo.Ensemble) and not isinstance(pre.neuron_type, nengo.Direct)
    if not decoded:
        return _transform_shape(connection.transform)
    if connection.solver.weights and isinstance(connection.post_obj, nengo.Ensemble):
        return (connection.post_obj.n_neurons, pre.n_neurons)
    return (connection.size_out, pre.n_neurons)


def _transform_shape(transform: Transform) -> tuple[int, ...]:
    """Shape of what a transform stores."""
    if isinstance(transform, nengo.Sparse):
        init: Any = transform.init
        stored = getattr(init, "nnz", None)
        return (int(stored if stored is not None else np.size(init)),)
    if isinstance(transform, nengo.Convolution | nengo.transforms.ConvolutionTranspose):
        return tuple(transform.kernel_shape)
    if isinstance(transform, nengo.Dense):
        return tuple(transform.init_shape) if hasattr(transform, "init_shape") else transform.shape
    return ()
