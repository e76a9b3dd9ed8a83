"""Optimizers: PyTorch's numbers, the parameter's own memory, exact continuation.

``python tests/test_optim.py`` writes the oracle values anew; it needs PyTorch.
"""

from __future__ import annotations

import copy
import json
import pickle
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from lookalike import LookAlike

import autograd_lite as ag
from autograd_lite.arrays import GATE
from autograd_lite.errors import (
    ArgumentError,
    DeviceError,
    GraphError,
    NonFiniteError,
    OperandError,
    StateError,
)
from autograd_lite.optim import family

ORACLE = Path(__file__).with_name("optim_oracle.json")
STEPS = 100
# Ours and its options, PyTorch's and its options, the L1 penalty.
CASES = {
    "sgd": ("SGD", {}, "SGD", {}),
    "sgd decay": ("SGD", {"weight_decay": 0.1}, "SGD", {"weight_decay": 0.1}),
    "sgd l1": ("SGD", {"l1": 0.05}, "SGD", {}),
    "momentum": ("Momentum", {}, "SGD", {"momentum": 0.9}),
    "momentum both": (
        "SGD",
        {"momentum": 0.5, "weight_decay": 0.1, "l1": 0.05},
        "SGD",
        {"momentum": 0.5, "weight_decay": 0.1},
    ),
    "nesterov": ("Nesterov", {}, "SGD", {"momentum": 0.9, "nesterov": True}),
    "nesterov decay": (
        "SGD",
        {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
        "SGD",
        {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
    ),
    "adagrad": ("AdaGrad", {}, "Adagrad", {}),
    "adagrad all": (
        "AdaGrad",
        {"eps": 1e-3, "weight_decay": 0.1, "l1": 0.05},
        "Adagrad",
        {"eps": 1e-3, "weight_decay": 0.1},
    ),
    "rmsprop": ("RMSProp", {}, "RMSprop", {}),
    "rmsprop all": (
        "RMSProp",
        {"alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1, "l1": 0.05},
        "RMSprop",
        {"alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1},
    ),
    "adam": ("Adam", {}, "Adam", {}),
    "adam all": (
        "Adam",
        {"betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.1, "l1": 0.05},
        "Adam",
        {"betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.1},
    ),
    "adam without memory": ("Adam", {"betas": (0.0, 0.0)}, "Adam", {"betas": (0.0, 0.0)}),
    "adamw": ("AdamW", {}, "AdamW", {}),
    "adamw all": (
        "AdamW",
        {"betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.3, "l1": 0.05},
        "AdamW",
        {"betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.3},
    ),
}
DTYPES = ("float32", "float64")
EACH = [
    lambda p: ag.optim.SGD(p, lr=0.02),
    *[
        lambda p, name=name: getattr(ag.optim, name)(p, lr=0.02, weight_decay=0.01, l1=0.01)
        for name in ("Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW")
    ],
]


def start():
    """Starting values, and noise for the gradients of every step; the second is left out twice."""
    rng = np.random.default_rng(7)
    values = [rng.normal(size=(3, 2)), rng.normal(size=2)]
    noise = [[rng.normal(size=v.shape) for v in values] for _ in range(STEPS)]
    for step in (0, 40):
        noise[step][1] = None
    return values, noise


def rates(lr):
    return [lr if step < STEPS // 2 else lr / 3 for step in range(STEPS)]


def ours(name, dtype):
    kind, options, _, _ = CASES[name]
    values, noise = start()
    params = [ag.Variable(v.astype(dtype)) for v in values]
    optimizer = getattr(ag.optim, kind)(params, lr=0.01, **options)
    for lr, slopes in zip(rates(0.01), noise, strict=True):
        optimizer.lr = lr
        for p, slope in zip(params, slopes, strict=True):
            p.grad = None if slope is None else slope.astype(dtype) + p.data
        optimizer.step()
    return [p.data.copy() for p in params]


def torchs(name, dtype):
    import torch

    _, options, kind, theirs = CASES[name]
    values, noise = start()
    params = [torch.tensor(v.astype(dtype), requires_grad=True) for v in values]
    optimizer = getattr(torch.optim, kind)(params, lr=0.01, **theirs)
    for lr, slopes in zip(rates(0.01), noise, strict=True):
        optimizer.param_groups[0]["lr"] = lr
        for p, slope in zip(params, slopes, strict=True):
            p.grad = None
            if slope is not None:
                half = (p * p).sum() / 2 + (p * torch.tensor(slope.astype(dtype))).sum()
                (half + options.get("l1", 0.0) * p.abs().sum()).backward()
        optimizer.step()
    return [p.detach().numpy() for p in params]


# ---- the numbers


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", CASES)
def test_pytorchs_values_as_stored(name, dtype):
    stored = json.loads(ORACLE.read_text(encoding="utf-8"))[name][dtype]
    for mine, theirs in zip(ours(name, dtype), stored, strict=True):
        assert mine.dtype == dtype
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", CASES)
def test_pytorchs_values_as_computed(name, dtype):
    pytest.importorskip("torch")
    for mine, theirs in zip(ours(name, dtype), torchs(name, dtype), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-6)
        if dtype == "float64":
            np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-13)


def test_l1_is_the_gradient_of_its_penalty():
    values = [-1.5, 0.0, 2.0]
    penalised, plain = ag.Variable(values), ag.Variable(values)
    penalised.grad = np.zeros(3)
    (0.3 * ag.abs(plain).sum()).backward()
    ag.optim.SGD([penalised], lr=0.1, l1=0.3).step()
    ag.optim.SGD([plain], lr=0.1).step()
    np.testing.assert_array_equal(penalised.data, plain.data)


# ---- memory


def trained(make, params, gradients, steps=3):
    optimizer = make(params)
    for step in range(steps):
        for p, slope in zip(params, gradients, strict=True):
            p.grad = slope * (step + 1)
        optimizer.step()
    return [p.data.copy() for p in params]


@pytest.mark.parametrize("make", EACH)
def test_blocks_change_nothing(make, monkeypatch):
    rng = np.random.default_rng(0)
    values, slopes = rng.normal(size=(2, 50, 37)).astype("float32")
    whole = trained(make, [ag.Variable(values)], [slopes])
    monkeypatch.setattr(family, "CACHE", 7 * 4 * 6)
    in_blocks = trained(make, [ag.Variable(values)], [slopes])
    np.testing.assert_array_equal(in_blocks, whole)


@pytest.mark.parametrize("make", EACH)
@pytest.mark.parametrize("small", [False, True])
def test_layouts_change_nothing(make, small, monkeypatch):
    """A parameter with strides, one in Fortran order, and gradients that lie otherwise."""
    if not small:
        monkeypatch.setattr(family, "CACHE", 7 * 8 * 6)
    rng = np.random.default_rng(1)
    values, slopes = rng.normal(size=(2, 6, 8))
    expected = trained(make, [ag.Variable(values)], [slopes])[0]
    wide = np.full((12, 16), 9.0)
    strided = wide[::2, ::2]
    for held in (strided, np.asfortranarray(values), np.empty((8, 6)).T):
        held[...] = values
        p = ag.Variable(held, copy=False)
        found = trained(make, [p], [slopes])[0]
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(held, expected)
    assert (wide[1::2] == 9.0).all()
    assert (wide[:, 1::2] == 9.0).all()
    p = ag.Variable(values)
    optimizer = make([p])
    for step in range(3):
        p.grad = slopes
        p._grad = np.asfortranarray(slopes * (step + 1))
        optimizer.step()
    np.testing.assert_array_equal(p.data, expected)


@pytest.mark.parametrize("make", EACH)
def test_shapes_without_axes_and_without_elements(make):
    number, nothing = ag.Variable(2.0), ag.Variable(np.zeros((0, 3)))
    row = ag.Variable([2.0])
    trained(make, [number, nothing, row], [np.array(1.5), np.zeros((0, 3)), np.array([1.5])])
    assert number.shape == ()
    assert number.item() == row.item() != 2.0
    assert nothing.shape == (0, 3)


@pytest.mark.parametrize("make", EACH)
def test_the_memory_stays_and_none_is_added(make):
    large = ag.Variable(np.ones((1000, 300), "float32"))
    small = ag.Variable(np.ones(3, "float32"))
    optimizer = make([large, small])
    addresses = [p._data.ctypes.data for p in (large, small)]
    for p in (large, small):
        p.grad = np.ones(p.shape, "float32")
    slope = large.grad
    optimizer.step()
    tracemalloc.start()
    try:
        for _ in range(3):
            optimizer.step()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000  # an array of large's shape has 1.2 million
    assert addresses == [p._data.ctypes.data for p in (large, small)]
    assert large.grad is slope
    assert (slope == 1.0).all()


@pytest.mark.parametrize("make", EACH)
def test_half_precision_is_storage_only(make):
    rng = np.random.default_rng(3)
    values, slopes = rng.normal(size=(2, 9)).astype("float16")
    half, single = ag.Variable(values), ag.Variable(values.astype("float32"))
    optimizers = [make([half]), make([single])]
    for _ in range(4):
        single.assign(half.data.astype("float32"))
        half.grad, single.grad = slopes, slopes.astype("float32")
        for optimizer in optimizers:
            optimizer.step()
        assert half.dtype == "float16"
        np.testing.assert_array_equal(half.data, single.data.astype("float16"))
    kept = [x for name, x in optimizers[0].state_dict().items() if name.endswith(".0")]
    assert all(x.dtype == "float32" for x in kept)


def test_a_small_rate_of_change_is_not_lost_in_the_count():
    """1 − 0.999 in float32 would be off by 2e-5."""
    w = ag.Variable(np.float32([1.0]))
    w.grad = np.float32([1.0])
    ag.optim.Adam([w], lr=0.5, eps=0.0).step()
    assert abs(float(w.data[0]) - 0.5) < 1e-7


# ---- which parameters


@pytest.mark.parametrize("make", EACH)
def test_one_without_a_gradient_is_as_if_it_were_not_there(make):
    late, alone, other = ag.Variable([1.0]), ag.Variable([1.0]), ag.Variable([1.0])
    both, only = make([other, late]), make([alone])
    for step in range(6):
        other.grad = np.array([0.3])
        late.grad = alone.grad = None if step in (0, 3) else np.array([1.0 + step])
        both.step()
        if alone.grad is not None:
            only.step()
    np.testing.assert_array_equal(late.data, alone.data)


@pytest.mark.parametrize("make", EACH)
def test_a_frozen_parameter_stays(make):
    w, b = ag.Variable([1.0]), ag.Variable([2.0])
    optimizer = make([w, b])
    for frozen in (False, True):
        b.requires_grad = not frozen
        before = b.item()
        optimizer.zero_grad()
        (w * b).sum().backward()
        optimizer.step()
    assert b.item() == before


def test_no_gradient_at_all_is_an_error():
    with pytest.raises(GraphError, match=r"Adam: no parameter has a gradient; call loss.backward"):
        ag.optim.Adam([ag.Variable([1.0])]).step()


def test_dtypes_side_by_side():
    values = np.array([1.0, -2.0, 3.0])
    params = [ag.Variable(values.astype(kind)) for kind in ("float32", "float64", "float16")]
    optimizer = ag.optim.Adam(params, lr=0.1)
    for p in params:
        p.grad = p.data.copy()
    optimizer.step()
    for p in params:
        np.testing.assert_allclose(p.data, values - 0.1 * np.sign(values), rtol=1e-3)
    saved = optimizer.state_dict()
    assert [saved[f"squares.{i}"].dtype.name for i in range(3)] == ["float32", "float64", "float32"]


def test_a_dict_of_parameters_and_a_generator():
    w, b = ag.Variable([1.0]), ag.Variable([2.0])
    assert ag.optim.SGD({"w": w, "b": b}).params == [w, b]
    assert ag.optim.SGD(v for v in (w, b)).params == [w, b]


def test_a_write_is_noticed_by_the_graph():
    w = ag.Variable([1.0, 2.0])
    w.grad = np.ones(2)
    y = (w * w).sum()
    ag.optim.Adam([w]).step()
    with pytest.raises(GraphError, match="written"):
        y.backward()


def test_a_constant_that_a_rule_reads_gets_memory_of_its_own():
    c, w = ag.exp(np.zeros(2)), ag.Variable([1.0, 2.0])
    y = (w * c).sum()
    c.grad = np.ones(2)
    ag.optim.SGD([c], lr=0.5).step()
    np.testing.assert_array_equal(c.data, [0.5, 0.5])
    y.backward()
    np.testing.assert_array_equal(w.grad, [1.0, 1.0])


# ---- states


@pytest.mark.parametrize("make", EACH)
@pytest.mark.parametrize("way", ["state", "pickle", "deepcopy"])
def test_going_on_is_exact(make, way):
    rng = np.random.default_rng(5)
    slopes = rng.normal(size=(9, 4)).astype("float32")

    def run(w, optimizer, steps):
        for slope in slopes[steps]:
            w.grad = slope
            optimizer.lr *= 0.9
            optimizer.step()

    straight = ag.Variable(np.ones(4, "float32"))
    run(straight, make([straight]), slice(9))
    w = ag.Variable(np.ones(4, "float32"))
    optimizer = make([w])
    run(w, optimizer, slice(4))
    if way == "state":
        w = ag.Variable(w.data)
        saved = {name: value.copy() for name, value in optimizer.state_dict().items()}
        optimizer = make([w])
        optimizer.load_state_dict(saved)
    elif way == "pickle":
        w, optimizer = pickle.loads(pickle.dumps((w, optimizer)))
    else:
        w, optimizer = copy.deepcopy((w, optimizer))
    assert optimizer.params[0] is w
    run(w, optimizer, slice(4, 9))
    np.testing.assert_array_equal(w.data, straight.data)


def test_a_state_is_a_copy():
    w = ag.Variable([1.0])
    optimizer = ag.optim.Adam([w])
    saved = optimizer.state_dict()
    w.grad = np.ones(1)
    optimizer.step()
    assert saved["momentum.0"][0] == saved["steps"][0] == 0
    options = [f"options.{name}" for name in ("weight_decay", "l1", "betas", "eps")]
    assert list(saved) == ["class", *options, "lr", "steps", "momentum.0", "squares.0"]
    loaded = optimizer.state_dict()
    optimizer.load_state_dict(loaded)
    optimizer.step()
    assert loaded["momentum.0"][0] == 1.0


FAULTS = {
    "missing": (lambda s: s.pop("steps"), "'steps' is missing"),
    "unexpected": (lambda s: s.update(mass=np.ones(1)), "'mass' is not expected"),
    "shape": (lambda s: s.update({"squares.0": np.ones(3)}), r"shape \(3,\) where float64 of"),
    "dtype": (lambda s: s.update({"squares.0": np.ones(2, "f")}), "'squares.0' is float32"),
    "ragged": (lambda s: s.update({"squares.0": [[1.0], [2.0, 3.0]]}), "'squares.0' is a list, no"),
    "recorded": (lambda s: s.update(lr=ag.Variable(0.1)), "'lr' is a Variable, not an array"),
    "rate": (lambda s: s.update(lr=np.array(np.nan)), "out of range"),
    "negative": (lambda s: s.update(lr=np.array(-1.0)), "out of range"),
    "class": (lambda s: s.pop("class"), "'class' is missing"),
    "option": (lambda s: s.pop("options.eps"), "'options.eps' is missing"),
    "of no kind": (lambda s: s.update({"options.eps": "1"}), "'options.eps' is a str"),
    "count": (lambda s: s.update(steps=np.array([-1])), "out of range"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_state_that_does_not_fit_changes_nothing(fault):
    w = ag.Variable([1.0, 2.0])
    optimizer = ag.optim.Adam([w])
    w.grad = np.ones(2)
    optimizer.step()
    before = optimizer.state_dict()
    own = ("lr", "steps", "momentum.0", "squares.0")
    state = {name: value + (name in own) for name, value in before.items()}
    spoil, message = FAULTS[fault]
    spoil(state)
    with pytest.raises(StateError, match=message):
        optimizer.load_state_dict(state)
    after = optimizer.state_dict()
    assert all(np.array_equal(after[name], before[name]) for name in before)


@pytest.mark.parametrize(
    ("saved", "here", "message"),
    [
        (lambda o, w: o.RMSProp(w), lambda o, w: o.AdaGrad(w), "RMSProp saved, AdaGrad here"),
        (lambda o, w: o.Adam(w), lambda o, w: o.AdamW(w), ": class: Adam saved, AdamW here; load"),
        (
            lambda o, w: o.Adam(w),
            lambda o, w: o.Adam(w, betas=(0.5, 0.999)),
            r"options.betas: \[0.9, 0.999\] saved, \[0.5, 0.999\] here",
        ),
        (lambda o, w: o.Adam(w), lambda o, w: o.Adam(w, eps=0.1), "eps: 1e-08 saved, 0.1 here"),
        (lambda o, w: o.AdamW(w), lambda o, w: o.AdamW(w, weight_decay=0.5), "y: 0.01 saved, 0.5"),
        (lambda o, w: o.SGD(w), lambda o, w: o.SGD(w, weight_decay=0.5), "weight_decay: 0.0 saved"),
        (lambda o, w: o.SGD(w), lambda o, w: o.SGD(w, l1=0.5), "options.l1: 0.0 saved, 0.5 here"),
        (lambda o, w: o.SGD(w), lambda o, w: o.SGD(w, 0.1, 0.5), "momentum: 0.0 saved, 0.5 here"),
        (
            lambda o, w: o.SGD(w, 0.1, 0.5),
            lambda o, w: o.SGD(w, 0.1, 0.5, nesterov=True),
            "options.nesterov: 0.0 saved, 1.0 here",
        ),
        (lambda o, w: o.RMSProp(w), lambda o, w: o.RMSProp(w, alpha=0.5), "alpha: 0.99 saved, 0.5"),
        (lambda o, w: o.RMSProp(w), lambda o, w: o.RMSProp(w, eps=0.5), "eps: 1e-08 saved, 0.5"),
        (lambda o, w: o.AdaGrad(w), lambda o, w: o.AdaGrad(w, eps=0.5), "eps: 1e-10 saved, 0.5"),
    ],
)
def test_a_state_of_another_class_or_other_options_is_refused(saved, here, message):
    w = ag.Variable([1.0, 2.0])
    optimizer = here(ag.optim, [w])
    before = optimizer.state_dict()
    with pytest.raises(StateError, match=message):
        optimizer.load_state_dict(saved(ag.optim, [w]).state_dict())
    after = optimizer.state_dict()
    assert all(np.array_equal(after[name], before[name]) for name in before)


@pytest.mark.parametrize(
    ("make", "names"),
    [
        ("SGD", ("momentum", "nesterov", "weight_decay", "l1", "learning_rate", "momentun")),
        ("Adam", ("betas", "eps", "weight_decay", "l1", "lrs")),
        ("AdamW", ("weight_decay", "momentum")),
        ("RMSProp", ("alpha", "eps")),
        ("AdaGrad", ("eps", "alpha")),
    ],
)
def test_an_option_that_nothing_would_read_cannot_be_set(make, names):
    optimizer = getattr(ag.optim, make)([ag.Variable([1.0])])
    for made in (optimizer, copy.deepcopy(optimizer)):
        for name in names:
            with pytest.raises(ArgumentError, match=rf"{make}: .*{name} .*make a new optimizer"):
                setattr(made, name, 0.5)
        made.lr = 0.5


def test_options_can_be_read():
    w = [ag.Variable([1.0])]
    assert ag.optim.AdamW(w, betas=(0.5, 0.75)).betas == (0.5, 0.75)
    assert ag.optim.AdamW(w).weight_decay == 0.01
    assert ag.optim.SGD(w, 0.1, 0.5).momentum == 0.5
    assert ag.optim.Nesterov(w, l1=2).nesterov is True


def test_an_optimizer_of_ones_own_may_set_what_it_likes():
    class Own(ag.optim.SGD):
        def __init__(self, params):
            super().__init__(params)
            self.count = 0

    own = Own([ag.Variable([1.0])])
    own.later = 3
    own.count += 1
    assert (own.count, own.later) == (1, 3)
    with pytest.raises(ArgumentError, match="Own: momentum is fixed"):
        own.momentum = 0.5


def test_a_state_is_a_mapping():
    with pytest.raises(StateError, match="a dict of arrays, not a list"):
        ag.optim.SGD([ag.Variable([1.0])]).load_state_dict([])


# ---- other libraries, and the gate


def on(device, values):
    return ag.Variable(LookAlike(values) if device == "look" else values)


@pytest.mark.parametrize("make", EACH)
def test_arrays_of_another_library(make):
    values, slopes = np.random.default_rng(2).normal(size=(2, 3, 2))
    for dtype in ("float64", "float32", "float16"):
        here, there = on("cpu", values.astype(dtype)), on("look", values.astype(dtype))
        idle = on("look", values.astype(dtype))
        both = make([here]), make([idle, there])
        for _ in range(4):
            here.grad = slopes.astype(dtype)
            there.grad = LookAlike(slopes.astype(dtype))
            for optimizer in both:
                optimizer.step()
        assert type(there._data) is LookAlike
        np.testing.assert_allclose(there._data.get(), here.data, rtol=1e-6, atol=1e-7)
        mine, theirs = both[0].state_dict(), both[1].state_dict()
        assert all(type(x) is np.ndarray for x in theirs.values())
        for name, array in mine.items():
            if name.endswith(".0"):
                np.testing.assert_allclose(theirs[name[:-1] + "1"], array, rtol=1e-6)
        if "steps" in theirs:
            assert theirs["steps"].tolist() == [0, 4]
        both[1].load_state_dict(theirs)


@pytest.mark.parametrize("make", EACH)
def test_two_libraries_in_one_optimizer(make):
    """Each goes on by its own count, also after loading."""

    def run(params, optimizer, turns):
        for turn in turns:
            here, there = params
            here.grad = None if turn == 1 else np.array([0.5, -turn])
            there.grad = LookAlike([0.5, -turn])
            optimizer.step()

    def fresh():
        return on("cpu", [1.0, -2.0]), on("look", [1.0, -2.0])

    straight, params = fresh(), fresh()
    run(straight, make(straight), range(6))
    first = make(params)
    run(params, first, range(3))
    second = make(params)
    second.load_state_dict(first.state_dict())
    run(params, second, range(3, 6))
    np.testing.assert_array_equal(params[0].data, straight[0].data)
    np.testing.assert_array_equal(params[1]._data.get(), straight[1]._data.get())
    assert not np.array_equal(params[0].data, params[1]._data.get())


@pytest.mark.parametrize("make", EACH)
def test_moving(make):
    values = np.array([1.0, -2.0])
    w, still = ag.Variable(values), ag.Variable(values)
    optimizer, other = make([w]), make([still])
    for turn in range(4):
        if turn == 2:
            w._data = LookAlike(w._data)
        slope = np.array([0.5, 1.5])
        still.grad = slope
        w._grad = LookAlike(slope) if turn >= 2 else slope
        other.step()
        if turn == 2:
            gradient, w._grad = w._grad, slope
            with pytest.raises(DeviceError, match="parameter 0 is on device 'look', the opt"):
                optimizer.step()
            w._grad = gradient
            with pytest.raises(DeviceError, match=r"parameter 0 .* call optimizer.to\('look'\)"):
                optimizer.step()
            assert optimizer.to("look") is optimizer
        optimizer.step()
    np.testing.assert_allclose(w._data.get(), still.data, rtol=1e-12)
    with pytest.raises(DeviceError):
        optimizer.to("nowhere")


class Onlooker:
    """Stands in the gate and lets everything pass."""

    def __init__(self, seen):
        self.seen = seen

    def enter(self, x, holder):
        self.seen.append(x)
        return x

    def touch(self, leaf, *, reads):
        pass

    def rely(self, holder, attribute):
        pass

    def begin(self, part):
        pass


@pytest.mark.parametrize("make", EACH)
def test_everything_passes_the_gate_where_a_tracer_stands(make, monkeypatch):
    values, slopes = np.random.default_rng(4).normal(size=(2, 5))
    free = trained(make, [ag.Variable(values)], [slopes])[0]
    w = ag.Variable(values)
    optimizer = make([w])
    seen = []
    monkeypatch.setattr(GATE, "tracer", Onlooker(seen))
    for step in range(3):
        w.grad = slopes * (step + 1)
        optimizer.step()
    np.testing.assert_array_equal(w.data, free)
    held = [id(x) for x in seen]
    slot = optimizer._families[0].slots[0]
    for array in (w._data, w.grad, *slot.state, optimizer._families[0].lr):
        assert id(array) in held
    monkeypatch.setattr(GATE, "tracer", None)
    w.grad = slopes * 4
    optimizer.step()
    np.testing.assert_array_equal(w.data, trained(make, [ag.Variable(values)], [slopes], 4)[0])


# ---- what is refused


@pytest.mark.parametrize(
    ("attempt", "error", "message"),
    [
        (lambda o, w: o.SGD(w), OperandError, r"SGD: params is a single Variable; .* \[w\]"),
        (lambda o, w: o.SGD(3), OperandError, "SGD: params is a int"),
        (lambda o, w: o.SGD([]), OperandError, "no parameter"),
        (lambda o, w: o.SGD(ag.nn.Linear(1, 1)), OperandError, r"a Linear; .* model.par"),
        (lambda o, w: o.SGD(ag.nn.MLP(1, 1)), OperandError, r"not a leaf .* model.parameters\(\)"),
        (lambda o, w: o.SGD([w * 2.0]), OperandError, "not a leaf"),
        (lambda o, w: o.SGD([np.ones(2)]), OperandError, "not a leaf"),
        (lambda o, w: o.Adam([w, w]), ArgumentError, "Adam: a parameter is listed twice"),
        (lambda o, w: o.SGD([w], lr=-0.1), ArgumentError, "SGD: the learning rate is -0.1"),
        (lambda o, w: o.SGD([w], lr=np.nan), ArgumentError, "finite"),
        (lambda o, w: o.SGD([w], lr=np.inf), ArgumentError, "finite"),
        (lambda o, w: o.SGD([w], lr="1"), ArgumentError, "learning rate is '1'"),
        (lambda o, w: o.SGD([w], lr=True), ArgumentError, "learning rate is True"),
        (lambda o, w: setattr(o.SGD([w]), "lr", -1), ArgumentError, "learning rate"),
        (lambda o, w: o.SGD([w], momentum=1.0), ArgumentError, "momentum is 1.0; .* less than 1"),
        (lambda o, w: o.SGD([w], nesterov=True), ArgumentError, "momentum"),
        (lambda o, w: o.SGD([w], 0.1, 0.9, nesterov="no"), ArgumentError, "nesterov is 'no'; pass"),
        (lambda o, w: o.SGD([w], weight_decay=-1), ArgumentError, "SGD: weight_decay is -1"),
        (lambda o, w: o.SGD([w], l1=-1), ArgumentError, "SGD: l1 is -1"),
        (lambda o, w: o.AdamW([w], weight_decay=-1), ArgumentError, "AdamW: weight_decay is -1"),
        (lambda o, w: o.Adam([w], betas=(0.9, 1.0)), ArgumentError, "Adam: a beta is 1.0"),
        (lambda o, w: o.Adam([w], betas=0.9), ArgumentError, "Adam: betas is 0.9"),
        (lambda o, w: o.Adam([w], eps=-1.0), ArgumentError, "Adam: eps"),
        (lambda o, w: o.RMSProp([w], alpha=1.0), ArgumentError, "RMSProp: alpha"),
        (lambda o, w: o.AdaGrad([w], eps=-1.0), ArgumentError, "AdaGrad: eps"),
        (lambda o, w: o.clip_grad_norm([w], -1.0), ArgumentError, "max_norm is -1"),
        (lambda o, w: o.clip_grad_value([w], np.nan), ArgumentError, "limit is nan"),
        (lambda o, w: o.clip_grad_value(w, 1.0), OperandError, "clip_grad_value: params is a sin"),
    ],
)
def test_plausible_mistakes(attempt, error, message):
    with pytest.raises(error, match=message):
        attempt(ag.optim, ag.Variable([1.0, 2.0]))


def test_a_shared_read_only_array_cannot_be_trained():
    array = np.ones(2)
    array.flags.writeable = False
    with pytest.raises(GraphError, match="parameter 0 shares a read-only array"):
        ag.optim.SGD([ag.Variable(array, copy=False)])


# ---- clipping


def with_gradients(*gradients):
    params = [ag.Variable(np.zeros(np.shape(g), np.asarray(g).dtype)) for g in gradients]
    for p, g in zip(params, gradients, strict=True):
        p.grad = np.asarray(g)
    return [*params, ag.Variable([1.0])]


@pytest.mark.parametrize("most", [0.0, 0.5, 3.0, 100.0])
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_norm_is_pytorchs(most, dtype):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    slopes = [rng.normal(size=s).astype(dtype) for s in ((3, 4), (5,), (0,), ())]
    params = with_gradients(*slopes)
    tensors = [torch.tensor(g, requires_grad=True) for g in slopes]
    for tensor, g in zip(tensors, slopes, strict=True):
        tensor.grad = torch.tensor(g)
    theirs = torch.nn.utils.clip_grad_norm_(tensors, most)
    assert ag.optim.clip_grad_norm(params, most) == pytest.approx(theirs.item(), rel=1e-6)
    for p, tensor in zip(params, tensors, strict=False):
        np.testing.assert_allclose(p.grad, tensor.grad.numpy(), rtol=1e-6)
        assert p.grad.dtype == dtype


def test_an_infinite_limit_measures():
    w = ag.Variable([3.0, 4.0])
    w.grad = np.array([3.0, 4.0])
    assert ag.optim.clip_grad_norm([w], np.inf) == 5.0
    np.testing.assert_array_equal(w.grad, [3.0, 4.0])
    for bad in (-np.inf, np.nan, "inf"):
        with pytest.raises(ArgumentError, match="max_norm is"):
            ag.optim.clip_grad_norm([w], bad)


def test_clipping_is_in_place():
    params = with_gradients([3.0, 0.0], [[4.0]])
    held = [p.grad for p in params[:2]]
    assert ag.optim.clip_grad_norm(params, 1.0) == 5.0
    np.testing.assert_allclose(held[0], [0.6, 0.0], atol=1e-6)
    np.testing.assert_allclose(held[1], [[0.8]], atol=1e-6)
    ag.optim.clip_grad_value(params, 0.7)
    np.testing.assert_allclose(held[1], [[0.7]], atol=1e-6)
    assert all(p.grad is g for p, g in zip(params, held, strict=False))
    ag.optim.clip_grad_norm(params, 10.0)
    np.testing.assert_allclose(held[1], [[0.7]], atol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_squares_out_of_range(dtype):
    peak = {"float16": 6e4, "float32": 3e38}[dtype]
    (p, _) = with_gradients(np.full(4, peak, dtype))
    assert ag.optim.clip_grad_norm([p], 1.0) == pytest.approx(2 * float(np.dtype(dtype).type(peak)))
    np.testing.assert_allclose(p.grad, 0.5, rtol=1e-3)
    for low in (1e-22, 1e-30):
        (p, _) = with_gradients(np.full(4, low, "float32"))
        assert ag.optim.clip_grad_norm([p], 1.0) == pytest.approx(2 * low, rel=1e-6, abs=0.0)
    (p, _) = with_gradients(np.full(3000, 0.1, "float16"))
    assert ag.optim.clip_grad_norm([p], 10.0) == pytest.approx(float(np.float16(0.1)) * 3000**0.5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_norm_that_is_not_finite_is_an_error(bad):
    params = with_gradients([3.0, 4.0], [1.0, bad])
    with pytest.raises(NonFiniteError, match="gradient of parameter 1 holds NaN or infinity"):
        ag.optim.clip_grad_norm(params, 1.0)
    np.testing.assert_array_equal(params[0].grad, [3.0, 4.0])


def test_nothing_to_clip():
    params = [ag.Variable([1.0])]
    assert ag.optim.clip_grad_norm(params, 1.0) == 0.0
    ag.optim.clip_grad_value(params, 1.0)
    assert params[0].grad is None


def test_clipping_in_another_library():
    p = on("look", [0.0, 0.0])
    p.grad = LookAlike([3.0, -4.0])
    assert ag.optim.clip_grad_norm([p], 1.0) == 5.0
    ag.optim.clip_grad_value([p], 0.7)
    np.testing.assert_allclose(p.grad.get(), [0.6, -0.7], atol=1e-6)


if __name__ == "__main__":
    values = {n: {d: [v.tolist() for v in torchs(n, d)] for d in DTYPES} for n in CASES}
    lines = [f" {json.dumps(name)}: {json.dumps(found)}" for name, found in values.items()]
    ORACLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def test_a_limit_beyond_half_precision_changes_nothing():
    w = ag.Variable(np.array([1.0, -6e4], np.float16))
    w.grad = w.data
    with np.errstate(all="raise"):
        ag.optim.clip_grad_value([w], 1e6)
    assert w.grad.tolist() == w.data.tolist()
