"""Capture: a replay gives what the function itself would have given, or says why it cannot."""

from __future__ import annotations

import itertools
import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest
from lookalike import LookAlike

import autograd_lite as ag
from autograd_lite.arrays import GATE
from autograd_lite.errors import (
    ArgumentError,
    CaptureError,
    GraphError,
    NonFiniteError,
    OperandError,
)
from autograd_lite.graph.hooks import STATE


def model_and_optimizer(optimizer: Any = ag.optim.SGD) -> tuple[Any, Any]:
    ag.seed(0)
    model = ag.nn.Sequential(ag.nn.Linear(4, 5), ag.nn.Tanh(), ag.nn.Linear(5, 3))
    return model, optimizer(model.parameters(), lr=0.1)


def batch(seed: int = 0, n: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 4)).astype(np.float32), rng.integers(0, 3, n)


def training_step(model: Any, optimizer: Any) -> Any:
    def step(x: Any, t: Any) -> Any:
        optimizer.zero_grad()
        loss = ag.softmax_cross_entropy(model(x), t)
        loss.backward()
        optimizer.step()
        return loss.data

    return step


def twice(make: Any, calls: Any) -> list[Any]:
    """Return what a function gives eagerly and captured, each with a state of its own."""
    found = []
    for wrap in (lambda f: f, ag.capture):
        function, state = make()
        called = wrap(function)
        results = [called(*args) for args in calls]
        found.append([*results, *[np.array(x) for x in state()]])
    return found


def assert_same(found: list[Any]) -> None:
    eager, captured = found
    for a, b in zip(eager, captured, strict=True):
        np.testing.assert_array_equal(np.asarray(b), np.asarray(a))


# ---- the same function, again and again


@pytest.mark.parametrize("optimizer", [ag.optim.SGD, ag.optim.Adam])
def test_a_captured_step_trains_the_same_model(optimizer: Any):
    def make() -> Any:
        model, opt = model_and_optimizer(optimizer)
        return training_step(model, opt), lambda: [p.data for p in model.parameters()]

    assert_same(twice(make, [batch(i, n) for i, n in enumerate([6, 6, 3, 6, 3])]))


def test_capturing_has_no_effects_of_its_own():
    model, optimizer = model_and_optimizer()
    before = [p.data.copy() for p in model.parameters()]

    def step(x: Any, t: Any) -> Any:
        training_step(model, optimizer)(x, t)
        raise KeyError("no")

    observer = STATE.observer
    with pytest.raises(KeyError):
        ag.capture(step)(*batch())
    assert GATE.tracer is None
    assert STATE.observer is observer
    for p, value in zip(model.parameters(), before, strict=True):
        assert p._grad is None
        np.testing.assert_array_equal(p.data, value)
    training_step(model, optimizer)(*batch())


def test_an_argument_is_not_mistaken_for_what_the_function_closes_over():
    table = np.arange(3.0)
    step = ag.capture(lambda x: x + table)
    step(table)
    np.testing.assert_array_equal(step(np.ones(3)), [1.0, 2.0, 3.0])


def test_other_shapes_dtypes_structures_and_numbers_have_programs_of_their_own():
    step = ag.capture(lambda x, k=1.0: {"y": [x * k, (x.sum(),)]})
    for args in ([np.ones(3)], [np.ones(4)], [np.ones(3, np.float32)], [np.ones(3), 2.0]):
        result = step(*args)["y"]
        k = args[1] if len(args) > 1 else 1.0
        np.testing.assert_array_equal(result[0], args[0] * k)
        assert result[0].dtype == args[0].dtype
    np.testing.assert_array_equal(step(np.ones(3), k=3.0)["y"][0], [3.0, 3.0, 3.0])
    assert len(step.programs) == 5


def test_named_tuples_and_variables_come_back():
    class Both(NamedTuple):
        a: Any
        b: Any

    @ag.capture
    def step(pair: Both) -> Any:
        return Both(pair.a + pair.b, ag.Variable(pair.a, requires_grad=False) * 2.0)

    for k in (1.0, 2.0):
        both = step(Both(np.full(2, k), np.ones(2)))
        assert type(both) is Both
        np.testing.assert_array_equal(both.a, [k + 1, k + 1])
        assert isinstance(both.b, ag.Variable)
        np.testing.assert_array_equal(both.b.data, [2 * k, 2 * k])


def test_the_cache_is_bounded():
    step = ag.capture(lambda x: x * 2.0)
    for n in range(1, 30):
        step(np.ones(n))
    assert len(step.programs) <= 16
    np.testing.assert_array_equal(step(np.ones(1)), [2.0])


# ---- what differs from run to run


