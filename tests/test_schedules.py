"""Schedules: PyTorch's rates, exact continuation, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, OperandError, StateError

EPOCHS = 25
LOSSES = [3.0, 2.0, 2.5, 2.0, 2.0, 1.0, 1.0, 0.99999, 1.2, np.nan, 1.0, 1.0, 1.0, 0.5, 0.5, 0.7]
LOSSES += [0.6, 0.6, np.inf, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]


def optimizer(lr=0.4):
    return ag.optim.SGD([ag.Variable([1.0])], lr=lr)


def rates_of(schedule, losses=None):
    rates = []
    for epoch in range(EPOCHS):
        rates.append(schedule.optimizer.lr)
        schedule.step(None if losses is None else losses[epoch])
    return rates


o, t = ag.optim, lambda: pytest.importorskip("torch").optim.lr_scheduler
PAIRS = {
    "step": (lambda x: o.StepLR(x, 4), lambda x: t().StepLR(x, 4)),
    "step gamma": (lambda x: o.StepLR(x, 3, 0.7), lambda x: t().StepLR(x, 3, 0.7)),
    "cosine": (lambda x: o.CosineAnnealingLR(x, 10), lambda x: t().CosineAnnealingLR(x, 10)),
    "cosine from": (
        lambda x: o.CosineAnnealingLR(x, 30, eta_min=0.1),
        lambda x: t().CosineAnnealingLR(x, 30, eta_min=0.1),
    ),
    "warm-up": (lambda x: o.WarmUp(x, 6), lambda x: t().LinearLR(x, 1 / 6, total_iters=5)),
    "warm-up, cosine": (
        lambda x: o.WarmUp(x, 6, o.CosineAnnealingLR(x, 12)),
        lambda x: t().SequentialLR(
            x, [t().LinearLR(x, 1 / 6, total_iters=5), t().CosineAnnealingLR(x, 12)], [6]
        ),
    ),
}
STORED = {
    "step": [0.4] * 4 + [0.04] * 4 + [0.004] * 4,
    "cosine": [0.4, 0.39021130, 0.36180340, 0.31755705, 0.26180340, 0.2, 0.13819660],
    "warm-up": [0.4 / 6, 0.8 / 6, 0.2, 1.6 / 6, 2 / 6, 0.4, 0.4],
}
PLATEAUS = {
    "as it is": {},
    "impatient": {"patience": 0, "factor": 0.5},
    "some": {"patience": 2, "factor": 0.5},
    "cooling": {"patience": 1, "factor": 0.5, "cooldown": 2},
    "max": {"patience": 1, "factor": 0.5, "mode": "max"},
    "threshold": {"patience": 1, "factor": 0.5, "threshold": 0.3},
    "floor": {"patience": 0, "factor": 0.3, "min_lr": 0.05},
}


@pytest.mark.filterwarnings("ignore:Detected call")  # PyTorch's optimizer is not stepped
@pytest.mark.parametrize("name", PAIRS)
def test_pytorchs_rates(name):
    torch = pytest.importorskip("torch")
    mine, theirs = PAIRS[name]
    opt = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.4)
    schedule = theirs(opt)
    expected = []
    for _ in range(EPOCHS):
        expected.append(opt.param_groups[0]["lr"])
        schedule.step()
    np.testing.assert_allclose(rates_of(mine(optimizer())), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", STORED)
def test_stored_rates(name):
    found = rates_of(PAIRS[name][0](optimizer()))
    np.testing.assert_allclose(found[: len(STORED[name])], STORED[name], rtol=1e-7)


@pytest.mark.parametrize("options", PLATEAUS)
def test_pytorchs_plateau(options):
    torch = pytest.importorskip("torch")
    opt = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.4)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, **PLATEAUS[options])
    expected = []
    for loss in LOSSES:
        expected.append(opt.param_groups[0]["lr"])
        schedule.step(loss)
    found = rates_of(o.ReduceLROnPlateau(optimizer(), **PLATEAUS[options]), LOSSES)
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_a_stored_plateau():
    found = rates_of(o.ReduceLROnPlateau(optimizer(), patience=2, factor=0.5), LOSSES)
    expected = [0.4] * 5 + [0.2] * 4 + [0.1] * 3 + [0.05] * 5
    expected += [0.025] * 3 + [0.0125] * 3 + [0.00625] * 2
    np.testing.assert_allclose(found, expected)


def test_a_fall_too_small_to_matter_is_left_out():
    schedule = o.ReduceLROnPlateau(optimizer(lr=1.5e-8), patience=0, factor=0.5)
    schedule.step(1.0)
    schedule.step(1.0)
    assert schedule.optimizer.lr == 1.5e-8


MADE = {
    "step": lambda x: o.StepLR(x, 4),
    "cosine": lambda x: o.CosineAnnealingLR(x, 10),
    "warm-up": lambda x: o.WarmUp(x, 6),
    "warm-up, plateau": lambda x: o.WarmUp(
        x, 3, o.ReduceLROnPlateau(x, patience=1, factor=0.5, cooldown=1)
    ),
    "plateau": lambda x: o.ReduceLROnPlateau(x, patience=1, factor=0.5, cooldown=2),
}


@pytest.mark.parametrize("stop", [0, 2, 3, 4, 9, 14])
@pytest.mark.parametrize("name", MADE)
def test_going_on_is_exact(name, stop):
    straight = rates_of(MADE[name](optimizer()), LOSSES)
    first = MADE[name](optimizer())
    for loss in LOSSES[:stop]:
        first.step(loss)
    saved, rest = first.state_dict(), first.optimizer.state_dict()
    second = MADE[name](optimizer(lr=7.0))
    second.optimizer.load_state_dict(rest)
    second.load_state_dict(saved)
    assert all(type(value) is np.ndarray for value in saved.values())
    rates = []
    for loss in LOSSES[stop:]:
        rates.append(second.optimizer.lr)
        second.step(loss)
    assert rates == straight[stop:]


@pytest.mark.parametrize("stop", [0, 2, 3, 9])
@pytest.mark.parametrize("name", MADE)
def test_the_schedule_may_be_made_after_the_optimizer_was_loaded(name, stop):
    first = MADE[name](optimizer())
    for loss in LOSSES[:stop]:
        first.step(loss)
    opt = optimizer(lr=7.0)
    opt.load_state_dict(first.optimizer.state_dict())
    second = MADE[name](opt)
    second.load_state_dict(first.state_dict())
    for loss in LOSSES[stop:]:
        assert opt.lr == first.optimizer.lr
        first.step(loss)
        second.step(loss)


def test_a_rate_of_zero_changes_nothing():
    opt = optimizer()
    schedule = o.CosineAnnealingLR(opt, 2)
    schedule.step()
    schedule.step()
    assert opt.lr == 0.0
    opt.params[0].grad = np.array([5.0])
    opt.step()
    assert opt.params[0].item() == 1.0


@pytest.mark.parametrize("name", MADE)
def test_a_state_that_does_not_fit(name):
    schedule = MADE[name](optimizer())
    before = schedule.state_dict()
    for spoilt in (
        {k: v for k, v in before.items() if k != "epoch"},
        before | {"more": np.array(1)},
        before | {"epoch": np.array(1.5)},
        before | {"epoch": np.array(-1)},
        before | {"base": np.array(np.nan)},
        before | {"lr": np.array(np.inf)},
    ):
        with pytest.raises(StateError, match=rf"{type(schedule).__name__}.load_state_dict: "):
            schedule.load_state_dict(spoilt)
    assert schedule.state_dict() == before


@pytest.mark.parametrize(
    ("attempt", "error", "message"),
    [
        (lambda x: o.StepLR(x, 0), ArgumentError, "StepLR: step_size is 0; pass a whole number"),
        (lambda x: o.StepLR(x, 1.5), ArgumentError, "StepLR: step_size is 1.5"),
        (lambda x: o.StepLR(x, step_size=True), ArgumentError, "StepLR: step_size is True"),
        (lambda x: o.StepLR(x, 2, -0.1), ArgumentError, "StepLR: gamma"),
        (lambda x: o.StepLR(0.1, 2), OperandError, "StepLR: optimizer is a float"),
        (lambda x: o.CosineAnnealingLR(x, 0), ArgumentError, "T_max"),
        (lambda x: o.CosineAnnealingLR(x, 5, -1.0), ArgumentError, "eta_min"),
        (lambda x: o.WarmUp(x, 0), ArgumentError, "WarmUp: steps"),
        (lambda x: o.WarmUp(x, 2, o.StepLR(optimizer(), 1)), ArgumentError, "WarmUp: then"),
        (lambda x: o.WarmUp(x, 2, "step"), ArgumentError, "WarmUp: then"),
        (lambda x: o.ReduceLROnPlateau(x, 1.0), ArgumentError, "factor is 1.0"),
        (lambda x: o.ReduceLROnPlateau(x, patience=-1), ArgumentError, "patience"),
        (lambda x: o.ReduceLROnPlateau(x, mode="low"), ArgumentError, "mode is 'low'"),
        (lambda x: o.ReduceLROnPlateau(x).step(), ArgumentError, "needs the metric"),
        (lambda x: o.ReduceLROnPlateau(x).step("low"), OperandError, "the metric is 'low'"),
        (lambda x: o.ReduceLROnPlateau(x).step([1.0, 2.0]), OperandError, "pass one number"),
    ],
)
def test_plausible_mistakes(attempt, error, message):
    with pytest.raises(error, match=message):
        attempt(optimizer())
