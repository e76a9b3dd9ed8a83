"""Activation functions and their derivatives, drawn beside each other.

The derivatives are computed by the engine. A step has none that would help: it is 0 everywhere. A
sigmoid's is a quarter at most, so that many sigmoids in a row let little of a gradient through; a
relu's is 1 wherever it lets anything through.

    python examples/activations.py [--out FOLDER]

It ends with an error where a value is not what it should be.
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
out = parser.parse_args().out
out.mkdir(parents=True, exist_ok=True)


def maxout(x, w1, b1, w2, b2):
    return ag.maximum(x * w1 + b1, x * w2 + b2)


def at(function, place):
    """Return a function's value and slope at a place."""
    x = ag.Variable(float(place))
    y = function(x)
    y.backward()
    return y.item(), float(x.grad)


print("no seed: nothing is random")
known = {  # function, place, value, slope
    "step": (ag.step, 0, 0, 0),
    "sigmoid": (ag.sigmoid, 0, 0.5, 0.25),
    "tanh": (ag.tanh, 0, 0, 1),
    "relu": (ag.relu, 3, 3, 1),
    "leaky_relu": (ag.leaky_relu, -5, -0.05, 0.01),
    "maxout": (lambda x: maxout(x, 2, -1, -1, 1), -5, 6, -1),
}
for name, (function, place, *expected) in known.items():
    value, slope = at(function, place)
    print(f"{name:10} at {place:2}: {value:5.2f}, slope {slope:5.2f}")
    np.testing.assert_allclose([value, slope], expected, rtol=1e-12, atol=1e-15)

probabilities = ag.softmax(np.array([2.0, 1.0, 0.0])).data
print("softmax of 2, 1, 0:", np.round(probabilities, 4), "sum", probabilities.sum())
np.testing.assert_allclose(probabilities, np.exp([2, 1, 0]) / np.exp([2, 1, 0]).sum(), rtol=1e-12)

figure, axes = plt.subplots(2, 4, figsize=(14, 6.4), layout="constrained")
names = ["step", "sigmoid", "tanh", "relu", "leaky_relu"]
for ax, name in zip(axes.flat, names, strict=False):
    ag.plots.activation(name, ax)
ag.plots.maxout(2, -1, -1, 1, ax=axes[1, 1])
ag.plots.softmax((1.0, 0.0), ax=axes[1, 2])
ag.plots.activation(lambda x: maxout(x, 2, -1, -1, 1), axes[1, 3], title="maxout of two lines")
figure.savefig(out / "activations.png", dpi=120)
print(out / "activations.png")
