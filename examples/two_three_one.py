"""A network of 2 inputs, 3 hidden relus and 1 sigmoid learns which points lie above a parabola.

It draws the first sample on its way through the network twice: with weights chosen by hand, and
after 1000 steps of gradient descent. Weights are numbered on from layer to layer: w11 to w23 lead
to the hidden neurons, w31 to w33 to the output.

    python examples/two_three_one.py [PICTURE]
"""

import argparse
from pathlib import Path

import numpy as np

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("picture", nargs="?", type=Path, default=Path("two_three_one.svg"))
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
picture = parser.parse_args().picture

np.random.seed(317)
print("seed 317")
x = np.random.rand(100, 2) * 4 - 2
t = (x[:, 1:] + 1 > x[:, :1] ** 2).astype(float)  # 1 above the parabola, else 0


def network(hidden, output):
    """Return weights and biases; the biases begin at 0."""
    return [
        ag.Variable(hidden, name="W1"),
        ag.Variable(np.zeros(3), name="b1"),
        ag.Variable(output, name="W2"),
        ag.Variable(np.zeros(1), name="b2"),
    ]


def loss_of(W1, b1, W2, b2):
    z = ag.relu(x @ W1 + b1)
    y = ag.sigmoid(z @ W2 + b2)
    return ag.binary_cross_entropy(y, t)


def draw(loss, path):
    return ag.draw(loss, style="network", sample=0, weights="running").save(path)


by_hand = network([[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]], [[0.1], [0.3], [0.3]])
print(f"x1 {x[0, 0]:.2f}, x2 {x[0, 1]:.2f}; loss by hand {loss_of(*by_hand).item():.4f}")
print(draw(loss_of(*by_hand), picture.with_stem(f"{picture.stem}_by_hand")))

parameters = network([[0.2, 0.3, 0.8], [0.7, 0.8, 0.3]], [[0.3], [0.1], [0.2]])
optimizer = ag.optim.SGD(parameters, lr=0.1)
for _ in range(1000):
    optimizer.zero_grad()
    loss_of(*parameters).backward()
    optimizer.step()

loss = loss_of(*parameters)
for v in parameters:
    print(v.name, *[f"{value:.3f}" for value in v.data.ravel()])
print(f"loss trained {loss.item():.4f}")
print(draw(loss, picture))
