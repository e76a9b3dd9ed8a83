"""Watched: whether somebody looks at the operations of this process, which a program has not."""

from __future__ import annotations

from autograd_lite.capturing.record.notes import Notes
from autograd_lite.graph.hooks import STATE, Several
from autograd_lite.graph.scopes import observed

__all__ = ["watched"]


def watched() -> bool:
    """Whether there is an observer besides capture's own and the one that writes down scopes."""
    observer = STATE.observer
    if observer is None:
        return False
    told = observer.observers if isinstance(observer, Several) else (observer,)
    return any([not isinstance(one, Notes | type(observed._grouper)) for one in told])
