"""The nets and data that the tests of training share."""

from __future__ import annotations

import numpy as np

import autograd_lite as ag
from autograd_lite import nn
from autograd_lite.training import Trainer

__all__ = ["ABOVE", "T", "X", "Y", "net", "same_weights", "trainer_of", "with_last"]

RNG = np.random.default_rng(0)
X = RNG.standard_normal((90, 2)).astype(np.float32)
T = np.digitize(X[:, 0] + X[:, 1], [-0.7, 0.7])
ABOVE = (X[:, :1] > X[:, 1:]).astype(np.float32)
Y = X[:, :1] * 2 - X[:, 1:]


def net(outputs=3, *, dropout=0.0, seed=0, dtype="float32"):
    layers = [nn.Linear(2, 8, rng=seed, dtype=dtype), nn.Tanh()]
    layers += [nn.Dropout(dropout, rng=seed)] if dropout else []
    return nn.Sequential(*layers, nn.Linear(8, outputs, rng=seed + 1, dtype=dtype))


def trainer_of(model, loss=ag.softmax_cross_entropy, *, lr=0.5, seed=0, **options):
    return Trainer(model, ag.optim.SGD(model.parameters(), lr=lr), loss, seed=seed, **options)


def same_weights(a, b):
    pairs = zip(a.parameters(), b.parameters(), strict=True)
    return all((p.data == q.data).all() for p, q in pairs)


def with_last(model, last):
    """Return a model whose outputs go through one more operation: no Module, but a class."""

    class Network:
        def __call__(self, x):
            return last(model(x))

        def parameters(self):
            return dict(model.named_parameters())

    return Network()
