"""``ag.trace``: of a matrix its trace, of a function its graph as text."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TextIO, overload

from autograd_lite.functions import matrices
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["trace"]


@overload
def trace(x: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Variable: ...
@overload
def trace(x: Callable[..., Any], *args: Any, file: TextIO | None = None, **kwargs: Any) -> None: ...
def trace(x: Any, *args: Any, **options: Any) -> Variable | None:
    """Print the graph of a function, one line per operation; of an array, sum a diagonal.

    ``trace(f, *args)`` runs `f` once and prints what it recorded: each operation's name and what
    it reads, the shape and dtype of its result, the bytes that it alone keeps for backward, and
    the line that made it. ``trace(x, offset=0, axis1=0, axis2=1)`` is ``numpy.trace``.

    Parameters
    ----------
    x : callable, or Variable or array of at least two axes
    *args
        What the function is called with. Floats and floating arrays become Variables, also in
        lists, tuples and dicts; all else is passed on, and so are further keyword arguments.
    file : text file, optional
        Where to print instead of standard output.

    Raises
    ------
    OperandError
        If the function returns no Variable.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> ag.trace(lambda x: (ag.exp(x) * 2.0).sum(), np.ones(3))  # doctest: +ELLIPSIS
        operation     shape  dtype    kept  line
    x   input         (3,)   float64
    %0  exp(x)        (3,)   float64  24 B  ...
    %1  mul(%0, 2.0)  (3,)   float64  ...
    %2  sum(%1)       ()     float64  -     ...
    3 operations; ... bytes kept for backward
    >>> ag.trace(np.eye(3))
    Variable(3.0, requires_grad=False)
    """
    if callable(x):
        import_module("autograd_lite.debugging.listing").list_graph(x, *args, **options)
        return None
    return matrices.trace(x, *args, **options)
