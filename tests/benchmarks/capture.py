"""Everything about captured steps: their time, their memory, and the capture itself."""

from __future__ import annotations

import capture_elementwise
import capture_memory
import capture_steps
from harness import Row


def rows(*, quick: bool) -> list[Row]:
    """Measure training steps, values with gradients, then memory and the cost of capturing."""
    return [
        *capture_steps.rows(quick=quick),
        *capture_elementwise.rows(quick=quick),
        *capture_memory.rows(quick=quick),
    ]
