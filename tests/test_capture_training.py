"""Capture: every layer, loss and optimizer trains as it does eagerly."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from replays import assert_same, captured

import autograd_lite as ag
from autograd_lite import nn, optim

STEPS = 6
SEED = 5


def batches(shape: tuple[int, ...], dtype: Any = np.float32, seed: int = 0) -> list[np.ndarray]:
    """Return a batch for each step, numbers of both signs."""
    rng = np.random.default_rng(seed)
    return [np.asarray(rng.normal(size=shape), dtype) for _ in range(STEPS)]


def state_of(model: nn.Module, optimizer: optim.Optimizer | None) -> Any:
    """Return parameters, buffers and the optimizer's state, as arrays."""
    state = {name: np.array(x) for name, x in model.state_dict().items()}
    own = {} if optimizer is None else optimizer.state_dict()
    return state, copy.deepcopy(own)


def train(
    make: Callable[[], tuple[nn.Module, optim.Optimizer | None]],
    step: Callable[..., Any],
    data: list[tuple[Any, ...]],
) -> nn.Module:
    """Train twice, eagerly and captured, on the same numbers; compare after each step."""
    eager, live = make(), make()
    run = captured(lambda *arrays: step(*live, *arrays))
    ag.seed(SEED)
    expected = [(step(*eager, *arrays), state_of(*eager), grads(eager[0])) for arrays in data]
    ag.seed(SEED)
    for i, (arrays, (result, state, gradients)) in enumerate(zip(data, expected, strict=True)):
        assert_same(run(*arrays), result, f"step {i}")
        assert_same(state_of(*live), state, f"state after step {i}")
        if live[1] is None:
            assert_same(grads(live[0]), gradients, f"gradients of step {i}")
    return live[0]


def grads(model: nn.Module) -> list[Any]:
    """Return copies of all gradients."""
    found = [p.grad for p in model.parameters()]
    return [None if g is None else g.copy() for g in found]


# ---- layers


def linear(inputs: int, outputs: int, dtype: str, **options: Any) -> nn.Linear:
    return nn.Linear(inputs, outputs, rng=0, dtype=dtype, **options)


def then(outputs: int, last: Callable[[], nn.Module]) -> Callable[[str], nn.Module]:
    """Return what makes a layer behind another, so that a gradient passes it."""
    return lambda dtype: nn.Sequential(linear(4, outputs, dtype), last())