COUNTER = itertools.count()
OTHER = itertools.cycle([0, 1])
RNG = np.random.default_rng(0)
LEAF = ag.Variable(np.ones(3))
TWINS = itertools.cycle([ag.Variable(np.ones(3)), ag.Variable(np.ones(3))])
DIFFERING = {
    "random numbers": lambda x: x * RNG.normal(size=3),
    "a counter": lambda x: x * float(next(COUNTER)),
    "a branch": lambda x: x * 2.0 if next(OTHER) else x + 2.0,
    "one more call": lambda x: (x * 2.0) * 3.0 if next(OTHER) else x * 2.0,
    "a list": lambda x: ag.where([True, bool(next(OTHER)), True], x, 0.0).data,
    "a shape": lambda x: ag.reshape(x, [(3, 1), (1, 3)][next(OTHER)]).data,
    "a result": lambda x: [x * 2.0, next(COUNTER)],
    "a fresh object": lambda x: (x * 2.0, object()),
    "a fresh generator": lambda x: ag.dropout(x, generator=np.random.default_rng()).data,
    "a seed that counts": lambda x: ag.dropout(x, generator=next(COUNTER)).data,
    "a leaf made inside": lambda x: (ag.Variable(RNG.normal(size=3)) * x).data,
    "an index": lambda x: x[next(OTHER)],
    "one of two models": lambda x: (next(TWINS) * x).data,
    "an order": lambda x: [x * 2.0, x * 3.0][:: (-1, 1)[next(OTHER)]],
    "a gradient that stays": lambda x: LEAF.zero_grad() if next(OTHER) else None,
}


@pytest.mark.parametrize("what", DIFFERING)
def test_what_differs_between_two_runs_is_refused(what: str):
    with pytest.raises(CaptureError, match="capture: "):
        ag.capture(DIFFERING[what])(np.arange(1.0, 4.0))


def test_the_message_names_the_operation_and_the_line():
    def step(x: Any) -> Any:
        return ag.exp(x * float(next(COUNTER)))

    with pytest.raises(
        CaptureError, match=r"test_capture_safety.py:\d+: multiply is given something"
    ):
        ag.capture(step)(np.ones(3))


def test_what_each_run_makes_alike_is_a_constant():
    def make() -> Any:
        w = ag.Variable(np.ones(3))

        def step(x: Any) -> Any:
            places = np.arange(3) * 2.0
            inner = ag.Variable(places)
            w.zero_grad()
            (w * x * inner * ag.dropout(np.ones(3), generator=1)).sum().backward()
            inner.zero_grad()
            return places + x

        return step, lambda: [w.grad]

    assert_same(twice(make, [(np.full(3, k),) for k in (1.0, 2.0, 3.0)]))


def test_a_table_that_numpy_read_is_looked_at_again():
    table = np.arange(3.0)
    step = ag.capture(lambda x: x + (table * 2.0))
    np.testing.assert_array_equal(step(np.zeros(3)), table * 2)
    table[1] = 7.0
    np.testing.assert_array_equal(step(np.zeros(3)), table * 2)


def test_closed_over_arrays_are_read_live():
    table = np.arange(3.0)
    step = ag.capture(lambda x: x + table)
    step(np.zeros(3))
    source = step.source
    table += 1.0
    np.testing.assert_array_equal(step(np.zeros(3)), [1.0, 2.0, 3.0])
    assert step.source is source


# ---- what must not be done inside


def print_it(x: Any) -> Any:
    print(x)
    return x


def forgive(x: Any) -> Any:
    try:
        return x * float(x.sum())
    except CaptureError:
        return x


