"""Rows of the operations' table: arithmetic."""

from __future__ import annotations

import operator

from drawn import Row, one, two

ROWS = [
    Row("add", operator.add, two()),
    Row("sub", operator.sub, two()),
    Row("mul", operator.mul, two()),
    Row("div", operator.truediv, two(away_from_0=True)),
    Row("neg", operator.neg, one()),
]
