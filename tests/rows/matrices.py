"""Rows of the operations' table: linalg."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def products(draw: st.DrawFn) -> Example:
    found = draw(
        hnp.mutually_broadcastable_shapes(
            signature=np.matmul.signature, max_dims=2, min_side=0, max_side=3
        )
    )
    a, b = found.input_shapes
    return Example([uniform(draw(seeds()), a), uniform(draw(seeds()), b)])


@st.composite
def layers(draw: st.DrawFn) -> Example:
    *batch, k, m = draw(shapes(min_dims=2))
    x, w, b = [uniform(draw(seeds()), shape) for shape in ((*batch, k), (k, m), (m,))]
    return Example([x, w, b])


@st.composite
def dotted(draw: st.DrawFn, inner: bool = False) -> Example:
    """Operands of any number of axes whose last (or last but one) axes fit; numbers among them."""
    a, b = list(draw(shapes(max_dims=3))), list(draw(shapes(max_dims=3)))
    if a and b:
        b[-1 if inner or len(b) == 1 else -2] = a[-1]
    return Example([uniform(draw(seeds()), tuple(shape)) for shape in (a, b)])


@st.composite
def diagonals(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=2)))
    first, second = draw(st.permutations(range(x.ndim)))[:2]
    axes = [i - x.ndim * draw(st.booleans()) for i in (first, second)]
    return Example([x], (draw(st.integers(-4, 4)), *axes))


ROWS = [
    Row("matmul", np.matmul, products()),
    Row("linear", lambda x, w, b: x @ w + b, layers()),
    Row("dot", np.dot, dotted()),
    Row("inner", np.inner, dotted(inner=True)),
    Row("trace", np.trace, diagonals()),
]
