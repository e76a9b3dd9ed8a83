"""Rows of the operations' table: contractions."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes

LETTERS = "ijk"


@st.composite
def any_two(draw: st.DrawFn, max_dims: int = 2) -> Example:
    drawn = [draw(shapes(max_dims=max_dims)) for _ in range(2)]
    return Example([uniform(draw(seeds()), shape) for shape in drawn])


@st.composite
def paired(draw: st.DrawFn) -> Example:
    """Operands some of whose axes pair up: anywhere, or the last with the first."""
    pairs = draw(shapes(max_dims=2))
    mine, other = draw(shapes(max_dims=2)), draw(shapes(max_dims=2))
    if draw(st.booleans()):
        axes: Any = len(pairs)
        a, b = (*mine, *pairs), (*pairs, *other)
    else:
        order = [draw(st.permutations(range(len(pairs) + len(rest)))) for rest in (mine, other)]
        a, b = ([0] * len(where) for where in order)
        for shape, where, own in ((a, order[0], mine), (b, order[1], other)):
            for place, n in zip(where, (*pairs, *own), strict=True):
                shape[place] = n
        axes = tuple(
            [i - len(where) * draw(st.booleans()) for i in where[: len(pairs)]] for where in order
        )
    return Example([uniform(draw(seeds()), tuple(a)), uniform(draw(seeds()), tuple(b))], (axes,))


@st.composite
def subscripted(draw: st.DrawFn) -> Example:
    """One to three operands: repeated, stretched and hidden indices, the result written or not."""
    size = {letter: draw(st.integers(0, 3)) for letter in LETTERS}
    hidden = draw(shapes(max_dims=2)) if draw(st.booleans()) else None
    terms, drawn = [], []
    for _ in range(draw(st.integers(1, 3))):
        letters = draw(st.lists(st.sampled_from(LETTERS), max_size=3))
        shape = [
            1 if letters.count(x) == 1 and draw(st.integers(0, 5)) == 0 else size[x]
            for x in letters
        ]
        if hidden is not None and draw(st.booleans()):
            own = hidden[draw(st.integers(0, len(hidden))) :]
            place = draw(st.integers(0, len(letters)))
            shape[place:place] = [draw(st.sampled_from([1, n])) for n in own]
            letters.insert(place, "...")
        terms.append("".join(letters))
        drawn.append(tuple(shape))
    subscripts = ",".join(terms)
    if draw(st.booleans()):
        used = sorted(set(subscripts) & set(LETTERS))
        kept = draw(st.permutations(used))[: draw(st.integers(0, len(used)))]
        dots = ["..."] if "..." in subscripts else []
        subscripts += "->" + "".join(draw(st.permutations([*kept, *dots])))
    return Example([uniform(draw(seeds()), shape) for shape in drawn], (subscripts,))


ROWS = [
    Row("outer", np.outer, any_two()),
    Row("kron", np.kron, any_two()),
    Row("tensordot", np.tensordot, paired()),
    Row(
        "einsum",
        lambda *given: np.einsum(given[-1], *given[:-1]),
        subscripted(),
        lambda *given: ag.einsum(given[-1], *given[:-1]),
    ),
]
