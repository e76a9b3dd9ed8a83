"""Capture: a function, run once, becomes a straight NumPy program that is replayed from then on.

``traced`` stands in for arrays, ``tape`` writes down what is done with them, ``tracing`` runs the
function; ``simplify`` and ``memory`` plan, ``emit`` and ``writing`` write Python, ``replay`` runs it.
"""

from autograd_lite.capturing.captured import Captured, capture

__all__ = ["Captured", "capture"]