REFUSED = {
    "if": lambda x: x if (x > 0).all() else -x,
    "float": lambda x: x * float(x.sum()),
    "int": lambda x: x[: int(x.sum())],
    "item": lambda x: x * x.sum().item(),
    "Variable.item": lambda x: ag.sum(x).item(),
    "print": print_it,
    "format": lambda x: f"{x}",
    "tolist": lambda x: x.tolist(),
    "an array of NumPy's": lambda x: np.asarray(x) * 2,
    "and": lambda x: x and 1.0,
    "caught": forgive,
    "range": lambda x: x[range(x.sum())],
    "a Variable's truth": lambda x: 1.0 if ag.sum(x) > 0 else 2.0,
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_value_of_a_traced_array_is_not_known(what: str):
    with pytest.raises(CaptureError, match=r"test_capture_safety.py:\d+"):
        ag.capture(REFUSED[what])(np.ones(3))
    assert GATE.tracer is None


def setting(what: str) -> Any:
    model, optimizer = model_and_optimizer()
    schedule = ag.optim.StepDecay(optimizer, 2) if hasattr(ag.optim, "StepDecay") else None
    losses: list[Any] = []
    state = model.state_dict()
    saved = optimizer.state_dict()
    settings = {
        "training": lambda: model.eval(),
        "lr": lambda: setattr(optimizer, "lr", 0.5),
        "seed": lambda: ag.seed(1),
        "a list": lambda: losses.append(1.0),
        "an attribute": lambda: setattr(model, "last", 3),
        "a hook": lambda: model.parameters()[0].register_hook(lambda g: g * 2.0),
        "frozen": lambda: setattr(model.parameters()[0], "requires_grad", False),
        "schedule": lambda: schedule.step() if schedule else ag.seed(1),
        "a saved optimizer": lambda: optimizer.load_state_dict(saved),
    }
    action = settings[what]

    def step(x: Any, t: Any) -> Any:
        losses.count(0)
        action()
        return training_step(model, optimizer)(x, t)

    return step, model, optimizer, losses, state


@pytest.mark.parametrize(
    "what",
    [
        "training", "lr", "seed", "a list", "an attribute", "frozen", "schedule",
        "a saved optimizer", "a hook",
    ],
)  # fmt: skip
def test_settings_are_not_changed_inside(what: str):
    step, model, optimizer, losses, state = setting(what)
    with pytest.raises(CaptureError):
        ag.capture(step)(*batch())
    assert model.training
    assert optimizer.lr == 0.1
    assert losses == []
    assert not hasattr(model, "last")
    assert all(p.requires_grad and not p._hooks for p in model.parameters())
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, state[name])


def test_loading_weights_inside_is_what_it_is_eagerly():
    def make() -> Any:
        model, optimizer = model_and_optimizer()
        state = {name: value * 0.5 for name, value in model.state_dict().items()}

        def step(x: Any, t: Any) -> Any:
            model.load_state_dict(state)
            return training_step(model, optimizer)(x, t)

        return step, lambda: [p.data for p in model.parameters()]

    assert_same(twice(make, [batch(0), batch(1)]))


def test_numpy_does_not_write_what_the_program_reads():
    buffer = np.zeros(3)

    def step(x: Any) -> Any:
        y = x + buffer
        buffer[:] += 5.0
        return y * buffer

    with pytest.raises(CaptureError):
        ag.capture(step)(np.ones(3))


def test_numpy_does_not_write_what_no_name_leads_to():
    buffer = np.zeros(3)
    get = {"buffer": buffer}.get  # what a built-in method holds cannot be seen

    def filled(x: Any) -> Any:
        get("buffer")[:] += 1.0
        return x + get("buffer")

    def filled_twice(x: Any) -> Any:
        get("buffer")[:] = 1.0
        y = x + get("buffer")
        get("buffer")[:] = 2.0
        y = y * get("buffer")
        get("buffer")[:] = 1.0
        return y

    for step in (filled, filled_twice):
        with pytest.raises(CaptureError, match="writes with NumPy"):
            ag.capture(step)(np.ones(3))


def test_a_traced_array_of_another_run_is_refused():
    kept: list[Any] = []
    store = kept.append
    ag.capture(lambda x: store(x * 2.0) or x)(np.ones(3))
    for use in (
        lambda x: ag.exp(kept[0]) + x,
        lambda x: kept[0] + x,
        lambda x: x + kept[0],
        lambda x: ag.add(x, kept[0]),
    ):
        with pytest.raises(CaptureError, match="after the captured function has ended"):
            ag.capture(use)(np.ones(3))


def test_a_gradient_that_is_read_only_is_refused_as_it_is_eagerly():
    w = ag.Variable(np.ones(3))
    step = ag.capture(lambda x: (w * x).sum().backward())
    step(np.ones(3))
    step(np.ones(3))
    w.grad.flags.writeable = False
    with pytest.raises(GraphError, match="read-only"):
        step(np.ones(3))
    np.testing.assert_array_equal(w.grad, [2.0, 2.0, 2.0])


def test_a_gradient_that_came_later_is_cleared():
    w = ag.Variable(np.ones(3))
    step = ag.capture(lambda x: w.zero_grad() or x * 2.0)
    step(np.ones(3))
    w.grad = np.ones(3)
    step(np.ones(3))
    assert w.grad is None


def test_numpy_does_not_count_behind_the_programs_back():
    counts = np.zeros(1)

    def step(x: Any) -> Any:
        counts[0] += 1.0
        return x * 2.0

    with pytest.raises(CaptureError, match="counts"):
        ag.capture(step)(np.ones(3))
    assert counts[0] == 0.0


