"""Losses as modules: PyTorch's numbers under PyTorch's names."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, DTypeError, OperandError, ShapeError

RNG = np.random.default_rng(6)
LOGITS = RNG.standard_normal((5, 3)) * 2
LABELS = np.array([0, 2, 1, 1, 2])
SOFT = RNG.dirichlet([1.0, 1.0, 1.0], 5)
TARGETS = RNG.standard_normal((5, 3))
SHARES = RNG.uniform(size=(5, 3))
LOG_P = np.log(SOFT[::-1])
WEIGHTS = np.array([1.0, 0.5, 3.0])

FUNCTIONS = {
    ag.nn.CrossEntropyLoss: ag.softmax_cross_entropy,
    ag.nn.NLLLoss: ag.nll,
    ag.nn.BCELoss: ag.binary_cross_entropy,
    ag.nn.BCEWithLogitsLoss: ag.binary_cross_entropy_with_logits,
    ag.nn.MSELoss: ag.mean_squared_error,
    ag.nn.L1Loss: ag.mean_absolute_error,
    ag.nn.HuberLoss: ag.huber,
}


@pytest.mark.parametrize("loss", FUNCTIONS)
def test_the_operation_it_calls(loss):
    assert loss.function is FUNCTIONS[loss]
    assert loss().function is FUNCTIONS[loss]
    assert issubclass(loss, ag.nn.Loss)
    assert loss().parameters() == []
    assert loss().state_dict() == {}
    assert repr(loss()) == f"{loss.__name__}()"


@pytest.mark.parametrize(
    ("ours", "theirs", "output", "target"),
    [
        (ag.nn.CrossEntropyLoss(), "CrossEntropyLoss()", LOGITS, LABELS),
        (ag.nn.CrossEntropyLoss(), "CrossEntropyLoss()", LOGITS, SOFT),
        (
            ag.nn.CrossEntropyLoss(class_weights=WEIGHTS),
            "CrossEntropyLoss(weight=w)",
            LOGITS,
            LABELS,
        ),
        (
            ag.nn.CrossEntropyLoss(label_smoothing=0.1, ignore_index=1),
            "CrossEntropyLoss(label_smoothing=0.1, ignore_index=1)",
            LOGITS,
            LABELS,
        ),
        (ag.nn.NLLLoss(), "NLLLoss()", LOG_P, LABELS),
        (
            ag.nn.NLLLoss(class_weights=WEIGHTS, ignore_index=2),
            "NLLLoss(weight=w, ignore_index=2)",
            LOG_P,
            LABELS,
        ),
        (ag.nn.BCELoss(), "BCELoss()", SHARES, SOFT),
        (ag.nn.BCEWithLogitsLoss(), "BCEWithLogitsLoss()", LOGITS, SHARES),
        (
            ag.nn.BCEWithLogitsLoss(pos_weight=WEIGHTS),
            "BCEWithLogitsLoss(pos_weight=w)",
            LOGITS,
            SHARES,
        ),
        (ag.nn.MSELoss(), "MSELoss()", LOGITS, TARGETS),
        (ag.nn.L1Loss(), "L1Loss()", LOGITS, TARGETS),
        (ag.nn.HuberLoss(), "HuberLoss()", LOGITS, TARGETS),
        (ag.nn.HuberLoss(delta=0.3), "HuberLoss(delta=0.3)", LOGITS, TARGETS),
    ],
)
def test_as_pytorch(ours, theirs, output, target):
    torch = pytest.importorskip("torch")
    space = {"torch": torch, "w": torch.tensor(WEIGHTS)}
    mine, its = ag.Variable(output), torch.tensor(output.copy(), requires_grad=True)
    loss = ours(mine, target)
    expected = eval(f"torch.nn.{theirs}", space)(its, torch.tensor(target))
    assert loss.shape == ()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)
    loss.backward()
    expected.backward()
    np.testing.assert_allclose(mine.grad, its.grad.numpy(), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", [loss.__name__ for loss in FUNCTIONS])
@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_reductions_as_pytorch(name, reduction):
    torch = pytest.importorskip("torch")
    output = {"NLLLoss": LOG_P, "BCELoss": SHARES}.get(name, LOGITS)
    target = LABELS if name in ("NLLLoss", "CrossEntropyLoss") else SOFT
    loss = getattr(ag.nn, name)(reduction=reduction)(output, target)
    theirs = getattr(torch.nn, name)(reduction=reduction)
    expected = theirs(torch.tensor(output.copy()), torch.tensor(target)).numpy()
    assert loss.shape == expected.shape
    np.testing.assert_allclose(loss.data, expected, rtol=1e-12)


def test_weights_move_with_the_module():
    look = importlib.import_module("lookalike")
    loss = ag.nn.CrossEntropyLoss(class_weights=WEIGHTS)
    here = loss(LOGITS, LABELS).item()
    assert list(loss.state_dict()) == ["class_weights"]
    loss.to("look")
    there = loss(look.xp.asarray(LOGITS), look.xp.asarray(LABELS))
    assert there.item() == pytest.approx(here)


def test_targets_are_never_broadcast():
    with pytest.raises(ShapeError):
        ag.nn.MSELoss()(np.ones((5, 1)), np.ones(5))


def test_wrong_arguments():
    with pytest.raises(ArgumentError, match="CrossEntropyLoss: label_smoothing is 2"):
        ag.nn.CrossEntropyLoss(label_smoothing=2)
    with pytest.raises(OperandError, match="NLLLoss: ignore_index"):
        ag.nn.NLLLoss(ignore_index=1.5)
    with pytest.raises(ArgumentError, match="HuberLoss: delta is -1"):
        ag.nn.HuberLoss(delta=-1)
    for loss in FUNCTIONS:
        with pytest.raises(ArgumentError, match=f"{loss.__name__}: reduction='mode' is unknown"):
            loss(reduction="mode")
    with pytest.raises(ArgumentError, match=r"labels must be from 0 to 2 for 3 .*subtract 1"):
        ag.nn.CrossEntropyLoss()(LOGITS, LABELS + 1)
    with pytest.raises(DTypeError, match=r"labels have dtype float64; .*astype\(int\)"):
        ag.nn.CrossEntropyLoss()(LOGITS, LABELS * 1.0)
