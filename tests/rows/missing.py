"""Rows of the operations' table: functions that leave NaN out."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, distinct
from hypothesis import strategies as st

from autograd_lite.testing.strategies import axes, seeds, shapes


def with_holes(x: np.ndarray, axis: Any, seed: int, least: int = 1) -> np.ndarray:
    """Return numbers with some NaN among them, but `least` numbers along the axes."""
    holed = np.where(np.random.default_rng(seed).uniform(size=x.shape) < 0.3, np.nan, x)
    numbers = np.sum(~np.isnan(holed), axis=axis)
    return holed if np.all(numbers >= least) else x


@st.composite
def reduced(draw: st.DrawFn, least: int = 1) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=1)))
    axis = draw(axes(x.ndim))
    return Example([with_holes(x, axis, draw(seeds()), least)], (axis,), keeping(draw))


@st.composite
def added(draw: st.DrawFn) -> Example:
    x = distinct(draw(seeds()), draw(shapes())) / 8 + 0.55
    axis = draw(axes(x.ndim))
    return Example([with_holes(x, axis, draw(seeds()), 0)], (axis,), keeping(draw))


@st.composite
def running(draw: st.DrawFn) -> Example:
    x = distinct(draw(seeds()), draw(shapes())) / 8 + 0.55
    axis = draw(st.none() if x.ndim == 0 else st.none() | st.integers(-x.ndim, x.ndim - 1))
    return Example([with_holes(x, axis, draw(seeds()), 0)], (axis,))


@st.composite
def spread(draw: st.DrawFn, least: int) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=1)))
    axis = draw(axes(x.ndim))
    if np.min(np.sum(np.ones(x.shape), axis=axis)) <= least:
        x, axis = distinct(draw(seeds()), (3, 5)), draw(st.sampled_from([None, 1]))
    x = with_holes(x, axis, draw(seeds()), least + 1)
    ddof = draw(st.sampled_from([0, 0.5, 1]))
    return Example([x], (axis,), {"ddof": ddof, **keeping(draw)})


@st.composite
def replaced(draw: st.DrawFn) -> Example:
    x = distinct(draw(seeds()), draw(shapes()))
    return Example([with_holes(x, None, draw(seeds()), 0)], (), {"nan": draw(st.just(0.5))})


def keeping(draw: st.DrawFn) -> dict[str, Any]:
    return {"keepdims": draw(st.booleans())}


ROWS = [
    Row("nan_to_num", np.nan_to_num, replaced()),
    Row("nansum", np.nansum, added()),
    Row("nanprod", np.nanprod, added()),
    Row("nancumsum", np.nancumsum, running()),
    Row("nancumprod", np.nancumprod, running()),
    Row("nanmean", np.nanmean, reduced()),
    Row("nanmax", np.nanmax, reduced()),
    Row("nanmin", np.nanmin, reduced()),
    Row("nanvar", np.nanvar, spread(1)),
    Row("nanstd", np.nanstd, spread(1)),
]
