"""The report on the first NaN or infinity: one sentence, then what a person wants to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.debugging.advice import can_overflow, for_result, for_rule, is_huge
from autograd_lite.debugging.journey import Journey, Step, steps_from
from autograd_lite.debugging.provenance import (
    Link,
    Traced,
    arguments_of,
    beside,
    kept_result,
    line_of,
    made_from,
    marked_line,
    operand_of,
    result_of,
    suspect,
    title,
)
from autograd_lite.debugging.tables import Row, assembled, both_ends, omitted, row, table, way_row
from autograd_lite.graph.function import Function
from autograd_lite.graph.modes import is_recording
from autograd_lite.graph.printing import format_number
from autograd_lite.graph.ranges import Range, first_bad, on_host, range_of
from autograd_lite.graph.variable import Variable

__all__ = ["of_argument", "of_arrival", "of_result", "of_rule", "of_sum"]

Section = tuple[str, Sequence[str]]

IN_AND_OUT = "what went in and what came out:"
HERE = "← here"


class _Bad(NamedTuple):
    """An array that is not finite: what it is, its first bad element, and its measures."""

    what: str
    at: tuple[int, ...]
    value: complex
    range: Range


# ---- what is reported


def of_argument(node: Function, arrays: Sequence[Array], results: Sequence[Range]) -> str:
    """Report a result that is not finite because an argument was not."""
    ranges = [range_of(on_host(x)) for x in arrays]
    position = [found.finite for found in ranges].index(False)
    bad = _bad(_argument(node, position), on_host(arrays[position]))
    rows = _argument_rows(node, ranges, {position: bad.value}, bad.at)
    rows += [row(_result(i, results), found) for i, found in enumerate(results)]
    return assembled(
        _sentence(title(node), bad, node.made_at, _came_in(node, position)),
        [_here(node), (IN_AND_OUT, table(rows)), _way_here(node, position, "bad", results[0])],
    )


def of_result(node: Function, arrays: Sequence[Array], outputs: Sequence[Array]) -> str:
    """Report a result that is not finite although every argument was."""
    ranges = [range_of(on_host(x)) for x in arrays]
    results = [range_of(on_host(x)) for x in outputs]
    which = [found.finite for found in results].index(False)
    bad = _bad(_result(which, results), on_host(outputs[which]))
    values = _values_at(node, arrays, bad)
    dtype = bad.range.dtype
    overflow = can_overflow(ranges, dtype)
    diagnosis = for_result(node.name, values, bad.value, dtype, overflow=overflow)
    position = diagnosis.position
    if position is None:
        position = suspect(ranges, diagnosis.cause)
    rows = _argument_rows(node, ranges, dict(enumerate(values)), bad.at)
    return assembled(
        _sentence(title(node), bad, node.made_at, diagnosis.advice),
        [
            _here(node),
            (IN_AND_OUT, table([*rows, _bad_row(bad)])),
            _way_here(node, position, diagnosis.cause, bad.range),
        ],
    )


def of_arrival(node: Function, gradient: Array, journey: Journey) -> str:
    """Report a gradient that is not finite when it arrives, though what was sent was."""
    times, step = journey.reached(node)
    bad = _bad("the arriving gradient", gradient)
    if node._notes is not None and node._notes.hooks:
        advice = "look at the hook that was registered on this result"
    elif times > 1:
        advice = f"it is the sum of {times} finite gradients: use smaller values or a wider dtype"
    else:
        advice = "pass a finite gradient to backward"
    return assembled(
        _sentence(title(node), bad, node.made_at, advice),
        [
            _here(node),
            ("what arrived:", table([_bad_row(bad)])),
            _way_to_the_loss(Link(title(node), bad.range, line_of(node)), step),
        ],
    )


def of_rule(
    node: Function,
    position: int,
    gradient: Array,
    arrived: Sequence[Range],
    whole: Array | None,
    before: Step | None,
) -> str:
    """Report a gradient that a rule made not finite out of a finite one."""
    bad = _bad(f"the gradient of {_argument(node, position)}", gradient)
    own, ranges = _own_value(node, position, bad), arguments_of(node)
    advice = for_rule(
        node.name,
        f"argument {position + 1}",
        own if node.subgradient or not node.trusted else None,
        gradient.dtype,
        overflow=bad.value == bad.value and _overflows(node, bad, whole, [*ranges, *arrived]),
    )
    rows = _argument_rows(node, ranges, {} if own is None else {position: own}, bad.at)
    rows += [row("the arriving gradient", found) for found in arrived]
    return assembled(
        _sentence(title(node), bad, node.made_at, advice),
        [
            _here(node),
            (IN_AND_OUT, table([*rows, _bad_row(bad)])),
            (f"the slope of {node.name}:", [node.subgradient] if node.subgradient else []),
            _way_here(node, position, "zero" if own == 0 else "large", result_of(node)),
            _way_to_the_loss(Link(title(node), bad.range, line_of(node)), before),
        ],
    )


def of_sum(leaf: Variable, total: Array, times: int, step: Step | None) -> str:
    """Report the gradient of a leaf in several places, where only the sum is not finite."""
    bad = _bad(f"the sum of its {times} gradients", total)
    advice = "each of them is finite: use smaller values or a wider dtype"
    return assembled(
        _sentence(title(leaf), bad, "", advice),
        [
            ("what arrived:", table([_bad_row(bad)])),
            _way_to_the_loss(Link(title(leaf), bad.range, ""), step),
        ],
    )


# ---- the first sentence


def _bad(what: str, array: Array) -> _Bad:
    index = first_bad(array)
    return _Bad(what, index, array[index].item(), range_of(array))


def _sentence(who: str, bad: _Bad, made_at: str, advice: str) -> str:
    where = f" at {_place(bad.at)}" if bad.at else ""
    holds = f"{bad.what} of shape {bad.range.shape} holds {bad.value}{where}"
    return f"{who}: {holds}{made_at}; {advice}."


def _place(index: tuple[int, ...]) -> str:
    return f"[{', '.join([str(i) for i in index])}]"


def _argument(node: Function, position: int) -> str:
    producer = node.inputs[position]
    known = producer is not None or is_recording()
    return f"argument {position + 1}" + (f" ({title(producer)})" if known else "")


def _result(position: int, results: Sequence[object]) -> str:
    return "the result" if len(results) == 1 else f"result {position + 1}"


def _came_in(node: Function, position: int) -> str:
    """Say where an argument that was not finite came from, and what to do."""
    producer = node.inputs[position]
    if producer is None:
        return (
            "it came in like this: replace such values, or leave them out (np.isfinite finds them)"
        )
    if isinstance(producer, Variable):
        return (
            "it came in like this: in data, replace such values or leave them out (np.isfinite "
            "finds them); in a weight, look at the update that wrote it"
        )
    if isinstance(producer._notes, Traced):
        return "look below at how it was made"
    return "it was computed outside ag.debug(): let the block begin earlier"


# ---- what the values at the bad place tell


def _values_at(node: Function, arrays: Sequence[Array], bad: _Bad) -> list[float]:
    """Return the arguments' elements that made the bad one; none where many elements did."""
    if not node.pointwise and node.trusted:
        return []
    return _elements([on_host(x) for x in arrays], bad) or []


