"""What a user's program must give: numbers with their past, and which operand each rule reads.

The numbers are the naive engine's. Of every operation it is said which operands its rule needs, so
that the model can tell of each backward pass whether it must raise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import naive
import numpy as np

import autograd_lite as ag

PLACES = ("here", "debug", "thread")
RIGHT, RAISES, EITHER = "right", "raises", "either"
clock = count(1).__next__


class Recipe:
    """Numbers, and how they were computed: for another time, at other values of the leaves."""

    def __init__(self, formula: Callable[..., Any], *parts: Recipe) -> None:
        self.born = clock()
        self.formula = formula
        self.parts = parts
        self.hooked = any(part.hooked for part in parts)
        self.numbers = naive.fresh(formula(*[part.numbers for part in parts]))

    @staticmethod
    def of(array: np.ndarray) -> Recipe:
        numbers = naive.numbers(array)
        return Recipe(lambda: numbers)

    def below(self) -> list[Recipe]:
        """Return this recipe and all that it needs, oldest first."""
        found, stack = {self}, [self]
        while stack:
            for part in stack.pop().parts:
                if part not in found:
                    found.add(part)
                    stack.append(part)
        return sorted(found, key=lambda recipe: recipe.born)

    def again(self, others: dict[Recipe, Any]) -> Any:
        """Return what would come out if some of the numbers below were others."""
        done = dict(others)
        for recipe in self.below():
            if recipe not in done:
                done[recipe] = naive.fresh(recipe.formula(*[done[p] for p in recipe.parts]))
        return done[self]


@dataclass(eq=False)
class Node:
    """A recorded operation: what it leads to, and whose memory its rule reads."""

    inputs: list[Node | Leaf]
    needs: list[Leaf] = field(default_factory=list)
    keeps: list[Leaf] = field(default_factory=list)  # more than it needs: it may raise for these
    state: str = "pending"
    born: int = field(default_factory=clock)

    @classmethod
    def of(cls, op: Op, things: Sequence[Thing], wanted: Sequence[bool]) -> Node:
        """Return the node of an operation on things some of which want a gradient."""
        needs = [things[i].root for i in op.needs(wanted)]
        keeps = [things[i].root for i in op.keeps(wanted)]
        return cls(
            [thing.source for thing, w in zip(things, wanted, strict=True) if w],
            [root for root in needs if root is not None],
            [root for root in keeps if root is not None],
        )

    def outlook(self) -> str:
        if self.state == "released" or any(leaf.written > self.born for leaf in self.needs):
            return RAISES
        kept_for_nothing = any(leaf.written > self.born for leaf in self.keeps)
        return EITHER if self.state == "unclear" or kept_for_nothing else RIGHT


class Thing:
    """A Variable and what is known of it: its node, its numbers, and whose memory it shows."""

    def __init__(
        self,
        v: ag.Variable,
        recipe: Recipe,
        node: Node | None = None,
        root: Leaf | None = None,
        path: tuple[Callable[[Any], Any], ...] = (),
    ) -> None:
        self.born = clock()
        self.v = v
        self.own = recipe
        self.node = node
        self.root = root
        self.path = path
        self.grad: np.ndarray | None = None
        self.made: tuple[Op, tuple[Thing, ...]] | None = None

    @property
    def tracked(self) -> bool:
        return self.node is not None

    @property
    def source(self) -> Node | Leaf | None:
        return self.node

    @property
    def values(self) -> np.ndarray:
        if self.root is None:
            return naive.values(self.own.numbers)
        shown = self.root.array
        for step in self.path:
            shown = step(shown)
        return np.asarray(shown)

    def makings(self) -> list[Thing]:
        """Return all things that this one was made of and that can be made again."""
        found, stack = {self}, [self]
        while stack:
            made = stack.pop().made
            new = [] if made is None else [one for one in made[1] if one not in found]
            found.update(new)
            stack += new
        again = [one for one in found if one.made is not None]
        return sorted(again, key=lambda one: one.born)

    def recipe(self, *, linked: bool) -> Recipe:
        """Return today's numbers, with or without their past."""
        if not linked:
            return Recipe.of(self.values)
        if self.root is None:
            return self.own
        made = self.root.own
        for step in self.path:
            made = Recipe(step, made)
        return made


