"""What holds for every differentiable function, one law after the other.

A law takes a :class:`Trial` and raises :class:`BrokenLawError` where it does not hold. Each
supposes that those before it in `LAWS` do, so that the first one broken is the one to mend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import Array
from autograd_lite.checking import gradcheck, gradgradcheck
from autograd_lite.checking.probe import pulled_back
from autograd_lite.graph.modes import no_grad
from autograd_lite.graph.variable import Variable
from autograd_lite.testing.strategies import LAYOUTS, laid_out
from autograd_lite.testing.trial import (
    BrokenLawError,
    Trial,
    arrays_in,
    constant_of,
    leaves_of,
)

__all__ = ["LAWS", "close"]

# Up to so many elements, slopes are compared for each; beyond, along random directions.
FIRST, SECOND = 200, 64
EXACT, SINGLE, HALF = 1e-9, 1e-4, 0.05  # relative to the largest element


def close(actual: Any, expected: Any, what: str, tolerance: float = EXACT) -> None:
    """Compare shapes, and values relative to the largest.

    Raises
    ------
    BrokenLawError
        With the worst element, if they differ.
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        raise BrokenLawError(f"{what}: shape {actual.shape} instead of {expected.shape}")
    a, b = actual.astype(np.float64), expected.astype(np.float64)
    scale = max(1.0, float(np.abs(b[np.isfinite(b)]).max(initial=0.0)))
    wrong = ~np.isclose(a, b, rtol=0.0, atol=tolerance * scale, equal_nan=True)
    if wrong.any():
        error = np.where(wrong, np.nan_to_num(np.abs(a - b), nan=np.inf), -1.0)
        worst = np.unravel_index(int(np.argmax(error)), error.shape)
        at = f" at [{', '.join([str(i) for i in worst])}]" if worst else ""
        raise BrokenLawError(f"{what}: {actual[worst]:.8g} instead of {expected[worst]:.8g}{at}")


def _all_close(
    actual: Sequence[Any], expected: Sequence[Any], what: str, tolerance: float = EXACT
) -> None:
    if len(actual) != len(expected):
        raise BrokenLawError(f"{what}: {len(actual)} instead of {len(expected)}")
    for i, (a, b) in enumerate(zip(actual, expected, strict=True)):
        close(a, b, f"{what} {i + 1}" if len(actual) > 1 else what, tolerance)


def _data(outputs: Sequence[Variable]) -> list[Array]:
    return [y.data for y in outputs]


def _usual(trial: Trial) -> tuple[list[Array], list[Array]]:
    """Return values and gradients of the call as it is."""
    leaves = leaves_of(trial.operands)
    outputs = trial.outputs(leaves)
    return _data(outputs), pulled_back(outputs, leaves, trial.weights(outputs))


# ---- forward and backward


def forward(trial: Trial) -> None:
    """Require that the call returns Variables that depend on the operands."""
    outputs = trial.outputs(leaves_of(trial.operands))
    if not any(y.requires_grad for y in outputs):
        raise BrokenLawError(
            "no result depends on an operand; compute it from them, as recorded Variables"
        )


def backward(trial: Trial) -> None:
    """Require that every gradient has shape and dtype of its operand."""
    leaves = leaves_of(trial.operands)
    outputs = trial.outputs(leaves)
    for i, (g, v) in enumerate(
        zip(pulled_back(outputs, leaves, trial.weights(outputs)), leaves, strict=True)
    ):
        if (g.shape, g.dtype) != (v.shape, v.dtype):
            raise BrokenLawError(
                f"gradient {i + 1}: {g.dtype} {g.shape} for an operand of {v.dtype} {v.shape}"
            )


def determinism(trial: Trial) -> None:
    """Require the same bits from a second call, and from a second backward pass."""
    values, slopes = _usual(trial)
    leaves = leaves_of(trial.operands)
    outputs = trial.outputs(leaves)
    weights = trial.weights(outputs)
    _same(_data(outputs), values, "a second call gives another result")
    _same(
        pulled_back(outputs, leaves, weights, retain_graph=True),
        slopes,
        "a second call gives another gradient",
    )
    _same(
        pulled_back(outputs, leaves, weights),
        slopes,
        "a second backward pass gives another gradient",
    )


def _same(actual: Sequence[Array], expected: Sequence[Array], what: str) -> None:
    if len(actual) != len(expected) or not all(
        np.array_equal(a, b, equal_nan=True) for a, b in zip(actual, expected, strict=True)
    ):
        raise BrokenLawError(what)


