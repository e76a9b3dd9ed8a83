"""Capture: what would make a program silently wrong."""

from __future__ import annotations

from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from replays import assert_same
from test_capture_operations import check, first_order, second_order

import autograd_lite as ag
from autograd_lite.capturing.replay.replay import Replay
from autograd_lite.errors import CaptureError
from autograd_lite.graph.composed import proven

X = np.arange(1.0, 4.0)
M = np.arange(12.0).reshape(3, 4) + 1
FILL = 255  # bytes of NaN in every float dtype


# ---- memory that many values share


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Fill what a program computes in with NaN before and after each of its runs."""
    blocks: list[np.ndarray] = []
    empty, make = np.empty, Replay.__init__

    def filled(shape: Any, dtype: Any = float) -> np.ndarray:
        made = empty(shape, dtype)
        if dtype is np.uint8:
            blocks.append(made)
        elif made.ndim:
            made.view(np.uint8)[...] = FILL
        return made

    def replay(self: Any, *args: Any, **options: Any) -> None:
        known = len(blocks)
        with monkeypatch.context() as patch:
            patch.setattr(np, "empty", filled)
            make(self, *args, **options)
        mine, step = blocks[known:], self._step

        def poisoned_step(*given: Any) -> Any:
            for block in mine:
                block[...] = FILL
            done = step(*given)
            for block in mine:
                block[...] = FILL
            return done

        self._step = poisoned_step

    monkeypatch.setattr(Replay, "__init__", replay)
    return blocks


@pytest.mark.parametrize("order", [first_order, second_order])
@pytest.mark.parametrize("name", proven())
@np.errstate(all="ignore")
def test_nothing_is_read_before_it_is_written(
    name: str, order: Callable[..., Any], poisoned: list[np.ndarray]
):
    assert check(proven()[name], order, np.float32)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("optimizer", ["SGD", "Momentum", "Adam"])
def test_steps_in_blocks_read_nothing_from_before(
    optimizer: str, dtype: Any, threads: int, poisoned: list[np.ndarray]
):
    def made() -> tuple[Any, Any, Any]:
        w = ag.Variable(np.linspace(0.1, 2, 300_000).astype(dtype))
        v = ag.Variable(np.ones(1, dtype))
        o = getattr(ag.optim, optimizer)([w, v], lr=0.01)

        def step(x: Any) -> Any:
            o.zero_grad()
            loss = (ag.tanh(w * x) * v + w).mean()
            loss.backward()
            before = w.data * 2
            o.step()
            return loss.data, before, w.data

        return step, w, v

    eager, *expected = made()
    step, *found = made()
    program = ag.capture(step, threads=threads)
    for call in range(3):
        x = np.linspace(0.1, 1 + call, 300_000).astype(dtype)
        assert_same(list(program(x)), [np.array(y) for y in eager(x)])
        assert_same([v.data for v in found], [v.data for v in expected])
    assert poisoned


# ---- what a name holds


class Slotted:
    __slots__ = ("rate",)

    def __init__(self) -> None:
        self.rate = 2.0


class Rated:
    def __init__(self) -> None:
        self.special = 2.0
        self.rate_1 = 2.0

    def __rmul__(self, other: Any) -> Any:
        return other * self.special

    def __float__(self) -> float:
        return self.special

    def __bool__(self) -> bool:
        return self.special > 3

    __array_ufunc__ = None


class Watching:
    def __get__(self, holder: Any, _kind: Any) -> Any:
        return holder.hidden_rate


class Watched:
    rate = Watching()

    def __init__(self) -> None:
        self.hidden_rate = 2.0


class Values(list):
    pass


OUTER = 2.0


class MadeInside:
    def __init__(self, x: Any) -> None:
        self.x = x * OUTER


def helper(x: Any) -> Any:
    return x * helper.rate


def changes() -> dict[str, tuple[Any, Any]]:
    """Return a function, and what changes what it returns."""
    flags, queue, values = {"a"}, deque([2.0]), Values([2.0])
    ordered, default, counter = OrderedDict(a=2.0), defaultdict(float, a=2.0), Counter("aa")
    user, chain = UserDict(a=2.0), ChainMap({}, {"a": 2.0})
    slotted, rated, watched = Slotted(), Rated(), Watched()
    table, things = np.ones(3), np.array([2.0, None], object)
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    base = np.ones(3)
    shown = base[:]
    shown.flags.writeable = False
    zero = 0.0
    helper.rate = 2.0

    def angle(x: Any) -> Any:
        return np.arctan2(x * 0, zero)

    def negative() -> None:
        nonlocal zero
        zero = -0.0

    def computed(x: Any) -> Any:
        for i in (1,):
            x = x * getattr(rated, f"rate_{i}")
        return x

    return {
        "a set": (lambda x: x * 2 if "a" in flags else x, flags.clear),
        "a deque": (lambda x: x * queue[-1], lambda: queue.append(5.0)),
        "a list of a class of its own": (
            lambda x: x * values[0],
            lambda: values.__setitem__(0, 5.0),
        ),
        "an ordered dict": (lambda x: x * ordered["a"], lambda: ordered.update(a=5.0)),
        "a dict with a default": (lambda x: x * default["a"], lambda: default.update(a=5.0)),
        "a counter": (lambda x: x * counter["a"], lambda: counter.update("a")),
        "a user's dict": (lambda x: x * user["a"], lambda: user.update(a=5.0)),
        "a chain of dicts": (lambda x: x * chain["a"], lambda: chain.update(a=5.0)),
        "a slot": (lambda x: x * slotted.rate, lambda: setattr(slotted, "rate", 5.0)),
        "what an operator reads": (lambda x: x * rated, lambda: setattr(rated, "special", 5.0)),
        "what float() reads": (
            lambda x: x * float(rated),
            lambda: setattr(rated, "special", 5.0),
        ),
        "what bool() reads": (
            lambda x: x * 2 if rated else x,
            lambda: setattr(rated, "special", 5.0),
        ),
        "an attribute of a computed name": (computed, lambda: setattr(rated, "rate_1", 5.0)),
        "any attribute": (
            lambda x: x * sum(vars(rated).values()),
            lambda: setattr(rated, "rate_1", 5.0),
        ),
        "what a descriptor reads": (
            lambda x: x * watched.rate,
            lambda: setattr(watched, "hidden_rate", 5.0),
        ),
        "an attribute of a function": (helper, lambda: setattr(helper, "rate", 5.0)),
        "what a constructor reads": (
            lambda x: MadeInside(x).x,
            lambda: globals().update(OUTER=5.0),
        ),
        "the sign of zero": (angle, negative),
        "a number in a table": (lambda x: x * float(table[0]), lambda: table.fill(5.0)),
        "a scalar of a table": (lambda x: x * table[0], lambda: table.fill(5.0)),
        "a condition on a table": (
            lambda x: x * 2 if table[0] < 2 else x,
            lambda: table.fill(5.0),
        ),
        "an object in an array": (lambda x: x * things[0], lambda: things.fill(5.0)),
        "a masked array": (
            lambda x: x[:2] * masked.filled(0),
            lambda: masked.__setitem__(0, 5.0),
        ),
        "a view that cannot be written": (
            lambda x: x * float(shown[0]),
            lambda: base.fill(5.0),
        ),
    }


@pytest.mark.parametrize("what", changes())
def test_what_changes_between_calls_is_seen(what: str):
    globals().update(OUTER=2.0)
    function, change = changes()[what]
    program = ag.capture(function)
    for x in (X, X * 2):
        np.testing.assert_array_equal(program(-x), function(-x))
    before = program(-X)
    change()
    assert not (np.array_equal(function(-X), before))
    np.testing.assert_array_equal(program(-X), function(-X))
    assert len(program.programs) == 2


def test_a_set_that_the_function_fills_is_refused_and_left_as_it_was():
    known: set[int] = {3}
    queue = deque([1.0], maxlen=4)

    def fill(x: Any) -> Any:
        known.add(4)
        queue.append(2.0)
        return x

    with pytest.raises(CaptureError, match="changes"):
        ag.capture(fill)(X)
    assert known == {3}
    assert list(queue) == [1.0]


class Counting(ag.nn.Module):
    def __init__(self) -> None:
        self.layer = ag.nn.Linear(3, 3, dtype=float)
        self.norm = ag.nn.BatchNorm1d(3, dtype=float)
        self.seen_elsewhere = np.zeros(3)

    def forward(self, x: Any) -> Any:
        return self.layer(x)


def test_what_no_code_reads_makes_no_new_program():
    model = Counting()
    program = ag.capture(lambda x: model(x).data)
    program(M[:, :3])
    model.seen_elsewhere += 1
    model.norm(M[:, :3])
    program(M[:, :3])
    assert len(program.programs) == 1


# ---- arguments


def test_a_view_or_a_copy_by_the_layout_of_an_argument():
    def first_is_100(a: Any) -> Any:
        b = a * 1
        flat = b.reshape(-1)
        flat[0] = 100
        return b, flat

    program = ag.capture(first_is_100)
    for a in (M, np.asfortranarray(M), M[::-1], M):
        assert_same(program(a), first_is_100(a))


def test_equal_keys_of_other_types_are_other_keys():
    program = ag.capture(lambda d: [*d, d[1] * 2])
    assert [type(program({key: X})[0]) for key in (1, 1.0, True)] == [int, float, bool]


# ---- what NumPy makes of traced numbers


@pytest.mark.parametrize(
    "function",
    [
        lambda a: np.linspace(a[0, 0], 5, 3),
        lambda a: np.linspace(0, a[0, 0], 3),
        lambda a: np.full_like(a, a[0, 0]),
        lambda a: np.full_like(a[0], a[1]),
        lambda a: np.zeros_like(a) + a,
    ],
)
def test_arrays_made_of_traced_numbers_are_made_in_every_run(function: Any):
    program = ag.capture(function)
    for a in (M, M[::-1].copy(), M * 1.5):
        assert_same(program(a), function(a))


def test_arrays_of_other_classes_are_refused():
    class Own(np.ndarray):
        pass

    table = np.ones(3).view(Own)
    with pytest.raises(CaptureError, match="Own"):
        ag.capture(lambda x: x * table)(X)


# ---- data


@pytest.mark.parametrize("size", [1, 3, 300_000])
def test_data_shows_what_a_step_writes(size: int):
    def made() -> Any:
        w = ag.Variable(np.linspace(0, 1, size))
        o = ag.optim.SGD([w], lr=0.1)

        def step(x: Any) -> Any:
            data = w.data
            part = data[::2]
            o.zero_grad()
            (w * x).sum().backward()
            o.step()
            return data, part, data * 2

        return step

    eager, program = made(), ag.capture(made())
    for call in range(3):
        x = np.linspace(1, 2 + call, size)
        assert_same(program(x), tuple(np.array(y) for y in eager(x)))


@pytest.mark.parametrize("size", [2, 3])
def test_data_cannot_be_written(size: int):
    w = ag.Variable(np.ones(size))

    def whole(x: Any) -> None:
        w.data[...] = x

    def part(x: Any) -> None:
        w.data[1:][...] -= 1.0

    def added(x: Any) -> None:
        data = w.data
        data -= x

    def out(x: Any) -> None:
        np.add(x, 1, out=w.data)

    for function in (whole, part, added, out):
        for one in (function, ag.capture(function)):
            with pytest.raises(ValueError, match="read-only"):
                one(np.ones(size))
    np.testing.assert_array_equal(w.data, np.ones(size))
