"""Rows of the operations' table: trigonometry."""

from __future__ import annotations

import numpy as np
from drawn import Row, one, two

ROWS = [
    Row("sin", np.sin, one()),
    Row("cos", np.cos, one()),
    Row("tan", np.tan, one(low=-1.2, high=1.2)),
    Row("arcsin", np.arcsin, one(low=-0.8, high=0.8)),
    Row("arccos", np.arccos, one(low=-0.8, high=0.8)),
    Row("arctan", np.arctan, one()),
    Row("arctan2", np.arctan2, two(low=0.2, away_from_0=True)),
    Row("sinc", np.sinc, one()),
    Row("sinc", np.sinc, one(low=-0.3, high=0.3), note="near_0"),
]
