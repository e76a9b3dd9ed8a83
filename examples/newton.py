"""Newton's method by `hessian`: each step solves H · step = −gradient.

First Rosenbrock's function from (−1.2, 1), whose six steps are in every book: the second leaps to
a value of 1411.8, the last doubles the number of right digits. Then the maximum likelihood of a
logistic regression, which Newton's method finds in a few steps (there it is known as iteratively
reweighted least squares).

    python examples/newton.py [--seed SEED]

It exits with status 1 where a figure is missed.
"""

import argparse
import sys

import numpy as np

import autograd_lite as ag

# J. E. Dennis and R. B. Schnabel, Numerical Methods for Unconstrained Optimization, 1983.
ROSENBROCK = [24.2, 4.7318843, 1411.8452, 0.0559655, 0.3131890, 1.853e-11]
STEPS = 8
LARGEST_GRADIENT = 1e-10


def rosenbrock(x):
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def newton(f, x, steps=STEPS):
    """Return the last point and what `f` and the length of its gradient were at each."""
    gradient, hessian = ag.value_and_grad(f), ag.hessian(f)
    passed = []
    for _ in range(steps):
        value, slope = gradient(x)
        passed.append((float(value), float(np.linalg.norm(slope))))
        if passed[-1][1] < LARGEST_GRADIENT:
            break
        x = x - np.linalg.solve(hessian(x), slope)
    return x, passed


def logistic_loss(w, x, t):
    """Return the mean of −log P(t), and a little weight decay."""
    return ag.softplus(-(2.0 * t - 1.0) * (x @ w)).mean() + 0.5e-3 * (w * w).sum()


def show(passed):
    for i, (value, length) in enumerate(passed):
        print(f"  step {i}: f {value:<12.6g} |gradient| {length:.2g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    print("Rosenbrock's function from (-1.2, 1)")
    x, passed = newton(rosenbrock, np.array([-1.2, 1.0]))
    show(passed)
    values = [value for value, _ in passed[: len(ROSENBROCK)]]
    good = np.allclose(values, ROSENBROCK, rtol=1e-3) and np.allclose(x, 1.0, atol=1e-12)
    print(f"the book's values, and (1, 1) at the end: {'yes' if good else 'NO'}")

    print(f"logistic regression, seed {options.seed}")
    rng = np.random.default_rng(options.seed)
    inputs = rng.standard_normal((300, 5))
    labels = (inputs @ [2.0, -1.0, 0.5, 0.0, 0.0] + rng.logistic(size=300) > 0).astype(float)
    w, passed = newton(lambda w: logistic_loss(w, inputs, labels), np.zeros(5))
    show(passed)
    settled = passed[-1][1] < LARGEST_GRADIENT
    print(f"weights {np.round(w, 3)}; settled: {'yes' if settled else 'NO'}")
    return 0 if good and settled else 1


if __name__ == "__main__":
    sys.exit(main())
