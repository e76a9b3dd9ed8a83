"""What plots read: arrays on the host, points, classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import is_array, to_device
from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.graph import Variable

__all__ = ["HostArray", "class_names", "classes_of", "host", "indices", "plane_points"]

HostArray: TypeAlias = npt.NDArray[Any]


def host(data: Any, what: str) -> HostArray:
    """Return an array, Variable, array of a device or list as a NumPy array.

    Raises
    ------
    OperandError
        For what is no array, as a ragged list.
    """
    array = data.data if isinstance(data, Variable) else data
    if is_array(array):
        return to_device(array, "cpu")
    try:
        return np.asarray(array)
    except ValueError as error:
        msg = f"{what} is no array ({error}); pass rows of equal lengths."
        raise OperandError(msg) from error


def plane_points(x: Any, what: str) -> HostArray:
    """Return points of a plane, checked.

    Raises
    ------
    ShapeError
        If they are not of shape (N, 2) with at least one row.
    """
    points = host(x, f"{what}: x")
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        msg = (
            f"{what}: x has the shape {points.shape}; pass points of a plane, (N, 2), for example "
            "x[:, :2]."
        )
        raise ShapeError(msg)
    return points


def classes_of(t: Any, rows: int, what: str) -> HostArray:
    """Return one class per row: of labels (N,) or (N, 1), or of one-hot rows (N, C).

    Raises
    ------
    ShapeError
        For another shape, or another number of rows.
    ArgumentError
        If a class is no whole number.
    """
    given = labels = host(t, what)
    if labels.ndim == 2 and labels.shape[1] > 1:
        labels = labels.argmax(axis=1)
    elif labels.ndim == 2:
        labels = labels[:, 0]
    if labels.shape != (rows,):
        msg = (
            f"{what} has the shape {given.shape}; pass one class for each of the {rows} rows: "
            f"({rows},), or one-hot ({rows}, C)."
        )
        raise ShapeError(msg)
    if labels.dtype.kind not in "fb":
        return labels
    whole = labels.astype(np.int64)
    if not (whole == labels).all():
        msg = f"{what} holds fractions; pass classes, as whole numbers or one-hot rows."
        raise ArgumentError(msg)
    return whole


def class_names(names: Sequence[str] | None, count: int, what: str) -> list[str] | None:
    """Return the names of classes as texts, as many as there are classes.

    Raises
    ------
    ShapeError
        If there are fewer or more.
    """
    if names is None:
        return None
    if len(names) != count:
        msg = f"{what}: there are {len(names)} names for {count} classes; pass one for each."
        raise ShapeError(msg)
    return [str(name) for name in names]


def indices(highlight: int | Sequence[int] | None, rows: int, what: str) -> npt.NDArray[np.int64]:
    """Return the rows to point out.

    Raises
    ------
    ArgumentError
        For what is no whole number, or no row.
    """
    given = np.atleast_1d(np.asarray([] if highlight is None else highlight))
    if not given.size:
        return np.zeros(0, np.int64)
    numbers = given.ndim == 1 and given.dtype.kind in "iu"
    if not numbers or given.min() < 0 or given.max() >= rows:
        msg = (
            f"{what}: highlight is {highlight!r:.40}; pass indices of the {rows} rows, counted "
            "from 0."
        )
        raise ArgumentError(msg)
    return given.astype(np.int64)
