"""Distributions for initial weights, as they are usual in deep learning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from nengo.dists import Distribution, Uniform
from nengo.exceptions import ValidationError
from nengo.params import NumberParam

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

Fan = Literal["fan_in", "fan_out", "fan_avg"]
Shape = Literal["uniform", "normal"]


class TruncatedNormal(Distribution):
    """Normal distribution without its tails: values beyond a limit are drawn again.

    Parameters
    ----------
    mean : float, default: 0
        Mean.
    stddev : float, default: 1
        Standard deviation of the normal distribution that is cut, above 0.
    limit : float, optional
        Largest distance from the mean; by default twice ``stddev``.
    """

    mean = NumberParam("mean")
    stddev = NumberParam("stddev", low=0, low_open=True)
    limit = NumberParam("limit", low=0, low_open=True)

    def __init__(self, mean: float = 0, stddev: float = 1, limit: float | None = None) -> None:
        super().__init__()
        self.mean = mean
        self.stddev = stddev
        self.limit = 2 * stddev if limit is None else limit

    def sample(
        self, n: int, d: int | None = None, rng: np.random.RandomState | None = None
    ) -> Array:
        """Draw numbers, (n,) or (n, d)."""
        rng = np.random.RandomState() if rng is None else rng
        count = n * (d or 1)
        values: Array = rng.normal(0, self.stddev, size=count)
        outside = np.flatnonzero(np.abs(values) > self.limit)
        while outside.size:
            values[outside] = rng.normal(0, self.stddev, size=outside.size)
            outside = outside[np.abs(values[outside]) > self.limit]
        return np.reshape(self.mean + values, n if d is None else (n, d))


class VarianceScaling(Distribution):
    """Numbers around zero whose variance is in inverse proportion to the size of a layer.

    For weights (n, d), "fan_out" is n, "fan_in" is d, and "fan_avg" their mean.

    Parameters
    ----------
    scale : float, default: 1
        The variance times the size, above 0.
    mode : {"fan_avg", "fan_in", "fan_out"}
        Which size.
    distribution : {"uniform", "normal"}
        Shape; "normal" is cut at two standard deviations.
    """

    scale = NumberParam("scale", low=0, low_open=True)

    def __init__(
        self, scale: float = 1, mode: Fan = "fan_avg", distribution: Shape = "uniform"
    ) -> None:
        super().__init__()
        _check_choice("mode", mode, ("fan_avg", "fan_in", "fan_out"), self)
        _check_choice("distribution", distribution, ("uniform", "normal"), self)
        self.scale = scale
        self._mode = mode
        self._shape = distribution

    @property
    def mode(self) -> str:
        """Which size the variance is scaled by."""
        return self._mode

    @property
    def distribution(self) -> str:
        """Shape of the distribution."""
        return self._shape

    def sample(
        self, n: int, d: int | None = None, rng: np.random.RandomState | None = None
    ) -> Array:
        """Draw numbers, (n,) or (n, d)."""
        rng = np.random.RandomState() if rng is None else rng
        fans = {"fan_out": n, "fan_in": d or 1, "fan_avg": (n + (d or 1)) / 2}
        variance = self.scale / fans[self._mode]
        if self._shape == "uniform":
            bound = float(np.sqrt(3 * variance))
            return np.asarray(Uniform(-bound, bound).sample(n, d, rng=rng))
        return TruncatedNormal(stddev=float(np.sqrt(variance))).sample(n, d, rng=rng)


class Glorot(VarianceScaling):
    """Variance scaled by the mean size of the layers on both sides [1]_.

    Parameters
    ----------
    scale : float, default: 1
        The variance times the mean size.
    distribution : {"uniform", "normal"}
        Shape.

    References
    ----------
    .. [1] Glorot & Bengio (2010). Understanding the difficulty of training deep feedforward neural
       networks. AISTATS.
    """

    def __init__(self, scale: float = 1, distribution: Shape = "uniform") -> None:
        super().__init__(scale=scale, mode="fan_avg", distribution=distribution)


class He(VarianceScaling):
    """Variance scaled by the size of the layer before, for rectified neurons [1]_.

    Parameters
    ----------
    scale : float, default: 1
        Its square is the variance times the size.
    distribution : {"normal", "uniform"}
        Shape.

    References
    ----------
    .. [1] He et al. (2015). Delving deep into rectifiers. arXiv:1502.01852.
    """

    def __init__(self, scale: float = 1, distribution: Shape = "normal") -> None:
        super().__init__(scale=scale**2, mode="fan_in", distribution=distribution)


def _check_choice(name: str, value: object, choices: tuple[str, ...], obj: object) -> None:
    """Refuse what is none of some words."""
    if value not in choices:
        raise ValidationError(
            f"{value!r} is not possible. Accepted: {', '.join(map(repr, choices))}.",
            attr=name,
            obj=obj,
        )
