"""Captured results beside eager ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd_lite as ag
from autograd_lite.capturing import capture

TOLERANCE = {2: 2e-3, 4: 2e-6, 8: 1e-12}  # by the bytes of an element: sums in another order


def captured(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a captured function."""
    return capture(function)


def gradients_read(leaves: list[ag.Variable]) -> list[Any]:
    """Return every `.grad`."""
    return [leaf.grad for leaf in leaves]


def assert_same(found: Any, expected: Any, what: str = "") -> None:
    """Compare nested results: types, shapes, dtypes; values to the last digits, signs of 0 too."""
    assert type(found) is type(expected), f"{what}: {found!r} for {expected!r}"
    if isinstance(expected, list | tuple):
        assert len(found) == len(expected), what
        for x, y in zip(found, expected, strict=True):
            assert_same(x, y, what)
    elif isinstance(expected, dict):
        assert list(found) == list(expected), what
        assert_same(list(found.values()), list(expected.values()), what)
    elif isinstance(expected, ag.Variable):
        assert_same(found.data, expected.data, what)
        assert found.requires_grad == expected.requires_grad, what
    elif isinstance(expected, np.ndarray | np.generic):
        _assert_equal(np.asarray(found), np.asarray(expected), what)
    else:
        assert found == expected, what


def _assert_equal(found: np.ndarray, expected: np.ndarray, what: str) -> None:
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype), what
    if expected.dtype.kind != "f":
        np.testing.assert_array_equal(found, expected, what)
        return
    tolerance = TOLERANCE[expected.dtype.itemsize]
    finite = np.abs(expected[np.isfinite(expected)]).astype(float)
    scale = float(finite.max(initial=0.0))
    np.testing.assert_allclose(found, expected, tolerance, tolerance * scale, err_msg=what)
    zeros = (expected == 0) & (found == 0)
    np.testing.assert_array_equal(np.signbit(found)[zeros], np.signbit(expected)[zeros], what)