def memory(trial: Trial) -> None:
    """Require that nothing of the user's is written, and that results and gradients are owned."""
    users = trial.operands
    leaves = leaves_of(users)
    arguments = trial.filled(leaves)
    others = [x for value in arguments for x in arrays_in(value)]
    before = [x.copy() for x in (*users, *others)]
    outputs = trial.called(arguments)
    weights = trial.weights(outputs)
    again = trial.outputs(users if trial.plain else leaves_of(users))
    for y, same in zip(outputs, again, strict=True):
        if _shares(y.data, [*users, *others]) or _shares(same.data, [*users, *others]):
            raise BrokenLawError("a result shares memory with an argument; return a copy")
        if _shares(y.data, [same.data]):
            raise BrokenLawError("the results of two calls share memory; make a new array in each")
    if len(outputs) == 1:
        outputs[0].backward(weights[0])
    else:
        total: Any = sum([(y * w).sum() for y, w in zip(outputs, weights, strict=True)])
        total.backward()
    _owned(leaves, [*users, *others, *weights, *_data(outputs)])
    for x, copy in zip((*users, *others), before, strict=True):
        _same([x], [copy], "an argument was written; compute with copies")


def _owned(leaves: Sequence[Variable], rest: list[Array]) -> None:
    rest = [*rest, *[v.data for v in leaves]]
    for i, v in enumerate(leaves):
        if v.grad is None:
            continue
        if _shares(v.grad, rest) or not v.grad.flags.writeable:
            raise BrokenLawError(
                f"gradient {i + 1} is not its own writable memory; return a new array"
            )
        rest.append(v.grad)


def _shares(x: Array, others: Sequence[Array]) -> bool:
    return any(np.shares_memory(x, other) for other in others)


# ---- values


def value(trial: Trial) -> None:
    """Require what is expected; without an expectation, finite numbers."""
    found = _data(trial.outputs(leaves_of(trial.operands)))
    if trial.expected is None:
        for y in found:
            if not np.isfinite(y).all():
                raise BrokenLawError(
                    "the result is not finite; draw operands from the function's domain, for "
                    "example arrays(low=0.1), or pass expected"
                )
        return
    _all_close(found, _expected(trial, trial.operands), "result")


def _expected(trial: Trial, operands: Sequence[Array]) -> list[Any]:
    assert trial.expected is not None
    returned = trial.expected(*trial.filled(operands))
    return list(returned) if isinstance(returned, tuple | list) else [returned]


def recording(trial: Trial) -> None:
    """Require the same value where nothing is recorded."""
    values, _ = _usual(trial)
    with no_grad():
        found = trial.outputs(leaves_of(trial.operands))
    _all_close(_data(found), values, "result under no_grad()")
    if trial.plain:
        plain = trial.outputs(trial.operands)
        _all_close(_data(plain), values, "result of plain arrays")
        found += plain
    if any(y.requires_grad for y in found):
        raise BrokenLawError("a result requires a gradient although nothing was to be recorded")


def layout(trial: Trial) -> None:
    """Require the same whatever the memory of operands and arriving gradients looks like."""
    values, slopes = _usual(trial)
    for name in LAYOUTS:
        memories = [laid_out(x, name)[0] for x in trial.operands]
        leaves = [Variable(x, copy=False) for x in memories]
        outputs = trial.outputs(leaves)
        where = f"of operands in {name} memory"
        _all_close(_data(outputs), values, f"result {where}")
        found = pulled_back(outputs, leaves, trial.weights(outputs))
        _all_close(found, slopes, f"gradient {where}")
    _arriving(trial, slopes)


def _arriving(trial: Trial, slopes: Sequence[Array]) -> None:
    """Let gradients arrive in other memory: a transposed one, and one number for all elements."""
    leaves = leaves_of(trial.operands)
    outputs = trial.outputs(leaves)
    turned = [w.T for w in trial.weights(outputs)]
    found = pulled_back([y.T for y in outputs], leaves, turned, retain_graph=True)
    _all_close(found, slopes, "gradient where one in Fortran memory arrives")
    one = [np.ones((), y.dtype) for y in outputs]
    found = pulled_back([y.sum() for y in outputs], leaves, one, retain_graph=True)
    ones = [np.ones(y.shape, y.dtype) for y in outputs]
    _all_close(found, pulled_back(outputs, leaves, ones), "gradient where a broadcast one arrives")


# ---- the rule


def linearity(trial: Trial) -> None:
    """Require that gradients are linear in the one that arrives, and add up over the outputs."""
    leaves = leaves_of(trial.operands)
    outputs = trial.outputs(leaves)
    g, h = trial.weights(outputs, 1), trial.weights(outputs, 2)

    def back(weights: Sequence[Array]) -> list[Array]:
        return pulled_back(outputs, leaves, weights, retain_graph=True)

    tolerance = max([_tolerance(y.dtype) for y in outputs if y.requires_grad])
    a, b = 1.5, -0.75
    mixed = back([a * x + b * y for x, y in zip(g, h, strict=True)])
    summed = [a * x + b * y for x, y in zip(back(g), back(h), strict=True)]
    _all_close(mixed, summed, f"gradient for {a} g + {b} h", tolerance)
    for x in back([np.zeros_like(w) for w in g]):
        if np.any(x):
            raise BrokenLawError("a gradient of zeros arrives and something else comes back")
    if len(outputs) > 1:
        alone = [
            back([w if i == j else np.zeros_like(w) for j, w in enumerate(g)])
            for i in range(len(outputs))
        ]
        sums = [np.sum(parts, axis=0) for parts in zip(*alone, strict=True)]
        _all_close(back(g), sums, "gradient of all outputs, against the sum of each", tolerance)


