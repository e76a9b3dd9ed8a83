"""Whole epochs: the Trainer beside a loop written by hand, and beside PyTorch eager.

Images are MNIST's where ``AUTOGRAD_LITE_DATA`` names a folder, else random ones of its shape. All
count the loss and the accuracy of the epoch as they go, and draw a new order for it. The two-layer
net has sigmoids and SGD, as in the textbook; the others LeakyReLU and Adam.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from harness import MILLI, OURS, Row, Sample, compared, interleave, peer

import autograd_lite as ag
from autograd_lite.errors import DataFileError

SMALL, DEEP = (784, 20, 10), (784, 500, 400, 300, 200, 100, 50, 10)
SAMPLES = 48_000
LOOP = "loop by hand"
OVERHEAD, AGAINST_TORCH, TWO_LAYER = 1.03, 0.95, 0.6
MEGABYTE = 2**20

Epoch = Callable[[], object]


def rows(*, quick: bool) -> list[Row]:
    """Measure the overhead on a small and a deep net, then the deep net beside PyTorch."""
    x, t = _images(4_800 if quick else SAMPLES)
    measured = []
    for sizes, batch, few, rounds in ((SMALL, 100, SAMPLES, 15), (DEEP, 256, 6_000, 9)):
        images, labels = x[:few], t[:few]
        epochs = {
            OURS: _trainer(sizes, batch, images, labels),
            LOOP: _by_hand(sizes, batch, images, labels),
        }
        name = f"training, {_named(sizes)}, batch {batch}, {len(images):,} samples"
        measured += _taken(name, epochs, rounds // 3 if quick else rounds, {LOOP: OVERHEAD})
    for sizes, batch, sigmoid, target in (
        (SMALL, 100, True, TWO_LAYER),
        (DEEP, 256, False, AGAINST_TORCH),
    ):
        epochs = {OURS: _trainer(sizes, batch, x, t, sigmoid=sigmoid)}
        if peer("torch") is not None:
            epochs["torch"] = _torch(sizes, batch, x, t, sigmoid=sigmoid)
        name = f"training, {_named(sizes)}, batch {batch}, {len(x):,} samples"
        name += ", sigmoid, SGD" if sigmoid else ""
        measured += _taken(name, epochs, 3, {"torch": target})
    return measured + _peaks()


def _peaks() -> list[Row]:
    """Compare what the peak of a process grows by from its data on, by building and training."""
    if peer("torch") is None:
        return []
    ours, theirs = _peak(OURS), _peak("torch")
    name = f"training, {_named(DEEP)}, batch 256, memory beyond the data"
    return [Row(name, "MB", ours, "torch", theirs, ours / theirs, 1.0)]


def _peak(who: str) -> float:
    command = [sys.executable, str(Path(__file__).with_name("training_peak.py")), who]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout) / MEGABYTE


def peak_work(who: str) -> Epoch:
    """Return an epoch of the deep net, ready to run but for its model; the library is loaded.

    The images are random ones: reading MNIST takes more memory than training.
    """
    peer("torch")
    rng = np.random.default_rng(0)
    x, t = rng.random((9_600, 784), np.float32), rng.integers(0, 10, 9_600)
    make = _trainer if who == OURS else _torch
    return lambda: make(DEEP, 256, x, t)()


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


def _network(sizes: tuple[int, ...], *, sigmoid: bool = False) -> tuple[Any, Any]:
    """Return a net with its optimizer: sigmoids and SGD, or LeakyReLU and Adam."""
    layers: list[ag.nn.Module] = []
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        between = ag.nn.Sigmoid() if sigmoid else ag.nn.LeakyReLU()
        layers += [ag.nn.Linear(inputs, outputs, rng=i), between]
    model = ag.nn.Sequential(*layers[:-1])
    if sigmoid:
        return model, ag.optim.SGD(model.parameters(), lr=0.1)
    return model, ag.optim.Adam(model.parameters(), lr=0.001)


def _trainer(sizes: tuple[int, ...], batch: int, x: Any, t: Any, *, sigmoid: bool = False) -> Epoch:
    model, optimizer = _network(sizes, sigmoid=sigmoid)
    trainer = ag.training.Trainer(model, optimizer, seed=0)
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


def _torch(sizes: tuple[int, ...], batch: int, x: Any, t: Any, *, sigmoid: bool = False) -> Epoch:
    torch = peer("torch")
    layers: list[Any] = []
    for inputs, outputs in pairwise(sizes):
        between = torch.nn.Sigmoid() if sigmoid else torch.nn.LeakyReLU()
        layers += [torch.nn.Linear(inputs, outputs), between]
    model = torch.nn.Sequential(*layers[:-1])
    if sigmoid:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    images, labels = torch.tensor(x), torch.tensor(t)

    def epoch() -> tuple[float, float]:
        order = torch.randperm(len(images))
        total, hits = 0.0, 0
        for start in range(0, len(images), batch):
            chosen = order[start : start + batch]
            target = labels[chosen]
            outputs = model(images[chosen])
            loss = torch.nn.functional.cross_entropy(outputs, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(target)
            hits += (outputs.argmax(1) == target).sum().item()
        return total / len(images), hits / len(images)

    return epoch