def _elements(arrays: Sequence[Array], bad: _Bad) -> list[float] | None:
    """Return the element of each array at the bad place, if all broadcast to the bad shape.

    None of complex ones: what is said of an element asks where it lies on the line.
    """
    shape = bad.range.shape
    if any([x.dtype.kind == "c" for x in arrays]):
        return None
    try:
        return [float(np.broadcast_to(x, shape)[bad.at]) for x in arrays]
    except ValueError:
        return None


def _own_value(node: Function, position: int, bad: _Bad) -> float | None:
    array = operand_of(node, position)
    if array is None or array.shape != bad.range.shape or array.dtype.kind == "c":
        return None
    return float(array[bad.at])


def _overflows(node: Function, bad: _Bad, whole: Array | None, ranges: Sequence[Range]) -> bool:
    """Whether a gradient is infinite because numbers grew, not because a slope is infinite."""
    dtype = bad.range.dtype
    operands = [operand_of(node, position) for position in range(len(node.inputs))]
    known = [x for x in (*operands, kept_result(node), whole) if x is not None]
    values = _elements(known, bad) if node.pointwise else None
    if values is None:
        return can_overflow(ranges, dtype)
    return any([is_huge(value, dtype) for value in values])


# ---- the readable block


def _here(node: Function) -> Section:
    return f"{line_of(node).partition(': ')[0]}:", marked_line(node)


def _argument_rows(
    node: Function, ranges: Sequence[Range], values: Mapping[int, complex], index: tuple[int, ...]
) -> list[Row]:
    """Return a row for every argument, with its element at the bad place where it is known."""
    return [
        row(_argument(node, i), found, _element(index, values[i]) if i in values else "")
        for i, found in enumerate(ranges)
    ]


def _bad_row(bad: _Bad) -> Row:
    return row(bad.what, bad.range, _element(bad.at, bad.value))


def _element(index: tuple[int, ...], value: complex) -> str:
    return f"{_place(index)} is {format_number(value)}" if index else ""


def _way_here(node: Function, position: int, cause: str, result: Range) -> Section:
    """Tell how an argument was made, oldest first, the operation itself last."""
    heading = f"how argument {position + 1} was made:"
    if not any(node.wants) and not is_recording():
        return heading, ["not known: nothing is recorded under ag.no_grad()"]
    if not isinstance(node.inputs[position], Function):
        return heading, []  # the table of what went in says it all
    near, left_out, far = both_ends(made_from(node, position, cause))
    rows = [way_row(link) for link in far[::-1]]
    rows += omitted(left_out)
    rows += [way_row(link) for link in near[::-1]]
    here = Link(title(node) + beside(node, position), result, line_of(node))
    return heading, table([*rows, way_row(here, HERE)])


def _way_to_the_loss(here: Link, before: Step | None) -> Section:
    """Tell through which operations a gradient came, those nearest to the loss last."""
    near, left_out, far = both_ends(steps_from(before))
    rows = [way_row(here, HERE), *[way_row(link) for link in near]]
    rows += omitted(left_out)
    rows += [way_row(link) for link in far]
    return "from here to the loss, with the gradients that came back:", table(rows)
