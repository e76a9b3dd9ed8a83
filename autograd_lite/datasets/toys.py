"""Small data sets that are computed: the spiral, logic gates, and points on either side of a curve.

They are made from NumPy's legacy random numbers, whose stream never changes, as in the book and in
lectures that train on them, so that everybody has the same points.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.datasets.images import Labels
from autograd_lite.datasets.labels import one_hot as encode
from autograd_lite.datasets.sealing import sealed
from autograd_lite.errors import ArgumentError, OperandError

__all__ = ["gate", "plane", "spiral"]

Floats: TypeAlias = npt.NDArray[np.float32 | np.float64]
FloatName: TypeAlias = Literal["float32", "float64"]

GATES = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "xor": (0, 1, 1, 0),
}
LARGEST_SEED = 2**32 - 1


def spiral(
    samples: int = 100,
    classes: int = 3,
    *,
    seed: int = 1984,
    one_hot: bool = False,
    dtype: FloatName = "float32",
) -> tuple[Floats, Labels]:
    """Return points on the arms of a spiral, an arm for each class.

    Point i of `samples` lies at radius i / samples, at an angle of 4 times its class and 4 times
    its radius, in radians, with normal noise of standard deviation 0.2.

    Parameters
    ----------
    samples : int
        Points in an arm.
    classes : int
        Arms.
    seed : int
        From 0 to 2³² − 1, of NumPy's legacy generator.
    one_hot : bool
        Whether labels are rows of zeros with a one, float32, instead of whole numbers.
    dtype : {"float32", "float64"}
        Of the points.

    Returns
    -------
    x : array of shape (classes · samples, 2)
    t : array of shape (classes · samples,) or (classes · samples, classes)
        int64, or float32. Both are read-only and sorted by class.

    Raises
    ------
    ArgumentError
        If a number is out of range, or the dtype is another.

    Notes
    -----
    S. Goki: Deep Learning from Scratch 2, 2018, chapter 1; the same points for the same seed.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, t = ag.datasets.spiral()
    >>> x.shape, t.shape
    ((300, 2), (300,))
    >>> print(x[99].round(3), t[99])
    [-0.587 -0.797] 0
    """
    _require_count(samples, "spiral: samples")
    _require_count(classes, "spiral: classes")
    noise = _legacy(seed, "spiral").randn(classes, samples)
    radius = np.arange(samples) / samples
    angle = np.arange(classes)[:, None] * 4.0 + 4.0 * radius + noise * 0.2
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=-1)
    t: Labels = np.repeat(np.arange(classes), samples)
    if one_hot:
        t = encode(t, classes)
    return _points_and_labels(points.reshape(-1, 2), t, dtype, "spiral")


def gate(
    name: Literal["and", "or", "nand", "xor"], *, dtype: FloatName = "float32"
) -> tuple[Floats, Labels]:
    """Return the truth table of a logic gate.

    Parameters
    ----------
    name : {"and", "or", "nand", "xor"}
        In small or capital letters.
    dtype : {"float32", "float64"}
        Of the inputs.

    Returns
    -------
    x : array of shape (4, 2)
        The rows 0 0, 0 1, 1 0 and 1 1.
    t : array of shape (4,)
        0 or 1, int64. Both are read-only.

    Raises
    ------
    ArgumentError
        If there is no gate of that name, or the dtype is another.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, t = ag.datasets.gate("xor")
    >>> print(t)
    [0 1 1 0]
    """
    outputs = GATES.get(str(name).lower())
    if outputs is None:
        raise ArgumentError(f"gate: {name!r:.40} is unknown; pass one of {', '.join(GATES)}.")
    inputs = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], float)
    return _points_and_labels(inputs, np.array(outputs), dtype, "gate")


def plane(
    samples: int = 100,
    *,
    seed: int = 317,
    boundary: Literal["parabola", "line"] = "parabola",
    dtype: FloatName = "float32",
) -> tuple[Floats, Labels]:
    """Return points of the square from −2 to 2, labelled 1 above a curve and 0 below it.

    Parameters
    ----------
    samples : int
    seed : int
        From 0 to 2³² − 1, of NumPy's legacy generator.
    boundary : {"parabola", "line"}
        Labelled 1 is where x2 + 1 > x1², or where x2 − 1 > 2 x1.
    dtype : {"float32", "float64"}
        Of the points.

    Returns
    -------
    x : array of shape (samples, 2)
    t : array of shape (samples,)
        0 or 1, int64. Both are read-only.

    Raises
    ------
    ArgumentError
        If a number is out of range, or the boundary or the dtype is another.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, t = ag.datasets.plane()
    >>> print(x[0], t[0])
    [-0.78259873  0.9052087 ] 1
    """
    _require_count(samples, "plane: samples")
    points = _legacy(seed, "plane").rand(samples, 2) * 4 - 2
    x1, x2 = points.T
    if boundary == "parabola":
        above = x2 + 1 > x1**2
    elif boundary == "line":
        above = x2 - 1 > x1 * 2
    else:
        known = "pass 'parabola' or 'line'"
        raise ArgumentError(f"plane: boundary={boundary!r:.40} is unknown; {known}.")
    return _points_and_labels(points, above, dtype, "plane")


def _legacy(seed: int, what: str) -> np.random.RandomState:
    """Return a legacy generator of its own: the global one is the user's."""
    if not isinstance(seed, int | np.integer):
        raise OperandError(f"{what}: the seed is {seed!r:.40}; pass a whole number.")
    if not 0 <= seed <= LARGEST_SEED:
        raise ArgumentError(f"{what}: the seed is {seed}; pass one from 0 to {LARGEST_SEED}.")
    return np.random.RandomState(seed)


def _require_count(number: int, what: str) -> None:
    if not isinstance(number, int | np.integer):
        raise OperandError(f"{what} is {number!r:.40}; pass a whole number.")
    if number < 1:
        raise ArgumentError(f"{what} is {number}; pass 1 or more.")


def _points_and_labels(
    points: npt.NDArray[np.float64], t: npt.NDArray[np.generic], dtype: FloatName, what: str
) -> tuple[Floats, Labels]:
    """Return points and labels in memory of their own that nobody can write into."""
    if dtype not in ("float32", "float64"):
        raise ArgumentError(f"{what}: dtype={dtype!r:.40}; pass 'float32' or 'float64'.")
    x: Floats = points.astype(dtype)
    labels: Labels = t.astype(np.float32 if t.dtype == np.float32 else np.int64)
    return sealed(x), sealed(labels)
