"""Rows of the operations' table: exponentials."""

from __future__ import annotations

import numpy as np
from drawn import Row, one, two

ROWS = [
    Row("exp", np.exp, one()),
    Row("exp2", np.exp2, one()),
    Row("expm1", np.expm1, one()),
    Row("log", np.log, one(low=0.3)),
    Row("log2", np.log2, one(low=0.3)),
    Row("log10", np.log10, one(low=0.3)),
    Row("log1p", np.log1p, one(low=-0.6)),
    Row("logaddexp", np.logaddexp, two()),
]
