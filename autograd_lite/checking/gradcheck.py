"""gradcheck and gradgradcheck: rules against central differences or the complex step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from autograd_lite.arrays import is_array, namespace
from autograd_lite.checking.directions import check_directions
from autograd_lite.checking.elements import check_elements
from autograd_lite.checking.places import opened
from autograd_lite.checking.probe import (
    CheckResult,
    Probe,
    Settings,
    drawn_weights,
    outputs_of,
    pulled_back,
)
from autograd_lite.errors import OperandError
from autograd_lite.graph.modes import enable_grad
from autograd_lite.graph.variable import Variable

__all__ = ["gradcheck", "gradgradcheck"]

RTOL, ATOL = 1e-5, 1e-7


def gradcheck(
    f: Callable[..., Any],
    inputs: Any,
    *,
    method: Literal["difference", "complex"] = "difference",
    directions: int | None = None,
    eps: float | None = None,
    rtol: float = RTOL,
    atol: float = ATOL,
    seed: int = 0,
    allow_kinks: bool = False,
) -> CheckResult:
    """Compare the gradients of `f` with central differences, in float64, for every input.

    Parameters
    ----------
    f : callable
        Takes the inputs and returns a Variable of any shape, or several; it may also read leaf
        Variables among the inputs from where they live.
    inputs : array, leaf Variable, or sequence of these
        Arrays become Variables; Variables are moved in place and put back. Complex ones are moved
        along both parts; of complex outputs the real part of a sum with complex weights is
        differentiated. Integer and boolean arrays and other things are passed on as they are.
    method : {"difference", "complex"}
        ``"complex"`` compares to about 14 digits, with Im f(x + ih) / h, where central differences
        give 9. It needs an `f` of analytic operations: no absolute value, maximum or comparison;
        and real inputs.
    directions : int, optional
        Instead of every element, compare along this many random directions through all inputs:
        the cost does not depend on the number of elements.
    eps : float, optional
        The step; by default scaled to the value.
    rtol, atol : float
        Allowed error: atol + rtol · |gradient| + the rounding error of the differences.
    seed : int
        Of the random directions and of the weights of the outputs.
    allow_kinks : bool
        Do not fail where the slopes from the left and from the right differ.

    Returns
    -------
    CheckResult

    Raises
    ------
    GradientCheckError
        With a table of the worst elements and what the error looks like; also if `f` gives two
        results for one input (it is random), or has a kink here.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> result = ag.gradcheck(lambda x: ag.tanh(x) * x, np.array([0.5, -1.0]))
    >>> result.worst_error < 1e-8
    True
    """
    if method not in ("difference", "complex"):
        msg = f"gradcheck: method is {method!r:.40}; use 'difference' or 'complex'."
        raise OperandError(msg)
    settings = Settings(eps, rtol, atol, allow_kinks, method == "complex")
    arguments, movable = _arguments(inputs)
    rng = np.random.default_rng(seed)
    if settings.complex_step and any([arguments[i].dtype.kind == "c" for i in movable]):
        msg = "gradcheck: method='complex' takes its step from real inputs; use 'difference'."
        raise OperandError(msg)
    with opened([arguments[i] for i in movable], "gradcheck") as places, enable_grad():
        probe = Probe(f, arguments, movable, places, rng)
        if directions is not None:
            return check_directions(probe, directions, settings, rng)
        return check_elements(probe, settings)


def gradgradcheck(
    f: Callable[..., Any],
    inputs: Any,
    *,
    directions: int | None = None,
    eps: float | None = None,
    rtol: float = RTOL,
    atol: float = ATOL,
    seed: int = 0,
    allow_kinks: bool = False,
) -> CheckResult:
    """Compare second derivatives of `f` with central differences of its first ones.

    The gradients of `f`, weighted at random, are themselves checked by :func:`gradcheck`, with
    respect to the inputs and to the weights. Parameters and errors are the same.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> bool(ag.gradgradcheck(ag.exp, np.array([0.5, -1.0])))
    True
    """
    arguments, movable = _arguments(inputs)
    probe = outputs_of(f(*arguments))
    rng = np.random.default_rng(seed + 1)
    weights = [
        Variable(namespace(y._data).asarray(drawn_weights(rng, y)), name="weights") for y in probe
    ]

    def gradient(*given: Any) -> list[Variable]:
        own = given[: len(arguments)]
        outputs = outputs_of(f(*own))
        seeds = [w.astype(y.dtype) for w, y in zip(given[len(arguments) :], outputs, strict=True)]
        return pulled_back(outputs, [own[i] for i in movable], seeds, create_graph=True)

    return gradcheck(
        gradient,
        [*arguments, *weights],
        directions=directions,
        eps=eps,
        rtol=rtol,
        atol=atol,
        seed=seed,
        allow_kinks=allow_kinks,
    )


def _arguments(inputs: Any) -> tuple[list[Any], list[int]]:
    """Return the arguments of f, arrays as Variables, and which of them are moved."""
    given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    arguments: list[Any] = []
    movable: list[int] = []
    for i, value in enumerate(given):
        floats = (is_array(value) or isinstance(value, np.generic)) and value.dtype.kind in "fc"
        if floats or isinstance(value, complex | float):
            arguments.append(Variable(value))
        else:
            arguments.append(value)
        again = any([arguments[i] is arguments[j] for j in movable])  # one Variable, two places
        if isinstance(arguments[i], Variable) and arguments[i].requires_grad and not again:
            movable.append(i)
    if not movable:
        msg = "gradcheck: no input requires a gradient; pass floating-point arrays or Variables."
        raise OperandError(msg)
    return arguments, movable
