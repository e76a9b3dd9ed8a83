"""Plain results, methods that ask or refuse, and what the composed functions say to misuse."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from lookalike import LookAlike

import autograd_lite as ag
from autograd_lite.errors import (
    ArgumentError,
    AutogradError,
    DeviceError,
    DTypeError,
    GraphError,
    OperandError,
    ShapeError,
)
from autograd_lite.functions import values

X = np.array([[0.5, -1.5, np.inf], [2.0, 0.0, np.nan]])
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(["allclose", "array_equal", "array_equiv", "isclose", "isin"], (X,)),
    **dict.fromkeys(["equal", "greater", "greater_equal", "less", "less_equal"], (0.5,)),
    **dict.fromkeys(["logical_and", "logical_or", "logical_xor", "not_equal"], (X,)),
    "nextafter": (1.0,),
}


@pytest.mark.parametrize("name", values.__all__)
def test_plain_results_are_numpys(name: str):
    arguments = ARGUMENTS.get(name, ())
    expected = getattr(np, name)(X, *arguments)
    found = getattr(ag, name)(ag.Variable(X), *arguments)
    assert type(found) is type(expected)
    if name != "empty_like":
        np.testing.assert_equal(found, expected)


def test_plain_results_are_of_the_operands_library():
    x = ag.Variable(LookAlike(X))
    assert type(ag.isnan(x)) is LookAlike
    assert type(ag.zeros_like(x)) is LookAlike
    np.testing.assert_array_equal(ag.isfinite(x).get(), np.isfinite(X))


def test_variables_anywhere_stand_for_their_values():
    x = ag.Variable([3.0, 1.0])
    assert ag.allclose([x, x], np.array([[3.0, 1.0]] * 2))
    assert ag.size(a=x) == 2
    assert ag.isclose(2.0, x, atol=1.0).all()


METHODS: dict[str, Callable[[Any], Any]] = {
    "all": lambda x: x.all(axis=0),
    "any": lambda x: x.any(),
    "argmax": lambda x: x.argmax(),
    "argmin": lambda x: x.argmin(axis=1),
    "argpartition": lambda x: x.argpartition(1),
    "argsort": lambda x: x.argsort(axis=0),
    "itemsize": lambda x: x.itemsize,
    "nbytes": lambda x: x.nbytes,
    "nonzero": lambda x: x.nonzero(),
    "searchsorted": lambda x: x[0].searchsorted(0.7),
    "tolist": lambda x: x.tolist(),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods_that_ask_answer_as_arrays_do(name: str):
    x = np.array([[0.5, 0.7, 0.9], [2.0, 0.0, 1.0]])
    expected = METHODS[name](x)
    found = METHODS[name](ag.Variable(x))
    assert type(found) is type(expected)
    np.testing.assert_equal(found, expected)


@pytest.mark.parametrize("name", ["fill", "partition", "put", "resize", "sort"])
def test_methods_that_write_say_what_to_call_instead(name: str):
    x = ag.Variable([2.0, 1.0])
    with pytest.raises(GraphError, match=rf"^{name}: .*; use ") as error:
        getattr(x, name)(1)
    hint = str(error.value).partition("use ")[2].partition("(")[0].removeprefix("autograd_lite.")
    assert hasattr(np, hint)
    np.testing.assert_array_equal(x.data, [2.0, 1.0])


def test_copies_and_matrix_transposes():
    x = ag.Variable(np.arange(6.0).reshape(1, 2, 3))
    assert x.mT.shape == (1, 3, 2)
    y = x.copy()
    assert not np.shares_memory(y.data, x.data)
    (y * x.mT.mT).sum().backward()
    np.testing.assert_array_equal(x.grad, 2 * x.data)


@pytest.mark.parametrize("function", [operator.floordiv, divmod])
@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("partner", [2.0, 3, [0.75, -2.0]])
def test_whole_quotients_by_operators(function: Any, left: bool, partner: Any):
    x = ag.Variable([5.5, -1.25])
    found, expected = (function(v, partner) if left else function(partner, v) for v in (x, x.data))
    parts, numpys = (out if isinstance(out, tuple) else (out,) for out in (found, expected))
    for part, numbers in zip(parts, numpys, strict=True):
        assert isinstance(part, ag.Variable)
        np.testing.assert_array_equal(part.data, numbers)
    parts[0].sum().backward()
    np.testing.assert_array_equal(x.grad, [0.0, 0.0])


def test_a_whole_quotient_in_place_is_refused_on_a_leaf():
    x = ag.Variable([5.5])
    with pytest.raises(GraphError, match="in-place floordiv"):
        x //= 2.0


# ---- misuse

V = ag.Variable([1.0, 2.0, 3.0])
MISUSE: dict[str, tuple[type[AutogradError], Callable[[], Any]]] = {
    "array of two shapes": (ShapeError, lambda: ag.array([V, V[:2]])),
    "array of integers": (DTypeError, lambda: ag.array([V, V], dtype=int)),
    "array of two libraries": (DeviceError, lambda: ag.array([V, LookAlike(np.ones(3))])),
    "append without an axis in common": (ShapeError, lambda: ag.append(V, [[1.0]], axis=0)),
    "array_split into none": (ArgumentError, lambda: ag.array_split(V, 0)),
    "block of uneven depth": (ArgumentError, lambda: ag.block([[V], V])),
    "block of nothing": (ArgumentError, lambda: ag.block([])),
    "broadcast_arrays of 2 and 3": (ShapeError, lambda: ag.broadcast_arrays(V, V[:2])),
    "column_stack of one": (OperandError, lambda: ag.column_stack(V)),
    "cross of four": (ShapeError, lambda: ag.cross(np.ones(4), np.ones(4))),
    "delete behind the end": (OperandError, lambda: ag.delete(V, 3)),
    "dsplit of a vector": (ShapeError, lambda: ag.dsplit(V, 1)),
    "full_like of integers": (DTypeError, lambda: ag.full_like([1, 2], V[0])),
    "full_like of two libraries": (DeviceError, lambda: ag.full_like(LookAlike(X), V[0])),
    "hsplit of a number": (ShapeError, lambda: ag.hsplit(V[0], 1)),
    "insert behind the end": (OperandError, lambda: ag.insert(V, 4, 1.0)),
    "insert of too many": (ShapeError, lambda: ag.insert(V, [0, 1], V)),
    "linspace of -1": (ArgumentError, lambda: ag.linspace(V, 1.0, -1)),
    "matrix_transpose of a vector": (ShapeError, lambda: ag.matrix_transpose(V)),
    "meshgrid of a matrix": (ShapeError, lambda: ag.meshgrid(np.ones((2, 2)), V)),
    "meshgrid of another indexing": (OperandError, lambda: ag.meshgrid(V, indexing="yx")),
    "piecewise of too many": (ArgumentError, lambda: ag.piecewise(V, [V > 1], [1.0, 2.0, 3.0])),
    "rollaxis to nowhere": (ShapeError, lambda: ag.rollaxis(V, 0, 2)),
    "unstack of a number": (ShapeError, lambda: ag.unstack(V[0])),
    "vdot of two sizes": (ShapeError, lambda: ag.vdot(V, V[:2])),
    "vecdot of two lengths": (ShapeError, lambda: ag.vecdot(V, V[:1])),
    "vander of -1": (ArgumentError, lambda: ag.vander(V, -1)),
    "apply_along_axis of nothing": (
        ShapeError,
        lambda: ag.apply_along_axis(ag.sum, 0, np.ones((2, 0))),
    ),
}


@pytest.mark.parametrize("what", MISUSE)
def test_misuse_is_refused_in_the_familys_words(what: str):
    kind, call = MISUSE[what]
    with pytest.raises(kind) as error:
        call()
    assert str(error.value).endswith((".", ".`"))


# ---- what they promise beyond NumPy


def test_python_numbers_take_their_partners_dtype():
    x = ag.Variable([1.0, 2.0], dtype=np.float32)
    for y in (ag.linspace(x, 2.0, 3), ag.geomspace(1.0, x, 3), ag.logaddexp2(x, 1.0)):
        assert y.dtype == np.float32


def test_whole_numbers_make_fractions():
    np.testing.assert_array_equal(ag.linspace(0, 1, 3).data, [0.0, 0.5, 1.0])
    np.testing.assert_allclose(ag.geomspace(1, 4, 3).data, [1.0, 2.0, 4.0], rtol=1e-15)


def test_the_ends_of_linspace_are_exact():
    start, stop = ag.Variable(0.1), ag.Variable(0.7)
    ends = ag.linspace(start, stop, 7).data[[0, -1]]
    np.testing.assert_array_equal(ends, [0.1, 0.7])


def test_arrays_given_to_array_and_asarray_stay_the_users():
    x = np.ones(3)
    made = [ag.array(x), ag.asarray(x), ag.array([x, x]), ag.copy(x)]
    x[...] = 7.0
    for y in made:
        assert (y.data == 1.0).all()
        assert not y.requires_grad


def test_a_piece_with_a_pole_elsewhere_leaves_no_nan():
    x = ag.Variable([-1.0, 0.0, 4.0])
    y = ag.piecewise(x, [x.data > 0], [ag.sqrt, 0.5])
    y.sum().backward()
    np.testing.assert_array_equal(y.data, [0.5, 0.5, 2.0])
    np.testing.assert_array_equal(x.grad, [0.0, 0.0, 0.25])


def test_heaviside_of_nan_is_nan():
    np.testing.assert_array_equal(ag.heaviside([np.nan, 0.0], 0.5).data, [np.nan, 0.5])


def test_copysign_asks_the_sign_of_zero():
    x = ag.Variable([1.0, 1.0])
    y = ag.copysign(x, np.array([-0.0, 0.0]))
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [-1.0, 1.0])


def test_one_list_of_variables_is_one_operation():
    parts = [ag.Variable(float(i)) for i in range(50)]
    y = ag.array(parts)
    assert y.creator is not None
    assert y.creator.name == "stack"
    (y * np.arange(50.0)).sum().backward()
    assert [float(v.grad) for v in parts] == list(range(50))
