"""A mode in which Variables behave as the Python array API standard says arrays do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["conforming", "conforms"]

_followed: ContextVar[bool] = ContextVar("autograd_lite_conforming", default=False)
conforms = _followed.get


@contextmanager
def conforming() -> Iterator[None]:
    """Let Variables compare and be assigned to as the standard's arrays: in a block, per thread.

    Outside it, comparisons give NumPy's arrays, and ``v[i] = …`` raises for what is recorded.
    Code written for the standard may need both: it asks a mask and an array together for their
    namespace, and fills arrays in place. Inside,

    - ``v > 0`` is a Variable of booleans, without gradient;
    - ``v[i] = x`` makes a computed Variable stand for a new one, in which `x` is at `i`: gradients
      reach `x` and the rest of `v`. Views that were taken before keep the old values. A leaf that
      requires a gradient still refuses.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite import array_api as xp
    >>> v = ag.Variable([1.0, 2.0])
    >>> with xp.conforming():
    ...     y = v * 3.0
    ...     y[0] = v[1]
    >>> y.sum().backward()
    >>> y.data.tolist(), v.grad.tolist()
    ([2.0, 6.0], [0.0, 4.0])
    """
    before = _followed.set(True)
    try:
        yield
    finally:
        _followed.reset(before)
