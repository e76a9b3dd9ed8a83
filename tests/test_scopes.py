"""Scopes: who is in which, in threads, tasks, errors, and together with other observers."""

from __future__ import annotations

import asyncio
import threading
from itertools import permutations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, NonFiniteError, OperandError, ShapeError
from autograd_lite.graph import STATE
from autograd_lite.graph.hooks import Several, subscribe, unsubscribe
from autograd_lite.graph.scopes import observed


@pytest.fixture(autouse=True)
def nobody_is_left():
    yield
    assert STATE.observer is None
    assert group_of(ag.Variable(1.0) * 2.0) == ()


def group_of(v: ag.Variable) -> tuple[str, ...]:
    notes = v.creator._notes
    return () if notes is None else notes.group


class Listener:
    def __init__(self) -> None:
        self.told: list[str] = []

    def forward_starts(self, node, arrays):
        self.told.append("forward starts")

    def forward_ends(self, node, arrays, outputs):
        self.told.append("forward ends")

    def backward_starts(self, node, gradient):
        self.told.append("backward starts")

    def backward_ends(self, node, gradient, gradients):
        self.told.append("backward ends")


class TestScope:
    def test_scopes_nest(self):
        x = ag.Variable(1.0)
        with ag.scope("outer"):
            a = x * 2.0
            with ag.scope("layer1"):
                b = a * 2.0
            c = b * 2.0
        d = c * 2.0
        groups = [("outer",), ("outer", "layer1"), ("outer",), ()]
        assert [group_of(v) for v in (a, b, c, d)] == groups
        nodes = [n for n in ag.describe(d).nodes if n.kind == "operation"]
        assert [n.group for n in nodes] == groups

    def test_every_kind_of_operation(self):
        class Two(ag.Function):
            outputs = ("a", "b")

            def forward(self, x):
                return x + 1.0, x + 2.0

            def backward(self, ga, gb):
                return ga + gb

        x = ag.Variable([1.0, 2.0])
        with ag.scope("s"):
            made = [ag.exp(x), x * x, ag.concatenate([x, x]), *Two()(x), x[0]]
        assert {group_of(v) for v in made} == {("s",)}

    def test_nodes_made_by_a_recorded_backward_pass(self):
        x = ag.Variable(2.0)
        with ag.scope("first"):
            y = x * x * x
        with ag.scope("second"):
            g = ag.gradients(y, x, create_graph=True)
        assert group_of(y) == ("first",)
        assert group_of(g) == ("second",)

    def test_a_decorator(self):
        @ag.scope("f")
        def f(x, again=True):
            y = x * 2.0
            return f(y, again=False) if again else y

        x = ag.Variable(1.0)
        assert group_of(f(x)) == ("f", "f")
        assert group_of(f(x, again=False)) == ("f",)

    def test_what_stops_in_the_middle_is_refused(self):
        with pytest.raises(OperandError, match=r"write with ag.scope\('g'\): inside"):

            @ag.scope("g")
            def generator():
                yield 1

    @pytest.mark.parametrize("wrong", [None, 1, lambda x: x])
    def test_names_are_texts(self, wrong):
        with pytest.raises(OperandError, match="scope"):
            ag.scope(wrong)

    def test_names_are_not_empty(self):
        with pytest.raises(ArgumentError, match="empty"):
            ag.scope("")

    def test_an_error_leaves_what_was_open(self):
        x = ag.Variable([1.0, 2.0])
        with ag.scope("outer"):
            with pytest.raises(ShapeError), ag.scope("inner"):
                x + np.ones(3)
            assert group_of(x * 2.0) == ("outer",)

    def test_blocks_that_end_in_another_order(self):
        first, second = ag.scope("first"), ag.scope("second")
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert group_of(ag.Variable(1.0) * 2.0) == ("second",)
        second.__exit__(None, None, None)

    def test_one_instance_inside_itself(self):
        s = ag.scope("s")
        with s, s:
            assert group_of(ag.Variable(1.0) * 2.0) == ("s", "s")

    def test_unused_it_leaves_nothing(self):
        with ag.scope("s"):
            pass
        y = ag.Variable(1.0) * 2.0
        assert y.creator._notes is None

    def test_what_is_not_recorded(self):
        with ag.scope("s"), ag.no_grad():
            assert (ag.Variable(1.0) * 2.0).creator is None

    def test_observing_alone_gives_no_group(self):
        with observed():
            assert group_of(ag.Variable(1.0) * 2.0) == ()


