"""Capture: random programs give what they give eagerly, call after call, on other data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from programs import Program, programs
from replays import assert_same, captured, gradients_read
from scripts import Script, fresh, scripts

import autograd_lite as ag

CALLS = 3


def as_arrays(results: list[Any]) -> list[np.ndarray]:
    """Return copies; NumPy's numbers as arrays."""
    return [np.array(x) for x in results]


def an_old_copy(x: Any, _f: Any) -> Any:
    y = x * 2.0
    before = y.copy()
    y[0] = 5.0
    return before, y


def an_old_copy_read_by_a_sum(x: Any, _f: Any) -> Any:
    y = x * 2.0
    before = y.copy()
    y[0] = 5.0
    return y, (before * y).sum(axis=0)


def zeros_that_stay_zeros(x: Any, _f: Any) -> Any:
    zeros = np.zeros_like(x)
    one, two = zeros.copy(), zeros.copy()
    one[1:] = x[1:]
    two[0] = x[0]
    return zeros, one, two, -zeros


def an_argument_that_stays(x: Any, _f: Any) -> Any:
    y = x.copy()
    y[0] = 7.0
    return y + x


def an_argument_that_changes(x: Any, _f: Any) -> Any:
    y = -x
    x[None][..., 1] = 3.0
    return y, x


def numbers_of_its_own_added_in(x: Any, _f: Any) -> Any:
    y = x * 1.5
    np.add.at(y, np.array([1, 0, 1]), y[:3])
    return y


def a_view_older_than_a_write(x: Any, _f: Any) -> Any:
    y, z = x * 1.5, np.zeros_like(x[1:])
    view = y[1:]
    y[:2] = 9.0
    z[...] = view
    return z


def numbers_are_not_written_into(x: Any, _f: Any) -> Any:
    number = x[0, 0]
    same = number
    number += 1.0
    return number, same, x


def another_order_of_memory(x: Any, _f: Any) -> Any:
    y = np.zeros_like(x.T.copy())
    y[...] = np.exp(x).T
    flat = y.reshape(-1)
    flat[1] = 0.5
    return y


def a_flat_copy_of_a_transposed_one(x: Any, f: Any) -> Any:
    f = np.add(f, x, out=f)
    flat = f.reshape(-1)
    flat[1] = 0.5
    return flat, f


def its_own_transpose(x: Any, _f: Any) -> Any:
    y = np.tanh(x[:3, :3])
    return (y + y.T) * 0.5 + y.T


def signs_of_0(x: Any, _f: Any) -> Any:
    return x * 0.0, x * -0.0, x * 0.0 + -0.0, np.copysign(1.0, np.full(3, -0.0) * np.abs(x[0, 0]))


def parts(x: Any, _f: Any) -> Any:
    y = x * 2.0
    first, _, third = np.split(y, [1, 2])
    third[...] = first
    return y, first, third


SNAGS = [
    an_old_copy,
    an_old_copy_read_by_a_sum,
    zeros_that_stay_zeros,
    an_argument_that_stays,
    an_argument_that_changes,
    numbers_of_its_own_added_in,
    a_view_older_than_a_write,
    numbers_are_not_written_into,
    another_order_of_memory,
    a_flat_copy_of_a_transposed_one,
    its_own_transpose,
    signs_of_0,
    parts,
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("snag", SNAGS, ids=lambda f: f.__name__)
def test_snags(snag: Any, dtype: Any):
    ours, theirs = (fresh((3, 4), dtype, "F", 3) for _ in range(2))
    run = captured(lambda x: snag(x, theirs))
    for call in range(CALLS):
        x, y = (fresh((3, 4), dtype, "C", call) for _ in range(2))
        expected = snag(x, ours)
        several = type(expected) is tuple
        found = run(y)
        wanted = as_arrays(expected if several else [expected])
        assert_same(as_arrays(found if several else [found]), wanted)
        assert_same([y, theirs], [x, ours], "what is left behind")


@given(script=scripts())
@settings(max_examples=150, report_multiple_bugs=False)
@np.errstate(all="ignore")
def test_scripts_of_views_and_writes(script: Script):
    """What is returned, and what is left in the arguments and in arrays that are closed over."""
    ours, theirs = ([fresh(*one, 7) for one in script.closed] for _ in range(2))
    program = captured(lambda *arguments: script(arguments, theirs))
    kept: list[tuple[Any, Any]] = []
    for call in range(CALLS):
        given_to_us, given_to_them = (
            [fresh(*one, 10 * call + i) for i, one in enumerate(script.arguments)] for _ in range(2)
        )
        expected = as_arrays(script(given_to_us, ours))
        found = program(*given_to_them)
        assert_same(found, expected, f"call {call}")
        assert_same(given_to_them, given_to_us, f"arguments, call {call}")
        assert_same(theirs, ours, f"closed over, call {call}")
        kept.append((found, as_arrays(found)))
    for found, before in kept:  # the caller's own: later calls left them alone
        assert_same(found, before)
    for i, x in enumerate(found):
        assert not any(np.shares_memory(x, y) for y in [*found[:i], *theirs, *given_to_them])


@given(program=programs(ag, 1, 12))
@settings(max_examples=60)
@np.errstate(all="ignore")
def test_random_graphs(program: Program):
    """Values and gradients, with leaves that change from call to call."""
    eager, live = ([ag.Variable(x) for x in program.leaves] for _ in range(2))

    def run(leaves: list[ag.Variable], scale: Any) -> Any:
        *values, total = program.run(ag, leaves)
        (total * scale).backward()
        return [v.data for v in values], total.data

    step = captured(lambda scale: run(live, scale))
    kept: list[tuple[Any, Any]] = []
    for call in range(CALLS):
        scale = np.array(1.0 + call)
        for leaf, x in zip([*eager, *live], program.leaves * 2, strict=True):
            leaf.assign(x * (1 - 2**-8 * call))
            leaf.grad = None
        expected = run(eager, scale)
        assert_same(step(scale), expected, f"call {call}")
        assert_same(gradients_read(live), gradients_read(eager), f"gradients, call {call}")
        kept.append((gradients_read(live), [g.copy() for g in gradients_read(live)]))
    for found, before in kept:
        assert_same(found, before)