def test_a_traced_array_that_was_kept_cannot_be_used():
    kept: list[Any] = []

    class Keeper:
        pass

    keeper = Keeper()

    def step(x: Any) -> Any:
        object.__setattr__(keeper, "y", x * 2.0)
        kept.append(vars(keeper)["y"])
        return x

    with pytest.raises(CaptureError):
        ag.capture(step)(np.ones(3))
    assert kept == []


@pytest.mark.parametrize(
    "array",
    [LookAlike(np.ones(3)), np.ma.masked_array([1.0]), np.ones(2).view(np.recarray)],
)
def test_other_arrays_are_refused(array: Any):
    with pytest.raises(OperandError, match="NumPy's own arrays"):
        ag.capture(lambda x: x * 2.0)(array)


def test_other_arrays_are_refused_inside():
    w = ag.Variable(LookAlike(np.ones(3)))
    with pytest.raises(CaptureError, match="LookAlike"):
        ag.capture(lambda x: (w * w).sum())(np.ones(3))


def test_what_suspends_itself_or_cannot_be_called_is_refused():
    def numbers() -> Any:
        yield 1

    with pytest.raises(OperandError, match="generator"):
        ag.capture(numbers)
    with pytest.raises(OperandError, match="callable"):
        ag.capture(3)  # type: ignore[arg-type]


def test_a_variable_with_a_graph_is_no_argument_and_no_result():
    w = ag.Variable(np.ones(3))
    with pytest.raises(CaptureError, match="graph"):
        ag.capture(lambda x: x * 2.0)(w * 2.0)
    with pytest.raises(CaptureError, match="gradient is"):
        ag.capture(lambda x: w * x)(np.ones(3))


def test_a_number_that_keeps_changing_is_warned_of_once():
    step = ag.capture(lambda x, rate: x * rate)
    with pytest.warns(UserWarning, match=r"args\[1\].*float32") as caught:
        results = [step(np.ones(2), float(i)) for i in range(10)]
    np.testing.assert_array_equal(results, [[i, i] for i in range(10)])
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for i in range(10):
            step(np.ones(2), np.float32(i))


# ---- gradients afterwards


def test_gradients_are_right_or_none_never_stale():
    w, v = ag.Variable(np.ones(3)), ag.Variable(np.ones(3))
    optimizer = ag.optim.SGD([w], lr=0.1)

    @ag.capture
    def step(x: Any) -> Any:
        w.zero_grad()
        v.zero_grad()
        (w * v * x).sum().backward()
        optimizer.step()

    for k in (1.0, 2.0, 3.0):
        before = w.data.copy()
        step(np.full(3, k))
        np.testing.assert_array_equal(v.grad, before * k)
        assert w.grad is None or (w.grad == v.data * k).all()
        v.grad[...] = 77.0
        w.grad = np.full(3, 55.0)


def test_gradients_add_up_as_they_do_eagerly():
    def make() -> Any:
        w = ag.Variable(np.ones(3))

        def step(x: Any) -> Any:
            (w * w * x).sum().backward()

        return step, lambda: [w.grad]

    assert_same(twice(make, [(np.full(3, k),) for k in (1.0, 2.0, 3.0, 4.0)]))


def test_accumulation_over_several_calls_then_an_update():
    def make() -> Any:
        w = ag.Variable(np.ones(3))
        optimizer = ag.optim.SGD([w], lr=0.1)

        def add(x: Any, *, last: bool) -> Any:
            (w * w * x).sum().backward()
            if last:
                optimizer.step()
                optimizer.zero_grad()

        return add, lambda: [w.data, 0.0 if w.grad is None else w.grad]

    found = []
    for wrap in (lambda f: f, ag.capture):
        add, state = make()
        add = wrap(add)
        for i in range(9):
            add(np.full(3, float(i)), last=i % 3 == 2)
        assert state()[1] is not None
        found.append([np.array(x) for x in state()])
    assert_same(found)


def test_a_gradient_of_the_users_own_is_read_live():
    w = ag.Variable(np.ones(3))
    step = ag.capture(lambda x: w.grad * x)
    for k in (1.0, 2.0):
        w.grad = np.full(3, k)
        np.testing.assert_array_equal(step(np.full(3, 10.0)), [10 * k] * 3)


def test_published_gradients_are_the_callers_own():
    w = ag.Variable(np.ones(64))

    @ag.capture
    def step(x: Any) -> Any:
        w.zero_grad()
        (w * x).sum().backward()

    step(np.full(64, 1.0))
    first = w.grad
    step(np.full(64, 2.0))
    np.testing.assert_array_equal(first, np.full(64, 1.0))
    np.testing.assert_array_equal(w.grad, np.full(64, 2.0))


