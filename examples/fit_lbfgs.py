"""Two peaks on a sloping ground, fitted to noisy counts by SciPy's L-BFGS.

The model is written in NumPy. `ag.value_and_grad` gives SciPy what it asks for with `jac=True`:
the misfit and its eight slopes from one run. Without it SciPy takes a difference for each slope.

    python examples/fit_lbfgs.py [--out FOLDER] [--seed SEED]

It exits with status 1 where the fit misses the noise or the parameters. It needs SciPy.
"""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from scipy.optimize import minimize

import autograd_lite as ag

NAMES = ("height 1", "place 1", "width 1", "height 2", "place 2", "width 2", "ground", "slope")
TRUTH = np.array([3.0, 3.0, 0.5, 2.0, 5.0, 0.8, 1.0, 0.1])
START = np.array([2.0, 2.5, 1.0, 1.0, 5.5, 1.0, 0.5, 0.0])
NOISE = 0.1
X = np.linspace(0, 8, 200)


def model(p):
    first = p[0] * np.exp(-((X - p[1]) ** 2) / (2 * p[2] ** 2))
    second = p[3] * np.exp(-((X - p[4]) ** 2) / (2 * p[5] ** 2))
    return first + second + p[6] + p[7] * X


def misfit_to(counts):
    """Return the function to minimize: half of χ²."""
    return lambda p: (((model(p) - counts) / NOISE) ** 2).sum() / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    print(f"seed {options.seed}")
    rng = np.random.default_rng(options.seed)
    counts = model(TRUTH) + NOISE * rng.standard_normal(len(X))
    misfit = misfit_to(counts)

    fitted = minimize(ag.value_and_grad(misfit), START, jac=True, method="L-BFGS-B")
    by_differences = minimize(misfit, START, method="L-BFGS-B")
    print(f"runs of the model: {fitted.nfev}, by differences {by_differences.nfev}")

    errors = np.sqrt(np.diag(np.linalg.inv(ag.hessian(misfit)(fitted.x))))
    for name, truth, value, error in zip(NAMES, TRUTH, fitted.x, errors, strict=True):
        print(f"  {name:8} {value:7.3f} ± {error:.3f}  (truth {truth:g})")

    per_point = 2 * fitted.fun / (len(X) - len(TRUTH))
    good = 0.75 < per_point < 1.25, np.all(np.abs(fitted.x - TRUTH) < 4 * errors)
    print(f"chi-square per degree of freedom {per_point:.3f}, near 1: {'yes' if good[0] else 'NO'}")
    print(f"parameters within 4 errors of the truth: {'yes' if good[1] else 'NO'}")

    figure, ax = plt.subplots()
    ax.plot(X, counts, ".", color="0.6", label="counts")
    ax.plot(X, model(START), "--", label="start")
    ax.plot(X, model(fitted.x), label="fit")
    ax.legend()
    options.out.mkdir(parents=True, exist_ok=True)
    figure.savefig(options.out / "fit_lbfgs.png", dpi=120)
    print(options.out / "fit_lbfgs.png")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
