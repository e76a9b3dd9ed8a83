"""Breadth: what HIPS autograd differentiates in reverse mode is differentiable here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import AutogradError

PAGE = Path(__file__).parent.parent / "docs" / "operations.md"

# HIPS autograd 1.9: what has a reverse rule, and what is written with those.
_HIPS = """
    abs absolute add amax amin angle append arccos arccosh arcsin arcsinh arctan arctan2 arctanh
    array array_split astype atleast_1d atleast_2d atleast_3d broadcast_to clip column_stack
    concatenate conj conjugate cos cosh cross cumsum deg2rad degrees diag diagonal diff divide
    dot dsplit einsum exp exp2 expand_dims expm1 fabs fft.fft fft.fft2 fft.fftn fft.fftshift
    fft.ifft fft.ifft2 fft.ifftn fft.ifftshift fft.irfft fft.irfft2 fft.irfftn fft.rfft
    fft.rfft2 fft.rfftn fliplr flipud fmax fmin full gradient hsplit hstack hypot imag inner
    kron linalg.cholesky linalg.det linalg.eig linalg.eigh linalg.inv linalg.norm linalg.pinv
    linalg.slogdet linalg.solve linalg.svd linspace log log10 log1p log2 logaddexp logaddexp2
    make_diagonal matmul max maximum mean min minimum mod moveaxis multiply nan_to_num negative
    outer pad partition power prod rad2deg radians ravel real real_if_close reciprocal remainder
    repeat reshape roll rollaxis rot90 select sign sin sinc sinh sort split sqrt square squeeze
    stack std subtract sum swapaxes tan tanh tensordot tile trace transpose tril triu
    true_divide var vsplit vstack where
"""
# What this library has beyond that, and NumPy users write.
_MORE = """
    apply_along_axis around block broadcast_arrays cbrt ceil concat copy copysign cumprod delete
    diagflat divmod dstack fix flip float_power floor floor_divide fmod full_like geomspace
    heaviside insert logspace matrix_transpose matvec meshgrid modf permute_dims piecewise
    positive resize rint round take take_along_axis trunc unstack vander vdot vecdot vecmat
"""
HIPS, MORE = _HIPS.split(), _MORE.split()

# NumPy asks these for plain values before anybody else is asked: only `ag.NAME` can record.
NUMPYS_OWN = {"array", "full", "full_like"}
# Constant from jump to jump: NumPy's own functions give plain arrays, `ag.NAME` records.
STEPS = {"around", "ceil", "fix", "floor", "floor_divide", "rint", "round", "sign", "trunc"}
_SECTION = PAGE.read_text("utf-8").partition("## Not differentiable here")[2].partition("\n## ")[0]
REFUSED = dict(re.findall(r"^\| `([\w.]+)` \| (.+) \|$", _SECTION, re.MULTILINE))

X = np.array([[0.8, 0.3], [0.3, 0.6]])
Y = np.array([[0.5, 0.2], [0.7, 0.4]])
_BOTH = """
    add append arctan2 copysign divide divmod dot float_power floor_divide fmax fmin fmod
    heaviside hypot inner kron linalg.solve logaddexp logaddexp2 matmul matvec maximum
    minimum mod multiply outer power remainder subtract tensordot true_divide vdot vecdot vecmat
