"""One step of backpropagation with every number written down, to follow with a pocket calculator.

Two inputs, two hidden sigmoids, two sigmoid outputs, no biases, half the squared error. It prints
what goes forward, what comes back, and what a step of learning rate 0.5 leaves; and draws the
network twice: every operation, and every neuron.

    python examples/backprop_by_hand.py [--out FOLDER]

It exits with status 1 where a number is not the one worked out by hand.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

import autograd_lite as ag

X1, X2 = 0.1, 0.2
TARGET1, TARGET2 = 0.4, 0.6

# By hand, before and after the step: W1 to W4 lead to h1, h1, h2, h2; W5 to W8 to o1, o1, o2, o2.
WEIGHTS = {
    "W1": (0.30, 0.29959556),
    "W2": (0.25, 0.24919112),
    "W3": (0.40, 0.39964496),
    "W4": (0.35, 0.34928991),
    "W5": (0.45, 0.43703857),
    "W6": (0.40, 0.38685205),
    "W7": (0.70, 0.69629578),
    "W8": (0.60, 0.59624247),
}
NEURONS = {
    "z1": (0.08000000, 0.07979778),
    "z2": (0.11000000, 0.10982248),
    "h1": (0.51998934, 0.51993887),
    "h2": (0.52747230, 0.52742806),
    "z3": (0.44498412, 0.43126996),
    "z4": (0.68047592, 0.67650625),
    "o1": (0.60944600, 0.60617688),
    "o2": (0.66384491, 0.66295848),
    "E_o1": (0.02193381, 0.02125445),
    "E_o2": (0.00203809, 0.00198189),
    "E": (0.02397190, 0.02323634),
}
SLOPES = {
    "∂E/∂o1": 0.20944600,
    "∂o1/∂z3": 0.23802157,
    "∂z3/∂W5": 0.51998934,
    "∂E/∂W5": 0.02592286,  # the product of the three above
    "∂E_o1/∂h1": 0.02243370,
    "∂E_o2/∂h1": 0.00997311,
    "∂E/∂h1": 0.03240681,  # the sum of the two above: h1 has a part in both errors
    "∂h1/∂z1": 0.24960043,
    "∂z1/∂W1": 0.10000000,
    "∂E/∂W1": 0.00080888,  # the product of the three above
}


def forward(w):
    """Return what every neuron computes, and the errors, by name."""
    z1 = w["W1"] * X1 + w["W2"] * X2
    z2 = w["W3"] * X1 + w["W4"] * X2
    h1, h2 = ag.sigmoid(z1), ag.sigmoid(z2)
    z3 = w["W5"] * h1 + w["W6"] * h2
    z4 = w["W7"] * h1 + w["W8"] * h2
    o1, o2 = ag.sigmoid(z3), ag.sigmoid(z4)
    E_o1 = 0.5 * (TARGET1 - o1) ** 2
    E_o2 = 0.5 * (TARGET2 - o2) ** 2
    neurons = (z1, z2, h1, h2, z3, z4, o1, o2, E_o1, E_o2, E_o1 + E_o2)
    return dict(zip(NEURONS, neurons, strict=True))


def forward_in_layers():
    """Return the error of the same network, written as two matrix products."""
    w = np.array([before for before, _ in WEIGHTS.values()]).reshape(2, 2, 2)  # layer, to, from
    h = ag.sigmoid(np.array([[X1, X2]]) @ ag.Variable(w[0].T))
    o = ag.sigmoid(h @ ag.Variable(w[1].T))
    return ag.sum(0.5 * ([TARGET1, TARGET2] - o) ** 2)


def slope(name, v):
    """Return the derivative called `name`, as "∂E/∂W5", of the Variables in `v`."""
    above, below = name.replace("∂", "").split("/")
    return ag.gradients(v[above], v[below], retain_graph=True)


def agree(name, computed, by_hand):
    """Print a number; return whether it has the eight digits that were worked out by hand."""
    same = f"{computed:.8f}" == f"{by_hand:.8f}"
    print(f"  {name:9} {computed:.8f}" + ("" if same else f"   by hand {by_hand:.8f}: DIFFERS"))
    return same


def agree_all(variables, by_hand, column):
    """Return whether all values agree with one column of a table above."""
    return all([agree(name, v.item(), by_hand[name][column]) for name, v in variables.items()])


def number(layer, source, target):
    """Return what the weight between two neurons is called above."""
    return f"W{4 * (layer - 1) + 2 * (target - 1) + source}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    print("seed: none, nothing is random")

    weights = {name: ag.Variable(before, name=name) for name, (before, _) in WEIGHTS.items()}
    neurons = forward(weights)
    print("forward")
    good = [agree_all(neurons, NEURONS, 0)]
    print("backward")
    v = weights | neurons
    good += [agree(name, slope(name, v), by_hand) for name, by_hand in SLOPES.items()]
    operations = ag.draw(neurons["E"], style="book", names=v)

    neurons["E"].backward()
    ag.optim.SGD(weights, lr=0.5).step()
    print("weights after the step")
    good.append(agree_all(weights, WEIGHTS, 1))
    print("forward again: the error fell")
    good.append(agree_all(forward(weights), NEURONS, 1))

    loss = forward_in_layers()
    print("in two layers: the same error")
    good.append(agree("E", loss.item(), NEURONS["E"][0]))
    layers = ag.draw(loss, style="network", weights=number, gradients=True, digits=8)
    print(operations.save(out / "backprop_operations.svg"))
    print(layers.save(out / "backprop_neurons.svg"))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
