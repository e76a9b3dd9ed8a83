"""Whole epochs: the Trainer beside a loop written by hand, and beside PyTorch eager.

Images are MNIST's where ``AUTOGRAD_LITE_DATA`` names a folder, else random ones of its shape. All
count the loss and the accuracy of the epoch as they go, and draw a new order for it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from time import perf_counter
from typing import Any

import numpy as np
from harness import MILLI, OURS, Row, Sample, compared, interleave, peer

import autograd_lite as ag
from autograd_lite.errors import DataFileError

SMALL, DEEP = (784, 20, 10), (784, 500, 400, 300, 200, 100, 50, 10)
SAMPLES = 48_000
LOOP = "loop by hand"
OVERHEAD, AGAINST_TORCH = 1.03, 0.95

Epoch = Callable[[], object]


def rows(*, quick: bool) -> list[Row]:
    """Measure the overhead on a small and a deep net, then the deep net beside PyTorch."""
    x, t = _images(4_800 if quick else SAMPLES)
    few = 6_000
    measured = []
    for sizes, batch, rounds in ((SMALL, 100, 41), (DEEP, 256, 7)):
        epochs = {
            OURS: _trainer(sizes, batch, x[:few], t[:few]),
            LOOP: _by_hand(sizes, batch, x[:few], t[:few]),
        }
        name = f"training, {_named(sizes)}, batch {batch}, {len(x[:few]):,} samples"
        measured += _taken(name, epochs, rounds // 3 if quick else rounds, {LOOP: OVERHEAD})
    epochs = {OURS: _trainer(DEEP, 256, x, t)}
    if peer("torch") is not None:
        epochs["torch"] = _torch(DEEP, 256, x, t)
    name = f"training, {_named(DEEP)}, batch 256, {len(x):,} samples"
    return measured + _taken(name, epochs, 3, {"torch": AGAINST_TORCH})


def _taken(
    name: str, epochs: dict[str, Epoch], rounds: int, targets: dict[str, float]
) -> list[Row]:
    samples = {who: _timed(epoch) for who, epoch in epochs.items()}
    return compared(name, interleave(samples, rounds=rounds, warm=1), MILLI, targets)


def _timed(epoch: Epoch) -> Sample:
    def sample() -> tuple[float, ...]:
        start = perf_counter()
        epoch()
        return (perf_counter() - start,)

    return sample


def _images(samples: int) -> tuple[Any, Any]:
    try:
        (x, t), _ = ag.datasets.mnist()
    except DataFileError:
        rng = np.random.default_rng(0)
        return rng.random((samples, 784), np.float32), rng.integers(0, 10, samples)
    return x[:samples], t[:samples]


def _named(sizes: tuple[int, ...]) -> str:
    return "-".join(map(str, sizes))


def _network(sizes: tuple[int, ...]) -> tuple[Any, Any]:
    """Return a net with LeakyReLU and its Adam."""
    layers: list[ag.nn.Module] = []
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        layers += [ag.nn.Linear(inputs, outputs, rng=i), ag.nn.LeakyReLU()]
    model = ag.nn.Sequential(*layers[:-1])
    return model, ag.optim.Adam(model.parameters(), lr=0.001)


def _trainer(sizes: tuple[int, ...], batch: int, x: Any, t: Any) -> Epoch:
    model, adam = _network(sizes)
    trainer = ag.training.Trainer(model, adam, seed=0)
    return lambda: trainer.fit(x, t, epochs=1, batch_size=batch)


def _by_hand(sizes: tuple[int, ...], batch: int, x: Any, t: Any) -> Epoch:
    model, adam = _network(sizes)
    generator = np.random.default_rng(0)

    def epoch() -> tuple[float, float]:
        order = generator.permutation(len(x))
        total, hits = 0.0, 0
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            inputs, labels = x.take(chosen, axis=0), t.take(chosen)
            inputs.flags.writeable = labels.flags.writeable = False
            outputs = model(inputs)
            loss = ag.softmax_cross_entropy(outputs, labels)
            adam.zero_grad()
            loss.backward()
            adam.step()
            total += loss.item() * len(labels)
            hits += np.count_nonzero(outputs.data.argmax(axis=-1) == labels)
        return total / len(x), hits / len(x)

    return epoch


def _torch(sizes: tuple[int, ...], batch: int, x: Any, t: Any) -> Epoch:
    torch = peer("torch")
    layers: list[Any] = []
    for inputs, outputs in pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.LeakyReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    adam = torch.optim.Adam(model.parameters(), lr=0.001)
    images, labels = torch.tensor(x), torch.tensor(t)

    def epoch() -> tuple[float, float]:
        order = torch.randperm(len(images))
        total, hits = 0.0, 0
        for start in range(0, len(images), batch):
            chosen = order[start : start + batch]
            target = labels[chosen]
            outputs = model(images[chosen])
            loss = torch.nn.functional.cross_entropy(outputs, target)
            adam.zero_grad()
            loss.backward()
            adam.step()
            total += loss.item() * len(target)
            hits += (outputs.argmax(1) == target).sum().item()
        return total / len(images), hits / len(images)

    return epoch
