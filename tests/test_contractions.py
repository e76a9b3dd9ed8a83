"""Products and contractions: what is refused, float16, what is kept, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, OperandError, ShapeError

X = np.arange(6.0).reshape(2, 3)

REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "dot": (lambda: ag.dot(X, X), ShapeError, r"3 columns.*2 rows"),
    "inner": (lambda: ag.inner(X, X.T), ShapeError, r"last axes have 3 and 2"),
    "tensordot lengths": (lambda: ag.tensordot(X, X, 1), ShapeError, r"differ in length"),
    "tensordot merged": (lambda: ag.tensordot(X, X.T, 2), ShapeError, r"differ in length"),
    "tensordot count": (lambda: ag.tensordot(X, X, 3), ShapeError, r"2 and 2 axes"),
    "tensordot below 0": (lambda: ag.tensordot(X, X, -1), ShapeError, r"axes is -1"),
    "tensordot out of range": (lambda: ag.tensordot(X, X, (2, 0)), ShapeError, r"in range"),
    "tensordot twice": (lambda: ag.tensordot(X, X, ([0, 0], [0, 1])), ShapeError, r"once"),
    "tensordot pairs": (lambda: ag.tensordot(X, X, ([0, 1], [0])), ArgumentError, r"pair up"),
    "tensordot three": (lambda: ag.tensordot(X, X, (0, 1, 0)), ArgumentError, r"not a number"),
    "tensordot float": (lambda: ag.tensordot(X, X, 1.5), OperandError, r"integer"),
    "trace of a vector": (lambda: ag.trace(X[0]), ShapeError, r"1 axes"),
    "trace of one axis": (lambda: ag.trace(X, 0, 1, -1), ShapeError, r"once"),
    "trace offset": (lambda: ag.trace(X, 0.5), OperandError, r"integer"),
    "einsum lists": (lambda: ag.einsum(X, [0, 1], [1, 0]), OperandError, r"as text"),
    "einsum letters": (lambda: ag.einsum("i1->i", X), ArgumentError, r"letters"),
    "einsum dots": (lambda: ag.einsum("i..j", X), ArgumentError, r"'\.\.\.'"),
    "einsum twice dots": (lambda: ag.einsum("...i...", X), ArgumentError, r"'\.\.\.'"),
    "einsum arrows": (lambda: ag.einsum("ij->i->i", X), ArgumentError, r"letters"),
    "einsum few": (lambda: ag.einsum("ij,jk", X), ArgumentError, r"2 operands, but 1"),
    "einsum axes": (lambda: ag.einsum("i->i", X), ShapeError, r"names 1 axes.*\(2, 3\)"),
    "einsum more": (lambda: ag.einsum("ijk->i", X), ShapeError, r"names 3 axes"),
    "einsum unknown": (lambda: ag.einsum("ij->k", X), ArgumentError, r"indices of the operands"),
    "einsum result twice": (lambda: ag.einsum("ij->ii", X), ArgumentError, r"each once"),
    "einsum lost dots": (lambda: ag.einsum("...j->j", X), ArgumentError, r"in the result"),
    "einsum lengths": (lambda: ag.einsum("ij,ij->i", X, X.T), ShapeError, r"2 and 3|3 and 2"),
    "einsum diagonal": (lambda: ag.einsum("ii", X), ShapeError, r"2 and 3|1 and 3"),
    "einsum thin diagonal": (lambda: ag.einsum("ii", X[:1]), ShapeError, r"elements"),
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_what_does_not_fit_is_refused(attempt: str):
    call, error, match = REFUSED[attempt]
    with pytest.raises(error, match=match) as caught:
        call()
    assert str(caught.value).startswith(attempt.partition(" ")[0])


# ---- float16 holds whole numbers to 2048 and nothing above 65504

MANY = 6000


def half(*shape: int, value: float = 1.0) -> ag.Variable:
    return ag.Variable(np.full(shape, value), dtype=np.float16)


LONG: dict[str, Callable[[], ag.Variable]] = {
    "dot": lambda: ag.dot(half(MANY), half(MANY)),
    "inner": lambda: ag.inner(half(2, MANY), half(MANY)),
    "tensordot": lambda: ag.tensordot(half(2, MANY // 2), half(2, MANY // 2)),
    "trace": lambda: ag.trace(half(MANY // 2, MANY // 2)) * 2.0,
    "a scalar product at each place": lambda: ag.einsum("ij,ij->j", half(MANY, 2), half(MANY, 2)),
    "a matrix product": lambda: ag.einsum("ij,ik->jk", half(MANY, 2), half(MANY, 2)),
    "a sum": lambda: ag.einsum("ij->j", half(MANY, 2)),
}


@pytest.mark.parametrize("product", LONG)
def test_float16_products_of_thousands_do_not_stall(product: str):
    y = LONG[product]()
    assert y.dtype == np.float16
    np.testing.assert_array_equal(y.data, MANY)


SPREADS: dict[str, Callable[[ag.Variable], ag.Variable]] = {
    "outer": lambda x: ag.outer(x, half(MANY)),
    "kron": lambda x: ag.kron(half(MANY), x),
    "tensordot": lambda x: ag.tensordot(x, half(MANY), 0),
    "einsum": lambda x: ag.einsum("i,j->ij", x, half(MANY)),
    "an index of its own": lambda x: ag.einsum("i,ij->j", x, half(1, MANY)),
    "a stretched index": lambda x: ag.einsum("i,i->i", x, half(MANY)),
    "matmul": lambda x: ag.matmul(half(MANY, 1), x),
}


@pytest.mark.parametrize("spread", SPREADS)
def test_float16_gradients_of_thousands_of_uses_do_not_stall(spread: str):
    x = half(1)
    y = SPREADS[spread](x)
    y.backward(np.ones(y.shape, np.float16))
    np.testing.assert_array_equal(x.grad, MANY)


@pytest.mark.parametrize("subscripts", ["i,i->", "bi,bi->b", "ij,ij->"])
def test_float16_products_may_overflow_on_the_way(subscripts: str):
    shape = (1,) * (subscripts.index(",") - 1)
    x = ag.Variable(np.full((*shape, 2), 300.0) * [1, -1], dtype=np.float16)
    y = ag.einsum(subscripts, x, half(*shape, 2, value=300.0))
    np.testing.assert_array_equal(y.data, 0.0)


# ---- graphs


def test_a_product_of_two_is_one_node():
    a, b = ag.Variable(np.ones((2, 3, 4))), ag.Variable(np.ones((2, 5, 4)))
    y = ag.einsum("bij,bkj->bik", a, b)
    assert type(y.creator).__name__ == "Einsum"
    assert y.creator.inputs == (a, b)


def test_the_order_of_a_chain_saves_memory():
    """(A b) c, not A (b c): whichever end of the chain is thin."""
    big = {}
    for shapes in ([(50, 2), (2, 50), (50, 1)], [(1, 50), (50, 2), (2, 50)]):
        y = ag.einsum("ij,jk,kl->il", *[ag.Variable(np.ones(s)) for s in shapes])
        inner = [edge for edge in y.creator.inputs if not isinstance(edge, ag.Variable)]
        big[tuple(shapes)] = [node._value.size for node in inner]
    assert list(big.values()) == [[2], [2]]


def test_an_operand_may_come_twice():
    x = ag.Variable([1.0, 2.0, 3.0])
    ag.einsum("i,i->", x, x).backward()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0, 6.0])


def test_derivatives_of_any_order():
    x = ag.Variable([2.0])
    y = ag.einsum("i,i,i->", x, x, x)
    for expected in (12.0, 12.0, 6.0):
        y = ag.gradients(y.sum(), x, create_graph=True)
        assert y.item() == expected


@pytest.mark.parametrize("product", [ag.dot, ag.inner, ag.outer, ag.kron])
def test_only_what_the_rule_reads_is_kept(product: Any):
    x, weights = ag.Variable([1.0, 2.0]), np.array([3.0, 4.0])
    node = product(x, weights).creator
    assert node.a is None
    assert node.b is not None
    with ag.no_grad():
        assert product(x, weights).creator is None


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: ag.dot(x, [1, 2, 3]), [8.0, 26.0]),
        (lambda x: ag.dot(2, x[0]), [0.0, 2.0, 4.0]),
        (lambda x: ag.outer(x[1, :2], 2), [[6.0], [8.0]]),
        (lambda x: ag.einsum(",i->i", 2.0, x[0]), [0.0, 2.0, 4.0]),
        (lambda x: ag.einsum("ij,j", x, [1, 2, 3]), [8.0, 26.0]),
        (lambda x: ag.tensordot(x, np.array([1, 2, 3]), np.array([[1], [0]])), [8.0, 26.0]),
    ],
)
@pytest.mark.parametrize("make", [ag.Variable, np.array])
def test_lists_numbers_and_whole_numbers_are_operands(make: Any, function: Any, expected: Any):
    np.testing.assert_array_equal(function(make(X)).data, expected)
