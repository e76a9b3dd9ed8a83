"""Logistic regression written in NumPy, and its gradient, Hessian and standard errors for free.

The model and the loss below name NumPy alone. Gradient descent, then Newton's method with the
exact Hessian, fit the packaged table of tumours; the inverse of the Hessian says how sure each
weight is.

    python examples/logistic_numpy.py [--out FILE]

It exits with status 1 where a gradient, an accuracy or an agreement is missed.
"""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag

MEASUREMENTS = ("mean radius", "mean texture", "mean smoothness", "worst concave points")
COLUMNS = (0, 1, 4, 27)  # of the table's thirty
PENALTY = 0.1  # on the squared weights, so that they stay finite
STEPS = 300
LEARNING_RATE = 2.0
LEAST = 0.94  # validation accuracy


def scores(weights, x):
    return x @ weights[1:] + weights[0]


def loss(weights, x, t):
    """Return the mean negative log-likelihood of labels 0 and 1, plus the penalty."""
    s = scores(weights, x)
    likelihood = np.mean(np.logaddexp(0.0, s) - t * s)
    return likelihood + PENALTY / len(t) * np.sum(weights[1:] ** 2)


def by_hand(weights, x, t):
    """Return the gradient as a book derives it."""
    wrong = (1 / (1 + np.exp(-scores(weights, x))) - t) / len(t)
    slopes = x.T @ wrong + 2 * PENALTY / len(t) * weights[1:]
    return np.concatenate([[wrong.sum()], slopes])


def descend(x, t):
    """Return the losses of plain gradient descent."""
    weights, losses = np.zeros(1 + x.shape[1]), []
    slope = ag.value_and_grad(loss)
    for _ in range(STEPS):
        value, gradient = slope(weights, x, t)
        losses.append(float(value))
        weights = weights - LEARNING_RATE * gradient
    return losses


def newton(x, t):
    """Return the weights and losses of Newton's method: a quadratic model at every step."""
    weights, losses = np.zeros(1 + x.shape[1]), []
    slope, curvature = ag.value_and_grad(loss), ag.hessian(loss)
    for _ in range(8):
        value, gradient = slope(weights, x, t)
        losses.append(float(value))
        weights = weights - np.linalg.solve(curvature(weights, x, t), gradient)
    return weights, losses


def draw(descent, steps, path):
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    figure, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
    best = min(*descent, *steps)
    ax.semilogy(np.maximum(np.array(descent) - best, 1e-16), label="gradient descent")
    ax.semilogy(np.maximum(np.array(steps) - best, 1e-16), "o-", label="Newton's method")
    ax.set(xlabel="step", ylabel="loss above its minimum", title="Logistic regression")
    ax.legend()
    figure.savefig(path, dpi=120)
    print(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--out", type=Path, default=Path("out/logistic_numpy.png"))
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)

    (x, t), (x_validation, t_validation), _ = ag.datasets.breast_cancer_split()
    scaler = ag.datasets.Standardizer().fit(x)
    x, x_validation = [scaler.transform(part)[:, COLUMNS] for part in (x, x_validation)]
    print(f"{len(x)} tumours, {len(COLUMNS)} measurements; no seed: nothing is random")

    at = np.full(1 + len(COLUMNS), 0.5)
    apart = np.abs(ag.grad(loss)(at, x, t) - by_hand(at, x, t)).max()
    print(f"the gradient differs from the book's by {apart:.1e}")

    descent = descend(x, t)
    weights, steps = newton(x, t)
    print(f"loss after {STEPS} steps of gradient descent: {descent[-1]:.6f}")
    print(f"loss after {len(steps) - 1} steps of Newton's method:  {steps[-1]:.6f}")

    information = len(t) * ag.hessian(loss)(weights, x, t)
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    for name, weight, error in zip(("constant", *MEASUREMENTS), weights, errors, strict=True):
        print(f"  {name:20} {weight:+.3f} ± {error:.3f}")
    accuracy = np.mean((scores(weights, x_validation) > 0) == t_validation)
    print(f"validation accuracy {accuracy:.4f}, at least {LEAST}")

    draw(descent, steps, options.out)
    close = abs(steps[-1] - descent[-1]) < 1e-4
    return 0 if apart < 1e-12 and close and accuracy >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
