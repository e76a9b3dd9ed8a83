"""Perceptrons in two layers: 9 parameters, 6 weights and 3 thresholds.

A perceptron cuts the plane with one straight line. Two of them, and a third that answers 1 where
both do, cut out a corner.

    python examples/perceptron_network.py [--out FOLDER]

It ends with an error where an answer is wrong.
"""

import argparse
from pathlib import Path

import numpy as np

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
out = parser.parse_args().out
out.mkdir(parents=True, exist_ok=True)

W1 = ag.Variable([[0.6, -0.5], [-0.3, 0.5]], name="W1")  # a column for each hidden perceptron
theta1 = ag.Variable([-1.0, 2.0], name="theta1")
W2 = ag.Variable([[1.0], [1.0]], name="W2")
theta2 = ag.Variable([1.5], name="theta2")


def network(x):
    hidden = ag.step(x @ W1 - theta1)
    return ag.step(hidden @ W2 - theta2)


print("no seed: nothing is random; parameters:", sum(v.size for v in (W1, theta1, W2, theta2)))
points = np.array([[3.0, 8.0], [8.0, 3.0], [4.0, 6.0], [1.0, 9.0], [6.0, 7.0], [2.0, 7.0]])
answers = [1, 0, 0, 0, 0, 1]  # each computed by hand
for point, answer in zip(points, answers, strict=True):
    sums = point @ W1.data
    hidden = (sums > theta1.data).astype(int)
    y = int(network(point).item())
    print(
        f"x = {point}: {sums[0]:4.1f} > -1? {hidden[0]}   {sums[1]:4.1f} > 2? {hidden[1]}   "
        f"{hidden.sum()} > 1.5? {y}"
    )
    assert y == answer

y = network(points[:1])
print(ag.draw(y, style="network", weights="running").save(out / "perceptron_network.svg"))
ax = ag.plots.decision_boundary(network, points, answers, highlight=0, title="two lines")
ax.figure.savefig(out / "perceptron_network.png", dpi=120)
print(out / "perceptron_network.png")