@pytest.mark.parametrize("size", [3, 100])
def test_gradients_share_memory_with_nothing(size: int):
    """What is computed once may be the gradient of several, or a constant of the program."""
    a, b, c = [ag.Variable(np.full((size, 2), k)) for k in (1.0, 2.0, 3.0)]

    @ag.capture
    def step(x: Any) -> Any:
        for v in (a, b, c):
            v.zero_grad()
        (a + b + ag.transpose(ag.transpose(c) * x)).sum().backward()
        return x * 1.0

    for k in (1.0, 2.0):
        y = step(np.full((2, size), k))
        for one, two in itertools.combinations([y, a.grad, b.grad, c.grad], 2):
            assert not np.shares_memory(one, two)
        np.testing.assert_array_equal(a.grad, np.ones((size, 2)))
        np.testing.assert_array_equal(b.grad, np.ones((size, 2)))
        np.testing.assert_array_equal(c.grad, np.full((size, 2), k))
        for v in (a, b, c):
            assert v.grad.flags.writeable
            v.grad[...] = 77.0


def test_frozen_and_thawed_leaves():
    w, v = ag.Variable(np.ones(3)), ag.Variable(np.ones(3))

    @ag.capture
    def step(x: Any) -> Any:
        w.zero_grad()
        v.zero_grad()
        (w * v * x).sum().backward()

    x = np.full(3, 2.0)
    for frozen in (False, True, False, True):
        w.requires_grad = not frozen
        step(x)
        assert (w.grad is None) == frozen
        np.testing.assert_array_equal(v.grad, x)


def test_freezing_for_a_while_inside():
    w, v = ag.Variable(np.ones(3)), ag.Variable(np.ones(3))

    @ag.capture
    def step(x: Any) -> Any:
        v.zero_grad()
        w.requires_grad = False
        (w * v * x).sum().backward()
        w.requires_grad = True

    for k in (1.0, 2.0):
        step(np.full(3, k))
        assert w.grad is None
        np.testing.assert_array_equal(v.grad, [k] * 3)


def test_hooks_are_recorded_and_a_new_one_is_noticed():
    w = ag.Variable(np.ones(3))
    w.register_hook(lambda g: g * 2.0)

    @ag.capture
    def step(x: Any) -> Any:
        w.zero_grad()
        y = w * x
        y.register_hook(lambda g: g + 1.0)
        y.sum().backward()

    for k in (1.0, 3.0):
        step(np.full(3, k))
        np.testing.assert_array_equal(w.grad, [4 * k] * 3)
    w.register_hook(lambda g: g * 10.0)
    step(np.ones(3))
    np.testing.assert_array_equal(w.grad, [40.0] * 3)


def test_a_hook_that_keeps_what_it_sees_is_refused():
    w = ag.Variable(np.ones(3))
    seen: list[Any] = []
    w.register_hook(seen.append)
    w.register_hook(lambda g: seen.append(g))

    @ag.capture
    def step(x: Any) -> Any:
        w.zero_grad()
        (w * x).sum().backward()

    with pytest.raises(CaptureError, match="seen"):
        step(np.ones(3))
    assert seen == []


