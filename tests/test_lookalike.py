"""Every operation on arrays that refuse to be NumPy's: the rules know only their namespace."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import lookalike
import numpy as np
import pytest
from lookalike import LookAlike

import autograd_lite as ag
from autograd_lite.arrays import namespace
from autograd_lite.checking import public_function
from autograd_lite.checking.selfcheck import case_inputs
from autograd_lite.errors import DeviceError
from autograd_lite.graph.cases import A, Case, in_precision, marked
from autograd_lite.graph.composed import Proven, proven

CASES = [
    pytest.param(kind, case, id=f"{name}-{i}")
    for name, kind in proven().items()
    for i, case in enumerate(kind.cases)
]
every_case = pytest.mark.parametrize(("kind", "case"), CASES)


def to_look(x: Any) -> LookAlike:
    return LookAlike(np.array(x))


def to_numpy(x: Any) -> np.ndarray:
    """Return what a Variable or an array of either library holds."""
    x = x.data if isinstance(x, ag.Variable) else x
    return x.get() if isinstance(x, LookAlike) else x


def called(
    kind: Proven, case: Case, operands: Sequence[Any], constant: Callable[[Any], Any]
) -> ag.Variable:
    """Apply an operation to a case with its random arrays and its lists replaced."""
    left = iter(operands)
    arguments = [_replaced(a, left, constant) for a in case.arguments]
    out = public_function(kind)(*arguments, **case.options)
    # Of several results, one array that holds them all.
    return out if isinstance(out, ag.Variable) else ag.concatenate(out, axis=None)


def _replaced(argument: Any, left: Iterator[Any], constant: Callable[[Any], Any]) -> Any:
    """Replace random arrays and constant lists, also those in tuples and lists of operands."""
    if isinstance(argument, A):
        return next(left)
    if isinstance(argument, list) and not any(marked(argument, A)):
        return constant(argument)
    if isinstance(argument, list | tuple):
        return type(argument)(_replaced(part, left, constant) for part in argument)
    return argument


def as_it_is(x: Any) -> Any:
    return x


class Run:
    """The value and the derivatives of a case, computed with one array library."""

    def __init__(self, kind: Proven, case: Case, make: Callable[[Any], Any], constant: Any) -> None:
        rng = np.random.default_rng(5)
        self.leaves = [ag.Variable(make(x)) for x in case_inputs(case, 5)]
        self.out = called(kind, case, self.leaves, constant)
        # An operation may have moved the result: its gradient lives where it lives.
        there = to_look if isinstance(self.out.data, LookAlike) else np.array
        weights = there(rng.uniform(0.5, 1, self.out.shape).astype(self.out.dtype))
        self.first = ag.gradients(self.out, self.leaves, weights, create_graph=True)
        total: Any = 0.0
        for g, v in zip(self.first, self.leaves, strict=True):
            factors = make(rng.uniform(0.5, 1, v.shape))
            total = total + ag.real((g * g * factors).sum() + (v * 0).sum())
        self.second = ag.gradients(total, self.leaves)
        called(kind, case, self.leaves, constant).backward(weights)

    def arrays(self) -> Iterator[np.ndarray]:
        yield to_numpy(self.out)
        for found in (self.first, self.second, [v.grad for v in self.leaves]):
            yield from map(to_numpy, found)


@every_case
@pytest.mark.parametrize("constant", [as_it_is, to_look], ids=["lists", "arrays"])
def test_values_and_derivatives_are_those_of_numpy(kind: Any, case: Case, constant: Any):
    ours, theirs = Run(kind, case, to_look, constant), Run(kind, case, np.array, as_it_is)
    for found, expected in zip(ours.arrays(), theirs.arrays(), strict=True):
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


@every_case
def test_everything_stays_in_the_library(kind: Any, case: Case):
    run = Run(kind, case, to_look, to_look)
    for v, first, second in zip(run.leaves, run.first, run.second, strict=True):
        assert type(v.grad) is type(first.data) is type(second) is LookAlike
        assert v.grad.base is None
    moved = kind.name == "to"
    assert type(run.out.data) is (np.ndarray if moved else LookAlike)


@every_case
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_dtypes_are_kept(kind: Any, case: Case, dtype: Any):
    if case.is_complex and dtype == np.float16:
        pytest.skip("float16 has no complex partner")
    inputs = [in_precision(x, dtype) for x in case_inputs(case, 5)]
    leaves = [ag.Variable(to_look(x)) for x in inputs]
    out = called(kind, case, leaves, to_look)
    same = [ag.Variable(x) for x in inputs]
    assert out.dtype == called(kind, case, same, as_it_is).dtype
    there = np.ones if kind.name == "to" else lookalike.xp.ones
    out.backward(there(out.shape, dtype=out.dtype))
    assert [v.grad.dtype for v in leaves] == [x.dtype for x in inputs]


# ---- mixing


def has_constants(case: Case) -> bool:
    """Whether lists become arrays: conditions, labels, indices, targets."""
    parts = [part for a in case.arguments for part in (a if isinstance(a, tuple) else (a,))]
    return any(isinstance(part, list) and not any(marked(part, A)) for part in parts)


def has_operands(case: Case) -> bool:
    return len(list(marked(case.arguments, A))) > 1


WITH_OPERANDS = [case for case in CASES if has_operands(case.values[1])]
WITH_CONSTANTS = [case for case in CASES if has_constants(case.values[1])]
both_ways = pytest.mark.parametrize(
    ("home", "foreign"), [(to_look, np.array), (np.array, to_look)], ids=["NumPys", "ours"]
)
recorded_or_not = pytest.mark.parametrize("make", [ag.Variable, as_it_is], ids=["recorded", "not"])


@pytest.mark.parametrize(("kind", "case"), WITH_OPERANDS)
@both_ways
@recorded_or_not
def test_operands_of_another_library_are_refused(
    kind: Any, case: Case, home: Any, foreign: Any, make: Any
):
    first, *others = case_inputs(case, 5)
    operands = [make(home(first)), *(make(foreign(x)) for x in others)]
    with pytest.raises(DeviceError):
        called(kind, case, operands, home)


@pytest.mark.parametrize(("kind", "case"), WITH_CONSTANTS)
@both_ways
@recorded_or_not
def test_constants_of_another_library_are_refused(
    kind: Any, case: Case, home: Any, foreign: Any, make: Any
):
    operands = [make(home(x)) for x in case_inputs(case, 5)]
    with pytest.raises(DeviceError):
        called(kind, case, operands, foreign)


@pytest.mark.parametrize(
    "function", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
)
@pytest.mark.parametrize("left", [True, False])
def test_operators_take_its_arrays_and_refuse_numpys(function: Any, left: bool):
    v, other = ag.Variable(to_look([1.0, 2.0])), np.array([3.0, 0.5])
    order = (lambda a, b: (a, b)) if left else (lambda a, b: (b, a))
    for partner in (to_look(other), ag.Variable(to_look(other)), 2.0, 3, np.float64(2.0)):
        y = function(*order(v, partner))
        expected = function(*order(to_numpy(v), to_numpy(partner)))
        np.testing.assert_allclose(to_numpy(y), expected)
        assert type(y.data) is LookAlike
    for partner in (other, ag.Variable(other), np.array(2.0)):
        with pytest.raises(DeviceError):
            function(*order(v, partner))


def test_a_gradient_of_another_library_is_refused():
    v = ag.Variable(to_look([1.0, 2.0]))
    with pytest.raises(TypeError, match="device"):
        (v * 2.0).backward(np.ones(2))
    assert v.grad is None


# ---- moving


def test_moving_is_recorded_both_ways():
    x = ag.Variable([1.0, 2.0])
    away = x.to("look")
    assert (away.device, x.device) == ("look", "cpu")
    back = (away * away).to("cpu")
    assert back.device == "cpu"
    (back * back).sum().backward()
    assert type(x.grad) is np.ndarray
    np.testing.assert_allclose(x.grad, [4.0, 32.0])


def test_moving_has_second_derivatives():
    x, y = ag.Variable([1.0, 2.0]), ag.Variable(to_look([3.0, 4.0]))
    z = (x.to("look") * y * y).to("cpu") * x
    gx, gy = ag.gradients(z.sum(), [x, y], create_graph=True)
    assert (gx.device, gy.device) == ("cpu", "look")
    mixed = ag.gradients(gx.sum(), [x, y])
    np.testing.assert_allclose(to_numpy(gx), 2 * x.data * to_numpy(y) ** 2)
    np.testing.assert_allclose(to_numpy(mixed[0]), 2 * to_numpy(y) ** 2)
    np.testing.assert_allclose(to_numpy(mixed[1]), 4 * x.data * to_numpy(y))


@pytest.mark.parametrize("shape", [(), (1,), (0, 2), (2, 3)])
def test_moving_keeps_shape_and_dtype(shape: tuple[int, ...]):
    x = ag.Variable(np.ones(shape), dtype=np.float32)
    y = (x.to("look") * 2.0).to("cpu")
    assert (y.shape, y.dtype) == (shape, np.float32)
    y.sum().backward()
    assert (x.grad.shape, x.grad.dtype) == (shape, np.float32)
    np.testing.assert_array_equal(x.grad, 2)


def test_moving_to_where_it_is_changes_nothing():
    v = ag.Variable(to_look([1.0]))
    w = v.to("look")
    (w * 3.0).sum().backward()
    assert w.device == "look"
    np.testing.assert_array_equal(to_numpy(v.grad), [3.0])


def test_a_moved_copy_shares_no_memory():
    data = np.array([1.0, 2.0])
    away = ag.Variable(data, copy=False).to("look")
    data[:] = 7.0
    np.testing.assert_array_equal(to_numpy(away), [1.0, 2.0])


def test_an_unknown_device_is_refused():
    with pytest.raises(DeviceError, match=r"cpu.*cuda.*look"):
        ag.Variable([1.0]).to("nowhere")


def test_data_is_a_copy_where_memory_cannot_be_read_only():
    v = ag.Variable(to_look([1.0, 2.0]))
    v.data[0] = 7.0
    np.testing.assert_array_equal(to_numpy(v), [1.0, 2.0])


def test_a_layer_trains():
    """Losses, a fused layer, an optimizer: nothing on the way needs NumPy."""
    rng = np.random.default_rng(0)
    x, t = to_look(rng.normal(size=(8, 3))), to_look(rng.integers(0, 2, 8))
    w, b = ag.Variable(to_look(rng.normal(size=(3, 2)))), ag.Variable(to_look(np.zeros(2)))
    optimizer = ag.optim.SGD([w, b], lr=0.5)
    losses = []
    for _ in range(20):
        loss = ag.softmax_cross_entropy(ag.linear(x, w, b), t)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert losses[-1] < losses[0]
    assert type(w.data) is LookAlike


# ---- the look-alike itself refuses what CuPy refuses


REFUSED: dict[str, Callable[[LookAlike], Any]] = {
    "np.exp": np.exp,
    "np.sum": np.sum,
    "np.asarray": np.asarray,
    "np.add": lambda a: np.add(a, a),
    "mixed operands": lambda a: a + np.ones(2),
    "reflected operands": lambda a: np.ones(2) * a,
    "mixed ufunc": lambda a: lookalike.xp.maximum(a, np.ones(2)),
    "NumPy index": lambda a: a[np.array([0])],
    "NumPy value": lambda a: a.__setitem__(0, np.ones(1)),
    "NumPy argument": lambda a: lookalike.xp.sum(np.ones(2)),
    "list operand": lambda a: lookalike.xp.add(a, [1.0, 2.0]),
    "concatenation": lambda a: lookalike.xp.concatenate([a, np.ones(2)]),
    "sum where": lambda a: lookalike.xp.sum(a, where=a > 0),
    "exp where": lambda a: lookalike.xp.exp(a, where=a > 0),
    "max initial": lambda a: a.max(initial=0.0),
    "count_nonzero keepdims": lambda a: lookalike.xp.count_nonzero(a, keepdims=True),
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_the_look_alike_refuses(attempt: str):
    with pytest.raises(TypeError):
        REFUSED[attempt](LookAlike([1.0, 2.0]))


@pytest.mark.parametrize("name", ["insert", "spacing", "vecdot", "random"])
def test_the_look_alike_lacks_what_cupy_lacks(name: str):
    with pytest.raises(AttributeError):
        getattr(lookalike.xp, name)
    with pytest.raises(AttributeError):
        lookalike.xp.add.reduce


def test_the_look_alike_never_gives_scalars():
    a, xp = LookAlike([1.0, 2.0]), lookalike.xp
    for found in (a.sum(), a[0], xp.max(a), xp.count_nonzero(a), a.T @ a, a.all(), xp.exp(a[0])):
        assert type(found) is LookAlike
        assert found.shape == ()
    assert namespace(a) is lookalike.LIBRARY
    assert a[:1].base is a
    assert (a + 1).base is None


def test_debug_mode_reads_arrays_of_any_library():
    x = ag.Variable([1.0, 0.0]).to("look").detach()
    x.requires_grad = True
    with np.errstate(divide="ignore"), ag.debug():
        (x * 2.0).sum().backward()
        with pytest.raises(ag.AutogradError, match=r"-inf at \[1\]"):
            ag.log(x)
