"""What the property tests draw from: shapes, axes, indices, memory layouts."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

Shape: TypeAlias = tuple[int, ...]

__all__ = [
    "LAYOUTS",
    "axes",
    "broadcasting",
    "dtypes",
    "indices",
    "laid_out",
    "larger",
    "layouts",
    "seeds",
    "shapes",
    "smaller",
]

# ---- shapes


def seeds() -> st.SearchStrategy[int]:
    """Return seeds of random generators: arrays drawn from one shrink to nothing odd."""
    return st.integers(0, 2**32 - 1)


def shapes(
    min_dims: int = 0, max_dims: int = 4, min_side: int = 0, max_side: int = 3
) -> st.SearchStrategy[Shape]:
    """Return shapes of few short axes, 0-d and empty ones among them."""
    return hnp.array_shapes(
        min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side
    )


def broadcasting(count: int) -> st.SearchStrategy[list[Shape]]:
    """Return shapes that broadcast together, sides of 0 and 1 and 0-d among them."""
    drawn = hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=3, min_side=0, max_side=4)
    return drawn.map(lambda found: list(found.input_shapes))


@st.composite
def smaller(draw: st.DrawFn, shape: Shape) -> Shape:
    """Return a shape that broadcasts to `shape`."""
    dropped = draw(st.integers(0, len(shape)))
    return tuple(draw(st.sampled_from([1, n])) for n in shape[dropped:])


@st.composite
def larger(draw: st.DrawFn, shape: Shape) -> Shape:
    """Return a shape that `shape` broadcasts to."""
    extra = draw(st.lists(st.integers(0, 3), max_size=2))
    return (*extra, *(draw(st.integers(0, 3)) if n == 1 else n for n in shape))


@st.composite
def axes(draw: st.DrawFn, ndim: int) -> int | tuple[int, ...] | None:
    """Return what a reduction takes as ``axis`` for that many axes."""
    if ndim == 0:
        return draw(st.sampled_from([None, ()]))
    chosen = draw(st.permutations(range(ndim)))[: draw(st.integers(0, ndim))]
    signed = tuple(i - ndim * draw(st.booleans()) for i in chosen)
    return draw(st.sampled_from([None, signed, *signed[:1]]))


# ---- indices


@st.composite
def indices(draw: st.DrawFn, shape: Shape) -> Any:
    """Return something that an array of that shape can be indexed with."""
    basic = hnp.basic_indices(shape, allow_newaxis=True)
    choices: list[Any] = [
        basic,
        hnp.arrays(bool, shape[: draw(st.integers(1, max(len(shape), 1)))]),
    ]
    if shape and all(shape):
        choices += [hnp.integer_array_indices(shape, result_shape=shapes(0, 2)), _mixed(shape)]
    return draw(st.one_of(choices))


@st.composite
def _mixed(draw: st.DrawFn, shape: Shape) -> Any:
    """Return integers, slices and integer lists of one length, side by side."""
    length = draw(st.integers(1, 4))
    parts: list[Any] = []
    for n in shape[: draw(st.integers(1, len(shape)))]:
        places = st.integers(-n, n - 1)
        lists = st.lists(places, min_size=length, max_size=length)
        parts.append(draw(st.one_of(places, st.slices(n), lists)))
    return tuple(parts) if len(parts) > 1 or draw(st.booleans()) else parts[0]


# ---- dtypes and memory


def dtypes() -> st.SearchStrategy[np.dtype[Any]]:
    """Return floating dtypes; the simplest is float64."""
    return st.sampled_from([np.dtype(np.float64), np.dtype(np.float32), np.dtype(np.float16)])


LAYOUTS = ("C", "F", "reversed", "strided", "read-only")


def layouts() -> st.SearchStrategy[str]:
    """Return memory layouts of an array: C, Fortran, reversed, strided, read-only."""
    return st.sampled_from(LAYOUTS)


def laid_out(x: np.ndarray, layout: str) -> tuple[np.ndarray, np.ndarray]:
    """Return `x` in some layout, and the writable memory that it stands on."""
    if layout == "F":
        memory = np.array(x, order="F")
        return memory, memory
    if layout == "reversed":
        backwards: Any = (slice(None, None, -1),) * x.ndim
        memory = np.array(x[backwards], order="C")
        return memory[(*backwards, Ellipsis)], memory
    if layout == "strided":
        memory = np.full([2 * n for n in x.shape], np.nan, x.dtype)
        every_other: Any = (*(slice(None, None, 2),) * x.ndim, Ellipsis)
        view = memory[every_other]
        view[...] = x
        return view, memory
    memory = np.array(x)
    view = memory.view()
    view.flags.writeable = layout != "read-only"
    return view, memory