class Leaf(Thing):
    """A leaf: memory that can be written, and all numbers that it ever held."""

    def __init__(self, v: ag.Variable, array: np.ndarray) -> None:
        super().__init__(v, Recipe.of(array), root=self)
        self.array = array
        self.past = [self.own]
        self.written = 0
        self.free = True
        self.factor = 1.0  # of a hook

    @property
    def tracked(self) -> bool:
        return self.free

    @property
    def source(self) -> Node | Leaf | None:
        return self if self.free else None

    def note_write(self) -> None:
        self.written = clock()
        self.own = Recipe.of(self.array)
        self.past.append(self.own)


def below(source: Node | Leaf | None) -> set[Any]:
    found = set() if source is None else {source}
    stack = list(found)
    while stack:
        top = stack.pop()
        for one in top.inputs if isinstance(top, Node) else ():
            if one not in found:
                found.add(one)
                stack.append(one)
    return found


def between(source: Any, targets: Sequence[Leaf]) -> set[Any]:
    """Return what leads from a source to some leaves."""
    return {one for one in below(source) if below(one) & set(targets)}


def outlook(nodes: set[Any]) -> str:
    found = {one.outlook() for one in nodes if isinstance(one, Node)}
    return RAISES if RAISES in found else EITHER if EITHER in found else RIGHT


def leave_behind(passed: set[Any], state: str | None) -> None:
    """Note what a backward pass did to the nodes that it saw."""
    for one in passed:
        if isinstance(one, Node) and one.state != "released" and state is not None:
            one.state = state


# ---- operations


class Square(ag.Function):
    keeps = ("x",)

    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, gy):
        return 2 * self.x * gy


class Exponential(ag.Function):
    keeps = ("out",)
    constants = ("ones",)

    def forward(self, x):
        self.out = self.xp.exp(x)
        self.ones = self.xp.ones(x.shape)
        return self.out

    def backward(self, gy):
        return gy * self.out * self.ones


def nothing(wanted: Sequence[bool]) -> Sequence[int]:
    return ()


def the_other(wanted: Sequence[bool]) -> Sequence[int]:
    return [1 - i for i, w in enumerate(wanted) if w]


def everything(wanted: Sequence[bool]) -> Sequence[int]:
    return range(len(wanted))


@dataclass
class Op:
    """An operation in both worlds; `needs` says which operands its rule must read."""

    run: Callable[..., Any]  # on Variables
    formula: Callable[..., Any]  # on numbers
    needs: Callable[[Sequence[bool]], Sequence[int]] = nothing
    keeps: Callable[[Sequence[bool]], Sequence[int]] = nothing
    view: bool = False


def of_name(name: str, needs: Any = nothing, keeps: Any = nothing) -> Op:
    return Op(getattr(ag, name), getattr(naive, name), needs, keeps)


UNARY = {
    **{name: of_name(name) for name in ("neg", "tanh", "sigmoid")},
    "square": Op(lambda x: x**2, lambda x: naive.pow(x, 2.0), everything),
    "custom square": Op(lambda x: Square()(x), lambda x: naive.mul(x, x), everything),
    "custom exp": Op(lambda x: Exponential()(x), naive.exp),
    "1.5 x": Op(lambda x: 1.5 * x, lambda x: naive.mul(x, 1.5)),
    "1 - x": Op(lambda x: 1 - x, lambda x: naive.sub(1.0, x)),
    "sum": of_name("sum"),
    "mean over rows": Op(lambda x: x.mean(axis=-1), lambda x: naive.mean(x, -1)),
    "exp": of_name("exp"),
    "repeated": Op(lambda x: x[[0, 0, -1]], lambda x: naive.getitem(x, [0, 0, -1])),
}
VIEWS = {
    "T": Op(lambda x: x.T, lambda x: x.T, view=True),
    "flat": Op(lambda x: x.reshape(-1), lambda x: x.reshape(-1), view=True),
    "first": Op(lambda x: x[0], lambda x: x[0:1].reshape(x.shape[1:]), view=True),
    "backwards": Op(lambda x: x[::-1], lambda x: x[::-1], view=True),
    "stretched": Op(
        lambda x: ag.broadcast_to(x, (2, *x.shape)),
        lambda x: np.broadcast_to(x, (2, *x.shape)),
        view=True,
    ),
}
BINARY = {
    "add": of_name("add"),
    "sub": of_name("sub"),
    "mul": of_name("mul", the_other, everything),
    "maximum": of_name("maximum", nothing, everything),
    "matmul": of_name("matmul", the_other, everything),
    "div": Op(lambda x, y: x / y, naive.div, lambda w: [1] if any(w) else [], everything),
}
