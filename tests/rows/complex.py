"""Rows of the operations' table: complex numbers, made of and shown as pairs of real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from drawn import Example, Row, away, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def parts(draw: st.DrawFn) -> Example:
    """Draw real and imaginary parts, both away from 0."""
    shape = draw(shapes())
    return Example([away(uniform(draw(seeds()), shape)) for _ in range(2)])


def of_parts(function: Callable[..., Any]) -> Callable[..., ag.Variable]:
    """Return a function of the parts, whose result is real: both of its parts one after another."""

    def applied(x: Any, y: Any, *arguments: Any, **options: Any) -> ag.Variable:
        z = function(ag.add(x, ag.multiply(1j, y)), *arguments, **options)
        if z.dtype.kind != "c":
            return z
        return ag.concatenate([ag.real(z), ag.imag(z)], axis=None)

    return applied


def numpys(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return NumPy's function in the same form."""

    def expected(x: Any, y: Any, *arguments: Any, **options: Any) -> Any:
        z = function(x + 1j * y, *arguments, **options)
        if not np.iscomplexobj(z):
            return z
        return np.concatenate([z.real, z.imag], axis=None)

    return expected


def row(name: str, ours: Callable[..., Any], theirs: Callable[..., Any], examples: Any) -> Row:
    """Return a row of a function of complex numbers."""
    return Row(name, numpys(theirs), examples, apply=of_parts(ours))


ROWS = [
    row("real", ag.real, np.real, parts()),
    row("imag", ag.imag, np.imag, parts()),
    row("conj", ag.conj, np.conj, parts()),
    row("angle", ag.angle, np.angle, parts()),
]
