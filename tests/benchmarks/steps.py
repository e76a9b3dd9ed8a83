"""A training step of a two-layer sigmoid net with softmax cross-entropy and SGD, float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from harness import MICRO, OURS, Row, compared, interleave, peer, repeated

import autograd_lite as ag

NETS = ((20, 100), (100, 32))  # hidden units, batch
TARGETS = {"torch": 0.65, "textbook NumPy": 1.1}
RATE = 0.1
STEPS = 100  # a sample averages over these: switching libraries cools the caches

Step = Callable[[], object]


def rows(*, quick: bool) -> list[Row]:
    """Measure both nets on batches as a data loader hands them out, and on writable ones."""
    measured = []
    for hidden, batch in NETS:
        for kind in ("read-only", "writable"):
            steps = _steps(hidden, batch, writable=kind == "writable")
            samples = {who: repeated(step, STEPS) for who, step in steps.items()}
            taken = interleave(samples, rounds=7 if quick else 31)
            name = f"steps, 784-{hidden}-10, batch {batch}, {kind}"
            measured += compared(name, taken, MICRO, TARGETS)
    return measured


def parameters(hidden: int, dtype: str) -> list[Any]:
    """Return the starting weights and biases of both layers."""
    rng = np.random.default_rng(0)
    w1, w2 = rng.standard_normal((784, hidden)), rng.standard_normal((hidden, 10))
    values = (w1 / 100, np.zeros(hidden), w2 / 100, np.zeros(10))
    return [value.astype(dtype) for value in values]


def examples(batch: int, dtype: str) -> tuple[Any, Any]:
    """Return a batch of inputs and labels."""
    rng = np.random.default_rng(1)
    return rng.random((batch, 784)).astype(dtype), rng.integers(0, 10, batch)


def our_loss(x: Any, t: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """Return the loss of the net in this library."""
    return ag.softmax_cross_entropy(ag.linear(ag.sigmoid(ag.linear(x, w1, b1)), w2, b2), t)


def torch_loss(x: Any, t: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """Return the loss of the net in PyTorch."""
    torch = peer("torch")
    hidden = torch.sigmoid(torch.addmm(b1, x, w1))
    return torch.nn.functional.cross_entropy(torch.addmm(b2, hidden, w2), t)


def _steps(hidden: int, batch: int, *, writable: bool) -> dict[str, Step]:
    x, t = examples(batch, "float32")
    x.flags.writeable = t.flags.writeable = writable
    steps = {OURS: _ours(hidden, x, t)}
    if peer("torch") is not None:
        steps["torch"] = _torch(hidden, x, t)
    steps["textbook NumPy"] = _textbook(hidden, x, t)
    return steps


def _ours(hidden: int, x: Any, t: Any) -> Step:
    params = [ag.Variable(value) for value in parameters(hidden, "float32")]
    optimizer = ag.optim.SGD(params, lr=RATE)

    def step() -> None:
        loss = our_loss(x, t, *params)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def _torch(hidden: int, x: Any, t: Any) -> Step:
    torch = peer("torch")
    params = [torch.tensor(value, requires_grad=True) for value in parameters(hidden, "float32")]
    optimizer = torch.optim.SGD(params, lr=RATE)
    inputs, labels = torch.tensor(x), torch.tensor(t)

    def step() -> None:
        loss = torch_loss(inputs, labels, *params)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def _textbook(hidden: int, x: Any, t: Any) -> Step:
    """Derive the gradients by hand, as a textbook writes them down."""
    net = dict(zip(("W1", "b1", "W2", "b2"), parameters(hidden, "float32"), strict=True))
    one_hot = np.eye(10, dtype="float32")[t]

    def step() -> None:
        z1 = _sigmoid(np.dot(x, net["W1"]) + net["b1"])
        y = _softmax(np.dot(z1, net["W2"]) + net["b2"])
        _cross_entropy(y, one_hot)
        da2 = (y - one_hot) / x.shape[0]
        da1 = z1 * (1 - z1) * np.dot(da2, net["W2"].T)
        slopes = {
            "W2": np.dot(z1.T, da2),
            "b2": np.sum(da2, axis=0),
            "W1": np.dot(x.T, da1),
            "b1": np.sum(da1, axis=0),
        }
        for key, slope in slopes.items():
            net[key] -= RATE * slope

    return step


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _softmax(x: Any) -> Any:
    shifted = x.T - np.max(x.T, axis=0)
    return (np.exp(shifted) / np.sum(np.exp(shifted), axis=0)).T


def _cross_entropy(y: Any, t: Any) -> Any:
    return -np.sum(t * np.log(y + 1e-7)) / y.shape[0]
