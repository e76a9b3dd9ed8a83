"""Choosing: elements by a mask along an axis, and elements of one of several operands."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lite.arrays import Array, require
from autograd_lite.errors import ArgumentError, DTypeError, ShapeError
from autograd_lite.functions import shapes
from autograd_lite.functions.constants import beside
from autograd_lite.functions.indexing import getitem
from autograd_lite.functions.operands import variable, variables
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.selection import where
from autograd_lite.functions.taking import whole_numbers
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["choose", "compress", "extract", "select"]


@composed(
    cases=[
        Case([True, False, True], A(3, 2), axis=0),
        Case([False, True], A(2, 3), axis=-1),
        Case([True, False, True], A(2, 3)),
    ],
    points=[
        At([True, False], X([1.0, 2.0, 3.0]), gives=[1], arriving=[5], slopes=([5, 0, 0],)),
        At([False, False], X([1.0, 2.0]), gives=[], slopes=([0, 0],)),
        At([], X([]), gives=[], slopes=([],)),
    ],
)
def compress(condition: Operand, x: Operand, axis: int | None = None) -> Variable:
    """Keep the elements, or along an axis the parts, for which a condition holds.

    Parameters
    ----------
    condition : array of bool of shape (n,)
        Of no more elements than `x` has along the axis; the rest is dropped.
    x : Variable or array
    axis : int, optional
        None takes `x` as one row of elements.

    Raises
    ------
    ShapeError
        If the condition is no vector, or too long.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.compress([True, False, True], ag.Variable([1.0, 2.0, 3.0]))
    Variable([1., 3.])
    """
    v = variable(x, "compress")
    mask = _mask(condition, v, "compress")
    if axis is None:
        v, along = shapes.ravel(v), 0
    else:
        (along,) = normalized_axes(axis, v.ndim, "compress")
    length = v.shape[along]
    if mask.ndim != 1 or mask.size > length:
        msg = (
            f"compress: a condition of shape {mask.shape} for {length} elements along the axis; "
            "pass a vector of no more."
        )
        raise ShapeError(msg)
    before = (slice(None),) * along
    if mask.size < length:
        v = getitem(v, (*before, slice(mask.size)))
    return getitem(v, (*before, mask))


@composed(
    cases=[Case([[True, False], [False, True]], A(2, 2)), Case([True, False, True], A(3))],
    points=[At([False, True], X([1.0, 2.0]), gives=[2], arriving=[5], slopes=([0, 5],))],
)
def extract(condition: Operand, x: Operand) -> Variable:
    """Return in a row the elements for which a condition holds.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, -2.0], [-3.0, 4.0]])
    >>> ag.extract(x > 0, x)
    Variable([1., 4.])
    """
    v = variable(x, "extract")
    return compress(_mask(condition, v, "extract").reshape(-1), v)


@composed(
    cases=[
        Case([[True, False, True], [True, True, False]], [A(3), A(3)], 0.5),
        Case([[[True], [False]], [[False], [True]]], [A(2, 3), A(3)], A()),
    ],
    points=[
        At([[True, False, False], [True, True, False]], [X([1.0, 2.0, 3.0]), X([4.0, 5.0, 6.0])],
           X(7.0), gives=[1, 5, 7], arriving=[1, 2, 4], slopes=([1, 0, 0], [0, 2, 0], 4)),
    ],
    subgradient="the first operand whose condition holds takes the whole gradient",
)  # fmt: skip
def select(
    condlist: Sequence[Operand], choicelist: Sequence[Operand], default: Operand = 0
) -> Variable:
    """Take each element of the first choice whose condition holds there, else the default.

    Parameters
    ----------
    condlist : sequence of array of bool
    choicelist : sequence of Variable, array or number
        As many. All broadcast.
    default : Variable, array or number

    Raises
    ------
    ArgumentError
        If there are no conditions, or not as many as choices.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([-1.0, 0.5, 2.0])
    >>> ag.select([x < 0, x < 1], [0.0 * x, x], 1.0)
    Variable([-0. ,  0.5,  1. ])
    """
    if not 0 < len(condlist) == len(choicelist):
        msg = f"select: {len(condlist)} conditions for {len(choicelist)} choices; pass as many."
        raise ArgumentError(msg)
    chosen: Operand = default
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        chosen = where(condition, choice, chosen)
    return variable(chosen, "select")


@composed(
    cases=[
        Case([2, 0, 1], [A(3), A(3), A(3)]),
        Case([[1], [0]], [A(2, 3), A(3)]),
        Case(0, [A(2), A(2)]),
    ],
    points=[
        At([1, 0], [X([1.0, 2.0]), X([3.0, 4.0])], gives=[3, 2], arriving=[5, 7],
           slopes=([0, 7], [5, 0])),
        At([0], [X([1.0])], gives=[1], slopes=([1],)),
    ],
)  # fmt: skip
def choose(indices: Operand, choices: Sequence[Operand]) -> Variable:
    """Take each element of the choice whose number stands in its place.

    Parameters
    ----------
    indices : array of int
        From 0 to the number of choices less 1.
    choices : sequence of Variable or array
        They broadcast with one another and with the indices.

    Raises
    ------
    ArgumentError
        If there are no choices, or an index is out of range.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.choose([1, 0], [ag.Variable([1.0, 2.0]), ag.Variable([3.0, 4.0])])
    Variable([3., 2.])
    """
    if not len(choices):
        msg = "choose: there is nothing to choose from; pass one choice or more."
        raise ArgumentError(msg)
    given = variables("choose", *choices)
    numbers = whole_numbers(indices, given[0], "choose: indices")
    require(
        ((numbers >= 0) & (numbers < len(given))).all(),
        f"choose: an index is out of range; pass 0 to {len(given) - 1}.",
    )
    chosen = where(numbers == 0, given[0], given[0])
    for i, choice in enumerate(given[1:], 1):
        chosen = where(numbers == i, choice, chosen)
    return chosen


def _mask(condition: Operand, v: Variable, what: str) -> Array:
    mask = beside(condition, (v,), f"{what}: condition")
    if mask.size and mask.dtype.kind != "b":
        msg = f"{what}: the condition has dtype {mask.dtype}, not bool; compare, for example x > 0."
        raise DTypeError(msg)
    return mask.astype(bool, copy=False)
