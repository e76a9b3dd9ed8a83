"""How long is the pendulum? Length and friction learned from what was seen of its swing.

    θ'' = −(g / L) sin θ − c θ'

The integrator (Runge-Kutta, fourth order) is ordinary Python on arrays; derivatives go through all
its steps. There are two unknowns and hundreds of observations, so `ag.jvp` along each unknown gives
the Jacobian in two passes, where `ag.jacobian` would make one for each observation; Gauss and
Newton do the rest.

    python examples/pendulum.py [--out FOLDER] [--seed SEED]

It exits with status 1 where length or friction miss the truth.
"""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

import autograd_lite as ag

GRAVITY = 9.81
LENGTH, FRICTION = 1.3, 0.25  # in m and 1 / s: the truth, which only the observations know
START = np.log([0.9, 0.05])  # logarithms stay positive
ANGLE = 2.0  # at the start, in radians: far from a harmonic swing
STEP, STEPS = 0.04, 100  # of the integrator, in s
NOISE = 0.02


def acceleration(angle, speed, length, friction):
    return -(GRAVITY / length) * ag.sin(angle) - friction * speed


def swing(logarithms):
    """Return the angle after each step."""
    length, friction = ag.exp(logarithms[0]), ag.exp(logarithms[1])
    angle, speed, angles = ANGLE, 0.0, []
    for _ in range(STEPS):
        v1, a1 = speed, acceleration(angle, speed, length, friction)
        v2 = speed + STEP / 2 * a1
        a2 = acceleration(angle + STEP / 2 * v1, v2, length, friction)
        v3 = speed + STEP / 2 * a2
        a3 = acceleration(angle + STEP / 2 * v2, v3, length, friction)
        v4 = speed + STEP * a3
        a4 = acceleration(angle + STEP * v3, v4, length, friction)
        angle = angle + STEP / 6 * (v1 + 2 * v2 + 2 * v3 + v4)
        speed = speed + STEP / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
        angles.append(angle)
    return ag.stack(angles)


def fitted(seen, logarithms=START, iterations=12):
    """Return the logarithms that fit best, and their covariance, by Gauss-Newton."""
    for i in range(iterations):
        columns = [ag.jvp(swing, [logarithms], [direction]) for direction in np.eye(2)]
        residual = seen - columns[0][0]
        jacobian = np.stack([change for _, change in columns], axis=1)
        step = np.linalg.lstsq(jacobian, residual, rcond=None)[0]
        length, friction = np.exp(logarithms)
        print(
            f"  iteration {i}: L {length:.4f} m, c {friction:.4f} / s, "
            f"rms {np.sqrt(np.mean(residual**2)):.4f}"
        )
        if np.abs(step).max() < 1e-8:
            break
        logarithms = logarithms + step * min(1.0, 0.5 / np.abs(step).max())
    return logarithms, NOISE**2 * np.linalg.inv(jacobian.T @ jacobian)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    mpl.use("Agg")  # files only: needs no screen
    from matplotlib import pyplot as plt

    print(f"seed {options.seed}: {STEPS} angles over {STEP * STEPS:g} s")
    rng = np.random.default_rng(options.seed)
    with ag.no_grad():
        true = swing(np.log([LENGTH, FRICTION])).data
    seen = true + NOISE * rng.standard_normal(STEPS)
    logarithms, covariance = fitted(seen)

    good = True
    found, errors = np.exp(logarithms), np.exp(logarithms) * np.sqrt(np.diag(covariance))
    for name, value, error, truth in zip("Lc", found, errors, (LENGTH, FRICTION), strict=True):
        within = abs(value - truth) < 4 * error
        good = good and within
        print(f"{name} = {value:.4f} ± {error:.4f}, truth {truth}: {'yes' if within else 'NO'}")

    times = STEP * np.arange(1, STEPS + 1)
    figure, ax = plt.subplots()
    with ag.no_grad():
        ax.plot(times, swing(START).data, "--", label="start")
        ax.plot(times, swing(logarithms).data, label="learned")
    ax.plot(times, seen, ".", color="0.4", label="seen")
    ax.set_xlabel("time / s")
    ax.set_ylabel("angle / rad")
    ax.legend()
    options.out.mkdir(parents=True, exist_ok=True)
    figure.savefig(options.out / "pendulum.png", dpi=120)
    print(options.out / "pendulum.png")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
