"""Gradients of functions: a function in, a function out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_lite.arrays import namespace
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.graph import Variable
from autograd_lite.graph.gradients import seed_of
from autograd_lite.transforms.running import (
    Argnums,
    Run,
    as_output,
    as_real_output,
    checked_argnums,
    named,
    pulled,
    settle,
)
from autograd_lite.transforms.trees import rebuilt

__all__ = ["elementwise_grad", "grad", "gradient_of", "value_and_grad"]


def grad(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """Return a function that computes the gradient of `f`, which returns one number.

    Parameters
    ----------
    f : callable
        Of arrays, numbers, and nested tuples, lists, dicts and named tuples of these; other
        arguments pass as they are.
    argnums : int or sequence of int
        The positional arguments to differentiate by.
    has_aux : bool
        Whether `f` returns a pair: the number, and something else to hand on.

    Returns
    -------
    callable
        Takes what `f` takes and returns the gradient, in the structure, shapes and dtypes of the
        argument; a tuple of them for a sequence of `argnums`; with `has_aux`, the pair of the
        gradient and what else `f` returned. The gradient is zero where `f` does not depend on
        an argument.

        Arrays go in and come out. Where the gradient also depends on Variables that require
        one, such as the argument of an outer derivative, it is a recorded Variable, so that nothing
        is cut; under :class:`no_grad` it never is.

    Raises
    ------
    ArgumentError
        When called: if `f` returns more than one number, or an argument is not there.
    DTypeError
        When called: if an argument holds integers that are no Python numbers.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> cube = lambda x: x**3
    >>> float(ag.grad(cube)(2.0)), float(ag.grad(ag.grad(cube))(2.0))
    (12.0, 12.0)
    >>> loss = lambda p, x: ((p["w"] * x + p["b"]) ** 2).sum()
    >>> ag.grad(loss)({"w": 2.0, "b": 1.0}, [1.0, 2.0])
    {'w': array(26.), 'b': array(16.)}
    """
    numbers = checked_argnums("grad", f, argnums)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        _, aux, found = _differentiated("grad", f, numbers, args, kwargs, aux=has_aux)
        return (found, aux) if has_aux else found

    named(gradient, f, "grad")
    return gradient


def value_and_grad(
    f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Return a function that computes the value of `f` and its gradient, in one run.

    Parameters
    ----------
    f, argnums, has_aux
        As for :func:`grad`.

    Returns
    -------
    callable
        Returns the pair of the value and the gradient; with `has_aux`, the value is itself the
        pair that `f` returned. SciPy's ``minimize(..., jac=True)`` takes it as it is.

    Examples
    --------
    >>> import autograd_lite as ag, numpy as np
    >>> value, gradient = ag.value_and_grad(lambda x: (x * x).sum())(np.array([1.0, 2.0]))
    >>> float(value), gradient
    (5.0, array([2., 4.]))
    """
    numbers = checked_argnums("value_and_grad", f, argnums)

    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        value, aux, found = _differentiated("value_and_grad", f, numbers, args, kwargs, aux=has_aux)
        return ((value, aux) if has_aux else value), found

    named(value_and_gradient, f, "value_and_grad")
    return value_and_gradient


def elementwise_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the gradient of the sum of what `f` returns.

    Where each element of the result depends on one element of the argument only, that is the
    slope at each element.

    Parameters
    ----------
    f, argnums
        As for :func:`grad`, but `f` may return any shape.

    Raises
    ------
    DTypeError
        When called: if `f` returns complex numbers.

    Examples
    --------
    >>> import autograd_lite as ag, numpy as np
    >>> ag.elementwise_grad(lambda x: x**3)(np.array([1.0, 2.0, 3.0]))
    array([ 3., 12., 27.])
    """
    numbers = checked_argnums("elementwise_grad", f, argnums)

    def slopes(*args: Any, **kwargs: Any) -> Any:
        run = Run("elementwise_grad", f, args, kwargs, numbers)
        v = as_real_output(run.result, "elementwise_grad")
        ones = namespace(v._data).ones(v.shape, dtype=v.dtype)
        return rebuilt(run.tree, _pulled_by(run, v, ones)[0])

    named(slopes, f, "elementwise_grad")
    return slopes


def gradient_of(
    what: str, f: Callable[..., Any], argnums: int | tuple[int, ...]
) -> Callable[..., Any]:
    """Return the gradient of `f` as a step of another transform, which messages name."""

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return _differentiated(what, f, argnums, args, kwargs)[2]

    return gradient


def _differentiated(
    what: str,
    f: Callable[..., Any],
    argnums: int | tuple[int, ...],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    aux: bool = False,
) -> tuple[Any, Any, Any]:
    """Return the value of `f`, what else it returned, and the gradient."""
    run = Run(what, f, args, kwargs, argnums)
    output, further = run.result, None
    if aux:
        output, further = _pair(what, output)
        further = run.left(further)
    v = scalar(output, what)
    found, recorded = _pulled_by(run, v, seed_of(v, None, what) if v.requires_grad else None)
    value = v if recorded else v._data.copy()
    return value, further, rebuilt(run.tree, found)


def _pulled_by(run: Run, v: Variable, seed: Any) -> tuple[list[Any], bool]:
    """Return the gradient of each input, and whether they are recorded Variables."""
    reach = run.reach(v)
    recorded = run.recording and reach.others
    settle(run.inputs)
    return pulled(reach, run.inputs, [seed], create_graph=recorded), recorded


def _pair(what: str, result: Any) -> tuple[Any, Any]:
    if isinstance(result, tuple) and len(result) == 2:
        return result
    msg = (
        f"{what}: with has_aux=True the function must return a pair, the value and what else it "
        f"has to say; it returned {type(result).__name__}."
    )
    raise OperandError(msg)


def scalar(output: Any, what: str) -> Variable:
    """Return the output of a function that must return one number.

    Raises
    ------
    ArgumentError
        If it has more or fewer elements.
    """
    v = as_output(output, what)
    if v.size != 1:
        instead = "jacobian" if what == "hessian" else "jacobian, elementwise_grad"
        msg = (
            f"{what}: the function returned shape {v.shape}, and only a single number has a "
            f"gradient; use {instead}, or reduce it with sum() or mean()."
        )
        raise ArgumentError(msg)
    return v
