"""What the attributes of an object hold, also in lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

__all__ = ["held"]

T = TypeVar("T")


def held(owner: object, *kinds: type[T]) -> Iterator[tuple[str, T]]:
    """Yield what an object's own attributes hold of some kinds, each with its path.

    Containers may hold containers, and themselves; each is looked into once.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from autograd_lite.nn.parts import held
    >>> list(held(SimpleNamespace(a=1, b=[2, {"c": 3}], d="no"), int))
    [('a', 1), ('b.0', 2), ('b.1.c', 3)]
    """
    pending: list[tuple[str, object]] = list(reversed(vars(owner).items()))
    opened: set[int] = set()
    while pending:
        path, value = pending.pop()
        if isinstance(value, kinds):
            yield path, value
        elif isinstance(value, list | tuple | dict) and id(value) not in opened:
            opened.add(id(value))
            wanted: tuple[type, ...] = (
                *kinds,
                list,
                tuple,
                dict,
            )  # a history of numbers gets no paths
            inside = [(f"{path}.{key}", v) for key, v in _items(value) if isinstance(v, wanted)]
            pending += reversed(inside)


def _items(
    container: list[object] | tuple[object, ...] | dict[object, object],
) -> Iterable[tuple[object, object]]:
    return container.items() if isinstance(container, dict) else enumerate(container)
