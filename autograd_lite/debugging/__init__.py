"""Debug mode: nodes remember the user's line, and the first NaN or infinity is explained."""

from autograd_lite.debugging.debug import debug

__all__ = ["debug"]
