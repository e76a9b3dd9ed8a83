"""Capture: index arrays, labels and masks that are arguments of the captured function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawn import Example, Row
from hypothesis import given, settings
from hypothesis import strategies as st
from replays import assert_same, captured, gradients_read
from rows import TABLE

import autograd_lite as ag
from autograd_lite.errors import CaptureError

# Counts, widths and places are numbers of Python's.
SHAPED_BY_VALUES = {"delete", "insert", "pad", "repeat", "tile"}

ZEROS_OF_EITHER_SIGN = {"irfft2", "irfftn"}  # NumPy's own depends on where its operand lies


@pytest.mark.parametrize("row", TABLE, ids=str)
@given(data=st.data())
@settings(max_examples=8)
@np.errstate(all="ignore")
def test_plain_arguments_may_be_traced(row: Row, data: st.DataObject):
    example = data.draw(row.examples)
    eager, live = ([ag.Variable(x) for x in example.operands] for _ in range(2))

    def run(leaves: list[ag.Variable], arguments: Any, options: Any) -> Any:
        y = row(leaves, Example(example.operands, arguments, options))
        (y * y).sum().backward()
        return y.data

    expected = run(eager, example.arguments, example.options)
    step = captured(lambda arguments, options: run(live, arguments, options))
    for _ in range(2):
        for leaf in live:
            leaf.grad = None
        try:
            found = step(example.arguments, example.options)
        except CaptureError:
            assert row.name in SHAPED_BY_VALUES
            return
        if row.name in ZEROS_OF_EITHER_SIGN:
            np.testing.assert_array_equal(found, expected)
            for one, other in zip(live, eager, strict=True):
                np.testing.assert_array_equal(one.grad, other.grad)
            continue
        assert_same(found, expected)
        assert_same(gradients_read(live), gradients_read(eager))


def test_a_mask_may_change_but_not_how_many_it_picks():
    v = ag.Variable(np.arange(4.0))

    def step(mask: Any) -> Any:
        v.grad = None
        y = v[mask]
        (y * y).sum().backward()
        return y.data

    run = captured(step)
    np.testing.assert_array_equal(run(np.array([True, False, True, False])), [0.0, 2.0])
    np.testing.assert_array_equal(run(np.array([False, True, False, True])), [1.0, 3.0])
    np.testing.assert_array_equal(v.grad, [0.0, 2.0, 0.0, 6.0])
    with pytest.raises(CaptureError, match="a mask picks another number of elements than the 2"):
        run(np.array([True, True, True, False]))
    np.testing.assert_array_equal(v.grad, [0.0, 2.0, 0.0, 6.0])


@pytest.mark.parametrize(
    "function", [np.nonzero, np.unique, lambda i: np.repeat(i, i), lambda i: np.sin(i, where=i > 0)]
)
def test_shapes_and_elements_that_depend_on_values_are_refused(function: Any):
    with pytest.raises(CaptureError, match="capture: test_capture_arguments"):
        captured(function)(np.array([0, 1, 2]))


def test_labels_are_checked_in_every_run():
    v = ag.Variable(np.ones((3, 2)))
    run = captured(lambda t: ag.softmax_cross_entropy(v, t).data)
    run(np.array([0, 1, 0]))
    with pytest.raises(ag.errors.ArgumentError, match="label"):
        run(np.array([0, 2, 0]))


def test_what_is_harmless_eagerly_does_not_warn():
    x = ag.Variable(np.array([-1e4, 0.0, 1e4]))

    def step(scale: Any) -> Any:
        y = ag.sigmoid(x * scale)
        y.sum().backward()
        return y.data

    run = captured(step)
    with np.errstate(all="raise", under="ignore"):
        for scale in (1.0, 2.0):
            np.testing.assert_array_equal(run(np.array(scale)), [0.0, 0.5, 1.0])


def test_nothing_is_written_if_a_check_fails():
    v, x = ag.Variable(np.ones((3, 2))), np.zeros(2)

    def step(x: Any, t: Any) -> Any:
        x[0] = 7.0
        return ag.softmax_cross_entropy(v * x, t).data

    run = captured(step)
    run(np.zeros(2), np.array([0, 1, 0]))
    with pytest.raises(ag.errors.ArgumentError, match="label"):
        run(x, np.array([0, 2, 0]))
    np.testing.assert_array_equal(x, 0.0)
