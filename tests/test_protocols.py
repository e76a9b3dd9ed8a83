"""NumPy's own functions on Variables: they record, with NumPy's arguments, or say no."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import functions
from autograd_lite.errors import AutogradError
from autograd_lite.protocols import table

SQUARE = np.array([[0.53, -0.27, 0.76], [0.13, 0.91, -0.63], [0.34, 0.22, 0.86]])
CALLS: dict[str, Callable[[Any], Any]] = {
    "sum": lambda x: np.sum(x, axis=0, keepdims=True),
    "sum of keywords": lambda x: np.sum(a=x, axis=(0, 1)),
    "mean": lambda x: np.mean(x, 1),
    "max": lambda x: np.max(x, axis=-1),
    "amax": lambda x: np.amax(x, axis=-1),
    "min": lambda x: np.min(x, axis=0),
    "prod": lambda x: np.prod(x, axis=1, keepdims=True),
    "std": lambda x: np.std(x, axis=0, ddof=1),
    "var": lambda x: np.var(x, ddof=1, keepdims=True),
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "cumprod": lambda x: np.cumprod(x, 0),
    "clip": lambda x: np.clip(x, -0.3, 0.3),
    "norm": lambda x: np.linalg.norm(x, axis=1),
    "reshape": lambda x: np.reshape(x, (9,)),
    "ravel": lambda x: np.ravel(x),
    "transpose": lambda x: np.transpose(x, (1, 0)),
    "moveaxis": lambda x: np.moveaxis(x, 0, 1),
    "expand_dims": lambda x: np.expand_dims(x, axis=1),
    "squeeze": lambda x: np.squeeze(x[:, :1], axis=1),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 3, 3)),
    "concatenate": lambda x: np.concatenate([x, x], axis=1),
    "concatenate with an array": lambda x: np.concatenate((SQUARE, x)),
    "stack": lambda x: np.stack([x, SQUARE], axis=-1),
    "vstack": lambda x: np.vstack([x, x]),
    "hstack": lambda x: np.hstack((x, SQUARE)),
    "split": lambda x: np.split(x, 3, axis=1)[1],
    "repeat": lambda x: np.repeat(x, 2, axis=0),
    "tile": lambda x: np.tile(x, (2, 1)),
    "flip": lambda x: np.flip(x, 0),
    "roll": lambda x: np.roll(x, 1, axis=1),
    "rot90": lambda x: np.rot90(x, 3),
    "pad": lambda x: np.pad(x, ((1, 0), (0, 2))),
    "take": lambda x: np.take(x, [0, 2, 2], axis=1),
    "take_along_axis": lambda x: np.take_along_axis(x, np.array([[0], [2], [1]]), axis=1),
    "diag": lambda x: np.diag(x, 1),
    "diagonal": lambda x: np.diagonal(x, offset=-1),
    "trace": lambda x: np.trace(x),
    "tril": lambda x: np.tril(x, -1),
    "triu": lambda x: np.triu(x),
    "dot": lambda x: np.dot(x, SQUARE),
    "dot, array first": lambda x: np.dot(SQUARE, x),
    "inner": lambda x: np.inner(x, SQUARE),
    "outer": lambda x: np.outer(x, x),
    "tensordot": lambda x: np.tensordot(x, SQUARE, axes=([0], [1])),
    "einsum": lambda x: np.einsum("ij,kj->ik", x, SQUARE),
    "kron": lambda x: np.kron(x, SQUARE),
    "where": lambda x: np.where(SQUARE > 0, x, 0.0),
    "mod": lambda x: np.mod(x, 0.4),
    "absolute": lambda x: np.absolute(x),
    "array + Variable": lambda x: SQUARE + x,
    "scalar ** Variable": lambda x: np.float64(2.0) ** x,
    "Variable % number": lambda x: x % 0.4,
    "number % Variable": lambda x: 2.0 % x,
    "abs": abs,
    "add.reduce": lambda x: np.add.reduce(x),
    "add.reduce along an axis": lambda x: np.add.reduce(x, 1, keepdims=True),
    "add.reduce of all": lambda x: np.add.reduce(x, axis=None),
    "multiply.reduce": lambda x: np.multiply.reduce(x, axis=(0, 1)),
    "maximum.reduce": lambda x: np.maximum.reduce(x, -1),
    "minimum.reduce": lambda x: np.minimum.reduce(x),
    "logaddexp.reduce": lambda x: np.logaddexp.reduce(x),
    "add.accumulate": lambda x: np.add.accumulate(x, axis=1),
    "multiply.accumulate": lambda x: np.multiply.accumulate(x),
    "subtract.outer": lambda x: np.subtract.outer(x, SQUARE[0]),
    "multiply.outer, array first": lambda x: np.multiply.outer(SQUARE[0], x),
}


@pytest.mark.parametrize("call", CALLS)
def test_numpy_functions_record(call: str):
    x = ag.Variable(SQUARE)
    y = CALLS[call](x)
    assert isinstance(y, ag.Variable)
    assert y.requires_grad
    np.testing.assert_allclose(y.data, CALLS[call](SQUARE), rtol=1e-14)
    assert ag.gradcheck(CALLS[call], SQUARE).comparisons == 9


STEPS = ["ceil", "floor", "floor_divide", "rint", "sign", "trunc"]
OF_MATRICES = ["matvec", "vecmat"]
UFUNCS = [
    name
    for name in functions.__all__
    if isinstance(getattr(np, name, None), np.ufunc)
    and getattr(np, name).nout == 1
    and name not in STEPS + OF_MATRICES
]


@pytest.mark.parametrize("name", UFUNCS)
def test_every_ufunc_of_an_operations_name_reaches_it(name: str):
    ufunc = getattr(np, name)
    x = ag.Variable([0.5, 0.25]) if name != "arccosh" else ag.Variable([1.5, 2.0])
    others = [np.array([2.0, 1.5])] * (ufunc.nin - 1)
    if name == "matmul":
        others = [np.eye(2)]
    y = ufunc(x, *others)
    assert isinstance(y, ag.Variable)
    assert y.requires_grad
    np.testing.assert_allclose(y.data, ufunc(x.data, *others), rtol=1e-14)


NUMPYS = [
    name
    for name in functions.__all__
    if callable(getattr(np, name, None)) and not isinstance(getattr(np, name), np.ufunc)
]


@pytest.mark.parametrize("name", NUMPYS)
def test_operations_take_their_operands_and_axes_in_numpys_order(name: str):
    """Every argument that NumPy's function has too stands in the same place."""
    try:
        theirs = list(inspect.signature(getattr(np, name)).parameters)
    except ValueError:
        pytest.skip("NumPy gives no signature")
    ours = list(inspect.signature(getattr(ag, name)).parameters)
    left_out = ("dtype", "out", "order", "copy", "casting", "initial", "where", "subok")
    shared = [p for p in theirs if p in ours]
    assert shared == [p for p in ours if p in theirs]
    kept = [p for p in theirs if p not in left_out]
    assert [p for p in kept if p in ours] == [p for p in ours if p in kept]


