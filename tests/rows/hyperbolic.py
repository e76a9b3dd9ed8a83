"""Rows of the operations' table: hyperbolic."""

from __future__ import annotations

import numpy as np
from drawn import Row, one

ROWS = [
    Row("sinh", np.sinh, one()),
    Row("cosh", np.cosh, one()),
    Row("tanh", np.tanh, one()),
    Row("arcsinh", np.arcsinh, one()),
    Row("arccosh", np.arccosh, one(low=1.3, high=4.0)),
    Row("arctanh", np.arctanh, one(low=-0.8, high=0.8)),
]
