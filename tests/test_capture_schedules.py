"""The learning rate in captured functions: live between the calls, not to be set inside."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import CaptureError
from autograd_lite.optim import (
    SGD,
    Adam,
    CosineAnnealingLR,
    Momentum,
    ReduceLROnPlateau,
    Schedule,
    StepLR,
    WarmUp,
)


class Inverse(Schedule):
    def rate(self, epoch):
        return self.base / (1 + epoch)


SCHEDULES = {
    "StepLR": lambda opt: StepLR(opt, 2, gamma=0.5),
    "CosineAnnealingLR": lambda opt: CosineAnnealingLR(opt, 4),
    "WarmUp": lambda opt: WarmUp(opt, 3, StepLR(opt, 1, gamma=0.3)),
    "ReduceLROnPlateau": lambda opt: ReduceLROnPlateau(opt, patience=0, factor=0.5),
    "a subclass": Inverse,
}
OPTIMIZERS = {"SGD": SGD, "Momentum": Momentum, "Adam": Adam}


def made(optimizer, schedule):
    w = ag.Variable([1.0, -2.0, 3.0])
    opt = OPTIMIZERS[optimizer]([w], lr=0.1)
    follows = SCHEDULES[schedule](opt)

    def step(x):
        opt.zero_grad()
        (w * w * x).sum().backward()
        opt.step()

    return w, opt, follows, step


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_between_the_calls_is_followed(optimizer, schedule):
    w, opt, follows, step = made(optimizer, schedule)
    v, twin, twins, other = made(optimizer, schedule)
    program = ag.capture(other)
    rates = []
    for _ in range(6):
        x = np.array([1.0, 2.0, 0.5])
        step(x)
        program(x)
        follows.step(1.0)
        twins.step(1.0)
        rates.append(twin.lr)
        np.testing.assert_array_equal(w.data, v.data)
    assert len(set(rates)) > 2
    assert opt.lr == twin.lr


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_step_inside_is_refused_and_nothing_has_changed(schedule):
    w, opt, follows, step = made("SGD", schedule)
    for _ in range(3):
        follows.step(1.0)
    before = copy.deepcopy(follows.state_dict()), opt.lr, w.data.copy()

    @ag.capture
    def wrong(x):
        step(x)
        follows.step(1.0)

    for _ in range(2):
        with pytest.raises(CaptureError, match=r"a schedule was stepped.*between the calls"):
            wrong(np.ones(3))
    assert follows.state_dict() == before[0]
    assert opt.lr == before[1]
    np.testing.assert_array_equal(w.data, before[2])
    assert w.grad is None


def set_rate(opt):
    opt.lr = 0.7


REFUSED = {
    "the learning rate was set": set_rate,
    "a saved state was loaded": lambda opt: opt.load_state_dict(opt.state_dict()),
    "an optimizer was moved": lambda opt: opt.to("cpu"),
    "an optimizer was made": lambda opt: Adam(opt.params),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_else_would_happen_in_the_first_call_alone(words):
    _, opt, _, step = made("Adam", "StepLR")
    state = copy.deepcopy(opt.state_dict())

    @ag.capture
    def wrong(x):
        step(x)
        REFUSED[words](opt)

    with pytest.raises(CaptureError, match=words):
        wrong(np.ones(3))
    for name, array in opt.state_dict().items():
        np.testing.assert_array_equal(array, state[name])
    step(np.ones(3))  # and it works on
    assert opt.state_dict()["steps"] == 1


def test_a_rate_that_the_function_reads_is_never_old():
    w = ag.Variable([1.0])
    opt = SGD([w], lr=0.5)
    scaled = ag.capture(lambda x: x * opt.lr)
    assert scaled(np.ones(1)) == 0.5
    opt.lr = 0.25
    assert scaled(np.ones(1)) == 0.25
