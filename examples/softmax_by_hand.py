"""Softmax by hand: strengths of three outputs made into probabilities, and what flows back.

Two pictures went through three sigmoids, for car, plane and rocket: one gave 0.9, 0.8, 0.7, the
other 0.5, 0.2, 0.1. Neither adds up to 1, so they do not compare. Softmax of the logits behind
them does. Its Jacobian is diag(a) − a aᵀ: raise one logit, and the others' probabilities fall.
Through it the cross-entropy's gradient −y / a becomes a − y.

    python examples/softmax_by_hand.py [--out FOLDER]

It exits with status 1 where a number is not the one worked out by hand.
"""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag

CLASSES = ("car", "plane", "rocket")
SIGMOIDS = np.array([[0.9, 0.8, 0.7], [0.5, 0.2, 0.1]])
LOGITS = [[2.20, 1.39, 0.85], [0.00, -1.39, -2.20]]  # by hand, to two digits
PROBABILITIES = [[0.59, 0.26, 0.15], [0.73, 0.18, 0.08]]
FROM_ROUNDED = [[0.59, 0.26, 0.15], [0.74, 0.18, 0.08]]  # 0.7347 became 0.7354
CAR = np.array([1.0, 0.0, 0.0])  # the target y: it is a car


def jacobian(z):
    """Return the derivative of every probability (row) by every logit (column)."""
    a = ag.softmax(z)
    return np.array([ag.gradients(a[i], z, retain_graph=True) for i in range(len(CLASSES))])


def jacobian_by_hand(a):
    """Return aᵢ (1 − aᵢ) on the diagonal and −aᵢ aⱼ elsewhere."""
    return np.diag(a) - np.outer(a, a)


def by_the_chain_rule(z):
    """Return the gradient of the cross-entropy: −y / a, carried through the Jacobian."""
    a = ag.softmax(z).data
    return (-CAR / a) @ jacobian(z)


def in_one_piece(z):
    """Return the same gradient from the library's own loss, softmax and logarithm in one."""
    loss = ag.softmax_cross_entropy(z, CAR)
    return ag.gradients(loss, z)


def draw(logits, path):
    """Draw the sigmoids beside the probabilities, and the Jacobians."""
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(9, 6.5), layout="constrained")
    places = np.arange(len(CLASSES))
    for (left, right), sigmoids, z in zip(axes, SIGMOIDS, logits, strict=True):
        for shift, heights, label in (
            (-0.2, sigmoids, f"sigmoid, sum {sigmoids.sum():.1f}"),
            (0.2, ag.softmax(z).data, "softmax, sum 1"),
        ):
            left.bar_label(left.bar(places + shift, heights, 0.4, label=label), fmt="%.2f")
        left.set(ylim=(0, 1.1), xticks=places, xticklabels=CLASSES)
        left.legend()

        table = jacobian(z)
        image = right.imshow(table, cmap="RdBu_r", vmin=-0.4, vmax=0.4)
        for (row, column), value in np.ndenumerate(table):
            right.text(column, row, f"{value:.3f}", ha="center", va="center")
        right.set(xticks=places, xticklabels=[f"z {name}" for name in CLASSES])
        right.set(yticks=places, yticklabels=[f"a {name}" for name in CLASSES])
        figure.colorbar(image, ax=right, label="∂a / ∂z")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def agree(name, computed, by_hand, digits=2):
    """Print numbers; return whether they are the ones worked out by hand."""
    same = np.allclose(computed, by_hand, rtol=0, atol=0.5 / 10**digits)
    print(f"  {name:28}", np.round(computed, digits), "" if same else f"by hand {by_hand}: DIFFERS")
    return same


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    path = parser.parse_args().out / "softmax_by_hand.png"
    print("seed: none, nothing is random")

    logits = [ag.Variable(np.log(y / (1 - y))) for y in SIGMOIDS]  # sigmoid turned around
    good = []
    for i, z in enumerate(logits):
        a = ag.softmax(z)
        print(f"picture {i + 1}, sigmoids {SIGMOIDS[i]}")
        good += [
            agree("logits z", z.data, LOGITS[i]),
            agree("softmax a", a.data, PROBABILITIES[i]),
            agree(
                "softmax of the rounded z", ag.softmax(np.array(LOGITS[i])).data, FROM_ROUNDED[i]
            ),
        ]
        for name, row, formula in zip(CLASSES, jacobian(z), jacobian_by_hand(a.data), strict=True):
            good.append(agree(f"∂a {name} / ∂z", row, formula, 6))
        good += [
            agree("gradient for a car: a − y", by_the_chain_rule(z), a.data - CAR, 6),
            agree("in one piece", in_one_piece(z), a.data - CAR, 6),
        ]
    draw(logits, path)
    print(path)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