def test_retained_gradients_second_order_and_custom_functions():
    class Cube(ag.Function):
        keeps = ("x",)

        def forward(self, x: Any) -> Any:
            self.x = x
            return x * x * x

        def backward(self, gy: Any) -> Any:
            return 3 * self.x * self.x * gy

    w = ag.Variable(np.array([1.0, 2.0]))

    def step(x: Any) -> Any:
        w.zero_grad()
        y = Cube()(w * x)
        (first,) = ag.gradients([y.sum()], [w], create_graph=True)
        (first * first).sum().backward()
        z = w * x
        (z * z).sum().backward(retain_grads=True)
        return first.data, z.grad, ag.gradients(ag.sum(w * w * x), w)

    captured = ag.capture(step)
    for k in (1.0, 2.0, 0.5):
        x = np.array([k, -k])
        expected = step(x)
        slope = w.grad.copy()
        for a, b in zip(captured(x), expected, strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(w.grad, slope)


# ---- memory


def test_results_are_the_callers_own_and_share_nothing():
    w = ag.Variable(np.ones(40))

    @ag.capture
    def step(x: Any) -> Any:
        y = x * 2.0
        return x, y, y, y[:20], w.data, w, np.zeros(3)

    x = np.ones(40)
    results = step(x)
    arrays = [r for r in results if isinstance(r, np.ndarray)]
    assert results[5] is w
    kept = [a.copy() for a in arrays]
    for a, b in itertools.combinations([*arrays, x, w._data], 2):
        assert not np.shares_memory(a, b)
    step(x + 1)
    for a, b in zip(arrays, kept, strict=True):
        np.testing.assert_array_equal(a, b)
        a[...] = 99.0  # may be written
    np.testing.assert_array_equal(step(x)[1], x * 2.0)
    np.testing.assert_array_equal(w.data, np.ones(40))


@pytest.mark.parametrize(
    "prepare",
    [
        lambda x: x[::-1],
        lambda x: np.asfortranarray(x),
        lambda x: np.broadcast_to(x[:1], x.shape),
        lambda x: np.lib.stride_tricks.as_strided(x, x.shape, (x.itemsize, x.strides[0])),
    ],
)
def test_arguments_of_any_layout(prepare: Any):
    model, optimizer = model_and_optimizer()
    twin, other = model_and_optimizer()
    eager, captured = training_step(model, optimizer), ag.capture(training_step(twin, other))
    for i in range(4):
        x, t = batch(i, 4)
        given = prepare(x) if i % 2 else x
        given.flags.writeable = False
        np.testing.assert_allclose(captured(given, t), eager(given, t), rtol=1e-6)


def test_an_argument_that_is_written_is_written():
    def step(x: Any, y: Any) -> Any:
        x *= 2.0
        y[0] = x.sum()
        return x + y

    captured = ag.capture(step)
    for k in (1.0, 2.0):
        x, y, a, b = np.full(3, k), np.ones(3), np.full(3, k), np.ones(3)
        np.testing.assert_array_equal(captured(x, y), step(a, b))
        np.testing.assert_array_equal(x, a)
        np.testing.assert_array_equal(y, b)
    both, twin = np.ones(3), np.ones(3)
    np.testing.assert_array_equal(captured(both, both), step(twin, twin))
    np.testing.assert_array_equal(both, twin)
    shifted, twin = np.arange(4.0), np.arange(4.0)
    np.testing.assert_array_equal(captured(shifted[:3], shifted[1:]), step(twin[:3], twin[1:]))
    np.testing.assert_array_equal(shifted, twin)
    with pytest.raises(ValueError, match="read-only"):
        captured(np.broadcast_to(1.0, (3,)), np.ones(3))


def test_an_argument_that_is_a_parameters_own_memory():
    def make() -> Any:
        memory = np.ones(3)
        w = ag.Variable(memory, copy=False)

        def step(x: Any) -> Any:
            w.assign(w.data * 2.0)
            return x + w.data

        return step, memory

    eager, memory = make()
    captured_of, other = make()
    captured = ag.capture(captured_of)
    np.testing.assert_array_equal(captured(np.ones(3)), eager(np.ones(3)))
    for _ in range(2):
        np.testing.assert_array_equal(captured(other), eager(memory))
        np.testing.assert_array_equal(captured(other[:3]), eager(memory[:3]))
    np.testing.assert_array_equal(other, memory)


def test_parameters_that_share_memory_are_refused():
    memory = np.ones(4)
    w, v = ag.Variable(memory[:3], copy=False), ag.Variable(memory[1:], copy=False)
    optimizer = ag.optim.SGD([w, v], lr=0.1)

    @ag.capture
    def step(x: Any) -> Any:
        optimizer.zero_grad()
        (w * v * x).sum().backward()
        optimizer.step()

    with pytest.raises(CaptureError, match="share memory"):
        step(np.ones(3))


def test_one_variable_twice_and_two_of_one_memory():
    memory = np.ones(3)
    w, v = ag.Variable(memory, copy=False), ag.Variable(memory, copy=False)
    step = ag.capture(lambda x: (w * v * w).data * x)
    step(np.ones(3))
    memory[...] = 2.0
    np.testing.assert_array_equal(step(np.ones(3)), [8.0] * 3)


def test_a_check_that_fails_leaves_everything_unchanged():
    model, optimizer = model_and_optimizer(ag.optim.Adam)
    step = ag.capture(training_step(model, optimizer))
    x, t = batch()
    step(x, t)
    before, state = model.state_dict(), optimizer.state_dict()
    grads = [p._grad for p in model.parameters()]
    with pytest.raises(ArgumentError, match="labels must be from 0 to 2"):
        step(x, t + 3)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    for name, value in optimizer.state_dict().items():
        np.testing.assert_array_equal(value, state[name])
    assert [p._grad for p in model.parameters()] == grads
    step(x, t)


def test_a_replay_counts_as_a_write():
    model, optimizer = model_and_optimizer()
    step = ag.capture(training_step(model, optimizer))
    x, t = batch()
    for _ in range(2):
        loss = ag.softmax_cross_entropy(model(x), t)
        step(x, t)
        with pytest.raises(GraphError, match="written"):
            loss.backward()


# ---- how it is called


def test_methods_decorators_and_attributes():
    class Net:
        def __init__(self, k: float) -> None:
            self.k = k

        @ag.capture
        def apply(self, x: Any) -> Any:
            """Scale."""
            return x * self.k

    a, b = Net(2.0), Net(3.0)
    x = np.ones(2)
    np.testing.assert_array_equal(a.apply(x), [2.0, 2.0])
    np.testing.assert_array_equal(b.apply(x), [3.0, 3.0])
    np.testing.assert_array_equal(a.apply(x), [2.0, 2.0])
    a.k = 5.0
    np.testing.assert_array_equal(a.apply(x), [5.0, 5.0])
    assert a.apply.__doc__ == "Scale."
    assert Net.apply.__name__ == "apply"
    assert "multiply" in a.apply.source
    assert "apply, 3 programs" in repr(Net.apply)


def test_the_source_is_there_after_a_call():
    step = ag.capture(lambda x: x * 2.0)
    with pytest.raises(CaptureError, match="call it once"):
        _ = step.source
    step(np.ones(2))
    assert "def step(" in step.source


def test_a_captured_function_in_another_becomes_a_part_of_it():
    @ag.capture
    def inner(x: Any) -> Any:
        return x * 2.0

    @ag.capture
    def outer(x: Any) -> Any:
        return inner(x) + inner(x + 1.0)

    for k in (1.0, 2.0):
        np.testing.assert_array_equal(outer(np.full(2, k)), [4 * k + 2] * 2)
    assert inner.programs == []
    np.testing.assert_array_equal(inner(np.ones(2)), [2.0, 2.0])


def test_recursion():
    @ag.capture
    def power(x: Any, n: int) -> Any:
        return x if n == 0 else x * power(x, n - 1)

    for k in (2.0, 3.0):
        np.testing.assert_array_equal(power(np.full(2, k), 2), [k**3] * 2)


def test_a_model_gives_its_forward_pass():
    model, _ = model_and_optimizer()
    model = ag.nn.Sequential(model, ag.nn.Dropout(0.5))
    predict = ag.capture(model)
    x, _ = batch()
    model.eval()
    for _ in range(2):
        np.testing.assert_array_equal(predict(x).data, model(x).data)
    model.train()
    assert (predict(x).data == 0).any()
    model.eval()
    np.testing.assert_array_equal(predict(x).data, model(x).data)
    assert not predict(x).requires_grad
    assert len(predict.programs) == 2


def test_recording_modes_have_programs_of_their_own():
    w = ag.Variable(np.ones(2))
    step = ag.capture(lambda x: (w * x).requires_grad * x)
    with ag.no_grad():
        np.testing.assert_array_equal(step(np.ones(2)), [0.0, 0.0])
    np.testing.assert_array_equal(step(np.ones(2)), [1.0, 1.0])


def test_scalars_lists_and_options():
    step = ag.capture(lambda x, *, k: [x[0] * k["a"], x[1]])
    for value in (1.0, 2.0):
        y, z = step([np.float32(value), np.arange(2)], k={"a": np.float64(3.0)})
        assert y == 3 * value
        assert y.dtype == np.float64
        np.testing.assert_array_equal(z, [0, 1])


def test_the_library_own_random_numbers_are_drawn_anew():
    def make() -> Any:
        ag.seed(3)
        return lambda x: ag.dropout(x, 0.5).data, list

    assert_same(twice(make, [(np.ones(50),)] * 4))


def test_debugging_sees_the_operations():
    step = ag.capture(lambda x: ag.log(x).sum().data)
    step(np.ones(2))
    with ag.debug(), pytest.raises(NonFiniteError), np.errstate(all="ignore"):
        step(np.zeros(2))
    assert np.isneginf(step(np.zeros(2)))


def test_scopes_inside_and_outside():
    @ag.capture
    def step(x: Any) -> Any:
        with ag.scope("inner"):
            return ag.exp(x).data

    with ag.scope("outer"):
        for k in (0.0, 1.0):
            np.testing.assert_array_equal(step(np.full(2, k)), np.exp([k, k]))
    assert len(step.programs) == 1


def test_an_eager_call_draws_its_own_random_numbers():
    def make() -> Any:
        ag.seed(3)
        memory = np.ones(30)
        w = ag.Variable(memory, copy=False)

        def step(x: Any, *, own: bool) -> Any:
            del own
            w.assign(w.data * 2.0)
            return ag.dropout(x * 1.0).data

        return step, memory

    found = []
    for wrap in (lambda f: f, ag.capture):
        step, memory = make()
        step = wrap(step)
        found.append([step(memory if i % 3 == 2 else np.ones(30), own=True) for i in range(7)])
    assert_same(found)


GRADIENT_STEPS = {
    "returned": lambda w, x: (w * x).sum().backward() or w.grad,
    "returned twice": lambda w, x: (w * x).sum().backward() or (w.grad, w.grad),
    "scaled in place": lambda w, x: (w * x).sum().backward() or w.grad.__imul__(0.5) * 1.0,
    "an item set": lambda w, x: (w * x).sum().backward() or w.grad.__setitem__(0, 9.0),
    "set": lambda w, x: setattr(w, "grad", x * 2.0),
    "set to None": lambda w, x: (w * x).sum().backward() or setattr(w, "grad", None),
    "cleared between": lambda w, x: (
        (w * x).sum().backward() or w.zero_grad() or (w * w * x).sum().backward()
    ),
    "read before": lambda w, x: None if w.grad is None else w.grad * x,
}


@pytest.mark.parametrize("what", GRADIENT_STEPS)
def test_whatever_is_done_with_a_gradient(what: str):
    found = []
    for wrap in (lambda f: f, ag.capture):
        w = ag.Variable(np.arange(1.0, 4.0))
        step = wrap(lambda x, w=w: GRADIENT_STEPS[what](w, x))
        results = []
        for i in range(5):
            if i == 3:
                w.zero_grad()
            result = step(np.full(3, float(i)))
            gradient = -1.0 if w.grad is None else w.grad.copy()
            results += [-1.0 if result is None else np.array(result), gradient]
            for a in result if isinstance(result, tuple) else (result,):
                if a is not None and w.grad is not None and wrap is ag.capture:
                    assert not np.shares_memory(a, w.grad)
        found.append(results)
    assert_same(found)


def test_a_leaf_as_an_argument():
    v, w = ag.Variable(np.ones(3)), ag.Variable(np.full(3, 2.0))

    @ag.capture
    def step(leaf: Any, x: Any) -> Any:
        leaf.zero_grad()
        (leaf * leaf * x).sum().backward()

    for k in (1.0, 3.0):
        step(v, np.full(3, k))
        step(w, np.full(3, k))
        np.testing.assert_array_equal(v.grad, [2 * k] * 3)
        np.testing.assert_array_equal(w.grad, [4 * k] * 3)


def test_numpy_arrays_of_the_users_that_traced_ones_are_written_into():
    """Recorded as an effect, or refused: never done once and forgotten."""
    found = []
    for wrap in (lambda f: f, ag.capture):
        mean, total = np.zeros(3), np.zeros(3)

        def step(x: Any, mean: Any = mean, total: Any = total) -> Any:
            mean += x * 0.1
            np.add(total, x, out=total)
            return mean * 2.0

        step = wrap(step)
        try:
            results = [step(np.full(3, float(i))) for i in range(4)]
        except CaptureError:
            np.testing.assert_array_equal(mean, np.zeros(3))
            np.testing.assert_array_equal(total, np.zeros(3))
            return
        found.append([*results, mean, total])
    assert_same(found)


def test_what_fails_when_it_is_captured_is_captured_later():
    w = ag.Variable(np.ones(3))
    step = ag.capture(lambda x: (w * x).data)
    with pytest.raises(ag.errors.ShapeError):
        step(np.ones(4))
    assert not step._kinds  # no place is taken by what has no program
    np.testing.assert_array_equal(step(np.ones(3)), np.ones(3))
    assert len(step.programs) == 1


def test_an_array_that_each_run_makes_begins_anew():
    @ag.capture
    def step(x: Any) -> Any:
        total = np.zeros(3)
        np.add(total, x, out=total)
        statistics = np.ones(3)
        ag.batch_norm(np.stack([x, x * 2.0]), None, None, statistics, statistics * 1.0)
        return total + statistics

    try:
        results = [step(np.ones(3)) for _ in range(3)]
    except CaptureError:
        return
    np.testing.assert_array_equal(results[1], results[0])
    np.testing.assert_array_equal(results[2], results[0])


def test_a_read_only_argument_is_refused_before_anything_is_written():
    w = ag.Variable(np.ones(3))
    optimizer = ag.optim.SGD([w], lr=0.5)

    @ag.capture
    def step(x: Any) -> Any:
        x *= 2.0
        optimizer.zero_grad()
        (w * x).sum().backward()
        optimizer.step()

    step(np.ones(3))
    before = w.data.copy()
    x = np.ones(3)
    x.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        step(x)
    np.testing.assert_array_equal(w.data, before)