class TestThreadsAndTasks:
    def test_each_thread_has_its_own(self):
        inside, groups = threading.Barrier(3), {}

        def work(name: str | None) -> None:
            x = ag.Variable(1.0)
            if name is None:
                inside.wait(10)
                groups[name] = group_of(x * 2.0)
                inside.wait(10)
                return
            with ag.scope(name):
                inside.wait(10)
                groups[name] = group_of(x * 2.0)
                inside.wait(10)

        threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", None)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert groups == {"a": ("a",), "b": ("b",), None: ()}

    def test_each_task_has_its_own(self):
        async def work(name: str) -> tuple[str, ...]:
            with ag.scope(name):
                await asyncio.sleep(0)
                y = ag.Variable(1.0) * 2.0
                await asyncio.sleep(0)
            return group_of(y)

        async def both():
            with ag.scope("outer"):
                return await asyncio.gather(work("a"), work("b"))

        assert asyncio.run(both()) == [("outer", "a"), ("outer", "b")]

    def test_a_generator_that_is_closed_in_another_thread(self):
        def generator():
            with ag.scope("g"):
                yield 1

        def closes():
            with ag.scope("own"):
                held.close()
                groups.append(group_of(ag.Variable(1.0) * 2.0))

        groups: list[tuple[str, ...]] = []
        held = generator()

        def starts():
            next(held)

        for work in (starts, closes):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join(10)
        assert groups == [("own",)]

    def test_a_generator_of_this_thread_that_another_one_closes(self):
        def generator():
            with shared:
                yield

        shared = ag.scope("g")
        held = generator()
        next(held)
        thread = threading.Thread(target=held.close)
        thread.start()
        thread.join(10)
        assert STATE.observer is None
        with ag.scope("own"), shared:
            assert group_of(ag.Variable(1.0) * 2.0) == ("own", "g")

    def test_a_task_stays_in_the_block_that_it_was_started_in(self):
        async def work(over: asyncio.Event) -> tuple[str, ...]:
            await over.wait()
            with observed():
                return group_of(ag.Variable(1.0) * 2.0)

        async def start():
            over = asyncio.Event()
            with ag.scope("outer"):
                task = asyncio.create_task(work(over))
            over.set()
            return await task

        assert asyncio.run(start()) == ("outer",)


class TestWithOthers:
    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_with_debug_in_any_order(self, order):
        """Two debug blocks and two scopes, entered in one order and left in another."""
        blocks = [ag.debug(), ag.scope("a"), ag.debug(), ag.scope("b")]
        x = ag.Variable([1.0, 0.0])
        for block in blocks:
            block.__enter__()
        open_ = [0, 1, 2, 3]
        for i in order:
            y = x * 2.0
            scopes = tuple([blocks[j].name for j in open_ if j in (1, 3)])
            assert group_of(y) == scopes
            if {0, 2} & set(open_):
                assert "test_scopes" in y.creator._notes.line
                with pytest.raises(NonFiniteError), np.errstate(divide="ignore"):
                    ag.log(x)
            elif scopes:
                assert y.creator._notes.line is None
            blocks[i].__exit__(None, None, None)
            open_.remove(i)
        assert STATE.observer is None

    def test_several_observers_are_told_in_order(self):
        first, second = Listener(), Listener()
        subscribe(first)
        subscribe(second)
        assert isinstance(STATE.observer, Several)
        (ag.Variable(1.0) * 2.0).backward()
        unsubscribe(first)
        assert STATE.observer is second
        (ag.Variable(1.0) * 2.0).backward()
        unsubscribe(second)
        whole = ["forward starts", "forward ends", "backward starts", "backward ends"]
        assert first.told == whole
        assert second.told == whole * 2

    def test_an_heir_takes_the_place_at_once(self):
        first, second, third = Listener(), Listener(), Listener()
        subscribe(first)
        subscribe(second)
        unsubscribe(first, third)
        assert STATE.observer.observers == (third, second)
        unsubscribe(third)
        unsubscribe(second)

    def test_one_that_was_never_told(self):
        first = Listener()
        subscribe(first)
        unsubscribe(Listener())
        assert STATE.observer is first
        unsubscribe(first)

    def test_nested_debug_blocks_note_once(self):
        outer, inner = ag.debug(), ag.debug()
        with outer, inner:
            assert STATE.observer is outer
        with outer, outer:
            assert STATE.observer is outer

    def test_gradients_are_the_same(self):
        def loss(x):
            return (ag.tanh(x) * x).sum()

        plain, scoped = ag.Variable([0.5, 1.5]), ag.Variable([0.5, 1.5])
        loss(plain).backward()
        with ag.scope("s"):
            loss(scoped).backward()
        np.testing.assert_array_equal(plain.grad, scoped.grad)


def test_groups_from_what_operations_read():
    W, V = ag.Variable([[1.0]]), ag.Variable([[2.0]])
    x = ag.Variable([[3.0]])
    with ag.scope("own"):
        scoped = x @ V
    y = ag.tanh(x @ W) + scoped
    groups = {W: ("hidden",), V: ("out",)}
    nodes = [n for n in ag.describe(y, groups=groups).nodes if n.kind == "operation"]
    assert [(n.name, n.group) for n in nodes] == [
        ("matmul", ("own",)),
        ("matmul", ("hidden",)),
        ("tanh", ()),
        ("add", ()),
    ]
