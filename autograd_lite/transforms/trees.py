"""Trees: nested tuples, lists, dicts and named tuples, with arrays as their leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError

__all__ = ["leaves_alike", "leaves_of", "mapped", "rebuilt"]


def leaves_of(tree: Any) -> list[Any]:
    """Return what a tree holds, in order; None holds nothing.

    Examples
    --------
    >>> leaves_of({"w": [1.0, 2.0], "b": (3.0, None)})
    [1.0, 2.0, 3.0]
    """
    if type(tree) is np.ndarray:  # by far the most frequent
        return [tree]
    found: list[Any] = []
    _collect(tree, found)
    return found


def rebuilt(tree: Any, leaves: Iterable[Any]) -> Any:
    """Return a tree of the same structure with other leaves, taken in order.

    Examples
    --------
    >>> rebuilt({"w": [1.0, 2.0], "b": (3.0, None)}, "xyz")
    {'w': ['x', 'y'], 'b': ('z', None)}
    """
    if type(tree) is np.ndarray:
        return next(iter(leaves))
    return _filled(tree, iter(leaves))


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """Return a tree of what a function makes of each leaf."""
    return rebuilt(tree, [function(leaf) for leaf in leaves_of(tree)])


def leaves_alike(tree: Any, given: Any, what: str) -> list[Any]:
    """Return the leaves of a tree that must have the structure of another.

    Raises
    ------
    ArgumentError
        If the structures differ; the message starts with `what`.
    """
    found: list[Any] = []
    _collect_alike(tree, given, what, found)
    return found


def _collect(tree: Any, found: list[Any]) -> None:
    if isinstance(tree, tuple | list):
        for item in tree:
            _collect(item, found)
    elif isinstance(tree, dict):
        for item in tree.values():
            _collect(item, found)
    elif tree is not None:
        found.append(tree)


def _filled(tree: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(tree, tuple | list):
        items = [_filled(item, leaves) for item in tree]
        if hasattr(tree, "_fields"):
            return type(tree)(*items)
        return items if isinstance(tree, list) else tuple(items)
    if isinstance(tree, dict):
        return {key: _filled(item, leaves) for key, item in tree.items()}
    return None if tree is None else next(leaves)


def _collect_alike(tree: Any, given: Any, what: str, found: list[Any]) -> None:
    if isinstance(tree, tuple | list):
        fits = isinstance(given, tuple | list) and len(given) == len(tree)
        keys: Iterable[Any] = range(len(tree))
    elif isinstance(tree, dict):
        fits = isinstance(given, dict) and given.keys() == tree.keys()
        keys = tree
    elif tree is None:
        fits, keys = given is None, ()
    else:
        found.append(given)
        return
    if not fits:
        msg = (
            f"{what} has another structure than what it belongs to: {given!r:.40} for {tree!r:.40}."
        )
        raise ArgumentError(msg)
    for key in keys:
        _collect_alike(tree[key], given[key], what, found)
