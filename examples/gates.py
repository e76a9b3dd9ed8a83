"""Logic gates from perceptrons, and the one gate that a single perceptron cannot be.

A perceptron answers 1 where w1 x1 + w2 x2 + b > 0, else 0. With weights set by hand it is an AND,
a NAND or an OR; XOR takes three of them in two layers, as no line parts its points. Nor can it be
learned: one sigmoid learns the other gates, but its loss on XOR stays at log 2 = 0.6931.

    python examples/gates.py [--out FOLDER] [--seed SEED]

It exits with status 1 where a gate answers wrongly or a loss is not what it should be.
"""

import argparse
import sys
from math import log
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag

INPUTS = ag.datasets.gate("and")[0]  # (0, 0), (0, 1), (1, 0), (1, 1)
TRUTH = {name: ag.datasets.gate(name.lower())[1] for name in ("AND", "NAND", "OR", "XOR")}

# By hand: w1, w2, b. The last AND puts (0, 1) and (1, 0) on the line itself, so it needs
# step(0) = 0; and with its signs turned it is no NAND, as the first is.
BY_HAND = {
    "AND": [(0.5, 0.5, -0.7), (0.5, 0.5, -0.8), (1.0, 1.0, -1.0)],
    "NAND": [(-0.5, -0.5, 0.7)],
    "OR": [(0.6, 0.6, -0.5)],
}

STEPS = 10_001
LEARNED = 0.01  # a loss below it: every answer is nearly certain


def perceptrons(x, *gates):
    """Return what every gate (a column) answers to every row of `x`."""
    w1, w2, b = np.transpose(gates)
    return ag.step(x @ ag.Variable([w1, w2]) + ag.Variable(b))


def xor(x):
    """Return XOR in two layers: the AND of a NAND and an OR."""
    nand, either, both = (BY_HAND[name][0] for name in ("NAND", "OR", "AND"))
    return perceptrons(perceptrons(x, nand, either), both)


def is_gate(answers, name):
    """Print what a gate answers to the four inputs; return whether it is right."""
    right = np.array_equal(answers.data[:, 0], TRUTH[name])
    print(f"  {name:4} {answers.data[:, 0].astype(int)} {'right' if right else 'WRONG'}")
    return right


def learn(name, seed):
    """Train one sigmoid to be a gate; return it and its last loss."""
    model = ag.nn.Sequential(ag.nn.Linear(2, 1, rng=seed), ag.nn.Sigmoid())
    optimizer = ag.optim.SGD(model.parameters(), lr=1.0)
    t = TRUTH[name].reshape(-1, 1)
    for _ in range(STEPS):
        loss = ag.binary_cross_entropy(model(INPUTS), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model, loss.item()


def draw(learned, path):
    """Draw the output of every trained sigmoid over the plane, and the line where it is 0.5.

    Not by `ag.plots.decision_boundary`: on XOR it would show the sides that rounding takes.
    """
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 4, figsize=(13, 3.6), layout="constrained", sharey=True)
    ticks = np.linspace(-0.5, 1.5, 101, dtype=np.float32)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    for (name, (model, loss)), ax in zip(learned.items(), axes, strict=True):
        with ag.no_grad():
            output = model(plane).data[..., 0]
        shades = ax.pcolormesh(ticks, ticks, output, cmap="coolwarm", vmin=0, vmax=1)
        if np.ptp(output) > 0.01:  # a flat output has no such line
            ax.contour(ticks, ticks, output, levels=[0.5], colors="black")
        for answer, marker in enumerate("ox"):
            points = INPUTS[TRUTH[name] == answer]
            ax.scatter(*points.T, marker=marker, color="black", label=f"answer {answer}")
        ax.set(title=f"{name}: loss {loss:.4f}", xlabel="x1", aspect="equal")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    axes[0].set_ylabel("x2")
    figure.colorbar(shades, ax=axes, label="output of the sigmoid")
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    print("by hand, for", *(f"({x1:.0f}, {x2:.0f})" for x1, x2 in INPUTS))
    good = []
    for name, gates in BY_HAND.items():
        good += [is_gate(perceptrons(INPUTS, gate), name) for gate in gates]
    good.append(is_gate(xor(INPUTS), "XOR"))
    print(ag.draw(xor(INPUTS), style="network", sample=1).save(options.out / "gates_xor.svg"))

    print(f"learned by one sigmoid, {STEPS} steps, seed {options.seed}")
    learned = {name: learn(name, options.seed) for name in TRUTH}
    for name, (model, loss) in learned.items():
        as_it_should = abs(loss - log(2)) < 5e-5 if name == "XOR" else loss < LEARNED
        outputs = model(INPUTS).data[:, 0]
        print(f"  {name:4} loss {loss:.4f}, outputs {outputs.round(3)}")
        good.append(as_it_should)
    draw(learned, options.out / "gates_learned.png")
    print(options.out / "gates_learned.png")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
