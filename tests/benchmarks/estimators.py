"""MLPClassifier beside scikit-learn's: the same data, dtype, weights, order and epochs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from harness import MILLI, OURS, Row, Sample, compared, interleave, peer

import autograd_lite as ag

PEER = "scikit-learn"
DTYPES = ("float32", "float64")
TARGETS = {"digits": {PEER: 1 / 1.7}, "MNIST": {PEER: 1 / 1.3}}
SLACK = 0.01  # by how much the accuracies may differ


def rows(*, quick: bool) -> list[Row]:
    """Measure an epoch of 100 hidden units, default parameters, batches of 200."""
    if peer("sklearn") is None:
        return []
    measured = []
    for name, (x, t) in _data(quick=quick).items():
        epochs = {"digits": 40, "MNIST": 3}[name]
        for dtype in DTYPES:
            samples = _samples(x.astype(dtype), t, epochs)
            taken = interleave(samples, rounds=3 if quick else 9, warm=1)
            label = f"estimators, {name} {len(x):,}×{x.shape[1]}, {dtype}, an epoch"
            measured += compared(label, taken, MILLI, TARGETS[name])
    return measured


def _data(*, quick: bool) -> dict[str, tuple[Any, Any]]:
    (x, t), (x_test, t_test) = ag.datasets.digits()
    found = {"digits": (np.concatenate([x, x_test]), np.concatenate([t, t_test]))}
    if Path(os.environ.get("AUTOGRAD_LITE_DATA", "no-such-folder")).is_dir():
        (x, t), _ = ag.datasets.mnist()
        count = 6_000 if quick else len(x)
        found["MNIST"] = x[:count], t[:count]
    return found


def _samples(x: Any, t: Any, epochs: int) -> dict[str, Sample]:
    """Make samples of both, after a check that they learn as much."""
    from sklearn.neural_network import MLPClassifier

    classes = {OURS: ag.estimators.MLPClassifier, PEER: MLPClassifier}
    scores = [_fitted(made, x, t, epochs).score(x, t) for made in classes.values()]
    if abs(scores[0] - scores[1]) > SLACK:
        msg = f"the accuracies {scores[0]:.4f} and {scores[1]:.4f} are not equal"
        raise AssertionError(msg)
    return {who: _timed(made, x, t, epochs) for who, made in classes.items()}


def _timed(made: Callable[..., Any], x: Any, t: Any, epochs: int) -> Sample:
    def sample() -> tuple[float, ...]:
        start = perf_counter()
        _fitted(made, x, t, epochs)
        return ((perf_counter() - start) / epochs,)

    return sample


def _fitted(made: Callable[..., Any], x: Any, t: Any, epochs: int) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # so few epochs do not converge
        return made(random_state=0, max_iter=epochs, tol=0.0).fit(x, t)
