"""Vocabulary: NumPy's names by what they do: look at memory, make it, write into it, ask."""

from __future__ import annotations

__all__ = [
    "ALIASES",
    "ASKING",
    "CREATING",
    "DEPENDING",
    "POWERS",
    "REDUCING",
    "SPECIAL",
    "VIEWING",
    "WRITING",
]


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


# What may return a view of its first argument.
VIEWING = _set(
    "getitem reshape transpose swapaxes expand_dims squeeze broadcast_to diagonal ravel moveaxis "
    "real imag asarray asanyarray ascontiguousarray view flip split array_split atleast_1d "
    "atleast_2d atleast_3d rollaxis rot90 fliplr flipud"
)
# What makes an array of shapes and numbers alone.
CREATING = _set(
    "zeros ones empty full arange eye identity linspace tri zeros_like ones_like empty_like "
    "full_like indices"
)
# What writes into its first argument, besides the ufuncs' "at".
WRITING = _set("copyto put putmask place fill_diagonal put_along_axis")
# What the tape treats in ways of their own.
SPECIAL = WRITING | {"power", "getitem"}
# What returns no array, and the same in every run.
ASKING = _set("result_type shape ndim size can_cast iscomplexobj isrealobj")
# What returns an array whose shape depends on values.
DEPENDING = _set(
    "nonzero flatnonzero argwhere compress extract unique bincount trim_zeros union1d "
    "intersect1d setdiff1d setxor1d unique_values delete insert"
)
# The functions that stand for a ufunc's ``reduce``.
REDUCING = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
    "logical_and": "all",
    "logical_or": "any",
}
ALIASES = {
    "amax": "max",
    "amin": "min",
    "true_divide": "divide",
    "abs": "absolute",
    "conj": "conjugate",
    "round": "around",
}
POWERS = {2: "square", 0.5: "sqrt", -1: "reciprocal", 1: "positive"}
