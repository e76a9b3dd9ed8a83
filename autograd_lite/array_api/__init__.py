"""The namespace of the Python array API standard, on Variables.

``v.__array_namespace__()`` is this module. Code written for the standard runs on Variables, and
gradients flow through it. Functions that have a slope are the library's own; comparisons,
searches and what makes arrays give Variables without gradient, so that all arrays of a program
have one namespace.

References
----------
Consortium for Python Data API Standards, *Python array API standard*, version 2024.12,
https://data-apis.org/array-api/2024.12/

Examples
--------
>>> import autograd_lite as ag
>>> v = ag.Variable([1.0, 2.0])
>>> xp = v.__array_namespace__()
>>> xp.sum(xp.where(v > 1.5, xp.exp(v), 0.0)).backward()
>>> v.grad.round(3).tolist()
[0.0, 7.389]
"""

from __future__ import annotations

from math import e, inf, nan, pi
from typing import Any

from autograd_lite import functions
from autograd_lite.array_api import fft, linalg
from autograd_lite.array_api.arguments import (
    clip,
    cumulative_prod,
    cumulative_sum,
    expand_dims,
    prod,
    reshape,
    std,
    sum,
    var,
    vecdot,
)
from autograd_lite.array_api.constants import of_one, of_two
from autograd_lite.array_api.creating import (
    arange,
    asarray,
    empty,
    empty_like,
    eye,
    from_dlpack,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    zeros,
    zeros_like,
)
from autograd_lite.array_api.dtypes import (
    BOOLEANS,
    COMPLEXES,
    FLOATS,
    INTEGERS,
    UNSIGNED,
    astype,
    can_cast,
    finfo,
    iinfo,
    isdtype,
    result_type,
)
from autograd_lite.array_api.information import NamespaceInfo
from autograd_lite.array_api.searching import (
    all,
    any,
    argmax,
    argmin,
    argsort,
    count_nonzero,
    nonzero,
    searchsorted,
    sort,
    unique_all,
    unique_counts,
    unique_inverse,
    unique_values,
)
from autograd_lite.graph.conforming import conforming

__all__ = [
    "__array_api_version__",
    "__array_namespace_info__",
    "all",
    "any",
    "arange",
    "argmax",
    "argmin",
    "argsort",
    "asarray",
    "astype",
    "can_cast",
    "clip",
    "conforming",
    "count_nonzero",
    "cumulative_prod",
    "cumulative_sum",
    "e",
    "empty",
    "empty_like",
    "expand_dims",
    "eye",
    "fft",
    "finfo",
    "from_dlpack",
    "full",
    "full_like",
    "iinfo",
    "inf",
    "isdtype",
    "linalg",
    "linspace",
    "nan",
    "newaxis",
    "nonzero",
    "ones",
    "ones_like",
    "pi",
    "prod",
    "reshape",
    "result_type",
    "searchsorted",
    "sort",
    "std",
    "sum",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
    "var",
    "vecdot",
    "zeros",
    "zeros_like",
]

__array_api_version__ = "2024.12"
__array_namespace_info__ = NamespaceInfo

newaxis = None

# Operations whose arguments are the standard's.
_SAME = """
    abs add broadcast_arrays broadcast_to ceil conj copysign cos cosh diff divide exp expm1 flip
    floor floor_divide hypot imag log log1p log2 log10 logaddexp matmul matrix_transpose max
    maximum mean meshgrid min minimum moveaxis multiply negative positive pow real reciprocal
    repeat roll round sign sin sinh sqrt square squeeze stack subtract take take_along_axis tan
    tanh tensordot tile tril triu trunc unstack where
"""
# The standard's other names for operations.
_RENAMED = {
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
    "concat": "concatenate",
    "permute_dims": "transpose",
    "remainder": "mod",
}
_OF_ONE = "bitwise_invert isfinite isinf isnan logical_not signbit"
_OF_TWO = """
    bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor equal greater
    greater_equal less less_equal logical_and logical_or logical_xor nextafter not_equal
"""


def _derived() -> dict[str, Any]:
    """Return what is the library's own under the standard's names, and what has no slope."""
    ours = {name: name for name in _SAME.split()} | _RENAMED
    found: dict[str, Any] = {name: getattr(functions, old) for name, old in ours.items()}
    found |= {name: of_one(name) for name in _OF_ONE.split()}
    found |= {name: of_two(name) for name in _OF_TWO.split()}
    return found | BOOLEANS | INTEGERS | UNSIGNED | FLOATS | COMPLEXES


globals().update(_derived())
__all__ += list(_derived())
