"""What goes into a layer, brought into the dtype that it computes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.arrays import as_array, is_array, namespace
from autograd_lite.graph import Operand, Variable
from autograd_lite.warning import warn_user

if TYPE_CHECKING:
    from autograd_lite.nn.module import Module

__all__ = ["converted"]


def converted(x: Operand, dtype: np.dtype[Any], layer: Module, like: Variable) -> Operand:
    """Return an input in a layer's dtype: of a Variable by a recorded operation.

    An array of a wider float type loses digits, and time at every step: the first one warns.

    Parameters
    ----------
    x : Variable, array or nested sequence of numbers
    dtype : dtype
    layer : Module
        Who is given it.
    like : Variable
        A list goes to its device.
    """
    if isinstance(x, Variable):
        return x if x._data.dtype == dtype else x.astype(dtype)
    name = type(layer).__name__
    if not is_array(x):
        return namespace(like._data).asarray(as_array(x, dtype, what=f"{name}: x"))
    given = as_array(x, what=f"{name}: x")
    if given.dtype == dtype:
        return given
    if given.dtype.kind == "f" and given.dtype.itemsize > dtype.itemsize:
        _warn_once(layer, f"{name}: x is {given.dtype}, the layer computes in {dtype}")
    return given.astype(dtype)


def _warn_once(layer: Module, difference: str) -> None:
    if not layer._warned:
        layer._warned = True
        warn_user(
            f"{difference}, so it is converted at every call; convert the data once, with "
            "x.astype('float32'), or make the layer with dtype='float64'.",
            UserWarning,
        )
