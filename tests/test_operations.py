"""Every operation, through one harness: NumPy's values, central differences, ownership, dtypes.

Each row of the table says how to draw arguments and what NumPy would compute. The harness knows
nothing else of an operation.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from drawn import Arrays, Example, Row, uniform
from hypothesis import given
from hypothesis import strategies as st
from rows import TABLE
from rows.activations import softmax_of

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, DTypeError, ShapeError
from autograd_lite.graph.composed import proven
from autograd_lite.testing.strategies import LAYOUTS, laid_out, seeds

STEP = 1e-6  # of central differences


every_operation = pytest.mark.parametrize("row", TABLE, ids=str)


def test_every_operation_has_a_row():
    assert {row.name for row in TABLE} == set(proven())


# ---- the harness


def weighted(row: Row, operands: Sequence[Any], weights: Any, example: Example) -> ag.Variable:
    """Return one number that depends on every element of the result, and on the weights."""
    return (row(operands, example) * weights).sum()


def slopes(f: Callable[[list[np.ndarray]], float], at: Arrays) -> list[np.ndarray]:
    """Return the central differences of `f` in every element of every array."""
    found = []
    for array in at:
        slope = np.zeros(array.shape)
        for i in np.ndindex(array.shape):
            ahead = _moved(f, at, array, i, STEP)
            slope[i] = (ahead - _moved(f, at, array, i, -STEP)) / (2 * STEP)
        found.append(slope)
    return found


def _moved(
    f: Callable[[list[np.ndarray]], float],
    at: Arrays,
    array: np.ndarray,
    i: tuple[int, ...],
    by: float,
) -> float:
    moved = array.copy()
    moved[i] += by
    return float(f([moved if x is array else x for x in at]))


def close(actual: Any, expected: Any, tolerance: float = 1e-6) -> None:
    """Compare shapes, and values relative to the largest."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


def weights_for(row: Row, example: Example, seed: int) -> np.ndarray:
    """Return a gradient to arrive; some of it exactly 0, which no rule may take for nothing."""
    drawn = uniform(seed, row.reference(example.operands, example).shape)
    return drawn * (np.abs(drawn) > 0.5)


@every_operation
@given(data=st.data())
def test_values_are_numpys(row: Row, data: st.DataObject):
    """On Variables and on plain arrays, whatever their memory looks like."""
    example = data.draw(row.examples)
    layout = data.draw(st.sampled_from(LAYOUTS))
    arrays = [laid_out(x, layout)[0] for x in example.operands]
    expected = row.reference(example.operands, example)
    recorded = row([ag.Variable(x, copy=False) for x in arrays], example)
    close(recorded.data, expected, 1e-12)
    assert recorded.requires_grad
    plain = row(arrays, example)
    close(plain.data, expected, 1e-12)
    assert not plain.requires_grad


@every_operation
@given(data=st.data())
def test_first_derivatives_are_central_differences_of_numpy(row: Row, data: st.DataObject):
    example = data.draw(row.examples)
    weights = weights_for(row, example, data.draw(seeds()))
    layout = data.draw(st.sampled_from(LAYOUTS))
    leaves = [ag.Variable(laid_out(x, layout)[0], copy=False) for x in example.operands]
    weighted(row, leaves, weights, example).backward()
    expected = slopes(
        lambda moved: np.sum(row.reference(moved, example) * weights), example.operands
    )
    for leaf, slope in zip(leaves, expected, strict=True):
        close(leaf.grad, slope)


