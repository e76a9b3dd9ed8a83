"""Rows of the operations' table: at least so many axes."""

from __future__ import annotations

import numpy as np
from drawn import Row, one

ROWS = [
    Row("atleast_1d", np.atleast_1d, one()),
    Row("atleast_2d", np.atleast_2d, one()),
    Row("atleast_3d", np.atleast_3d, one()),
]
