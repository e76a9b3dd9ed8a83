"""A training step of a two-layer sigmoid net as fast as NumPy alone does it.

Each line was kept because it measured faster than its alternatives:

- Parameters and gradients are one array each, and the learning rate and 1/N are in the scores'
  gradient: the update is one subtraction.
- ``np.dot`` costs 0.4 µs less than ``np.matmul``, and a row of ones times a matrix 2 µs less than
  ``sum(axis=0)``; ``out`` by position less than by name, an array without axes less than a number.
- The sigmoid takes four passes, the first of which adds the bias: 1 / (1 + exp(-b - z)).
- The maximum over 10 columns is taken along the long axis of a transposed copy.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from contest import Contender
from nets import Net


def flat_views(net: Net, flat: Any) -> list[Any]:
    """Return weights and biases in turn as parts of one array."""
    views, start = [], 0
    for pair in pairwise(net.sizes):
        for shape in (pair, pair[1:]):
            stop = start + int(np.prod(shape))
            views.append(flat[start:stop].reshape(shape))
            start = stop
    return views


def sigmoid_step(net: Net) -> Contender:
    """Return the step of a net of two layers with SGD."""
    x, t = net.examples()
    (_, hidden, classes), n = net.sizes, net.batch
    flat = np.concatenate([value.reshape(-1) for value in net.parameters()])
    slopes = np.empty_like(flat)
    w1, b1, w2, b2 = flat_views(net, flat)
    gw1, gb1, gw2, gb2 = flat_views(net, slopes)

    h, dh = np.empty((2, n, hidden), "f4")
    minus_b1 = np.empty(hidden, "f4")
    z, columns = np.empty((n, classes), "f4"), np.empty((classes, n), "f4")
    top, total, picked = np.empty((3, n), "f4")
    index = np.empty(n, np.int64)

    one, rate = np.array(1, "f4"), np.array(net.rate / n, "f4")
    ones, ones10 = np.ones(n, "f4"), np.ones(classes, "f4")
    first_of_row = np.arange(n) * classes
    xT, hT, zT, w2T = x.T, h.T, z.T, w2.T
    top_column, total_column, scores = top[:, None], total[:, None], z.reshape(-1)

    add, subtract, multiply, divide = np.add, np.subtract, np.multiply, np.divide
    dot, exp, log, negative, reciprocal = np.dot, np.exp, np.log, np.negative, np.reciprocal
    copyto, largest = np.copyto, np.maximum.reduce

    def step() -> Any:
        dot(x, w1, h)  # sigmoid(x @ w1 + b1)
        negative(b1, minus_b1)
        subtract(minus_b1, h, h)
        exp(h, h)
        add(h, one, h)
        reciprocal(h, h)
        dot(h, w2, z)  # scores, shifted by the largest of each row
        add(z, b2, z)
        copyto(columns, zT)
        largest(columns, 0, None, top)
        subtract(z, top_column, z)
        add(t, first_of_row, index)  # loss: log of the sum, minus the label's score
        scores.take(index, out=picked, mode="clip")
        exp(z, z)
        dot(z, ones10, total)
        log(total, top)
        subtract(top, picked, top)
        loss = ones.dot(top) / n
        divide(rate, total, total)  # rate / n · (softmax - one-hot)
        multiply(z, total_column, z)
        scores[index] -= rate
        dot(hT, z, gw2)
        dot(ones, z, gb2)
        dot(z, w2T, dh)  # · h · (1 - h)
        multiply(dh, h, dh)
        subtract(one, h, h)
        multiply(dh, h, dh)
        dot(xT, dh, gw1)
        dot(ones, dh, gb1)
        subtract(flat, slopes, flat)
        return loss

    return Contender(step, lambda loss: [loss, w1, b1, w2, b2])
