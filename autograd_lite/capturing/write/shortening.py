"""Shortening: names of parameters as a textbook has them, from their paths in a model."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["shortened"]


def shortened(paths: Sequence[str]) -> list[str]:
    """Return a short name for each path.

    Modules that are numbered, as the steps of a Sequential, are counted from 1 among those with a
    parameter of the same name: the path ``2.W`` may be ``W2``. Others keep their names.

    Examples
    --------
    >>> from autograd_lite.capturing.write.shortening import shortened
    >>> shortened(["0.W", "0.b", "2.W", "2.b"])
    ['W1', 'b1', 'W2', 'b2']
    >>> shortened(["hidden.W", "hidden.b", "out.0.W", "out.3.W", "scale"])
    ['hidden_W', 'hidden_b', 'out_W1', 'out_W2', 'scale']
    >>> shortened(["layers.0.W", "layers.0.b", "layers.1.gamma", "layers.2.W"])
    ['W1', 'b1', 'gamma1', 'W2']
    >>> shortened(["1.attention.W", "2.attention.W"])
    ['attention1_W', 'attention2_W']
    """
    split = [_steps(path) for path in paths]
    owners = [tuple(steps[:-1]) for steps in split]
    common = _common([owner for owner in owners if owner])
    firsts: dict[tuple[str, ...], str] = {}
    for owner, steps in zip(owners, split, strict=True):
        firsts.setdefault(owner, steps[-1])
    ranks: dict[tuple[str, ...], int] = {}
    counts: dict[tuple[tuple[str, ...], str], int] = {}
    for owner, first in firsts.items():
        if owner and owner[-1].isdigit():
            kind = owner[:-1], first
            ranks[owner] = counts[kind] = counts.get(kind, 0) + 1
    return [
        "_".join([*_stem(owner, common), steps[-1]]) + str(ranks.get(owner, ""))
        for owner, steps in zip(owners, split, strict=True)
    ]


def _steps(path: str) -> list[str]:
    """Return the steps of a path: of ``weights[0]`` and ``params['W1']`` too."""
    plain = path.replace("[", ".").replace("]", "").replace("'", "")
    steps = [step for step in plain.split(".") if step]
    if len(steps) > 1 and steps[-1].isdigit():  # an item of a list is named for the list
        return [*steps[:-2], steps[-2] + steps[-1]]
    return steps or [""]


def _common(owners: Sequence[tuple[str, ...]]) -> int:
    """Return how many steps all modules begin with that are followed by numbers in all of them."""
    count = 0
    while owners and all([len(o) > count + 1 and not o[count].isdigit() for o in owners]):
        if len({owner[count] for owner in owners}) > 1:
            break
        count += 1
    return count


def _named(owner: tuple[str, ...]) -> tuple[str, ...]:
    """Return steps that are all names: a number goes behind the name that follows it."""
    found: list[str] = []
    number = ""
    for step in owner:
        if step.isdigit():
            number += step
        else:
            found.append(step + number)
            number = ""
    return tuple(found)


def _stem(owner: tuple[str, ...], common: int) -> tuple[str, ...]:
    rest = owner[common:]
    return _named(rest[:-1] if rest and rest[-1].isdigit() else rest)
