"""Rows of the operations' table: special functions; none where SciPy is not installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from drawn import Example, Row, one, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import broadcasting, seeds, shapes


@st.composite
def behind(draw: st.DrawFn, constants: tuple[Any, ...], low: float, high: float) -> Example:
    """Draw an operand that stands behind constants."""
    return Example([uniform(draw(seeds()), draw(shapes()), low, high)], constants)


@st.composite
def both(draw: st.DrawFn, low: float, high: float) -> Example:
    a, b = draw(broadcasting(2))
    return Example([uniform(draw(seeds()), shape, low, high) for shape in (a, b)])


@st.composite
def apart(draw: st.DrawFn) -> Example:
    """Draw numbers on both sides of 0, where scaled functions have a kink."""
    x = uniform(draw(seeds()), draw(shapes()), 0.2, 5.0)
    return Example([np.asarray(x * np.where(x < 2.5, -1.0, 1.0))])


def scipys(name: str) -> Callable[..., Any]:
    """Return SciPy's function with results in the dtype of the operands: it widens float16."""
    from scipy import special

    def f(*operands: Any) -> Any:
        return np.asarray(getattr(special, name)(*operands), np.result_type(*operands))

    return f


def row(name: str, low: float = -2.0, high: float = 2.0) -> Row:
    return Row(name, scipys(name), one(low, high))


def pair(name: str, low: float = 0.3, high: float = 3.0) -> Row:
    return Row(name, scipys(name), both(low, high))


def ordered(name: str, *constants: Any, low: float, high: float) -> Row:
    """Return a row of a function whose operand is its last argument."""

    def expected(x: np.ndarray, *orders: Any) -> np.ndarray:
        return np.asarray(scipys(name)(*orders, x), x.dtype)

    def apply(x: Any, *orders: Any) -> ag.Variable:
        return getattr(ag.special, name)(*orders, x)

    note = "_".join(map(str, constants))
    return Row(name, expected, behind(constants, low, high), apply, note)


def behind_one(name: str, count: int, low: float, high: float) -> Row:
    """Return a row of a function whose operand is its first argument."""

    def expected(x: np.ndarray, *_: Any) -> np.ndarray:
        return np.asarray(scipys(name)(x, count), x.dtype)

    return Row(name, expected, behind((count,), low, high))


def rows() -> list[Row]:
    return [
        row("erf"),
        row("erfc"),
        row("erfcx"),
        row("dawsn"),
        row("erfinv", -0.9, 0.9),
        row("erfcinv", 0.1, 1.9),
        row("ndtr"),
        row("log_ndtr", -20.0, 4.0),
        row("ndtri", 0.05, 0.95),
        row("gamma", 0.4, 4.0),
        row("gammaln", 0.4, 4.0),
        row("loggamma", 0.4, 4.0),
        row("rgamma", -2.5, 4.0),
        row("digamma", 0.4, 4.0),
        ordered("polygamma", 1, low=0.6, high=4.0),
        ordered("polygamma", 2, low=0.8, high=4.0),
        ordered("zeta", 2.5, low=0.6, high=4.0),
        behind_one("multigammaln", 3, 1.5, 5.0),
        row("factorial", 0.0, 4.0),
        pair("beta"),
        pair("betaln"),
        ordered("gammainc", np.array(2.5), low=0.3, high=5.0),
        ordered("gammaincc", 0.5, low=0.3, high=5.0),
        ordered("betainc", 0.5, np.array(2.0), low=0.1, high=0.9),
        row("logit", 0.1, 0.9),
        row("log_expit"),
        row("entr", 0.2, 3.0),
        pair("xlogy"),
        pair("xlog1py"),
        pair("rel_entr"),
        pair("kl_div"),
        row("j0", -9.0, 9.0),
        row("j1", -9.0, 9.0),
        ordered("jv", 3, low=-9.0, high=9.0),
        ordered("jv", np.array(1.5), low=0.3, high=9.0),
        row("y0", 0.4, 9.0),
        row("y1", 0.4, 9.0),
        ordered("yv", 0.5, low=0.5, high=9.0),
        row("i0"),
        row("i1"),
        ordered("iv", np.array(1.5), low=0.3, high=4.0),
        Row("i0e", scipys("i0e"), apart()),
        Row("i1e", scipys("i1e"), apart()),
        ordered("ive", 1.5, low=0.3, high=9.0),
        row("k0", 0.4, 5.0),
        row("k1", 0.6, 5.0),
        ordered("kv", 1.5, low=0.8, high=5.0),
        row("exprel", -4.0, 3.0),
        row("cosm1"),
        row("exp10", -1.0, 1.0),
        row("spence", 0.3, 5.0),
        Row("boxcox", scipys("boxcox"), both(0.3, 2.0)),
        Row("inv_boxcox", scipys("inv_boxcox"), both(0.3, 2.0)),
        pair("pseudo_huber"),
        ordered("hyp2f1", 0.5, 1.0, 1.5, low=-0.8, high=0.6),
        row("ellipk", -2.0, 0.8),
        row("ellipe", -2.0, 0.8),
    ]


ROWS = rows() if find_spec("scipy") else []