def constants(trial: Trial) -> None:
    """Require each gradient alone where the other operands are constants, overwritten later."""
    _, slopes = _usual(trial)
    kinds: list[Callable[[Array], Any]] = [constant_of, *([np.copy] if trial.plain else [])]
    for i, slope in enumerate(slopes):
        what = f"gradient {i + 1} where the other operands are constants"
        for kind in kinds if len(slopes) > 1 else []:
            close(_alone(trial, i, kind), slope, what)
        what = f"gradient {i + 1} where constants are overwritten before backward"
        close(_alone(trial, i, kinds[-1], overwrite=True), slope, what)


def _alone(trial: Trial, i: int, kind: Callable[[Array], Any], overwrite: bool = False) -> Array:
    """Return the gradient of one operand, the only one that wants one."""
    operands: list[Any] = [kind(x) for x in trial.operands]
    leaf = operands[i] = Variable(trial.operands[i])
    arguments = trial.filled(operands)
    outputs = trial.called(arguments)
    if overwrite:
        for array in [x for value in arguments for x in arrays_in(value)]:
            array[...] = 7 if array.dtype.kind == "f" else 0
    (slope,) = pulled_back(outputs, [leaf], trial.weights(outputs))
    found: Array = slope
    return found


def first_order(trial: Trial) -> None:
    """Require that gradients are central differences."""
    _compare(gradcheck, trial, directions=None if _size(trial) <= FIRST else 3)


def second_order(trial: Trial) -> None:
    """Require that second derivatives are central differences of the first."""
    many = _size(trial) > SECOND  # then steps are longer, and curvature looks like a kink
    _compare(gradgradcheck, trial, directions=3 if many else None, allow_kinks=many)


def _size(trial: Trial) -> int:
    return sum([x.size for x in trial.operands])


def _compare(check: Callable[..., Any], trial: Trial, **how: Any) -> None:
    check(
        lambda *operands: [y for y in trial.outputs(operands) if y.dtype.kind == "f"],
        trial.operands,
        rtol=trial.rtol,
        atol=trial.atol,
        **how,
    )


# ---- dtypes


def dtypes(trial: Trial) -> None:
    """Require that a dtype is kept, and that it costs its own rounding only."""
    for dtype in trial.dtypes:
        kind = np.dtype(dtype)
        exact = trial.rounded(kind)
        small = exact.cast(kind)
        leaves = leaves_of(exact.operands, kind)
        outputs = small.outputs(leaves)
        _kept(small, outputs, kind)
        weights = small.weights(outputs)
        found = pulled_back(outputs, leaves, weights)
        for i, g in enumerate(found):
            if g.dtype != kind:
                raise BrokenLawError(f"gradient {i + 1} is {g.dtype} for an operand of {kind}")
        same = leaves_of(exact.operands)
        values = exact.outputs(same)
        slopes = pulled_back(
            values, same, [w.astype(y.dtype) for w, y in zip(weights, values, strict=True)]
        )
        tolerance = _tolerance(kind)
        _all_close(_data(outputs), _data(values), f"{kind} result, against float64", tolerance)
        _all_close(found, slopes, f"{kind} gradient, against float64", tolerance)


def _kept(trial: Trial, outputs: Sequence[Variable], dtype: np.dtype[Any]) -> None:
    """Require of floating-point results the operands' dtype, or the one that is expected."""
    if all(y.dtype == dtype or y.dtype.kind != "f" for y in outputs):
        return
    expected = [dtype] * len(outputs)
    if trial.expected is not None:
        operands = [x.astype(dtype) for x in trial.operands]
        expected = [np.asarray(y).dtype for y in _expected(trial, operands)]
    for i, (y, wanted) in enumerate(zip(outputs, expected, strict=True)):
        if y.dtype.kind == "f" and y.dtype not in (dtype, wanted):
            raise BrokenLawError(
                f"result {i + 1} is {y.dtype} for operands of {dtype}; a NumPy scalar or array of "
                "float64 in the formula does that, a Python float does not"
            )


def _tolerance(dtype: npt.DTypeLike) -> float:
    eps = float(np.finfo(dtype).eps)
    return EXACT if eps < 1e-12 else SINGLE if eps < 1e-5 else HALF


LAWS: dict[str, Callable[[Trial], None]] = {
    "forward": forward,
    "backward": backward,
    "determinism": determinism,
    "memory": memory,
    "value": value,
    "recording": recording,
    "layout": layout,
    "linearity": linearity,
    "constants": constants,
    "first order": first_order,
    "second order": second_order,
    "dtypes": dtypes,
}
