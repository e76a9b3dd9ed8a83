"""Capture: a function, run once, becomes a straight NumPy program that is replayed from then on.

``record`` runs the function on arrays that write down what is done with them, twice, and compares.
What it wrote down is a ``program``: values, and the calls that made them. ``plan`` leaves calls
out, orders them, groups them into loops, and finds a place for each value; ``write`` makes Python
of it, with names and comments; ``replay`` runs it while all that the function can reach is as it
was, or else the function itself; ``export`` writes it into a file of its own.
"""

from autograd_lite.capturing.captured import Captured, capture

__all__ = ["Captured", "capture"]
