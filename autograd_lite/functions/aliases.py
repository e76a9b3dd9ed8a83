"""Aliases: NumPy's other names for functions that stand here under their first."""

from __future__ import annotations

from autograd_lite.functions.arithmetic import divide
from autograd_lite.functions.axes import transpose
from autograd_lite.functions.entry import copy
from autograd_lite.functions.joining import concatenate
from autograd_lite.functions.reductions import max, min
from autograd_lite.functions.rounding import mod, round, trunc
from autograd_lite.functions.scaling import deg2rad, rad2deg
from autograd_lite.functions.selection import abs

__all__ = [
    "amax",
    "amin",
    "around",
    "concat",
    "degrees",
    "fabs",
    "fix",
    "permute_dims",
    "positive",
    "radians",
    "remainder",
    "rint",
    "true_divide",
]

amax = max
amin = min
around = round
concat = concatenate
degrees = rad2deg
fabs = abs
fix = trunc
permute_dims = transpose
positive = copy
radians = deg2rad
remainder = mod
rint = round
true_divide = divide