@pytest.mark.parametrize(
    "refused",
    [
        lambda x: np.sum(x, dtype=np.float32),
        lambda x: np.sum(x, 0, None, np.ones(3)),
        lambda x: np.sum(x, where=SQUARE > 0),
        lambda x: np.add(x, 1.0, out=np.ones((3, 3))),
        lambda x: np.subtract.reduce(x),
        lambda x: np.add.reduceat(x, [0, 1]),
        lambda x: np.add.reduce(x, where=SQUARE > 0),
        lambda x: np.add.at(SQUARE.copy(), 0, x),
        lambda x: np.unique(x),
        lambda x: np.histogram(SQUARE, weights=x),
        lambda x: np.array([x, x]),
        lambda x: np.frexp(x),
        lambda x: np.concatenate([x, x], out=np.ones((6, 3))),
        lambda x: np.einsum(x, [0, 1]),
    ],
)
def test_arguments_that_an_operation_lacks_are_refused_not_ignored(refused: Any):
    with pytest.raises((AutogradError, TypeError)):
        refused(ag.Variable(SQUARE))


PLAIN: dict[str, Callable[[Any], Any]] = {
    **{name: getattr(np, name) for name in [*STEPS, "rint", "fix", "isnan", "isfinite", "signbit"]},
    "round": lambda x: np.round(x, 1),
    "floor_divide": lambda x: np.floor_divide(x, 0.25),
    "argmax": lambda x: np.argmax(x, axis=1),
    "argsort": lambda x: np.argsort(x, axis=0),
    "searchsorted": lambda x: np.searchsorted(np.sort(SQUARE[0]), x),
    "greater": lambda x: np.greater(x, 0.5),
    "logical_and": lambda x: np.logical_and(x > 0, x),
    "isclose": lambda x: np.isclose(SQUARE, x),
    "allclose": lambda x: np.allclose(x, x),
    "shape": np.shape,
    "ndim": np.ndim,
    "size": np.size,
    "zeros_like": np.zeros_like,
    "count_nonzero": lambda x: np.count_nonzero(x > 0.3, axis=0),
    "matrix_rank": lambda x: np.linalg.matrix_rank(x),
}