"""
LISTS = ["block", "column_stack", "concat", "concatenate", "dstack", "hstack", "stack", "vstack"]
CALLS: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(_BOTH.split(), lambda f, x: f(x, Y)),
    **dict.fromkeys(LISTS, lambda f, x: f([x, Y])),
    **dict.fromkeys(["array_split", "hsplit", "split", "vsplit"], lambda f, x: f(x, 2)),
    "apply_along_axis": lambda f, x: f(lambda v: v[0] * v, 0, x),
    "arccosh": lambda f, x: f(x + 1.0),
    "array": lambda f, x: f([[x, x], [x, Y]]),
    "astype": lambda f, x: f(x, np.float32),
    "broadcast_arrays": lambda f, x: f(x, Y[0]),
    "broadcast_to": lambda f, x: f(x, (3, 2, 2)),
    "clip": lambda f, x: f(x, 0.4, 0.7),
    "cross": lambda f, x: f(x @ np.ones((2, 3)), np.arange(3.0)),
    "delete": lambda f, x: f(x, 0, 1),
    "dsplit": lambda f, x: f(x.reshape(1, 2, 2), 2),
    "einsum": lambda f, x: f("ij,kj", x, Y),
    "expand_dims": lambda f, x: f(x, 1),
    "full": lambda f, x: f((3, 2, 2), x),
    "full_like": lambda f, x: f(Y, x),
    "geomspace": lambda f, x: f(x, 2.0, 3),
    "insert": lambda f, x: f(x, 1, Y[0], axis=1),
    "linspace": lambda f, x: f(x, 2.0, 3),
    "logspace": lambda f, x: f(x, 2.0, 3),
    "meshgrid": lambda f, x: f(x[0], Y[0]),
    "moveaxis": lambda f, x: f(x, 0, 1),
    "pad": lambda f, x: f(x, 1),
    "partition": lambda f, x: f(x, 1),
    "piecewise": lambda f, x: f(x, [Y > 0.45, Y < 0.3], [lambda part: part * part, 2.0]),
    "repeat": lambda f, x: f(x, 2),
    "reshape": lambda f, x: f(x, (4, 1)),
    "resize": lambda f, x: f(x, (3, 2)),
    "roll": lambda f, x: f(x, 1),
    "rollaxis": lambda f, x: f(x, 1),
    "select": lambda f, x: f([Y > 0.45], [x], 2.0),
    "swapaxes": lambda f, x: f(x, 0, 1),
    "take": lambda f, x: f(x, [1, 0], axis=1),
    "take_along_axis": lambda f, x: f(x, np.array([[1], [0]]), axis=1),
    "tile": lambda f, x: f(x, 2),
    "vander": lambda f, x: f(x[0]),
    "where": lambda f, x: f(Y > 0.45, x, 0.0),
}


def found(place: Any, name: str) -> Any:
    """Return the function of a dotted name."""
    for part in name.split("."):
        place = getattr(place, part)
    return place


def called(function: Any, name: str, x: Any) -> list[Any]:
    """Return the results of a call by the table: of most functions, with one operand."""
    out = CALLS.get(name, lambda f, x: f(x))(function, x)
    return list(out) if isinstance(out, tuple | list) else [out]


def reached(functions: Any, names: list[str]) -> Iterator[Any]:
    for name in names:
        if name not in REFUSED and not (functions is np and name in NUMPYS_OWN | STEPS):
            yield pytest.param(functions, name, id=f"{functions.__name__}.{name}")


@pytest.mark.parametrize(
    ("functions", "name"), [*reached(np, HIPS + MORE), *reached(ag, HIPS + MORE)]
)
def test_what_others_differentiate_is_recorded(functions: Any, name: str):
    expected = called(found(np, name), name, X)
    results = called(found(functions, name), name, ag.Variable(X))
    assert any(isinstance(y, ag.Variable) and y.requires_grad for y in results)
    for y, numpys in zip(results, expected, strict=True):
        plain = y.data if isinstance(y, ag.Variable) else y
        np.testing.assert_allclose(plain, numpys, rtol=1e-7, atol=1e-12)


def test_the_list_is_that_of_autograd():
    """Where it is installed: nothing that it differentiates is missing from the list."""
    pytest.importorskip("autograd.numpy.linalg")
    pytest.importorskip("autograd.numpy.fft")
    from autograd.core import primitive_vjps

    rooms = {"numpy": "", "numpy.linalg": "linalg.", "numpy.fft": "fft."}
    theirs = set()
    for primitive in primitive_vjps:
        function = getattr(primitive, "fun", primitive)
        room = getattr(function, "__module__", None) or "numpy"  # a ufunc says nothing
        if room in rooms:
            theirs.add(rooms[room] + function.__name__)
    assert theirs <= set(HIPS)


@pytest.mark.parametrize("name", sorted(NUMPYS_OWN))
def test_numpys_own_say_no_rather_than_cut_the_graph(name: str):
    with pytest.raises(AutogradError, match=r"cut the graph|cannot be recorded"):
        called(getattr(np, name), name, ag.Variable(X))


@pytest.mark.parametrize("name", sorted(STEPS))
def test_steps_are_plain_by_numpys_name(name: str):
    (found,) = called(getattr(np, name), name, ag.Variable(X))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, *called(getattr(np, name), name, X))


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_the_page_refuses_is_refused_with_a_reason(name: str):
    assert len(REFUSED[name].split()) > 4
    with pytest.raises((AutogradError, AttributeError)):
        found(ag, name)(ag.Variable(X))


def test_the_page_refuses_something():
    assert {"make_diagonal", "put"} <= set(REFUSED)
