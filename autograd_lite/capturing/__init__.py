"""Capture: a function, run once, becomes a straight NumPy program that is replayed from then on.

``traced`` stands in for arrays, ``tape`` writes down what is done with them, ``tracing`` runs the
function, ``twice`` does so two times and compares. ``simplify`` and ``planning`` (``grouping`` into
``blocks`` and ``floats``, ``memory``) plan; ``emit`` and ``writing`` write Python, with the names
of ``naming`` and ``origins``, the comments of ``comments`` and ``statements``; ``replay`` runs it
while all that ``reach`` found is as it was (``guards``), what a program cannot do right, ``eager``
does; ``export`` writes it into a file.
"""

from autograd_lite.capturing.captured import Captured, capture

__all__ = ["Captured", "capture"]