@pytest.mark.parametrize("call", PLAIN)
def test_what_has_no_slope_gives_numpys_plain_result(call: str):
    found, expected = PLAIN[call](ag.Variable(SQUARE)), PLAIN[call](SQUARE)
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found, expected)


def test_an_unknown_function_is_refused_with_the_nearest_that_is_known():
    x = ag.Variable(SQUARE)
    with pytest.raises(TypeError, match=r"numpy\.frexp .* the nearest supported is numpy\.exp"):
        np.frexp(x)


INSTEAD: dict[str, Callable[[Any], Any]] = {
    "sum with dtype cannot": lambda x: np.sum(x, dtype=np.float32),
    "sum with where .*; choose with numpy.where, or": lambda x: np.sum(x, where=SQUARE > 0),
    "add with out .*; take what it returns, or": lambda x: np.add(x, 1.0, out=np.ones((3, 3))),
    "amax with initial .*; pass what autograd_lite.max takes": lambda x: np.amax(x, initial=0.0),
    "put cannot .*; autograd_lite.set_at returns": lambda x: np.put(x, 0, 1.0),
    "add.at cannot .*; autograd_lite.add_at returns": lambda x: np.add.at(SQUARE.copy(), 0, x),
}


@pytest.mark.parametrize("message", INSTEAD)
def test_a_refusal_says_what_to_write_instead(message: str):
    with pytest.raises(TypeError, match=rf"^numpy\.{message}"):
        INSTEAD[message](ag.Variable(SQUARE))


def test_what_refusals_name_is_there():
    pytest.importorskip("scipy")  # whose functions one of them names
    named = " ".join(table._INSTEAD.values())
    for package, path in re.findall(r"(autograd_lite|numpy)\.((?:\w+\.)*\w+)", named):
        place: Any = ag if package == "autograd_lite" else np
        for name in path.split("."):
            place = getattr(place, name)
        assert callable(place)


METHODS: dict[str, Callable[[Any], Any]] = {
    "abs": lambda x: x.__abs__(),
    "clip": lambda x: x.clip(-0.3, 0.3),
    "cumprod": lambda x: x.cumprod(axis=1),
    "cumsum": lambda x: x.cumsum(0),
    "diagonal": lambda x: x.diagonal(),
    "dot": lambda x: x.dot(SQUARE),
    "flatten": lambda x: x.flatten(),
    "max": lambda x: x.max(axis=1),
    "mean": lambda x: x.mean(0),
    "min": lambda x: x.min(axis=1, keepdims=True),
    "prod": lambda x: x.prod(axis=0),
    "ravel": lambda x: x.ravel(),
    "repeat": lambda x: x.repeat(2, axis=1),
    "reshape": lambda x: x.reshape(1, 9),
    "round": lambda x: x.round(1),
    "squeeze": lambda x: x[:1].squeeze(0),
    "std": lambda x: x.std(axis=0, ddof=1),
    "sum": lambda x: x.sum(axis=1),
    "swapaxes": lambda x: x.swapaxes(0, 1),
    "take": lambda x: x.take([0, 2], axis=1),
    "trace": lambda x: x.trace(),
    "transpose": lambda x: x.transpose(1, 0),
    "var": lambda x: x.var(axis=1),
}


@pytest.mark.parametrize("method", METHODS)
def test_methods_are_those_of_arrays(method: str):
    x = ag.Variable(SQUARE)
    y = METHODS[method](x)
    np.testing.assert_allclose(y.data, METHODS[method](SQUARE), rtol=1e-14)
    assert ag.gradcheck(METHODS[method], SQUARE).comparisons == 9
