"""Rows of the operations' table: Fourier transforms, complex ones by their parts."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds
from rows.complex import row

NORMS = st.sampled_from([None, "backward", "ortho", "forward"])


def sides(least: int, axes: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(1, 3), min_size=least, max_size=axes).map(tuple)


@st.composite
def along(draw: st.DrawFn, arrays: int) -> Example:
    """Draw a signal or two of a shape, an axis, a length."""
    shape = draw(sides(1, 2))
    operands = [uniform(draw(seeds()), shape) for _ in range(arrays)]
    n = draw(st.none() | st.integers(1, 6))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    return Example(operands, (n, axis), {"norm": draw(NORMS)})


@st.composite
def halves(draw: st.DrawFn) -> Example:
    """Draw half a spectrum: one element is too few to tell a length."""
    example = draw(along(2))
    n, axis = example.arguments
    if n is None and example.operands[0].shape[axis] == 1:
        n = 1
    return Example(example.operands, (n, axis), example.options)


@st.composite
def over(draw: st.DrawFn, arrays: int, two: bool = False, half: bool = False) -> Example:
    """Draw tables, two axes of them or some, and their lengths."""
    shape = draw(sides(2, 3))
    operands = [uniform(draw(seeds()), shape) for _ in range(arrays)]
    order = draw(st.permutations(range(len(shape))))
    axes = tuple(order[: 2 if two else draw(st.integers(1, len(shape)))])
    lengths = st.tuples(*[st.integers(1, 4)] * len(axes))
    s = draw(lengths if half else st.none() | lengths)
    return Example(operands, (s, axes), {"norm": draw(NORMS)})


@st.composite
def shifted(draw: st.DrawFn) -> Example:
    shape = draw(sides(1, 3))
    every = st.integers(0, len(shape) - 1)
    axes = draw(st.none() | every | st.lists(every, unique=True, min_size=1).map(tuple))
    return Example([uniform(draw(seeds()), shape)], (axes,))


def of_reals(name: str, examples: Any) -> Row:
    """Return a row of a function of real signals: they are parts without an imaginary one."""

    def ours(x: Any, *arguments: Any, **options: Any) -> ag.Variable:
        y = getattr(ag.fft, name)(x, *arguments, **options)
        return ag.concatenate([ag.real(y), ag.imag(y)], axis=None)

    def theirs(x: Any, *arguments: Any, **options: Any) -> Any:
        y = getattr(np.fft, name)(x, *arguments, **options)
        return np.concatenate([y.real, y.imag], axis=None)

    return Row(name, theirs, examples, apply=ours)


def of_complex(name: str, examples: Any) -> Row:
    return row(name, getattr(ag.fft, name), getattr(np.fft, name), examples)


ROWS = [
    *[of_complex(name, along(2)) for name in ("fft", "ifft")],
    *[of_complex(name, over(2)) for name in ("fftn", "ifftn")],
    *[of_complex(name, over(2, two=True)) for name in ("fft2", "ifft2")],
    *[of_complex(name, halves()) for name in ("irfft", "hfft")],
    of_complex("irfftn", over(2, half=True)),
    of_complex("irfft2", over(2, two=True, half=True)),
    *[of_reals(name, along(1)) for name in ("rfft", "ihfft")],
    of_reals("rfftn", over(1)),
    of_reals("rfft2", over(1, two=True)),
    Row("fftshift", np.fft.fftshift, shifted()),
    Row("ifftshift", np.fft.ifftshift, shifted()),
]
