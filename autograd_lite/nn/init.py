"""Initial weights: what a layer starts from, by name or made by a function of this file.

An initialiser is called with a shape, (inputs, outputs), and a Generator, and returns an array.
Any function of the two will do.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, sqrt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.functions.constants import number
from autograd_lite.nn.arguments import spread_of

__all__ = [
    "NAMED",
    "Initializer",
    "constant",
    "he",
    "he_uniform",
    "initializer_of",
    "lecun",
    "lecun_uniform",
    "normal",
    "ones",
    "uniform",
    "xavier",
    "xavier_uniform",
    "zeros",
]

Shape: TypeAlias = tuple[int, ...]
Initializer: TypeAlias = "Callable[[Shape, np.random.Generator], npt.NDArray[Any]]"


def normal(std: float = 0.01) -> Initializer:
    """Return an initialiser: normal numbers of mean 0 and a standard deviation.

    Raises
    ------
    ArgumentError
        If it is negative or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> weights = ag.nn.init.normal(0.5)((1000, 10), np.random.default_rng(0))
    >>> round(float(weights.std()), 2)
    0.5
    """
    spread = spread_of(std, "normal: std")
    return lambda shape, generator: generator.standard_normal(shape) * spread


def uniform(bound: float | None = None) -> Initializer:
    """Return an initialiser: numbers from -bound to bound, all alike.

    Parameters
    ----------
    bound : float, optional
        By default 1/√inputs: what Linear starts from, and PyTorch's.

    Raises
    ------
    ArgumentError
        If it is negative or not finite.
    """
    if bound is None:
        return lambda shape, generator: _between(1.0 / sqrt(shape[0]), shape, generator)
    limit = spread_of(bound, "uniform: bound")
    return lambda shape, generator: _between(limit, shape, generator)


def constant(value: float) -> Initializer:
    """Return an initialiser: one value everywhere; hidden units then all stay the same.

    Raises
    ------
    ArgumentError
        If it is not finite.
    """
    fill = number(value, "constant: value")
    if not -inf < fill < inf:
        msg = f"constant: value is {fill}; pass a finite number."
        raise ArgumentError(msg)
    return lambda shape, _: np.full(shape, fill)


def zeros() -> Initializer:
    """Return an initialiser: 0 everywhere."""
    return constant(0.0)


def ones() -> Initializer:
    """Return an initialiser: 1 everywhere."""
    return constant(1.0)


def xavier() -> Initializer:
    """Return an initialiser: normal, of variance 2 / (inputs + outputs); for sigmoid and tanh.

    Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks,
    2010.
    """
    return _normal_of(lambda inputs, outputs: 2.0 / (inputs + outputs))


def xavier_uniform() -> Initializer:
    """Return an initialiser: as :func:`xavier`, but uniform, of the same variance."""
    return _uniform_of(lambda inputs, outputs: 2.0 / (inputs + outputs))


def he() -> Initializer:
    """Return an initialiser: normal, of variance 2 / inputs; for ReLU.

    He and others, Delving deep into rectifiers, 2015.
    """
    return _normal_of(lambda inputs, _: 2.0 / inputs)


def he_uniform() -> Initializer:
    """Return an initialiser: as :func:`he`, but uniform, of the same variance."""
    return _uniform_of(lambda inputs, _: 2.0 / inputs)


def lecun() -> Initializer:
    """Return an initialiser: normal, of variance 1 / inputs; for SELU.

    LeCun and others, Efficient BackProp, 1998.
    """
    return _normal_of(lambda inputs, _: 1.0 / inputs)


def lecun_uniform() -> Initializer:
    """Return an initialiser: as :func:`lecun`, but uniform, of the same variance."""
    return _uniform_of(lambda inputs, _: 1.0 / inputs)


NAMED: dict[str, Callable[[], Initializer]] = {
    "uniform": uniform,
    "normal": normal,
    "xavier": xavier,
    "xavier_uniform": xavier_uniform,
    "glorot": xavier,
    "glorot_uniform": xavier_uniform,
    "he": he,
    "he_uniform": he_uniform,
    "lecun": lecun,
    "lecun_uniform": lecun_uniform,
    "zeros": zeros,
    "ones": ones,
}


def initializer_of(given: str | Initializer, what: str) -> Initializer:
    """Return the initialiser that an argument asks for.

    Raises
    ------
    ArgumentError
        For a name that is not known.
    OperandError
        For what is neither a name nor callable, or makes an initialiser and is none.
    """
    if isinstance(given, str):
        if given not in NAMED:
            names = ", ".join([repr(name) for name in NAMED])
            msg = f"{what} is {given!r:.40}; pass one of {names}, or a function of ag.nn.init."
            raise ArgumentError(msg)
        return NAMED[given]()
    makers: dict[str, object] = {**NAMED, "constant": constant}
    for name, maker in makers.items():
        if given is maker:
            msg = f"{what} is the function {name}; call it, as ag.nn.init.normal(0.1) or he()."
            raise OperandError(msg)
    if not callable(given):
        msg = f"{what} is {given!r:.40}; pass a name, or a function (shape, generator) -> array."
        raise OperandError(msg)
    return given


def _normal_of(variance: Callable[[int, int], float]) -> Initializer:
    return lambda shape, generator: (
        generator.standard_normal(shape) * sqrt(variance(shape[0], shape[-1]))
    )


def _uniform_of(variance: Callable[[int, int], float]) -> Initializer:
    """Numbers from -a to a have the variance a² / 3."""
    return lambda shape, generator: _between(
        sqrt(3.0 * variance(shape[0], shape[-1])), shape, generator
    )


def _between(bound: float, shape: Shape, generator: np.random.Generator) -> npt.NDArray[np.float64]:
    return generator.uniform(-bound, bound, shape)
