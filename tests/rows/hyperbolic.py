"""Rows of the operations' table: hyperbolic."""

from __future__ import annotations

import numpy as np
from drawn import Row, one

ROWS = [
    Row("tanh", np.tanh, one()),
]
