"""Products with derivatives: vectors times Jacobians, Jacobians and Hessians times vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_lite.arrays import namespace
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.graph import Variable, is_recording
from autograd_lite.graph.gradients import seed_of, zeros_like
from autograd_lite.graph.reach import Reach
from autograd_lite.graph.variable import producer_of
from autograd_lite.transforms.derivatives import scalar
from autograd_lite.transforms.running import (
    Argnums,
    Run,
    as_output,
    as_seeds,
    checked_argnums,
    is_recorded,
    named,
    pulled,
    settle,
)
from autograd_lite.transforms.trees import leaves_alike, leaves_of, rebuilt

__all__ = ["hvp", "jvp", "vjp"]


def vjp(f: Callable[..., Any], /, *args: Any, **kwargs: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Run `f`; return its value and the function that pulls gradients of it back.

    Parameters
    ----------
    f : callable
        Of arrays or trees of them; it may return a tree too.
    *args
        What to call it with, and to differentiate by: all of them.
    **kwargs
        Also passed to `f`, as they are.

    Returns
    -------
    value : array or tree of arrays
        What `f` returned.
    pullback : callable
        Takes the gradient of the value, in its structure, shapes and dtypes; returns a tuple
        of the gradients of `args`. It may be called any number of times: one backward pass each.

    Raises
    ------
    ArgumentError
        From the pullback: if the gradient has another structure than the value.
    ShapeError, DTypeError
        From the pullback: if it has another shape or dtype.

    Examples
    --------
    >>> import autograd_lite as ag, numpy as np
    >>> value, pullback = ag.vjp(lambda x, y: x * y, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> value, pullback(np.array([1.0, 10.0]))
    (array([3., 8.]), (array([ 3., 40.]), array([ 1., 20.])))
    """
    checked_argnums("vjp", f, 0)
    run = Run("vjp", f, args, kwargs, tuple(range(len(args))))
    outputs = [as_output(leaf, "vjp") for leaf in leaves_of(run.result)]
    reach = run.reach(*outputs)

    def pullback(gradient: Any) -> Any:
        given = leaves_alike(run.result, gradient, "vjp: the gradient")
        seeds = as_seeds(outputs, given, "vjp: the gradient")
        recorded = is_recording() and (reach.others or any(map(is_recorded, given)))
        found = pulled(reach, run.inputs, seeds, create_graph=recorded, retain_graph=True)
        return rebuilt(run.tree, found)

    value = run.left(rebuilt(run.result, outputs))
    settle(run.inputs)
    return value, pullback


def jvp(
    f: Callable[..., Any], /, args: Sequence[Any], tangents: Sequence[Any], **kwargs: Any
) -> tuple[Any, Any]:
    """Return the value of `f` and its derivative along a direction.

    There are reverse rules only. Pulling a gradient u back is linear in u, and pulling the
    direction back through that gives the product wanted, whatever u is. It costs a recorded
    backward pass and another one through what that recorded: three to four times what `f` and one
    gradient cost, and their memory.

    Parameters
    ----------
    f : callable
        Of arrays or trees of them; it may return a tree too.
    args : sequence
        What to call it with.
    tangents : sequence
        The direction: for each argument a tree of the same structure, shapes and dtypes.
    **kwargs
        Also passed to `f`, as they are.

    Returns
    -------
    value, tangent : array or tree of arrays
        What `f` returned, and by how much it changes along the direction.

    Raises
    ------
    OperandError
        If `args` or `tangents` is no tuple or list.
    ArgumentError
        If `tangents` has another structure than `args`.
    ShapeError, DTypeError
        If a tangent has another shape or dtype.

    References
    ----------
    J. Townsend, A new trick for calculating Jacobian vector products, 2017.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> value, tangent = ag.jvp(ag.sin, [0.0], [2.0])
    >>> float(value), float(tangent)
    (0.0, 2.0)
    """
    checked_argnums("jvp", f, 0)
    for given, name in ((args, "args"), (tangents, "tangents")):
        if not isinstance(given, tuple | list):
            msg = f"jvp: {name} must be a tuple or list, not {type(given).__name__}; write [x]."
            raise OperandError(msg)
    args, tangents = tuple(args), tuple(tangents)
    run = Run("jvp", f, args, kwargs, tuple(range(len(args))))
    directions = leaves_alike(run.tree, tangents, "jvp: tangents")
    seeds = as_seeds(run.inputs, directions, "jvp: tangents")
    outputs = [as_output(leaf, "jvp") for leaf in leaves_of(run.result)]
    varied = [v for v in outputs if v.requires_grad]
    reach = run.reach(*varied)
    # Ones, not zeros: at a singular point a gradient of 0 stays 0, and would hide the slope.
    weights = [Variable(namespace(v._data).ones(v.shape, dtype=v.dtype)) for v in varied]
    back = pulled(reach, run.inputs, weights, create_graph=True)
    recorded = run.recording and (reach.others or any(map(is_recorded, directions)))
    found = iter(_pulled_again(back, seeds, weights, recorded))
    changes = [next(found) if v.requires_grad else zeros_like(v) for v in outputs]
    value = run.left(rebuilt(run.result, outputs))
    settle([*run.inputs, *weights])
    return value, rebuilt(run.result, changes)


