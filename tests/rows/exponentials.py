"""Rows of the operations' table: exponentials."""

from __future__ import annotations

import numpy as np
from drawn import Row, one

ROWS = [
    Row("exp", np.exp, one()),
    Row("log", np.log, one(low=0.3)),
]
