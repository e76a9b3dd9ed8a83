"""Capture: what is replaced, set or rebound between calls is noticed."""

from __future__ import annotations

import math
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

import autograd_lite as ag

RATE = 2.0
TABLE = np.ones(3)
NESTED = {"a": [1.0, {"b": 2.0}]}
X = np.arange(1.0, 4.0)


class Settings:
    rate = 2.0
    options: ClassVar[dict[str, float]] = {"k": 2.0}


class Config:
    scale = 3.0
    table: ClassVar[list[float]] = [1.0, 2.0]

    def __init__(self) -> None:
        self.rate = 2.0
        self.names = ["a"]
        self._hidden = 5.0

    @property
    def double(self) -> float:
        return self.rate * 2

    def scaled(self, x: Any) -> Any:
        return x * self.scale

    @staticmethod
    def fixed(x: Any) -> Any:
        return x * RATE


CONFIG = Config()


def helper(x: Any) -> Any:
    return x * RATE


def changes() -> dict[str, tuple[Any, Any]]:
    """Return a function and what changes its result, for each way in which that can happen."""
    rate, box, namespace = 2.0, [2.0], SimpleNamespace(rate=2.0)
    config, model = Config(), ag.nn.Sequential(ag.nn.Linear(3, 3, dtype=float), ag.nn.Dropout(0.5))
    holder = SimpleNamespace(model=model, inner=SimpleNamespace(rate=2.0))
    optimizer = ag.optim.SGD(model.parameters(), lr=0.5)
    settings = ModuleType("settings_of_a_user")
    settings.rate = 2.0
    functions = [np.exp]
    v = ag.Variable(np.ones(3))

    def closing(x: Any) -> Any:
        return x * rate

    def rebind() -> None:
        nonlocal rate
        rate = 3.0

    def default(x: Any, k: float = 2.0) -> Any:
        return x * k

    def set_default() -> None:
        default.__defaults__ = (4.0,)

    def several(x: Any) -> Any:
        return x * (config.rate + len(config.names))

    def asking(x: Any) -> Any:
        return x * 2.0 if hasattr(config, "extra") else x

    def getting(x: Any) -> Any:
        which = "rate"
        return x * getattr(config, which)

    key = "rate"

    def absent(x: Any) -> Any:
        return x * NESTED.get("k", 1.0)

    return {
        "a closure cell": (closing, rebind),
        "a global": (lambda x: x * RATE, lambda: globals().update(RATE=3.0)),
        "a global's type": (lambda x: x * RATE, lambda: globals().update(RATE=2)),
        "a global of a helper": (lambda x: helper(x), lambda: globals().update(RATE=5.0)),
        "a global array, rebound": (lambda x: x + TABLE, lambda: globals().update(TABLE=X * 1)),
        "an item of a list": (lambda x: x * box[0], lambda: box.__setitem__(0, 5.0)),
        "a longer list": (lambda x: x * len(box), lambda: box.append(1.0)),
        "a nested dict": (
            lambda x: x * NESTED["a"][1]["b"],
            lambda: NESTED["a"][1].update(b=7.0),
        ),
        "a key that was absent": (absent, lambda: NESTED.update(k=3.0)),
        "an attribute": (lambda x: x * namespace.rate, lambda: setattr(namespace, "rate", 9.0)),
        "an attribute of an attribute": (
            lambda x: x * holder.inner.rate,
            lambda: setattr(holder.inner, "rate", 9.0),
        ),
        "an object rebound": (
            lambda x: x * holder.inner.rate,
            lambda: setattr(holder, "inner", SimpleNamespace(rate=4.0)),
        ),
        "a private attribute": (
            lambda x: x * config._hidden,
            lambda: setattr(config, "_hidden", 9),
        ),
        "a property": (lambda x: x * config.double, lambda: setattr(config, "rate", 9.0)),
        "a method": (config.scaled, lambda: setattr(config, "scale", 9.0)),
        "a class attribute": (
            lambda x: CONFIG.scaled(x),
            lambda: setattr(Config, "scale", 4.0),
        ),
        "a class as a namespace": (
            lambda x: x * Settings.rate,
            lambda: setattr(Settings, "rate", 8.0),
        ),
        "a class's dict": (
            lambda x: x * Settings.options["k"],
            lambda: Settings.options.update(k=8.0),
        ),
        "a class's list": (
            lambda x: x * config.table[0],
            lambda: config.table.__setitem__(0, 8.0),
        ),
        "a method, replaced": (
            lambda x: CONFIG.scaled(x),
            lambda: setattr(Config, "scaled", lambda self, x: x + 1.0),
        ),
        "a static method": (lambda x: CONFIG.fixed(x), lambda: globals().update(RATE=11.0)),
        "an attribute that was absent": (asking, lambda: setattr(config, "extra", 1)),
        "getattr": (getting, lambda: setattr(config, "rate", 6.0)),
        "getattr of a name": (
            lambda x: x * getattr(config, key),
            lambda: setattr(config, "rate", 6.0),
        ),
        "a default": (default, set_default),
        "two things": (several, lambda: config.names.append("b")),
        "a partial": (partial(lambda k, x: x * k[0], box), lambda: box.__setitem__(0, -1.0)),
        "a module of the user's": (
            lambda x: x * settings.rate,
            lambda: setattr(settings, "rate", 5.0),
        ),
        "a function in a list": (
            lambda x: functions[0](x),
            lambda: functions.__setitem__(0, np.cos),
        ),
        "a parameter, assigned": (lambda x: (v * x).data, lambda: v.assign(X)),
        "a parameter's array": (lambda x: (v * x).data, lambda: setattr(v, "_data", X * 3)),
        "a learning rate that is read": (
            lambda x: x * optimizer.lr,
            lambda: setattr(optimizer, "lr", 0.25),
        ),
        "evaluation": (lambda x: model(x).data * 0 + model.training, lambda: model.eval()),
        "evaluation of a part": (
            lambda x: (model(x).data == 0).any() * 1.0,
            lambda: model.eval() and None,
        ),
        "a layer, replaced": (
            lambda x: model.children().__next__()(x).data,
            lambda: setattr(model, "0", ag.nn.Linear(3, 3, dtype=float)),
        ),
        "weights, loaded": (
            lambda x: next(model.children())(x).data,
            lambda: model.load_state_dict({k: w + 1 for k, w in model.state_dict().items()}),
        ),
        "a module's option": (
            lambda x: model(x).data,
            lambda: setattr(list(model.children())[1], "p", 0.0),
        ),
        "a module of an object": (
            lambda x: holder.model(x).data.max() + x,
            lambda: setattr(holder, "model", lambda x: ag.Variable(x + 5.0)),
        ),
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _restored(monkeypatch: Any) -> Any:
    monkeypatch.setitem(globals(), "RATE", 2.0)
    monkeypatch.setitem(globals(), "TABLE", np.ones(3))
    monkeypatch.setitem(globals(), "NESTED", {"a": [1.0, {"b": 2.0}]})
    monkeypatch.setattr(Config, "scale", 3.0)
    monkeypatch.setattr(Config, "scaled", Config.scaled)
    monkeypatch.setattr(Config, "table", [1.0, 2.0])
    monkeypatch.setattr(Settings, "rate", 2.0)
    monkeypatch.setattr(Settings, "options", {"k": 2.0})


@pytest.mark.parametrize("what", list(changes()))
def test_what_changes_between_calls_is_seen(what: str):
    function, change = changes()[what]
    step = ag.capture(function)
    step(X)
    source = step.source
    random = "option" in what or "evaluation" in what or "module of an" in what  # Dropout is on
    again = step(X)
    assert random or np.array_equal(again, function(X))
    assert step.source is source
    before = function(X)
    change()
    expected = function(X)
    assert random or "type" in what or not np.array_equal(before, expected)
    np.testing.assert_array_equal(step(X), expected)
    np.testing.assert_array_equal(step(2 * X), function(2 * X))


def test_a_number_of_another_type_is_another_number():
    step = ag.capture(lambda x: x * RATE)
    x = np.arange(3)
    assert step(x).dtype == float
    globals()["RATE"] = 2
    assert step(x).dtype == int


def test_both_modes_keep_their_programs():
    model = ag.nn.Sequential(ag.nn.Linear(3, 3, dtype=float), ag.nn.Dropout(0.5))
    step = ag.capture(lambda x: model(x).data)
    for _ in range(6):
        model.eval()
        np.testing.assert_array_equal(step(X[None]), model(X[None]).data)
        model.train()
        step(X[None])
    assert len(step.programs) == 2


def test_a_module_that_no_name_leads_to():
    model = ag.nn.Dropout(0.5)
    get = {"model": model}.get  # what a built-in method holds cannot be seen
    step = ag.capture(lambda x: get("model")(x).data)
    x = np.ones(50)
    assert (step(x) == 0).any()
    model.eval()
    np.testing.assert_array_equal(step(x), x)
    model.train()
    model.p = 0.0
    np.testing.assert_array_equal(step(x), x)


def test_state_of_the_library_stays_live():
    def run(wrap: Any) -> list[Any]:
        ag.seed(0)
        model = ag.nn.Sequential(
            ag.nn.Linear(3, 4), ag.nn.BatchNorm1d(4), ag.nn.ReLU(), ag.nn.Dropout(0.3),
            ag.nn.Linear(4, 2),
        )  # fmt: skip
        optimizer = ag.optim.Adam(model.parameters(), lr=0.1)

        def step(x: Any, t: Any) -> Any:
            optimizer.zero_grad()
            loss = ag.mean_squared_error(model(x), t)
            loss.backward()
            optimizer.step()
            return loss.data

        step = wrap(step)
        rng = np.random.default_rng(0)
        for i in range(6):
            if i == 2:
                optimizer.lr = 0.01
            if i == 4:
                saved = model.state_dict()
                model.load_state_dict({k: v * 0.5 for k, v in saved.items()})
            step(rng.normal(size=(8, 3)).astype(np.float32), np.ones((8, 2), np.float32))
        state = optimizer.state_dict()
        return [*model.state_dict().values(), *[v for v in state.values() if v.dtype.kind == "f"]]

    for a, b in zip(run(lambda f: f), run(ag.capture), strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-6, atol=1e-7)


def test_an_optimizer_that_was_replaced_or_reset_is_noticed():
    w = ag.Variable(np.ones(3))
    box = SimpleNamespace(optimizer=ag.optim.SGD([w], lr=0.1))

    @ag.capture
    def step(x: Any) -> Any:
        box.optimizer.zero_grad()
        (w * x).sum().backward()
        box.optimizer.step()

    step(X)
    box.optimizer = ag.optim.SGD([w], lr=1.0)
    before = w.data.copy()
    step(X)
    np.testing.assert_allclose(before - w.data, X)


def test_a_program_that_goes_stale_at_every_call_is_warned_of():
    box = [0.0]
    step = ag.capture(lambda x: x + box[0])

    def call(i: int) -> Any:
        box[0] = float(i)
        return step(X)

    with pytest.warns(UserWarning, match="captured anew at each of 4 calls") as caught:
        results = [call(i) for i in range(12)]
    np.testing.assert_array_equal(results, [X + i for i in range(12)])
    assert len(caught) == 1


def test_a_number_that_is_nan_does_not_capture_forever():
    box = [math.nan]
    step = ag.capture(lambda x: x * box[0])
    step(X)
    source = step.source
    step(X)
    assert step.source is source
