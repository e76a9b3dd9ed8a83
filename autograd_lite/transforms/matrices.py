"""Whole Jacobians and Hessians: all rows at once, or one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_lite.arrays import namespace
from autograd_lite.graph import Variable
from autograd_lite.graph.binding import BOUND
from autograd_lite.graph.reach import Reach
from autograd_lite.transforms.batching import pulled_at_once
from autograd_lite.transforms.derivatives import gradient_of
from autograd_lite.transforms.running import (
    Argnums,
    Run,
    as_real_output,
    checked_argnums,
    named,
    pulled,
    recorded_here,
    settle,
)
from autograd_lite.transforms.trees import leaves_of, rebuilt

__all__ = ["hessian", "jacobian"]


def jacobian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the derivative of each output of `f` by each input.

    It runs `f` once and makes one backward pass for each element of what `f` returns; on NumPy
    arrays of moderate size all of them at once, where the rules can.

    Parameters
    ----------
    f : callable
        Of arrays or trees of them; it may return a tree too.
    argnums : int or sequence of int
        The positional arguments to differentiate by.

    Returns
    -------
    callable
        Takes what `f` takes; returns an array of the output's shape followed by the argument's.
        For trees: the structure of the output, in each leaf of it that of the argument.

    Raises
    ------
    DTypeError
        When called: if `f` returns complex numbers.

    Examples
    --------
    >>> import autograd_lite as ag, numpy as np
    >>> ag.jacobian(lambda x: x * x[::-1])(np.array([1.0, 2.0, 3.0]))
    array([[3., 0., 1.],
           [0., 4., 0.],
           [3., 0., 1.]])
    """
    numbers = checked_argnums("jacobian", f, argnums)

    def matrix(*args: Any, **kwargs: Any) -> Any:
        return _jacobian("jacobian", f, numbers, args, kwargs)

    named(matrix, f, "jacobian")
    return matrix


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the second derivatives of `f`, which returns one number.

    It records one gradient and makes one backward pass through it for each element of the argument;
    on NumPy arrays of moderate size all of them at once, where the rules can.

    Parameters
    ----------
    f, argnums
        As for :func:`grad`.

    Returns
    -------
    callable
        Takes what `f` takes; returns an array of the argument's shape, twice. For trees: the
        structure of the argument, in each leaf of it that structure again.

    Raises
    ------
    ArgumentError
        When called: if `f` returns more than one number.
    DTypeError
        When called: if an argument is complex; its gradient is too.

    Examples
    --------
    >>> import autograd_lite as ag, numpy as np
    >>> ag.hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    numbers = checked_argnums("hessian", f, argnums)
    gradient = gradient_of("hessian", f, numbers)

    def matrix(*args: Any, **kwargs: Any) -> Any:
        return _jacobian("hessian", gradient, numbers, args, kwargs)

    named(matrix, f, "hessian")
    return matrix


def _jacobian(
    what: str,
    f: Callable[..., Any],
    argnums: int | tuple[int, ...],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    run = Run(what, f, args, kwargs, argnums)
    blocks = [_block(run, as_real_output(leaf, what)) for leaf in leaves_of(run.result)]
    settle(run.inputs)
    return rebuilt(run.result, [rebuilt(run.tree, block) for block in blocks])


def _block(run: Run, v: Variable) -> list[Any]:
    """Return the derivatives of one output by each input."""
    xp: Any = namespace(v._data)
    shapes = [v.shape + x.shape for x in run.inputs]
    if not v.requires_grad or not v.size:
        return [xp.zeros(s, dtype=x.dtype) for s, x in zip(shapes, run.inputs, strict=True)]
    reach = run.reach(v)
    if run.recording and reach.others:
        rows = [pulled(reach, run.inputs, [unit], create_graph=True) for unit in _units(xp, v)]
        columns = zip(*rows, strict=True)
        stack: Any = BOUND.namespace.stack
        return [stack(rows).reshape(s) for rows, s in zip(columns, shapes, strict=True)]
    with recorded_here():
        blocks = pulled_at_once(reach, v, run.inputs) or _rows(reach, v, run.inputs)
    return [block.reshape(s) for block, s in zip(blocks, shapes, strict=True)]


def _rows(reach: Reach, v: Variable, inputs: list[Variable]) -> list[Any]:
    """Make a pass for each element of an output."""
    xp: Any = namespace(v._data)
    blocks = [xp.zeros((v.size, *x.shape), dtype=x.dtype) for x in inputs]
    for i, unit in enumerate(_units(xp, v)):
        found, _ = reach.pull([unit], retain_graph=True)
        for block, gradient in zip(blocks, found, strict=True):
            if gradient is not None:
                block[i] = gradient
    return blocks


def _units(xp: Any, v: Variable) -> list[Any]:
    """Return, for each element of an output, the gradient that is 1 there and 0 elsewhere."""
    return list(xp.eye(v.size, dtype=v.dtype).reshape((v.size, *v.shape)))