ACTIVATIONS = ["ELU", "GELU", "LeakyReLU", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh"]
ACTIVATIONS += ["Step", "Identity"]
LAYERS: dict[str, tuple[Callable[[str], nn.Module], tuple[int, ...]]] = {
    "Linear": (lambda dtype: linear(4, 3, dtype), (5, 4)),
    "Linear without bias": (lambda dtype: linear(4, 3, dtype, bias=False), (5, 4)),
    "Linear of many": (lambda dtype: linear(40, 30, dtype), (150, 40)),
    "Maxout": (lambda dtype: nn.Maxout(4, 3, 2, rng=0, dtype=dtype), (5, 4)),
    "BatchNorm1d": (lambda dtype: nn.BatchNorm1d(4, dtype=dtype), (5, 4)),
    "LayerNorm": (lambda dtype: nn.LayerNorm(4, dtype=dtype), (5, 4)),
    "Flatten": (lambda dtype: nn.Sequential(nn.Flatten(), linear(6, 2, dtype)), (5, 2, 3)),
    "Dropout": (then(9, lambda: nn.Dropout(0.4, rng=3)), (5, 4)),
    "Dropout of the shared numbers": (then(9, lambda: nn.Dropout(0.4)), (5, 4)),
    "Dropout of many": (then(99, lambda: nn.Dropout(0.3)), (50, 4)),
    "MLP": (
        lambda dtype: nn.MLP(4, 6, 3, dropout=0.2, batch_norm=True, rng=0, dtype=dtype),
        (5, 4),
    ),
    **{kind: (then(3, getattr(nn, kind)), (5, 4)) for kind in ACTIVATIONS},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str, dtype: str):
    make, shape = LAYERS[name]

    def step(model: nn.Module, _none: None, x: Any) -> Any:
        model.zero_grad()
        y = model(x)
        if y.requires_grad:
            (y * y * 0.5 + y).sum().backward()
        return y.data

    train(lambda: (make(dtype), None), step, [(x,) for x in batches(shape, dtype)])


def test_layers_in_evaluation():
    def make() -> tuple[nn.Module, None]:
        parts = nn.Linear(4, 9, rng=0), nn.BatchNorm1d(9), nn.Dropout(0.5), nn.ReLU()
        return nn.Sequential(*parts).eval(), None

    with ag.no_grad():
        train(make, lambda model, _none, x: model(x).data, [(x,) for x in batches((5, 4))])


# ---- losses

LABELS = [np.random.default_rng(i).integers(0, 3, 5) for i in range(STEPS)]
SHARES = [
    np.random.default_rng(i).dirichlet(np.ones(3), 5).astype(np.float32) for i in range(STEPS)
]
BITS = [np.random.default_rng(i).integers(0, 2, (5, 3)) for i in range(STEPS)]
REALS = batches((5, 3), seed=9)
LOSSES: dict[str, tuple[Callable[[], nn.Module], list[Any]]] = {
    "labels": (nn.CrossEntropyLoss, LABELS),
    "labels, smoothed": (lambda: nn.CrossEntropyLoss(label_smoothing=0.1), LABELS),
    "labels, weighted": (
        lambda: nn.CrossEntropyLoss(class_weights=np.float32([1, 2, 0.5])),
        LABELS,
    ),
    "labels, one ignored": (lambda: nn.CrossEntropyLoss(ignore_index=1), LABELS),
    "shares": (nn.CrossEntropyLoss, SHARES),
    "sum": (lambda: nn.CrossEntropyLoss(reduction="sum"), LABELS),
    "bits": (nn.BCEWithLogitsLoss, [b.astype(np.float32) for b in BITS]),
    "squares": (nn.MSELoss, REALS),
    "squares, summed": (lambda: nn.MSELoss(reduction="sum"), REALS),
    "distances": (nn.L1Loss, REALS),
    "huber": (nn.HuberLoss, REALS),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str):
    make, targets = LOSSES[name]
    loss = make()

    def step(model: nn.Module, _none: None, x: Any, t: Any) -> Any:
        model.zero_grad()
        value = loss(model(x), t)
        value.backward()
        return value.data

    data = list(zip(batches((5, 4)), targets, strict=True))
    train(lambda: (nn.Linear(4, 3, rng=0), None), step, data)


LAST = {
    "BCELoss": (nn.BCELoss(), ag.sigmoid, [b.astype(np.float32) for b in BITS]),
    "NLLLoss": (nn.NLLLoss(), ag.log_softmax, LABELS),
}


@pytest.mark.parametrize("name", LAST)
def test_losses_of_probabilities(name: str):
    loss, last, targets = LAST[name]

    def step(model: nn.Module, _none: None, x: Any, t: Any) -> Any:
        model.zero_grad()
        value = loss(last(model(x)), t)
        value.backward()
        return value.data

    data = list(zip(batches((5, 4)), targets, strict=True))
    train(lambda: (nn.Linear(4, 3, rng=0), None), step, data)


# ---- optimizers

OPTIMIZERS: dict[str, Callable[[Any], optim.Optimizer]] = {
    "SGD": lambda p: optim.SGD(p, 0.1),
    "SGD, all": lambda p: optim.SGD(p, 0.1, 0.5, nesterov=True, weight_decay=0.1, l1=0.05),
    "SGD, decay": lambda p: optim.SGD(p, 0.1, weight_decay=0.1),
    "SGD, l1": lambda p: optim.SGD(p, 0.1, l1=0.05),
    "Momentum": lambda p: optim.Momentum(p, 0.1),
    "Nesterov": lambda p: optim.Nesterov(p, 0.1),
    "AdaGrad": lambda p: optim.AdaGrad(p, 0.1),
    "AdaGrad, all": lambda p: optim.AdaGrad(p, 0.1, eps=1e-3, weight_decay=0.1, l1=0.05),
    "RMSProp": lambda p: optim.RMSProp(p, 0.1),
    "RMSProp, all": lambda p: optim.RMSProp(p, 0.1, weight_decay=0.1, l1=0.05),
    "Adam": lambda p: optim.Adam(p, 0.1),
    "Adam, all": lambda p: optim.Adam(p, 0.1, (0.7, 0.8), 1e-3, weight_decay=0.1, l1=0.05),
    "AdamW": lambda p: optim.AdamW(p, 0.1),
    "AdamW, all": lambda p: optim.AdamW(p, 0.1, weight_decay=0.2, l1=0.05),
}


class Mixed(nn.Module):
    """Two layers of different dtypes, and parameters that no gradient reaches."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 6, rng=0)
        self.second = nn.Linear(6, 3, rng=1, dtype="float64")
        self.idle = nn.Linear(2, 2, rng=2)

    def forward(self, x: Any) -> Any:
        return self.second(ag.tanh(self.first(x)))


@pytest.mark.parametrize("hidden", [6, 300])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name: str, hidden: int):
    def make() -> tuple[nn.Module, optim.Optimizer]:
        model = nn.MLP(4, hidden, 3, activation="tanh", rng=0)
        return model, OPTIMIZERS[name](model.parameters())

    train(make, trained, list(zip(batches((5, 4)), LABELS, strict=True)))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_of_several_dtypes_and_of_parameters_without_gradient(name: str):
    def make() -> tuple[nn.Module, optim.Optimizer]:
        model = Mixed()
        return model, OPTIMIZERS[name](model.parameters())

    train(make, trained, list(zip(batches((5, 4)), LABELS, strict=True)))


def trained(model: nn.Module, optimizer: Any, x: Any, t: Any) -> Any:
    """Take one step."""
    loss = ag.softmax_cross_entropy(model(x), t)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.data


def test_gradients_from_before_count():
    """Without ``zero_grad`` they add up, from one call to the next."""

    def step(model: nn.Module, optimizer: Any, x: Any, t: Any) -> Any:
        loss = ag.softmax_cross_entropy(model(x), t)
        loss.backward()
        optimizer.step()
        return loss.data, [p.grad.copy() for p in model.parameters()]

    def make() -> tuple[nn.Module, optim.Optimizer]:
        model = nn.Linear(4, 3, rng=0)
        return model, optim.SGD(model.parameters(), 0.1)

    train(make, step, list(zip(batches((5, 4)), LABELS, strict=True)))


def test_learning_rates_and_step_counts_are_live():
    def make() -> tuple[nn.Module, optim.Optimizer]:
        model = nn.Linear(4, 3, rng=0)
        return model, optim.Adam(model.parameters(), 0.1)

    eager, live = make(), make()
    run = captured(lambda x, t: trained(*live, x, t))
    for i, (x, t) in enumerate(zip(batches((5, 4)), LABELS, strict=True)):
        eager[1].lr = live[1].lr = 0.1 / (i + 1)
        assert_same(run(x, t), trained(*eager, x, t))
        assert_same(state_of(*live), state_of(*eager), f"step {i}")


def test_a_table_of_words():
    """Rows that repeat, rows that nobody looks up; a few and many."""
    for words, length in [(7, 5), (50, 400)]:
        numbers = [np.random.default_rng(i).integers(0, words, length) for i in range(STEPS)]

        def step(model: nn.Module, optimizer: Any, at: Any) -> Any:
            rows = ag.embedding(model.W, at)
            loss = (rows * rows).sum() + model.W[at[0]].sum() + model.W[2:5, 1].sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss.data

        def make(words: int = words) -> tuple[nn.Module, optim.Optimizer]:
            model = nn.Linear(words, 9, bias=False, rng=0)
            return model, optim.SGD(model.parameters(), 0.01)

        train(make, step, [(n,) for n in numbers])


def test_replays_go_on_drawing():
    """Of one mask the captured function never makes another."""
    run = captured(lambda x: ag.dropout(x, 0.5).data)
    x = np.ones(64, np.float32)
    ag.seed(SEED)
    expected = [ag.dropout(x, 0.5).data.copy() for _ in range(STEPS)]
    ag.seed(SEED)
    found = [run(x) for _ in range(STEPS)]
    assert_same(found, expected)
    assert not any(np.array_equal(found[0], y) for y in found[1:])


def test_a_seed_gives_the_same_mask_each_time():
    run = captured(lambda x: ag.dropout(x, 0.5, generator=3).data)
    x = np.ones(64, np.float32)
    for _ in range(3):
        assert_same(run(x), ag.dropout(x, 0.5, generator=3).data)
