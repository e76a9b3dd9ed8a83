"""A random user: builds, writes, differentiates, fails and goes on; a model says what must be."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import model
import naive
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from model import BINARY, RAISES, RIGHT, UNARY, VIEWS, Leaf, Node, Op, Recipe, Thing
from programs import KINK, close

import autograd_lite as ag
from autograd_lite.errors import GraphError
from autograd_lite.graph import is_recording
from autograd_lite.testing.strategies import seeds

STEP = 1e-5  # of central differences
SHAPES = [(), (3,), (2, 3), (6, 2, 3)]  # any two of them broadcast; the last is not small
MOST = 40  # things at a time
values_from = np.random.default_rng


class FailsInForward(ag.Function):
    def forward(self, x):
        raise ZeroDivisionError


class FailsInBackward(ag.Function):
    def forward(self, x):
        return x * 1.0

    def backward(self, gy):
        raise ZeroDivisionError


class SumAndDifference(ag.Function):
    outputs = ("total", "rest")

    def forward(self, a, b):
        return a + b, a - b

    def backward(self, g_total, g_rest):
        return g_total + g_rest, g_total - g_rest


def failing(gradient: Any) -> None:
    raise ZeroDivisionError


CHANGES = ("freeze or thaw", "zero_grad", "write .grad", "forget", "detach", "overwrite")
MORE = ("add array", "array mul", "picked", "chosen", "loss", "two results", "hooked")
picks = st.integers(0, 4) | st.integers(0, MOST)  # the newest more often
steps = st.tuples(st.sampled_from([*UNARY, *VIEWS, *BINARY, *BINARY, *MORE]), picks, picks, seeds())


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.leaves: list[Leaf] = []
        self.things: list[Thing] = []  # all that can be used: leaves, results, constants
        self.modes: list[tuple[Any, bool]] = []
        self.away = False  # in another thread, whose mode is its own
        self.given: list[np.ndarray] = []  # the user's own arrays

    # ---- helpers

    @property
    def recording(self) -> bool:
        return self.modes[-1][1] if self.modes and not self.away else True

    def pick(self, place: int) -> Thing:
        return self.things[-1 - place % len(self.things)]

    def pick_leaf(self, place: int) -> Leaf:
        return self.leaves[-1 - place % len(self.leaves)]

    def mine(self, array: np.ndarray) -> np.ndarray:
        """Return a copy that the user gives away now and writes into later."""
        self.given.append(np.array(array))
        return self.given[-1]

    def somewhere(self, act: Callable[[], Any], where: str) -> Any:
        """Run something here, in debug mode, or in another thread."""
        if where != "thread":
            with ag.debug() if where == "debug" else nullcontext():
                return act()
        results: list[Any] = []

        def run() -> None:
            try:
                results.append(act())
            except BaseException as error:
                results.append(error)

        self.away = True
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        self.away = False
        if isinstance(results[0], BaseException):
            raise results[0]
        return results[0]

    def keep(self, thing: Thing) -> None:
        self.things.append(thing)
        if len(self.things) > MOST:
            self.things.remove(next(one for one in self.things if not isinstance(one, Leaf)))

    def apply(self, op: Op, *things: Thing) -> Thing:
        """Apply an operation to Variables and in the model; scale down what grows."""
        wanted = [self.recording and thing.tracked for thing in things]
        recipes = [t.recipe(linked=w) for t, w in zip(things, wanted, strict=True)]
        v = op.run(*[thing.v for thing in things])
        assert v.requires_grad == any(wanted)
        node = Node.of(op, things, wanted) if any(wanted) else None
        root = things[0].root if op.view else None
        if root is not None and np.shares_memory(v.data, root.v.data):
            made = Thing(v, recipes[0], node, root, (*things[0].path, op.formula))
        else:
            assert not any(np.shares_memory(v.data, leaf.v.data) for leaf in self.leaves)
            made = Thing(v, Recipe(op.formula, *recipes), node)
        made.made = op, things
        largest = float(np.abs(made.values).max())
        if largest < 4:
            self.keep(made)
            return made
        by = 2 / largest
        return self.apply(Op(lambda x: x * by, lambda x: naive.mul(x, by)), made)

    def arriving(self, thing: Thing, seed: np.ndarray, leaf: Leaf) -> np.ndarray:
        """Return the gradient of a leaf: of all the values that it had."""
        total = naive.sum(naive.mul(thing.recipe(linked=True).numbers, seed))
        parts = naive.gradients(total, [past.numbers for past in leaf.past])
        return np.asarray(leaf.factor * np.sum(parts, axis=0))

    def seed_for(self, thing: Thing, number: int) -> np.ndarray:
        return values_from(number).uniform(-1, 1, thing.v.shape)

    # ---- leaves and the user's own arrays

    @initialize(number=seeds(), chosen=st.lists(steps, min_size=3, max_size=12))
    def begin(self, number: int, chosen: list[tuple[str, int, int, int]]) -> None:
        for i, shape in enumerate(((2, 3), (3,), ())):
            self.new_leaf(shape, number + i, 1.0)
        self.build(chosen, "here")

    @precondition(lambda self: len(self.leaves) < 6)
    @rule(shape=st.sampled_from(SHAPES), number=seeds(), factor=st.sampled_from([1.0, 1.0, 3.0]))
    def new_leaf(self, shape: tuple[int, ...], number: int, factor: float) -> None:
        values = values_from(number).uniform(-2, 2, shape)
        leaf = Leaf(ag.Variable(self.mine(values)), np.array(values))
        if factor != 1.0:
            leaf.v.register_hook(lambda g: factor * g)
            leaf.factor = factor
        self.leaves.append(leaf)
        self.keep(leaf)

    @rule(place=picks, number=seeds(), as_list=st.booleans(), through=st.booleans())
    def assign(self, place: int, number: int, as_list: bool, through: bool) -> None:
        """Into a leaf, or into a constant that shows its memory."""
        leaf = self.pick_leaf(place)
        shown = [t for t in self.things if t.root is leaf and not t.v.requires_grad]
        thing = shown[place % len(shown)] if through and shown else leaf
        target = thing.values  # of the model: a view
        if not target.flags.writeable:
            return  # of a stretched one, that is
        values = values_from(number).uniform(-2, 2, target.shape)
        thing.v.assign(values.tolist() if as_list else self.mine(values))
        target[...] = values
        leaf.note_write()

    @rule(place=picks, what=st.sampled_from(CHANGES), number=seeds())
    def change(self, place: int, what: str, number: int) -> None:
        thing, leaf = self.pick(place), self.pick_leaf(place)
        if what == "freeze or thaw":
            leaf.v.requires_grad = leaf.free = not leaf.free
        elif what == "zero_grad":
            thing.v.zero_grad()
            thing.grad = None
        elif what == "forget" and not isinstance(thing, Leaf):
            self.things.remove(thing)
        elif what == "detach":
            self.detach(thing)
        elif what == "overwrite":
            for array in self.given:
                array[...] = 7
            self.given.clear()
        elif what == "write .grad" and leaf.grad is not None:
            leaf.grad = np.full(leaf.v.shape, 0.5)
            leaf.v.grad[...] = 0.5
        elif what == "write .grad":
            leaf.grad = self.seed_for(leaf, number)
            leaf.v.grad = self.mine(leaf.grad)

    def detach(self, thing: Thing) -> None:
        """A constant that shows the same memory; of a result, it can be written by itself."""
        constant = thing.v.detach()
        assert not constant.requires_grad
        if thing.root is not None:
            self.keep(Thing(constant, thing.own, root=thing.root, path=thing.path))
        elif thing.node is not None:
            constant.assign(np.zeros(constant.shape))

    # ---- building

    @rule(chosen=st.lists(steps, min_size=1, max_size=5), where=st.sampled_from(model.PLACES))
    def build(self, chosen: list[tuple[str, int, int, int]], where: str) -> None:
        """A few operations, here, in debug mode, or in another thread."""

        def act() -> None:
            for name, place, other, number in chosen:
                self.step(name, self.pick(place), self.pick(other), number)

        self.somewhere(act, where)

    def step(self, name: str, a: Thing, b: Thing, number: int) -> None:
        if name in UNARY:
            if a.v.ndim or name not in ("mean over rows", "repeated"):
                self.apply(UNARY[name], a)
        elif name in VIEWS:
            if (a.v.ndim or name in ("T", "flat")) and (a.v.size <= 18 or name != "stretched"):
                self.apply(VIEWS[name], a)
        elif name in BINARY:
            self.binary(name, a, b)
        elif name == "two results":
            self.two_results(a, b)
        elif name == "hooked":
            self.hooked(a, 2.0 if number % 2 else -1.0)
        else:
            self.with_arrays(name, a, values_from(number))

    def binary(self, name: str, a: Thing, b: Thing) -> None:
        x, y = a.values, b.values
        try:
            shape = (np.matmul if name == "matmul" else np.add)(x, y).shape
        except ValueError:
            return
        if np.prod(shape) > 36 or (name == "maximum" and (np.abs(x - y) < KINK).any()):
            return
        if name == "div":
            b = self.apply(UNARY["custom square"], b)
            b = self.apply(Op(lambda x: x + 0.5, lambda x: naive.add(x, 0.5)), b)
        self.apply(BINARY[name], a, b)

    def with_arrays(self, name: str, thing: Thing, rng: np.random.Generator) -> None:
        """The user's own array is a constant, and the user's again after the call."""
        shape = thing.v.shape
        array, mask = rng.uniform(-1, 1, shape), rng.random(shape) < 0.5
        rows = shape[0] if shape else 1
        places = rng.integers(0, rows, 3)
        labels = rng.integers(0, shape[-1] if shape else 1, rows)
        ops = {
            "add array": Op(lambda x: x + self.mine(array), lambda x: naive.add(x, array)),
            "array mul": Op(lambda x: self.mine(array) * x, lambda x: naive.mul(x, array)),
            "chosen": Op(
                lambda x: ag.where(self.mine(mask), x, 1.0), lambda x: naive.where(mask, x, 1.0)
            ),
            "picked": Op(lambda x: x[self.mine(places)], lambda x: x[places]),
            "loss": Op(
                lambda x: ag.softmax_cross_entropy(x, self.mine(labels)),
                lambda x: naive.neg(naive.mean(naive.log_softmax(x)[np.arange(rows), labels])),
            ),
        }
        if (name != "picked" or shape) and (name != "loss" or len(shape) == 2):
            self.apply(ops[name], thing)

    def two_results(self, a: Thing, b: Thing) -> None:
        if a.v.shape != b.v.shape:
            return
        wanted = [self.recording and thing.tracked for thing in (a, b)]
        owner = Node([t.source for t, w in zip((a, b), wanted, strict=True) if w])
        recipes = [t.recipe(linked=w) for t, w in zip((a, b), wanted, strict=True)]
        results = SumAndDifference()(a.v, b.v)
        for v, formula in zip(results, (naive.add, naive.sub), strict=True):
            self.keep(Thing(v, Recipe(formula, *recipes), Node([owner]) if any(wanted) else None))

    def hooked(self, thing: Thing, factor: float) -> None:
        through = np.frompyfunc(lambda n: naive.Number(n.value, ((n, factor),)), 1, 1)
        made = self.apply(Op(lambda x: x * 1.0, through), thing)
        if made.node is not None:
            made.v.register_hook(lambda g: g * factor)
            made.made = None
            made.own.hooked = True

    @rule(place=picks, where=st.sampled_from(model.PLACES))
    def build_again(self, place: int, where: str) -> None:
        """What a value was computed from, once more, with the leaves as they are now."""

        def act() -> None:
            again: dict[Thing, Thing] = {}
            for one in self.pick(place).makings()[-MOST // 2 :]:
                op, operands = one.made
                again[one] = self.apply(op, *[again.get(x, x) for x in operands])

        self.somewhere(act, where)

    # ---- differentiating

    @rule(
        place=picks,
        number=seeds(),
        retain=st.booleans(),
        retain_grads=st.booleans(),
        where=st.sampled_from(model.PLACES),
    )
    def backward(
        self, place: int, number: int, retain: bool, where: str, retain_grads: bool = False
    ) -> None:
        thing = self.pick(place)
        seed = self.seed_for(thing, number)
        mine = self.mine(seed)
        passed = model.below(thing.source)
        expected = model.outlook(passed) if thing.tracked else RAISES
        try:
            self.somewhere(
                lambda: thing.v.backward(mine, retain_graph=retain, retain_grads=retain_grads),
                where,
            )
        except GraphError:
            assert expected != RIGHT
            model.leave_behind(passed, None if retain else "unclear")
            return
        assert expected != RAISES
        model.leave_behind(passed, None if retain else "released")
        for leaf in self.leaves:
            if leaf in passed and leaf.free:
                gradient = self.arriving(thing, seed, leaf)
                leaf.grad = gradient if leaf.grad is None else np.asarray(leaf.grad + gradient)
        if retain_grads:
            self.note_retained(thing, seed, passed)

    backward_too = rule(place=picks, number=seeds(), retain=st.booleans())(
        lambda self, place, number, retain: self.backward(place, number, retain, where="here")
    )

    def note_retained(self, thing: Thing, seed: np.ndarray, passed: set[Any]) -> None:
        total = naive.sum(naive.mul(thing.recipe(linked=True).numbers, seed))
        for other in self.things:
            if other.node in passed and other.root is None and not other.own.hooked:
                (gradient,) = naive.gradients(total, [other.own.numbers])
                other.grad = gradient if other.grad is None else other.grad + gradient
            elif other.node in passed:
                other.v.zero_grad()

    @rule(place=picks, chosen=st.integers(1, 63), number=seeds(), retain=st.booleans())
    def gradients(self, place: int, chosen: int, number: int, retain: bool) -> None:
        thing = self.pick(place)
        targets = [leaf for i, leaf in enumerate(self.leaves) if chosen >> i & 1]
        if not targets:
            return
        seed = self.seed_for(thing, number)
        passed = model.between(thing.source, targets)
        named = all(leaf.free and leaf in passed for leaf in targets)
        expected = model.outlook(passed) if named else RAISES
        try:
            found = ag.gradients(
                thing.v, [leaf.v for leaf in targets], self.mine(seed), retain_graph=retain
            )
        except GraphError:
            assert expected != RIGHT
            model.leave_behind(passed if named else set(), None if retain else "unclear")
            return
        assert expected != RAISES
        model.leave_behind(passed, None if retain else "released")
        for leaf, gradient in zip(targets, found, strict=True):
            close(gradient, self.arriving(thing, seed, leaf), 1e-9)
            gradient[...] = 7.0

    @rule(place=picks, number=seeds())
    def second_order(self, place: int, number: int) -> None:
        thing = self.pick(place)
        passed = model.below(thing.source)
        targets = [leaf for leaf in self.leaves if leaf in passed and leaf.free]
        if not targets or thing.recipe(linked=True).hooked:
            return
        seed, rng = self.seed_for(thing, number), values_from(number)
        factors, direction = (
            [rng.uniform(-1, 1, leaf.v.shape) for leaf in targets] for _ in range(2)
        )
        expected = model.outlook(model.between(thing.source, targets))
        inputs = [leaf.v for leaf in targets]
        try:
            found = ag.gradients(thing.v, inputs, self.mine(seed), create_graph=True)
        except GraphError:
            assert expected != RIGHT
            return
        assert expected != RAISES
        with ag.enable_grad():
            along: Any = 0.0
            for g, f, v in zip(found, factors, inputs, strict=True):
                along = along + (g * f).sum() + (v * 0).sum()  # ties what enters linearly
        second = ag.gradients(along, inputs, retain_graph=True)
        slope = sum(float(np.sum(g * d)) for g, d in zip(second, direction, strict=True))
        recipe = thing.recipe(linked=True)

        def first_along(step: float) -> float:
            others = {
                past: naive.numbers(naive.values(past.numbers) + step * leaf.factor * d)
                for leaf, d in zip(targets, direction, strict=True)
                for past in leaf.past
            }
            total = naive.sum(naive.mul(recipe.again(others), seed))
            slopes = naive.gradients(total, list(others.values()))
            parts = dict(zip(others, slopes, strict=True))
            return sum(
                float(np.sum(leaf.factor * f * parts[past]))
                for leaf, f in zip(targets, factors, strict=True)
                for past in leaf.past
            )

        close(slope, (first_along(STEP) - first_along(-STEP)) / (2 * STEP), 1e-4)

    # ---- failing

    @rule(place=picks, other=picks, how=st.sampled_from(["forward", "rule", "hook", "leaf's hook"]))
    def fail(self, place: int, other: int, how: str) -> None:
        a, b = self.pick(place), self.pick(other)
        if how != "forward":
            self.fail_in_backward(a, b, how)
            return
        for mode in (ag.no_grad, ag.enable_grad):
            with pytest.raises(ZeroDivisionError), mode(), ag.debug():
                FailsInForward()(a.v * 2.0)
        with pytest.raises(ValueError):
            a.v @ np.ones((9, 1))

    def fail_in_backward(self, a: Thing, b: Thing, how: str) -> None:
        """The walk is through with one branch when it fails in another."""
        passed = model.below(a.source) | model.below(b.source)
        with ag.enable_grad():
            if how == "rule":
                y = FailsInBackward()(a.v)
            else:
                y = a.v * 1.0 if how == "hook" else a.v * ag.Variable(1.0)
            if not y.requires_grad:
                return
            if how == "hook":
                y.register_hook(failing)
            total = y.sum() + b.v.sum()
            if how == "leaf's hook":
                last = ag.Variable(1.0)
                last.register_hook(failing)
                total = total * last
        with pytest.raises((ZeroDivisionError, GraphError)) as caught:
            total.backward()
        assert model.outlook(passed) != RIGHT or caught.type is ZeroDivisionError
        model.leave_behind(passed, "unclear")

    # ---- modes

    @rule(what=st.sampled_from(["no_grad", "enable_grad", "leave", "raise"]))
    def modes_change(self, what: str) -> None:
        if what in ("no_grad", "enable_grad"):
            mode = getattr(ag, what)()
            mode.__enter__()
            self.modes.append((mode, what == "enable_grad"))
        elif self.modes:
            error = ZeroDivisionError() if what == "raise" else None
            self.modes.pop()[0].__exit__(type(error) if error else None, error, None)

    # ---- what changes nothing

    @rule(place=picks)
    def look(self, place: int) -> None:
        """Pictures and prints never fail; numbers leave the graph unless a gradient may come."""
        thing = self.pick(place)
        assert ag.draw(thing.v).dot == ag.draw(thing.v).dot
        ag.describe(thing.v, gradients=False)
        assert repr(thing.v).startswith("Variable(")
        state = thing.node.state if thing.node is not None else "pending"
        if thing.v.size == 1 and state != "unclear":
            refused = self.recording and thing.tracked and state == "pending"
            with pytest.raises(GraphError) if refused else nullcontext():
                float(thing.v)
        self.make_copies(self.pick_leaf(place), thing)

    def make_copies(self, leaf: Leaf, thing: Thing) -> None:
        """Those of leaves are independent; results refuse."""
        for v in (copy.deepcopy(leaf.v), pickle.loads(pickle.dumps(leaf.v)), copy.copy(leaf.v)):
            assert v.requires_grad == leaf.free
            close(v.data, leaf.array, 0.0)
            assert (v.grad is None) == (leaf.grad is None)
            v.assign(np.zeros(v.shape))
            if v.grad is not None:
                close(v.grad, leaf.grad, 1e-8)
                v.grad[...] = 7.0
        if thing.node is not None:
            for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
                with pytest.raises(GraphError, match="detach"):
                    attempt(thing.v)
            with pytest.raises(GraphError, match="assign"):
                thing.v.assign(thing.values)

    # ---- what must hold after every step

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        assert is_recording() == self.recording
        for thing in self.things:
            close(thing.v.data, thing.values, 1e-10)
            if thing.node is not None and thing.root is not None:
                continue
            assert (thing.v.grad is None) == (thing.grad is None)
            if thing.grad is not None:
                close(thing.v.grad, thing.grad, 1e-8)
                assert type(thing.v.grad) is np.ndarray
                assert thing.v.grad.flags.writeable

    def teardown(self) -> None:
        while self.modes:
            self.modes.pop()[0].__exit__(None, None, None)
        assert is_recording()


EXAMPLES = 2 * settings().max_examples
Machine.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=50)
TestStateMachine = Machine.TestCase


class TestWhatTheMachineFound:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_a_retained_gradient_that_adds_up_stays_an_array(self, dtype):
        y = ag.Variable(np.ones((), dtype)) * 3.0
        z = y * y
        for _ in range(2):
            z.backward(retain_graph=True, retain_grads=True)
            assert type(y.grad) is np.ndarray
            assert y.grad.flags.writeable
        assert y.grad == 12.0

    def test_a_constant_result_of_a_users_function_can_be_written(self):
        y = model.Square()(ag.Variable([2.0, 3.0]))
        constant = y.detach()
        constant.assign([0.0, 0.0])
        np.testing.assert_array_equal(constant.data, [0.0, 0.0])
        np.testing.assert_array_equal(y.data, [4.0, 9.0])
