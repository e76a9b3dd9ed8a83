"""Rows of the operations' table: quotients."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Row

import autograd_lite as ag
from rows.rounding import divided, stepped


def of_both(two: tuple[Any, Any]) -> Any:
    """Return one array that says what two are."""
    first, second = two
    return first + 1.5 * second


ROWS = [
    Row("floor_divide", np.floor_divide, divided()),
    Row("fmod", np.fmod, divided()),
    Row("divmod", lambda a, b: of_both(np.divmod(a, b)), divided(),
        lambda a, b: of_both(ag.divmod(a, b))),
    Row("modf", lambda x: of_both(np.modf(x)), stepped(), lambda x: of_both(ag.modf(x))),
    Row("modf", lambda x: np.modf(x)[0], stepped(), lambda x: ag.modf(x)[0], "fraction"),
]  # fmt: skip