@every_operation
@given(data=st.data())
def test_second_derivatives_are_central_differences_of_the_first(row: Row, data: st.DataObject):
    """Along a random direction, in the operands and in the gradient that arrives."""
    example = data.draw(row.examples)
    at = [*example.operands, weights_for(row, example, data.draw(seeds()))]
    rng = np.random.default_rng(data.draw(seeds()))
    factors, direction = ([rng.uniform(-1, 1, x.shape) for x in at] for _ in range(2))

    def first(points: Arrays) -> float:
        leaves = [ag.Variable(x) for x in points]
        found = ag.gradients(weighted(row, leaves[:-1], leaves[-1], example), leaves)
        return sum(float(np.sum(g * f)) for g, f in zip(found, factors, strict=True))

    leaves = [ag.Variable(x) for x in at]
    loss = weighted(row, leaves[:-1], leaves[-1], example)
    found = ag.gradients(loss, leaves, create_graph=True)
    # Linear operations have no second derivative; this term ties every leaf to the result.
    terms = [(g * f).sum() + (v * 0).sum() for g, f, v in zip(found, factors, leaves, strict=True)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    second = ag.gradients(total, leaves)
    slope = sum(float(np.sum(g * d)) for g, d in zip(second, direction, strict=True))
    ahead = first([x + STEP * d for x, d in zip(at, direction, strict=True)])
    behind = first([x - STEP * d for x, d in zip(at, direction, strict=True)])
    close(slope, (ahead - behind) / (2 * STEP))
    for g, v in zip(second, leaves, strict=True):
        assert (g.shape, g.dtype) == (v.shape, v.dtype)


@every_operation
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@given(data=st.data())
def test_dtypes_are_kept(row: Row, dtype: Any, data: st.DataObject):
    example = data.draw(row.examples)
    weights = weights_for(row, example, data.draw(seeds())).astype(dtype)
    leaves = [ag.Variable(x, dtype=dtype) for x in example.operands]
    y = row(leaves, example)
    small = [leaf.data for leaf in leaves]
    exact = [ag.Variable(x, dtype=float) for x in small]
    assert y.dtype == row.reference(small, example).dtype
    assert y.size == 0 or type(y.data) is np.ndarray
    weighted(row, exact, weights.astype(float), example).backward()
    (y * weights).sum().backward()
    # float16 has 3 digits, and an operation may lose some of them.
    tolerance = 1e-4 if dtype == np.float32 else 0.05
    for leaf, same in zip(leaves, exact, strict=True):
        assert (leaf.grad.shape, leaf.grad.dtype) == (leaf.shape, dtype)
        close(leaf.grad.astype(float), same.grad, tolerance)


@every_operation
@given(data=st.data())
def test_gradients_are_owned_and_nothing_of_the_users_is_touched(row: Row, data: st.DataObject):
    example = data.draw(row.examples)
    layout = data.draw(st.sampled_from(LAYOUTS))
    users = [laid_out(x, layout)[0] for x in example.operands]
    weights = weights_for(row, example, data.draw(seeds()))
    kept = [x.copy() for x in (*users, weights)]
    leaves = [ag.Variable(x) for x in users]
    y = row(leaves, example)
    y.backward(weights)
    plain = row(users, example)
    for result in (y, plain):
        assert not any(np.shares_memory(result.data, x) for x in users)
    everything = [*users, weights, y.data, *(leaf.data for leaf in leaves)]
    for leaf in leaves:
        grad = leaf.grad
        assert type(grad) is np.ndarray
        assert (grad.shape, grad.dtype) == (leaf.shape, leaf.dtype)
        assert grad.flags.writeable
        assert grad.base is None
        assert not any(np.shares_memory(grad, x) for x in everything)
        everything.append(grad)
    for x, before in zip((*users, weights), kept, strict=True):
        np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("size", [3, 1000])
def test_writing_into_a_grad_changes_nothing_else(size: int):
    """Addition hands one array to both operands, and a small one to the picture too."""
    x, y, seed = ag.Variable(np.ones(size)), ag.Variable(np.ones(size)), uniform(0, (size,))
    z = x + y
    z.backward(seed)
    x.grad[...] = 7.0
    np.testing.assert_array_equal(y.grad, seed)
    y.grad[...] = 8.0
    np.testing.assert_array_equal(x.grad, 7.0)
    for edge in ag.describe(z).edges:
        assert edge.gradient is None or not (edge.gradient >= 7.0).any()


@pytest.mark.parametrize("size", [3, 1000])
def test_a_grad_is_not_what_a_hook_has_seen(size: int):
    x, kept = ag.Variable(np.ones(size)), []
    y = x + 1.0
    y.register_hook(kept.append)
    (y * np.full(size, 2.0)).sum().backward()
    x.grad[...] = 7.0
    np.testing.assert_array_equal(kept[0], 2.0)


@every_operation
@given(data=st.data())
def test_constants_may_be_overwritten_before_backward(row: Row, data: st.DataObject):
    """Plain operands, labels, masks and indices are the user's own again after the call."""
    example = data.draw(row.examples)
    layout = data.draw(st.sampled_from(LAYOUTS))
    weights = weights_for(row, example, data.draw(seeds()))
    leaves = [ag.Variable(x) for x in example.operands]
    row(leaves, example).backward(weights)
    wanted = data.draw(st.integers(0, len(leaves) - 1))
    memories = [laid_out(x, layout) for x in example.operands]
    operands: list[Any] = [view for view, _ in memories]
    operands[wanted] = ag.Variable(example.operands[wanted])
    given_away = Example(example.operands, _copied(example.arguments), example.options)
    y = row(operands, given_away)
    for _, memory in memories:
        memory[...] = 7.0
    for part in _arrays_in(given_away.arguments):
        part[...] = 0
    y.backward(weights)
    np.testing.assert_array_equal(operands[wanted].grad, leaves[wanted].grad)


def _copied(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return type(value)([_copied(part) for part in value])
    return value.copy() if isinstance(value, np.ndarray) else value


def _arrays_in(value: Any) -> list[np.ndarray]:
    if isinstance(value, tuple | list):
        return [array for part in value for array in _arrays_in(part)]
    return [value] if isinstance(value, np.ndarray) else []


# ---- operators

OPERATORS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.pow,
    operator.matmul,
]
PARTNERS = {
    "Variable": lambda: ag.Variable([[2.0, 0.5], [1.5, 3.0]]),
    "array": lambda: np.array([[2.0, 0.5], [1.5, 3.0]]),
    "list": lambda: [[2.0, 0.5], [1.5, 3.0]],
    "0-d array": lambda: np.array(1.5),
    "NumPy float": lambda: np.float64(1.5),
    "float": lambda: 1.5,
    "int": lambda: 2,
}


def as_numpy(value: Any) -> np.ndarray:
    return value.data if isinstance(value, ag.Variable) else np.asarray(value)


@pytest.mark.parametrize("partner", PARTNERS)
@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("function", OPERATORS)
def test_operators_take_anything_on_either_side(function: Any, left: bool, partner: str):
    x, other = ag.Variable([[0.5, 1.0], [2.0, 4.0]]), PARTNERS[partner]()
    if function is operator.matmul and np.ndim(as_numpy(other)) == 0:
        other = [1.5, 2.0]
    order = (lambda v: (v, other)) if left else (lambda v: (other, v))
    y = function(*order(x))
    assert isinstance(y, ag.Variable)
    close(y.data, function(*map(as_numpy, order(x.data))), 1e-14)
    weights = uniform(3, y.shape)
    y.backward(weights)
    (slope,) = slopes(
        lambda moved: np.sum(function(*map(as_numpy, order(moved[0]))) * weights), [x.data]
    )
    close(x.grad, slope)


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("function", OPERATORS[:-1])
@pytest.mark.parametrize("number", [2.0, 2, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_python_numbers_take_the_variables_dtype(
    dtype: Any, number: Any, function: Any, left: bool
):
    x = ag.Variable([1.0, 3.0], dtype=dtype)
    y = function(x, number) if left else function(number, x)
    assert y.dtype == dtype
    y.sum().backward()
    assert x.grad.dtype == dtype


@pytest.mark.parametrize("zeros", [(0.0, -0.0), (-0.0, 0.0)])
def test_numbers_keep_the_sign_of_0(zeros: tuple[float, float]):
    for zero in zeros:
        assert np.signbit((ag.Variable(1.0) * zero).data) == np.signbit(zero)


@pytest.mark.parametrize("function", OPERATORS)
def test_mixed_dtypes_promote_and_each_gradient_comes_back_in_its_own(function: Any):
    x = ag.Variable([[0.5, 1.0], [2.0, 4.0]], dtype=np.float32)
    y = ag.Variable([[2.0, 0.5], [1.5, 3.0]])
    out = function(x, y)
    assert out.dtype == np.float64
    out.sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_conversions_return_the_gradient_in_the_dtype_it_left(dtype: Any):
    x = ag.Variable([1.0, 2.0], dtype=dtype)
    y = ag.astype(x, np.float64)
    assert y.dtype == np.float64
    (y * y).sum().backward()
    assert x.grad.dtype == dtype
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])


# ---- ties and kinks


def test_tied_maxima_share_the_gradient_or_pick_one():
    x = ag.Variable([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
    ag.max(x, axis=1).backward(np.array([1.0, 10.0]))
    np.testing.assert_allclose(x.grad.sum(axis=1), [1.0, 10.0])
    assert (x.grad >= 0).all()
    assert x.grad[0, 0] == 0


def test_maximum_of_equal_values_is_not_counted_twice_nor_lost():
    x, y = ag.Variable([1.0, 2.0, -0.0]), ag.Variable([1.0, 2.0, 0.0])
    ag.maximum(x, y).sum().backward()
    np.testing.assert_allclose(x.grad + y.grad, 1.0)
    assert ((x.grad >= 0) & (y.grad >= 0)).all()
    v = ag.Variable([1.0, 2.0])
    ag.maximum(v, v).sum().backward()
    np.testing.assert_allclose(v.grad, 1.0)


def test_relu_at_0_has_a_slope_between_its_sides():
    x = ag.Variable([0.0, -0.0])
    ag.relu(x).sum().backward()
    assert ((x.grad >= 0) & (x.grad <= 1)).all()


# ---- where a slope is infinite and no gradient arrives

TRAPS: dict[str, tuple[Callable[[Any], Any], list[float]]] = {
    "sqrt": (ag.sqrt, [0.0, 4.0]),
    "log": (ag.log, [0.0, 4.0]),
    "divide": (lambda x: 1.0 / x, [0.0, 4.0]),
    "divide by itself": (lambda x: x / x, [0.0, 4.0]),
    "divide arrays": (lambda x: np.array([1.0, 2.0]) / x, [0.0, 4.0]),
    "divide 0 by 0": (lambda x: np.array([0.0, 2.0]) / x, [0.0, 4.0]),
    "x ** 0.5": (lambda x: x**0.5, [0.0, 4.0]),
    "x ** -1": (lambda x: x**-1, [0.0, 4.0]),
    "x ** -2.5": (lambda x: x**-2.5, [0.0, 4.0]),
    "x ** x": (lambda x: x**x, [0.0, 4.0]),
    "x ** variable": (lambda x: x ** ag.Variable([0.5, 2.0]), [0.0, 4.0]),
    "2 ** log x": (lambda x: 2.0 ** ag.log(x), [0.0, 4.0]),
    "sqrt of a sum of squares": (lambda x: ag.sqrt(x * x), [0.0, 4.0]),
    "log of a power": (lambda x: ag.log(x**2), [0.0, 4.0]),
    "0 ** y": (lambda y: np.array([0.0, 4.0]) ** y, [0.0, 2.0]),
    "0 ** -y": (lambda y: np.array([0.0, 4.0]) ** -y, [1.0, 2.0]),
    "(-2) ** y": (lambda y: np.array([-2.0, 4.0]) ** y, [0.5, 2.0]),
    "x ** 0.5 below 0": (lambda x: x**0.5, [-2.0, 4.0]),
    "x ** 1.5 below 0": (lambda x: x**1.5, [-2.0, 4.0]),
    "x ** -1.5 below 0": (lambda x: x**-1.5, [-2.0, 4.0]),
    "x ** y below 0": (lambda x: x ** ag.Variable([0.5, 2.0]), [-2.0, 4.0]),
    "log below 0": (ag.log, [-2.0, 4.0]),
    "sqrt below 0": (ag.sqrt, [-2.0, 4.0]),
}


@pytest.mark.parametrize("weighting", ["mask", "where"])
@pytest.mark.parametrize("trap", TRAPS)
@np.errstate(all="ignore")
def test_no_gradient_at_a_singular_point_stays_none(trap: str, weighting: str):
    function, at = TRAPS[trap]
    x = ag.Variable(at)
    hidden = function(x)
    if weighting == "where":
        ag.where(np.array([False, True]), hidden, 0.0).sum().backward()
    else:
        hidden.backward(np.array([0.0, 1.0]))
    alone = ag.Variable(at[1:])
    inner = function(ag.where(np.array([False, True]), ag.broadcast_to(alone, (2,)), 1.0))
    inner.backward(np.array([0.0, 1.0]))
    np.testing.assert_allclose(x.grad, [0.0, alone.grad[0]])


@pytest.mark.parametrize("trap", TRAPS)
@np.errstate(all="ignore")
def test_no_gradient_at_a_singular_point_hides_no_second_derivative(trap: str):
    """The other element's second derivative is there, and the hidden one's is 0, not NaN."""
    function, at = TRAPS[trap]
    x = ag.Variable(at)
    y = ag.where(np.array([False, True]), function(x), 0.0).sum()
    first = ag.gradients(y, x, create_graph=True)
    second = ag.gradients((first + x * 0).sum(), x)

    def first_at(value: float) -> float:
        v = ag.Variable([1.0, value])
        return float(ag.gradients((function(v) * np.array([0.0, 1.0])).sum(), v)[1])

    slope = (first_at(at[1] + STEP) - first_at(at[1] - STEP)) / (2 * STEP)
    np.testing.assert_allclose(second, [0.0, slope], atol=1e-8, rtol=1e-6)


@pytest.mark.parametrize("trap", TRAPS)
@np.errstate(all="ignore")
def test_no_gradient_at_an_ordinary_point_keeps_its_own_derivative(trap: str):
    """d²(u·f(x)) / dx du is f'(x), also where u is 0."""
    function, at = TRAPS[trap]
    x, u = ag.Variable([at[1], at[1]]), ag.Variable([1.0, 0.0])
    first = ag.gradients((function(x) * u)[1], x, create_graph=True)
    mixed = ag.gradients(first.sum(), u)
    slope = ag.gradients(function(x)[1], x).sum()
    np.testing.assert_allclose(mixed, [0.0, slope])


@pytest.mark.parametrize("trap", ["sqrt", "log", "x ** 0.5"])
@np.errstate(all="ignore")
def test_a_gradient_at_a_singular_point_meets_its_honest_infinity(trap: str):
    x = ag.Variable([0.0])
    TRAPS[trap][0](x).sum().backward()
    assert x.grad[0] == np.inf


@np.errstate(all="ignore")
def test_an_infinite_gradient_reaches_only_what_where_took():
    x, y = ag.Variable([0.0, 4.0]), ag.Variable([1.0, 0.0])
    ag.sqrt(ag.where(np.array([True, False]), x, y)).sum().backward()
    np.testing.assert_array_equal(x.grad, [np.inf, 0.0])
    np.testing.assert_array_equal(y.grad, [0.0, np.inf])


@np.errstate(all="ignore")
def test_powers_of_0_take_their_limits():
    x, y = ag.Variable([0.0, 0.0, 0.0, 0.0]), ag.Variable([0.0, 1.0, 2.0, 3.0])
    z = x**y
    np.testing.assert_array_equal(z.data, [1.0, 0.0, 0.0, 0.0])
    z.sum().backward()
    np.testing.assert_array_equal(x.grad, [0.0, 1.0, 0.0, 0.0])
    np.testing.assert_array_equal(y.grad, [0.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("at", [-2.0, 0.0, 3.0])
@pytest.mark.parametrize("exponent", [0, 0.0])
@np.errstate(all="ignore")
def test_anything_to_the_power_0_is_flat(at: float, exponent: float):
    x = ag.Variable(at)
    first = ag.gradients(x**exponent, x, create_graph=True)
    assert first.item() == 0
    assert float(ag.gradients(first + x * 0, x)) == 0


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("variable", [True, False])
@np.errstate(all="ignore")
def test_every_derivative_of_a_whole_power_at_0_is_exact(exponent: int, variable: bool):
    x = ag.Variable(0.0)
    y = x ** (ag.Variable(float(exponent)) if variable else exponent)
    factorial = 1
    for order in range(1, 5):
        y = ag.gradients(y + x * 0, x, create_graph=True)
        factorial *= order
        assert y.item() == (factorial if order == exponent else 0), order


# ---- losses at their extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_cross_entropy_is_exact_for_enormous_logits(dtype: Any):
    x = ag.Variable([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], dtype=dtype)
    loss = ag.softmax_cross_entropy(x, [1, 2])
    np.testing.assert_allclose(loss.data, (2e4 + np.log(2)) / 2, rtol=1e-6)
    first = ag.gradients(loss, x, create_graph=True)
    np.testing.assert_allclose(first.data, [[0.5, -0.5, 0.0], [0.0, 0.25, -0.25]], rtol=1e-6)
    # p (1 - p) / 2 in the second row, where two logits are level; 0 where one wins outright.
    second = ag.gradients(first, x, np.array([[1, 2, 3], [0, 1, 0]], dtype))
    np.testing.assert_allclose(second, [[0, 0, 0], [0, 0.125, -0.125]], atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "loss",
    [
        lambda x, t: ag.binary_cross_entropy(ag.sigmoid(x), t),
        ag.binary_cross_entropy_with_logits,
    ],
    ids=["of_sigmoid", "with_logits"],
)
@np.errstate(over="raise", invalid="raise", divide="raise")
def test_binary_cross_entropy_is_exact_for_enormous_logits(loss: Any, dtype: Any):
    x = ag.Variable([1e4, -1e4, 1e4, -1e4], dtype=dtype)
    y = loss(x, np.array([1, 0, 0, 1]))
    np.testing.assert_allclose(y.data, 5e3, rtol=1e-6)
    first = ag.gradients(y, x, create_graph=True)
    np.testing.assert_allclose(first.data, [0, 0, 0.25, -0.25], atol=1e-7)
    np.testing.assert_array_equal(ag.gradients(first.sum(), x), 0)


@pytest.mark.parametrize("shift", [-1e4, 1e4])
def test_softmax_and_sigmoid_of_enormous_values(shift: float):
    x = ag.Variable([shift, shift])
    y = ag.softmax(x)
    np.testing.assert_array_equal(y.data, [0.5, 0.5])
    y.backward(np.array([1.0, 0.0]))
    np.testing.assert_array_equal(x.grad, [0.25, -0.25])
    v = ag.Variable(shift)
    ag.sigmoid(v).backward()
    assert ag.sigmoid(v).item() == (shift > 0)
    assert float(v.grad) == 0


@np.errstate(all="raise")
def test_bare_probabilities_of_0_and_1_are_bounded():
    """The last two logarithms are cut off, where they are flat."""
    p = ag.Variable([0.0, 1.0, 0.0, 1.0])
    loss = ag.binary_cross_entropy(p, [0, 1, 1, 0])
    assert loss.item() == 50.0
    loss.backward()
    np.testing.assert_array_equal(p.grad, [0.25, -0.25, 0.0, 0.0])


@pytest.mark.parametrize("labels", [[0, -1], [0, 3], [3, 0], np.array([-1, -1], np.int8)])
@pytest.mark.parametrize("classes", [3])
def test_labels_out_of_range_raise(labels: Any, classes: int):
    with pytest.raises(ArgumentError, match="0 to 2"):
        ag.softmax_cross_entropy(ag.Variable(np.zeros((2, classes))), labels)


@pytest.mark.parametrize(
    ("labels", "error"),
    [
        ([0.0, 1.0], DTypeError),
        ([True, False], DTypeError),
        ([[0], [1]], ShapeError),
        ([0, 1, 2], ShapeError),
        (0, ShapeError),
        ([[1, 0, 0], [1, 1, 0]], ArgumentError),
        ([[1, 0, 0], [0, 0, 0]], ArgumentError),
        ([[1, 0, 0], [0.5, 0.6, 0]], ArgumentError),
        ([[1, 0, 0], [1.5, -0.5, 0]], ArgumentError),
    ],
)
def test_labels_that_fit_no_row_raise(labels: Any, error: type[Exception]):
    with pytest.raises(error):
        ag.softmax_cross_entropy(ag.Variable(np.zeros((2, 3))), labels)


@pytest.mark.parametrize("targets", [[0.5, 1.5], [-0.1, 0.0], [np.nan, 1.0]])
@pytest.mark.parametrize("loss", [ag.binary_cross_entropy, ag.binary_cross_entropy_with_logits])
def test_targets_outside_0_and_1_raise(loss: Any, targets: list[float]):
    with pytest.raises(ArgumentError, match="targets"):
        loss(ag.Variable([0.5, 0.5]), targets)


@pytest.mark.parametrize("outside", [-0.1, 1.1, np.nan])
def test_probabilities_outside_0_and_1_raise(outside: float):
    with pytest.raises(ArgumentError, match="probabilities"):
        ag.binary_cross_entropy(ag.Variable([outside, 0.5]), [1, 0])


@pytest.mark.parametrize("targets", [[1.0], 1.0, [[1.0, 0.0]]])
@pytest.mark.parametrize(
    "loss",
    [ag.mean_squared_error, ag.binary_cross_entropy, ag.binary_cross_entropy_with_logits],
)
def test_targets_are_not_broadcast(loss: Any, targets: Any):
    with pytest.raises(ShapeError):
        loss(ag.Variable([0.5, 0.5]), targets)


@pytest.mark.parametrize("rows", [1, 4])
def test_one_class_costs_nothing(rows: int):
    x = ag.Variable(uniform(0, (rows, 1)))
    loss = ag.softmax_cross_entropy(x, [0] * rows)
    assert loss.item() == 0
    loss.backward()
    np.testing.assert_array_equal(x.grad, 0)


def test_one_sample_is_its_own_mean():
    x = ag.Variable([[1.0, 2.0, 3.0]])
    loss = ag.softmax_cross_entropy(x, [0])
    close(loss.data, np.log(np.exp([0.0, 1.0, 2.0]).sum()), 1e-14)
    loss.backward()
    close(x.grad, softmax_of(x.data) - [[1, 0, 0]], 1e-14)


@pytest.mark.parametrize("empty", [(0, 3), (2, 0), ()])
def test_losses_of_nothing_raise(empty: tuple[int, ...]):
    with pytest.raises(ShapeError):
        ag.softmax_cross_entropy(ag.Variable(np.zeros(empty)), np.zeros(empty[:-1], int))
    if empty:
        for loss in (ag.mean_squared_error, ag.binary_cross_entropy):
            with pytest.raises(ShapeError):
                loss(ag.Variable(np.zeros(empty)), np.zeros(empty))


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
@pytest.mark.parametrize("reduction", [ag.mean, ag.max])
def test_reductions_of_nothing_raise(reduction: Any, axis: Any):
    with pytest.raises(ShapeError):
        reduction(ag.Variable(np.zeros((0, 0))), axis=axis)


# ---- float16 holds whole numbers to 2048 and nothing above 65504

THOUSANDS = 6000
MORE_THAN_HALF_CAN_COUNT = 70_000


def half(*shape: int, value: float = 1.0) -> ag.Variable:
    return ag.Variable(np.full(shape, value), dtype=np.float16)


@pytest.mark.parametrize("keepdims", [True, False])
def test_float16_sums_of_thousands_do_not_stall(keepdims: bool):
    x = half(THOUSANDS, 2)
    np.testing.assert_array_equal(ag.sum(x, axis=0, keepdims=keepdims).data.ravel(), THOUSANDS)
    np.testing.assert_array_equal(ag.sum_to(x, (2,)).data, THOUSANDS)
    assert ag.mean(x).item() == 1
    assert ag.mean(half(THOUSANDS, value=100.0)).item() == 100


SPREADS: dict[str, Callable[[ag.Variable], ag.Variable]] = {
    "add": lambda x: x + half(THOUSANDS),
    "multiply": lambda x: half(THOUSANDS) * x,
    "where": lambda x: ag.where(np.ones(THOUSANDS, bool), x, 0.0),
    "broadcast_to": lambda x: ag.broadcast_to(x, (THOUSANDS, 1)),
    "repeat": lambda x: ag.repeat(x, THOUSANDS),
    "getitem": lambda x: x[np.zeros(THOUSANDS, int)],
    "matmul": lambda x: ag.matmul(half(THOUSANDS, 1), ag.reshape(x, (1, 1))),
    "bias": lambda x: ag.linear(half(THOUSANDS, 1), half(1, 1), x),
    "weight": lambda x: ag.linear(half(THOUSANDS, 1), ag.reshape(x, (1, 1)), half(1)),
}


@pytest.mark.parametrize("spread", SPREADS)
def test_float16_gradients_of_thousands_of_uses_do_not_stall(spread: str):
    x = half(1)
    y = SPREADS[spread](x)
    y.backward(np.ones(y.shape, np.float16))
    assert x.grad.dtype == np.float16
    np.testing.assert_array_equal(x.grad, THOUSANDS)


def test_float16_scatter_adds_thousands():
    x = ag.scatter_add(half(THOUSANDS), np.zeros(THOUSANDS, int), (2,))
    np.testing.assert_array_equal(x.data, [THOUSANDS, 0])


@pytest.mark.parametrize("ties", [THOUSANDS, MORE_THAN_HALF_CAN_COUNT])
def test_float16_shares_of_many_ties_add_up(ties: int):
    x = half(ties)
    ag.max(x).backward()
    np.testing.assert_allclose(x.grad.astype(float).sum(), 1.0, rtol=1e-2)


# Results of at most a hundred, by way of sums that float16 cannot hold.
DETOURS: dict[str, tuple[Callable[[], ag.Variable], float]] = {
    "mean": (lambda: ag.mean(half(THOUSANDS, value=100.0)), 100.0),
    "mean_squared_error": (
        lambda: ag.mean_squared_error(half(THOUSANDS, value=10.0), half(THOUSANDS, value=0.0)),
        100.0,
    ),
    "softmax_cross_entropy": (
        lambda: ag.softmax_cross_entropy(
            half(THOUSANDS, 2) * np.array([20.0, 0.0], np.float16), np.ones(THOUSANDS, int)
        ),
        20.0,
    ),
    "softmax_cross_entropy of many classes": (
        lambda: ag.softmax_cross_entropy(half(1, MORE_THAN_HALF_CAN_COUNT), [0]),
        float(np.log(MORE_THAN_HALF_CAN_COUNT)),
    ),
    "binary_cross_entropy_with_logits": (
        lambda: ag.binary_cross_entropy_with_logits(
            half(THOUSANDS, value=-20.0), np.ones(THOUSANDS)
        ),
        20.0,
    ),
    "binary_cross_entropy": (
        lambda: ag.binary_cross_entropy(half(THOUSANDS, value=0.0), np.ones(THOUSANDS)),
        100.0,
    ),
    "softmax of many classes": (
        lambda: ag.softmax(half(MORE_THAN_HALF_CAN_COUNT)).sum(),
        1.0,
    ),
}


@pytest.mark.parametrize("detour", DETOURS)
def test_float16_results_do_not_overflow_on_the_way(detour: str):
    function, expected = DETOURS[detour]
    found = function()
    assert found.dtype == np.float16
    np.testing.assert_allclose(found.item(), expected, rtol=1e-2)
