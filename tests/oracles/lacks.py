"""The word for what a system does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


class Lacks(Exception):
    """A system cannot answer; the message is the reason that is stored."""


def lacks(reason: str) -> Callable[..., NoReturn]:
    """Return a spelling that says why there is none."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise Lacks(reason)

    return refuse
