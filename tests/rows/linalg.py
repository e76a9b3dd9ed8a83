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


ROWS = [
    Row("matmul", np.matmul, products()),
    Row("linear", lambda x, w, b: x @ w + b, layers()),
]
