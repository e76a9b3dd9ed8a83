"""Memory: thousands of graphs come and go by reference counting alone, and caches stay small."""

from __future__ import annotations

import gc
import resource
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import AutogradError
from autograd_lite.graph import apply, walk
from autograd_lite.graph.function import Outline

GRAPHS = 10_000
STATM = Path("/proc/self/statm")


class Square(ag.Function):
    keeps = ("x",)

    def forward(self, x):
        self.x = x
        self.shape = x.shape
        return x * x

    def backward(self, gy):
        return 2 * self.x * gy


class SumAndDifference(ag.Function):
    outputs = ("total", "rest")

    def forward(self, a, b):
        return a + b, a - b

    def backward(self, g_total, g_rest):
        return g_total + g_rest, g_total - g_rest


class FailsInForward(ag.Function):
    def forward(self, x):
        raise ZeroDivisionError


class FailsInBackward(ag.Function):
    def forward(self, x):
        return x * 1.0

    def backward(self, gy):
        raise ZeroDivisionError


def failing(gradient):
    raise ZeroDivisionError


W = ag.Variable(np.ones((2, 3)))
LARGE = ag.Variable(np.ones((6, 8)))


def loss(w: ag.Variable = W) -> ag.Variable:
    total, rest = SumAndDifference()(ag.tanh(w), w[::-1])
    return (total * rest).sum() + Square()(w.T).mean() + ag.where(w.data > 0, w, 0.0).sum()


def forward_and_backward() -> None:
    loss().backward()


def of_large_arrays() -> None:
    loss(LARGE).backward()


def only_built() -> None:
    loss()


def not_recorded() -> None:
    with ag.no_grad():
        loss()


def of_new_leaves() -> None:
    x = ag.Variable([1.0, 2.0], name="x")
    x.register_hook(lambda g: 2 * g)
    (x * x).sum().backward()
    x.assign(x.data - x.grad)


def retained() -> None:
    y = loss()
    y.backward(retain_graph=True, retain_grads=True)
    y.backward()


def second_order() -> None:
    g = ag.gradients(loss(), W, create_graph=True)
    ag.gradients((g * g).sum(), W)


def second_order_not_used() -> None:
    ag.gradients(loss(), W, create_graph=True)


def failed_in_forward() -> None:
    with suppress(ZeroDivisionError):
        FailsInForward()(loss())


def of_shapes_that_do_not_fit() -> None:
    with suppress(AutogradError):
        W @ W


def failed_in_a_rule() -> None:
    with suppress(ZeroDivisionError):
        (FailsInBackward()(W * 2.0).sum() + loss()).backward()


def failed_in_a_hook() -> None:
    y = W * 2.0
    y.register_hook(failing)
    with suppress(ZeroDivisionError):
        (y.sum() + loss()).backward()


def failed_in_a_second_order_pass() -> None:
    y = FailsInBackward()(W * 2.0).sum() + loss()
    with suppress(ZeroDivisionError):
        ag.gradients(y, W, create_graph=True)


def released() -> None:
    y = loss()
    y.backward()
    with suppress(AutogradError):
        y.backward()


def written() -> None:
    x = ag.Variable([1.0, 2.0])
    y = (x * x).sum() + loss()
    x.assign([3.0, 4.0])
    with suppress(AutogradError):
        y.backward()


def debugged() -> None:
    with ag.debug():
        (Square()(W) * 2.0).sum().backward()


def pictured() -> None:
    y = loss()
    ag.describe(y)
    y.backward()
    ag.draw(y)


@pytest.fixture
def without_the_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def ours() -> Counter[str]:
    """Count the live objects of the library's types, and what cycles of exceptions hold."""
    kinds = Counter(type(thing) for thing in gc.get_objects())
    return Counter(
        {
            kind.__name__: count
            for kind, count in kinds.items()
            if str(kind.__module__).startswith(("autograd_lite.", "test_memory"))
            or issubclass(kind, BaseException)
            or kind.__name__ in ("frame", "traceback")
        }
    )


