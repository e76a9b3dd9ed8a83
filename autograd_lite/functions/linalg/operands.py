"""What operations on matrices share: shapes looked at before LAPACK, its refusals, float16."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, Namespace, as_array, enter, namespace, private
from autograd_lite.errors import ShapeError, SingularError
from autograd_lite.functions.axes import swapaxes
from autograd_lite.functions.complex import conj, is_complex
from autograd_lite.functions.conversion import astype
from autograd_lite.graph.apply import binary, nary, unary
from autograd_lite.graph.function import Function, Nary, Operation, Pair, Unary
from autograd_lite.graph.modes import is_recording
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = [
    "adjoint",
    "applied",
    "as_variable",
    "conjugated",
    "folded",
    "halved",
    "is_constant",
    "lapack",
    "matrices",
    "mirrored",
    "rounding",
    "square",
    "transposed",
    "unrecorded",
]

_HALF = np.dtype(np.float16)


def as_variable(x: Operand, what: str) -> Variable:
    """Return an operand as a Variable; an array, which a rule may read, as a private copy."""
    return x if isinstance(x, Variable) else constant(private(as_array(x, what=what)))


def matrices(x: Operand, what: str) -> Variable:
    """Return an operand that has rows and columns.

    Raises
    ------
    ShapeError
        If it has fewer than two axes.
    """
    v = as_variable(x, what)
    if v.ndim < 2:
        msg = f"{what}: an operand of shape {v.shape} is no matrix; reshape it to two axes or more."
        raise ShapeError(msg)
    return v


def square(x: Operand, what: str) -> Variable:
    """Return an operand whose last two axes have the same length.

    Raises
    ------
    ShapeError
        If they have not.
    """
    v = matrices(x, what)
    if v.shape[-1] != v.shape[-2]:
        msg = f"{what}: matrices of shape {v.shape} are not square; pass shape (..., n, n)."
        raise ShapeError(msg)
    return v


def applied(node: Operation, *operands: Variable) -> Any:
    """Apply an operation; float16, which LAPACK does not take, goes as float32 and comes back."""
    if any([v._data.dtype != _HALF for v in operands]):
        return _applied(node, operands)
    found = _applied(node, [astype(v, np.float32) for v in operands])
    return tuple(map(_as_half, found)) if isinstance(found, tuple) else _as_half(found)


def _as_half(v: Variable) -> Variable:
    """Return a result in float16; a complex one, which has no such dtype, as it is."""
    return v if is_complex(v) else astype(v, _HALF)


def _applied(node: Operation, operands: Sequence[Variable]) -> Any:
    if isinstance(node, Unary):
        return unary(node, *operands)
    if isinstance(node, Pair):
        return binary(node, *operands)
    assert isinstance(node, Nary)
    return nary(node, *operands)


def lapack(node: Function, function: Callable[..., Any], *arrays: Array, instead: str) -> Any:
    """Call a function of ``linalg``, which may refuse values.

    Raises
    ------
    SingularError
        If it does: a singular matrix, one that is not positive definite, no convergence.
    """
    try:
        return function(*arrays)
    except np.linalg.LinAlgError as error:
        msg = f"{node.name}: {str(error).rstrip('.').lower()}{node.made_at}; {instead}."
        raise SingularError(msg) from error


def is_constant(v: Variable) -> bool:
    """Whether nobody can differentiate by a matrix: then any basis will do."""
    return not (v.requires_grad and is_recording())


def unrecorded(name: str, v: Variable, *arguments: object) -> list[Variable]:
    """Return what a factorisation of ``linalg`` makes of a constant."""
    x = enter(v._data, v)
    return [constant(part) for part in getattr(namespace(x).linalg, name)(x, *arguments)]


def mirrored(xp: Namespace, x: Array) -> Array:
    """Exchange rows and columns."""
    return xp.swapaxes(x, -1, -2)


def conjugated(xp: Namespace, x: Any) -> Any:
    """Conjugate complex numbers; leave real ones, and None, as they are.

    Factorisations have one rule for real and complex matrices: that of papers, whose gradient is
    the conjugate of ours. It is conjugated on its way in and on its way out.
    """
    return x if x is None or x.dtype.kind != "c" else xp.conj(x)


def adjoint(xp: Namespace, x: Array) -> Array:
    """Exchange rows and columns, and conjugate: Aᴴ, of real matrices Aᵀ."""
    turned: Array = conjugated(xp, mirrored(xp, x))
    return turned


def transposed(v: Variable) -> Variable:
    """Record the adjoint of matrices."""
    turned = swapaxes(v, -1, -2)
    return conj(turned) if is_complex(turned) else turned


def halved(xp: Namespace, x: Array) -> Array:
    """Return Φ(x), the lower triangle with half of the diagonal: Φ(x) + Φ(x)ᴴ = x if x = xᴴ."""
    return 0.5 * (xp.tril(x) + xp.tril(x, -1))


def folded(xp: Namespace, s: Array, *, upper: bool) -> Array:
    """Return the gradient of the one triangle that was read, of the symmetric matrix's gradient.

    An element off the diagonal stands for its mirror image too: it gets the gradients of both. The
    imaginary part of a complex diagonal is not read, and gets 0.
    """
    if s.dtype.kind == "c":
        s = 0.5 * (s + adjoint(xp, s))
    if upper:
        return xp.triu(s) + adjoint(xp, xp.tril(s, -1))
    return xp.tril(s) + adjoint(xp, xp.triu(s, 1))


def rounding(x: Array | Variable) -> float:
    """Return the distance from 1 to the next number of a dtype; x may be recorded.

    Integers are computed in float64.
    """
    return float(np.finfo(x.dtype if x.dtype.kind in "fc" else np.float64).eps)
