"""Single numbers in a captured program: as Python floats, with the results of NumPy."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.arrays import enter
from autograd_lite.capturing.captured import capture
from autograd_lite.capturing.plan import floats
from autograd_lite.capturing.plan.floats import Floats, gathered
from autograd_lite.capturing.plan.formulas import FUNCTIONS as FORMULAS
from autograd_lite.capturing.plan.simplify import simplified
from autograd_lite.capturing.record.tracing import trace

INF, NAN = float("inf"), float("nan")
EXTREME = [0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, 1e308, -1e308, 1e-308, 5e-324, 800.0, -800.0]
NUMBERS = st.one_of(st.sampled_from(EXTREME), st.floats(-3.0, 3.0))
ARITHMETIC: list[Callable[[Any, Any], Any]] = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    lambda x, _: -x,
    lambda x, _: 0.5 * x + 1,
    lambda x, _: 2.0 / x,
    lambda x, _: abs(x),
    lambda x, _: ag.square(x),
]
FUNCTIONS: list[Callable[[Any, Any], Any]] = [
    lambda x, _: ag.exp(x),
    lambda x, _: ag.log(x),
    lambda x, _: ag.sin(x),
    lambda x, _: ag.tanh(x),
    lambda x, _: ag.sqrt(x),
    lambda x, _: ag.sigmoid(x),
    lambda x, _: ag.relu(x),
    lambda x, _: ag.clip(x, -1.0, 1.0),
    lambda x, _: x**3,
    ag.maximum,
    ag.minimum,
]
UNARY = [
    *[name for name in FORMULAS if getattr(np, name).nin == 1],
    *["absolute", "negative", "reciprocal", "square", "isnan", "logical_not"],
]
BINARY = [
    *[name for name in FORMULAS if getattr(np, name).nin == 2],
    *["add", "subtract", "multiply", "divide", "maximum", "minimum", "fmax", "fmin"],
    *["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"],
    *["logical_and", "logical_or", "logical_xor"],
]
STEPS = st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.fixture(autouse=True)
def few_calls_are_gathered(monkeypatch):
    monkeypatch.setattr(floats, "MANY", 2)


def program(operations: list[Any], steps: list[tuple[int, int, int]]) -> Callable[..., Any]:
    """Return a function that applies operations to what was computed shortly before."""

    def function(p: ag.Variable, q: ag.Variable, x: Any) -> Any:
        values = [p, q, x]
        for which, i, j in steps:
            recent = values[-4:]
            operation = operations[which % len(operations)]
            values.append(operation(recent[i % len(recent)], recent[j % len(recent)]))
        loss = values[-1] * p + values[-2]
        loss.backward()
        return loss

    return function


def outcome(function: Callable[..., Any], numbers: Any, captured: bool) -> list[Any]:
    """Return the value and the gradients, of a second run."""
    p, q = ag.Variable(numbers[0]), ag.Variable(numbers[1])

    def step(x: Any) -> Any:
        p.grad = q.grad = None
        return function(p, q, x)

    step = capture(step) if captured else step  # type: ignore[assignment]
    for _ in range(2):
        loss = step(np.array(numbers[2]))
    return [loss.data, *[None if leaf.grad is None else np.array(leaf.grad) for leaf in (p, q)]]


def steps_of(function: Callable[..., Any], *arrays: Any) -> list[Any]:
    """Return the steps of a program: calls and groups of them."""
    done = simplified(trace(function, arrays, {}, list(arrays)).program)
    gradients = [gradient.value for gradient in done.gradients if gradient.value is not None]
    return gathered(done.calls, [*done.outputs, *gradients])


def groups_of(function: Callable[..., Any], *arrays: Any) -> list[Floats]:
    return [step for step in steps_of(function, *arrays) if isinstance(step, Floats)]


def bits(x: Any) -> Any:
    """Return what tells 0.0 from -0.0 and not one NaN from another."""
    return None if x is None else (repr(float(x)), x.dtype, x.shape)


# ---- the results of eager runs


@given(st.lists(STEPS, min_size=1, max_size=12), st.tuples(NUMBERS, NUMBERS, NUMBERS))
@settings(max_examples=150, deadline=None)
def test_arithmetic_is_that_of_numpy_to_the_last_bit(steps: Any, numbers: Any) -> None:
    function = program(ARITHMETIC, steps)
    eager, captured = [outcome(function, numbers, captured) for captured in (False, True)]
    assert list(map(bits, captured)) == list(map(bits, eager))


@given(st.lists(STEPS, min_size=1, max_size=12), st.tuples(NUMBERS, NUMBERS, NUMBERS))
@settings(max_examples=150, deadline=None)
def test_functions_differ_in_the_last_bits_at_most(steps: Any, numbers: Any) -> None:
    function = program(ARITHMETIC + FUNCTIONS, steps)
    eager, captured = [outcome(function, numbers, captured) for captured in (False, True)]
    for theirs, ours in zip(eager, captured, strict=True):
        assert (theirs is None) == (ours is None)
        if ours is not None:
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize(
    "function",
    [
        lambda p, q, x: p / (q - q) + x,  # Python raises ZeroDivisionError
        lambda p, q, x: ag.exp(1000.0 * p) + ag.exp(-1000.0 * p) + x * q,  # OverflowError
        lambda p, q, x: ag.log(p - p) + x * q,  # ValueError
        lambda p, q, x: ag.sqrt(-p) * q + x,
        lambda p, q, x: ag.sin(p * INF) * q + x,
        lambda p, q, x: (p * 1e308) * 1e308 - (q * 1e308) * 1e308 + x,  # no error: inf - inf
        lambda p, q, x: (-p) ** 0.5 + q * x,  # a complex number, for Python's **
    ],
)
def test_where_python_raises_the_value_is_that_of_numpy(function: Any) -> None:
    def forward(x: Any) -> Any:
        p, q = ag.Variable(2.0), ag.Variable(3.0)
        return function(p, q, x).detach()

    assert groups_of(forward, np.array(1.0))
    expected = forward(np.array(1.0)).data
    assert bits(capture(forward)(np.array(1.0)).data) == bits(expected)


@pytest.mark.parametrize(
    ("function", "at"),
    [
        (lambda p: ag.sqrt(p * p) * 2.0 + 1.0, 0.0),  # 0 · ∞ after 1.0 / 0.0
        (lambda p: ag.maximum(ag.sqrt(p), 1.0) * 2.0, 0.0),  # 0 · ∞ in what maximum left out
        (lambda p: ag.minimum(p * (p * 1e308), 1.0) * 2.0, 10.0),  # 0 · ∞, and no error
    ],
)
def test_zero_times_infinity_in_backward_is_noticed(function: Any, at: float) -> None:
    """Python multiplies them in silence, and eager backward calms the NaN."""
    p = ag.Variable(at)

    def step() -> Any:
        p.grad = None
        loss = function(p)
        loss.backward()
        return loss

    step()
    expected = np.array(p.grad)
    captured = capture(step)
    for _ in range(2):
        captured()
        assert bits(np.array(p.grad)) == bits(expected)


def test_backward_within_what_is_differentiated_again() -> None:
    """Forward, backward, forward and backward in one group."""

    def twice(x: Any) -> Any:
        p = ag.Variable(x)
        first = p * p * p + ag.exp(p)
        (slope,) = ag.gradients(first, [p], create_graph=True)
        second = slope * slope / p
        second.backward()
        return second.detach(), p.grad

    for number in (0.5, 0.0):
        x = np.array(number)
        eager, captured = twice(x), capture(twice)(x)
        for ours, theirs in zip(captured, eager, strict=True):
            np.testing.assert_allclose(np.asarray(ours.data), np.asarray(theirs.data), rtol=1e-12)


# ---- how numbers come in and go out


def test_parameters_are_updated_in_place() -> None:
    def training(captured: bool) -> list[float]:
        p, q = ag.Variable(0.5), ag.Variable(-0.25)
        arrays = p.data, q.data
        optimizer = ag.optim.SGD([p, q], lr=0.1)

        def step(x: Any) -> Any:
            loss = ag.square(x * p + q - 1.0)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss

        step = capture(step) if captured else step  # type: ignore[assignment]
        losses = [step(np.array(x)).item() for x in (1.0, 2.0, -1.0, 0.5)]
        assert [array.item() for array in arrays] == [p.item(), q.item()]
        return [*losses, p.item(), q.item()]

    assert training(captured=True) == training(captured=False)


def test_numbers_are_read_before_any_is_written() -> None:
    p, q = np.array(1.0), np.array(2.0)

    def swap(x: Any) -> Any:
        old_p, old_q = enter(p), enter(q)
        new_p, new_q = old_q * 1.5 + x, old_p * 1.5 + x
        old_p[...] = new_p
        old_q[...] = new_q
        return x * 1.0

    captured = capture(swap)
    captured(np.array(0.5))
    assert (p.item(), q.item()) == (3.5, 2.0)
    captured(np.array(0.5))
    assert (p.item(), q.item()) == (3.5, 5.75)


def test_each_run_returns_an_array_of_its_own() -> None:
    captured = capture(lambda x: (x * x + 1.0) * x - 2.0)
    first = captured(np.array(2.0))
    second = captured(np.array(3.0))
    assert (float(first), float(second)) == (8.0, 28.0)
    assert type(second) is np.ndarray
    assert second.shape == ()


@pytest.mark.parametrize("shape", [(), (3,)])
def test_each_gradient_is_an_array_of_its_own(shape: tuple[int, ...]) -> None:
    """Both gradients are what the function was called with, and neither is that very array."""
    p, q = (ag.Variable(np.full(shape, 2.0)) for _ in range(2))

    def step(x: Any) -> Any:
        p.grad = q.grad = None
        total = ag.sum(p * x + q * x)
        total.backward()
        return total

    x = np.full(shape, 3.0)
    capture(step)(x)
    assert type(p.grad) is np.ndarray
    x[...] = 9.0
    p.grad[...] = 5.0
    np.testing.assert_array_equal(q.grad, np.full(shape, 3.0))


def test_a_number_keeps_its_dtype_among_arrays() -> None:
    """A Python float would leave float32 as it is."""
    rows = np.ones(3, np.float32)

    def mixed(x: Any, rows: Any) -> Any:
        factor = (x * x + 1.0) / (x + 2.0) - x
        return rows * factor, factor > 0.0

    scaled, positive = capture(mixed)(np.array(3.0), rows)
    assert scaled.dtype == np.float64
    assert positive.dtype == np.bool_
    assert positive.shape == ()
    np.testing.assert_array_equal(scaled, rows * np.float64(-1.0))


def test_conditions_choose_among_numbers() -> None:
    def chosen(x: Any, y: Any) -> Any:
        less = x < y
        low = np.where(less, x, 0.0)
        both = less & (x > 0.0)
        return low / y, 1.0 / low, both * y, np.fmax(x, y) * 1.0, np.logical_not(both)

    captured = capture(chosen)
    for x in (1.0, -1.0, NAN, 5.0, INF):
        arrays = np.array(x), np.array(2.0)
        with np.errstate(all="ignore"):
            expected = chosen(*arrays)
            found = captured(*arrays)
        for ours, theirs in zip(found, expected, strict=True):
            assert bits(np.asarray(ours)) == bits(np.asarray(theirs))
            assert ours.dtype == theirs.dtype


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_number(name: str) -> None:
    function = getattr(np, name)
    captured = capture(lambda x, y: (function(x), function(y)))
    for x in [*EXTREME, 0.3, -0.7, 2.5]:
        agrees(captured, function, x, 0.25)


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_numbers(name: str) -> None:
    function = getattr(np, name)
    captured = capture(lambda x, y: (function(x, y), function(y, x)))
    for x in [*EXTREME, 0.3, -0.7, 2.5]:
        for y in (0.0, -0.0, 2.0, -1.5, INF, NAN):
            agrees(captured, function, x, y)


def agrees(captured: Any, function: Any, x: float, y: float) -> None:
    """Raise unless NumPy has the same results, of the same dtype."""
    found = captured(np.array(x), np.array(y))
    with np.errstate(all="ignore"):
        pairs = (
            [(x,), (y,)]
            if isinstance(function, np.ufunc) and function.nin == 1
            else [(x, y), (y, x)]
        )
        expected = [np.asarray(function(*map(np.float64, pair))) for pair in pairs]
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=1e-14, atol=0)
        assert (
            np.signbit(ours) == np.signbit(theirs)
            or theirs != theirs
            or function in (np.maximum, np.minimum)
        )


def test_a_condition_among_what_is_chosen_becomes_a_number() -> None:
    captured = capture(lambda x, y: (np.where(x > 0.0, x > 1.0, y), np.where(x > 0.0, y, x) * x))
    for x in (2.0, 0.5, -1.0):
        found, _ = captured(np.array(x), np.array(3.0))
        assert found.dtype == np.float64
        assert found == (float(x > 1.0) if x > 0.0 else 3.0)


@pytest.mark.parametrize("read", [lambda slope: slope >= 0.0, lambda slope: slope * 2.0, ag.cos])
def test_a_slope_that_only_later_calls_read_is_watched(read: Any) -> None:
    """What they make of a NaN tells nobody that backward made it."""

    def slope(x: Any) -> Any:
        p = ag.Variable(x)
        (slope,) = ag.gradients(ag.minimum(p * (p * 1e308), 1.0) * 2.0, [p])
        return read(slope)

    captured = capture(slope)
    for x in (1e-200, -1e-200, 10.0):
        assert float(captured(np.array(x))) == float(slope(np.array(x)))


def test_numbers_and_arrays_in_turn() -> None:
    scale = ag.Variable(0.5)
    rows = np.arange(6.0).reshape(2, 3)

    def step(rows: Any) -> Any:
        scale.grad = None
        factor = ag.exp(scale * 0.5) * scale + scale * scale
        total = ag.sum(ag.tanh(rows * factor))
        loss = total * total / (total + 1.0) - factor
        loss.backward()
        return loss

    expected = step(rows).item(), scale.grad.item()
    captured = capture(step)
    for _ in range(2):
        found = captured(rows).item(), scale.grad.item()
        np.testing.assert_allclose(found, expected, rtol=1e-14)


# ---- what is gathered


def test_a_chain_becomes_one_group() -> None:
    def chain(x: Any) -> Any:
        for _ in range(50):
            x = np.tanh(x * 0.5) + 1.0
        return x

    (group,) = steps_of(chain, np.array(0.5))
    assert len(group.calls) == 150
    assert len(group.operands) == len(group.results) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.complex128, np.int64])
def test_other_dtypes_stay_with_numpy(dtype: Any) -> None:
    assert not groups_of(lambda x: ((x * x + x) * x + x) * x, np.array(2, dtype))


def test_arrays_of_one_element_stay_with_numpy() -> None:
    assert not groups_of(lambda x: ((x * x + x) * x + x) * x, np.array([2.0]))


def test_few_calls_stay_as_they_are() -> None:
    assert not groups_of(lambda x: x + 1.0, np.array(2.0))
    fewer_calls_than_arrays = [np.array(number) for number in (1.0, 2.0, 3.0, 4.0)]
    assert not groups_of(lambda w, x, y, z: (w * x, y * z), *fewer_calls_than_arrays)


def test_other_calls_go_ahead_of_a_group() -> None:
    def mixed(x: Any, rows: Any) -> Any:
        y = x * x + 1.0
        rows = np.tanh(rows)
        return y * y - x, rows

    first, second = steps_of(mixed, np.array(2.0), np.ones(3))
    assert first.function == "tanh"
    assert len(second.calls) == 4


def test_backward_is_watched_at_its_ends() -> None:
    p = ag.Variable(2.0)

    def step() -> Any:
        p.grad = None
        loss = ag.exp(ag.sqrt(p) * 3.0) / p
        loss.backward()
        return loss

    (group,) = groups_of(step)
    assert len(group.calls) > 8
    assert group.watched == group.results[1:]