def resident() -> int:
    """Return the bytes of memory that the process occupies."""
    return int(STATM.read_text().split()[1]) * resource.getpagesize()


WORKS = [
    forward_and_backward,
    of_large_arrays,
    only_built,
    not_recorded,
    of_new_leaves,
    retained,
    second_order,
    second_order_not_used,
    failed_in_forward,
    of_shapes_that_do_not_fit,
    failed_in_a_rule,
    failed_in_a_hook,
    failed_in_a_second_order_pass,
    released,
    written,
    debugged,
    pictured,
]


@pytest.mark.usefixtures("without_the_collector")
@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_nothing_is_left_of_a_graph(work: Callable[[], None]):
    """No object waits for the collector, and none is left after it emptied the free lists."""
    times = 100 if work is pictured else 1000
    for _ in range(times // 10):
        work()
    objects = ours()
    gc.collect()
    blocks = sys.getallocatedblocks()
    for _ in range(times):
        work()
    assert ours() - objects == Counter()
    gc.collect()
    assert sys.getallocatedblocks() - blocks < times // 2 + 200


@pytest.mark.usefixtures("without_the_collector")
@pytest.mark.skipif(not STATM.exists(), reason="only Linux tells how large a process is")
def test_ten_thousand_graphs_of_all_kinds_leave_the_process_as_it_was():
    kinds = [work for work in WORKS if work is not pictured]

    def some(times: int) -> None:
        for i in range(times):
            kinds[i % len(kinds)]()

    some(1000)
    before, objects = resident(), len(gc.get_objects())
    some(GRAPHS)
    assert len(gc.get_objects()) - objects < 100
    assert resident() - before < 4_000_000  # 400 bytes a graph


class TestCaches:
    def test_numbers(self):
        """A Python number beside an array becomes a constant that is kept, but not every one."""
        x = ag.Variable([1.0])
        for i in range(5000):
            x * (i + 0.123)
        for known in apply._NUMBERS.values():
            assert len(known) <= apply._MOST_NUMBERS
        assert (x * 4999.5).item() == 4999.5

    def test_numbers_are_kept_apart(self):
        x = ag.Variable(np.float32([1.0]))
        for y in (x * 0.1, x * 1, x * 1.0, x * True):
            assert y.dtype == np.float32
        assert np.signbit((x * 0.0).data).tolist() == [False]
        assert np.signbit((x * -0.0).data).tolist() == [True]

    def test_outlines(self, monkeypatch):
        monkeypatch.setattr(Outline, "_known", {})
        monkeypatch.setattr(Outline, "_most", 50)
        for n in range(1, 100):
            x = ag.Variable(np.ones(n))
            (ag.exp(x) * x + x).sum().backward()
            assert x.grad.shape == (n,)
        assert len(Outline._known) == 50

    def test_pictures_keep_small_values_only(self, monkeypatch):
        """And of long graphs none: what stays of an operation is a few hundred bytes."""
        monkeypatch.setattr(walk, "PICTURED", 50)
        y = x = ag.Variable(np.ones(3))
        kept = []
        for _ in range(100):
            y = y * 2.0
            kept.append(y.creator)
        y.backward(np.ones(3))
        assert not any(node._grads for node in kept)
        assert x.grad.tolist() == [2.0**100] * 3

    def test_what_a_graph_holds_of_large_arrays(self):
        """Fifty sigmoids keep fifty results until backward has passed, and then none."""
        size = 50_000
        x = ag.Variable(np.ones(size))
        seed = np.ones(size)
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            ends = y = x
            for _ in range(50):
                y = ag.sigmoid(y)
            held = tracemalloc.get_traced_memory()[0] - before
            assert 50 * 8 * size <= held < 52 * 8 * size
            ends, y = y, None
            ends.backward(seed)
            left = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
        assert left < 3.1 * 8 * size  # the end's own value, the leaf's gradient
