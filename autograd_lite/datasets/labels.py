"""Class labels as rows of zeros with a one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from autograd_lite.datasets.sealing import sealed
from autograd_lite.errors import ArgumentError, DTypeError, ShapeError

__all__ = ["one_hot"]


def one_hot(t: npt.ArrayLike, classes: int | None = None) -> npt.NDArray[np.float32]:
    """Return a row for each label: a one in the label's column, zeros elsewhere.

    Parameters
    ----------
    t : array of shape (N,)
        Whole numbers from 0.
    classes : int, optional
        The number of columns; by default one more than the largest label.

    Returns
    -------
    array of shape (N, classes)
        float32, read-only.

    Raises
    ------
    DTypeError
        If the labels are no whole numbers.
    ShapeError
        If they are not in one dimension.
    ArgumentError
        If a label is negative or has no column, `classes` is no whole number above 0, or without
        labels and without `classes`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.datasets.one_hot([2, 0, 1])
    array([[0., 0., 1.],
           [1., 0., 0.],
           [0., 1., 0.]], dtype=float32)
    """
    labels = np.asarray(t)
    if labels.ndim != 1:
        msg = f"one_hot: labels have shape {labels.shape}, not (N,); pass t.reshape(-1)."
        raise ShapeError(msg)
    if labels.dtype.kind not in "iu" and labels.size:
        msg = f"one_hot: labels are {labels.dtype}, not whole numbers; pass t.astype(int)."
        raise DTypeError(msg)
    width = _width(labels, classes)
    rows = np.zeros((len(labels), width), np.float32)
    rows[np.arange(len(labels)), labels.astype(np.intp)] = 1
    return sealed(rows)


def _width(labels: npt.NDArray[np.integer], classes: int | None) -> int:
    """Return the number of columns, every label checked against it."""
    whole = isinstance(classes, int | np.integer) and not isinstance(classes, bool)
    if classes is not None and not (whole and classes > 0):
        raise ArgumentError(f"one_hot: classes is {classes!r:.40}; pass a number of columns.")
    if not labels.size:
        if classes is None:
            raise ArgumentError("one_hot: there is no label to count classes from; pass classes=.")
        return classes
    width = int(labels.max()) + 1 if classes is None else classes
    if labels.min() < 0 or labels.max() >= width:
        found = f"labels go from {labels.min()} to {labels.max()}"
        raise ArgumentError(f"one_hot: {found}, not from 0 to {width - 1}; renumber them.")
    return width