def hvp(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that multiplies the Hessian of `f` by a vector, without the Hessian.

    It costs a recorded gradient and one backward pass through it.

    Parameters
    ----------
    f : callable
        Returns one number; see :func:`grad`.
    argnums : int or sequence of int
        The positional arguments to differentiate by.

    Returns
    -------
    callable
        Takes what `f` takes and, last, the vector: in the structure, shapes and dtypes of the
        argument, a tuple for a sequence of `argnums`. Returns the product, in the same structure.

    Raises
    ------
    ArgumentError
        When called: if `f` returns more than one number, or the vector has another structure.
    ShapeError, DTypeError
        When called: if the vector has another shape or dtype.

    Notes
    -----
    SciPy passes the vector before further arguments: ``hessp=lambda x, v, *a: hvp(f)(x, *a, v)``.

    References
    ----------
    B. A. Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6, 1994.

    Examples
    --------
    >>> import autograd_lite as ag, numpy as np
    >>> ag.hvp(lambda x: (x**3).sum())(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([  6., 120.])
    """
    numbers = checked_argnums("hvp", f, argnums)

    def product(*args: Any, **kwargs: Any) -> Any:
        if len(args) < 2:
            msg = "hvp: call it with the function's arguments and, last, the vector."
            raise ArgumentError(msg)
        *arguments, vector = args
        run = Run("hvp", f, tuple(arguments), kwargs, numbers)
        given = leaves_alike(run.tree, vector, "hvp: the vector")
        seeds = as_seeds(run.inputs, given, "hvp: the vector")
        v = scalar(run.result, "hvp")
        if not v.requires_grad:
            return rebuilt(run.tree, [zeros_like(x) for x in run.inputs])
        reach = run.reach(v)
        gradient = pulled(reach, run.inputs, [seed_of(v, None, "hvp")], create_graph=True)
        recorded = run.recording and (reach.others or any(map(is_recorded, given)))
        found = _pulled_again(gradient, seeds, run.inputs, recorded)
        settle(run.inputs)
        return rebuilt(run.tree, found)

    named(product, f, "hvp")
    return product


def _pulled_again(
    gradients: Sequence[Variable], seeds: Sequence[Any], by: Sequence[Variable], recorded: bool
) -> list[Any]:
    """Pull seeds back through gradients that were recorded."""
    pairs = [(g, s) for g, s in zip(gradients, seeds, strict=True) if g.requires_grad]
    reach = Reach([g for g, _ in pairs], [producer_of(v) for v in by])
    return pulled(reach, by, [s for _, s in pairs], create_graph=recorded)
