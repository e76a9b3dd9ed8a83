"""Second looks from outside: gradients of JAX and PyTorch, stored, and compared with ours.

PYTHONPATH=.:tests python -m oracles.generate    # asks JAX and PyTorch again
PYTHONPATH=.:tests python -m oracles.page        # writes docs/conventions.md

To add an operation, spell it in a file of ``spellings/`` (NumPy's own names need only PyTorch's
spelling) and run both. ``awkward.py`` holds more points, ``programs.py`` compositions, and
``differences.py`` says why an answer is not ours.
"""
