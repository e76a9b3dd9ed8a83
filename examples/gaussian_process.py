"""Gaussian process regression whose length scale, amplitude and noise are learned from the data.

The logarithm of the marginal likelihood of n noisy values y at places x is

    -½ yᵀ K⁻¹ y - ½ log |K| - n/2 log 2π,   Kᵢⱼ = a² exp(-½ (xᵢ - xⱼ)² / ℓ²) + σ² δᵢⱼ

(Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, equation 2.30). It is
written in NumPy, and its gradient with respect to log ℓ, log a and log σ leads Adam uphill. The
gradient is compared with ½ tr((α αᵀ - K⁻¹) ∂K/∂θ), equation 5.9, worked out by hand.

    python examples/gaussian_process.py [--small] [--out FOLDER] [--seed SEED]

It ends with an error where a figure is missed.
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

import autograd_lite as ag

NOISE = 0.2


def kernel(x, z, scale, amplitude):
    """Return the covariances between the places x and z."""
    apart = (x[:, None] - z[None, :]) / scale
    return amplitude**2 * np.exp(-0.5 * apart**2)


def covariance(x, parameters):
    """Return K for log ℓ, log a and log σ."""
    scale, amplitude, noise = np.exp(parameters)
    return kernel(x, x, scale, amplitude) + noise**2 * np.eye(len(x))


def log_likelihood(x, y, parameters):
    """Return the logarithm of the marginal likelihood, by the Cholesky factor of K."""
    factor = ag.linalg.cholesky(covariance(x, parameters))
    whitened = ag.linalg.solve(factor, y)
    half_log_determinant = np.log(np.diagonal(factor)).sum()
    return -0.5 * (whitened**2).sum() - half_log_determinant - 0.5 * len(x) * np.log(2 * np.pi)


def log_likelihood_again(x, y, parameters):
    """Return the same by solve and slogdet."""
    k = covariance(x, parameters)
    logarithm = ag.linalg.slogdet(k).logabsdet
    return -0.5 * y @ ag.linalg.solve(k, y) - 0.5 * logarithm - 0.5 * len(x) * np.log(2 * np.pi)


def gradient_by_hand(x, y, parameters):
    """Return the gradient of equation 5.9, from the derivatives of K."""
    scale, amplitude, noise = np.exp(parameters)
    signal = kernel(x, x, scale, amplitude)
    squares = ((x[:, None] - x[None, :]) / scale) ** 2
    derivatives = [signal * squares, 2 * signal, 2 * noise**2 * np.eye(len(x))]
    inverse = np.linalg.inv(signal + noise**2 * np.eye(len(x)))
    alpha = inverse @ y
    return [0.5 * np.trace((np.outer(alpha, alpha) - inverse) @ d) for d in derivatives]


def gradient(likelihood, x, y, at):
    parameters = ag.Variable(at)
    likelihood(x, y, parameters).backward()
    return parameters.grad


def maximise(x, y, start, steps):
    """Return the parameters that Adam ends with, and the likelihoods on the way."""
    parameters = ag.Variable(start, name="log ℓ, log a, log σ")
    optimizer = ag.optim.Adam([parameters], lr=0.1)
    reached = []
    for _ in range(steps):
        loss = -log_likelihood(x, y, parameters)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        reached.append(-loss.item())
    return parameters.data, reached


def prediction(x, y, parameters, z):
    """Return mean and standard deviation of the process at the places z."""
    scale, amplitude, _ = np.exp(parameters)
    k, cross = covariance(x, parameters), kernel(x, z, scale, amplitude)
    variance = amplitude**2 - (cross * np.linalg.solve(k, cross)).sum(axis=0)
    return cross.T @ np.linalg.solve(k, y), np.sqrt(np.maximum(variance, 0.0))


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--small", action="store_true", help="fewer places and steps")
parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
parser.add_argument("--seed", type=int, default=0)
options = parser.parse_args()
options.out.mkdir(parents=True, exist_ok=True)

count, steps = (30, 200) if options.small else (80, 300)
rng = np.random.default_rng(options.seed)
print(f"seed {options.seed}: {count} values of sin x with noise of {NOISE}")
x = np.sort(rng.uniform(-5, 5, count))
y = np.sin(x) + NOISE * rng.normal(size=count)
start = np.log([0.5, 0.5, 0.5])

by_hand = gradient_by_hand(x, y, start)
print("gradient at the start, by equation 5.9:".ljust(40), " ".join(f"{g:.6f}" for g in by_hand))
for name, likelihood in [("cholesky", log_likelihood), ("slogdet", log_likelihood_again)]:
    found = gradient(likelihood, x, y, start)
    print(f"gradient at the start, by {name}:".ljust(40), " ".join(f"{g:.6f}" for g in found))
    np.testing.assert_allclose(found, by_hand, rtol=1e-8)

parameters, reached = maximise(x, y, start, steps)
scale, amplitude, noise = np.exp(parameters)
print(f"log marginal likelihood: {reached[0]:.3f}, after {steps} steps {reached[-1]:.3f}")
print(f"length scale {scale:.3f}, amplitude {amplitude:.3f}, noise {noise:.3f}")
left = np.abs(gradient(log_likelihood, x, y, parameters)).max()
print(f"largest slope left: {left:.2g}")
assert reached[-1] > reached[0]
assert left < 0.1
assert 0.5 * NOISE < noise < 1.5 * NOISE

places = np.linspace(-7, 7, 200)
mean, deviation = prediction(x, y, parameters, places)
inside = np.abs(places) < 5
error = np.sqrt(np.mean((mean - np.sin(places))[inside] ** 2))
print(f"root mean square error between -5 and 5: {error:.3f}")
assert error < NOISE

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.fill_between(
    places, mean - 2 * deviation, mean + 2 * deviation, alpha=0.25, label="2 standard deviations"
)
ax.plot(places, mean, label="mean")
ax.plot(places, np.sin(places), "--", color="gray", label="sin x")
ax.plot(x, y, ".", color="black", label="values")
ax.set(xlabel="x", ylabel="y", ylim=(-2.6, 2.2), title="A Gaussian process, its parameters learned")
ax.legend(ncols=4, loc="lower center")
figure.savefig(options.out / "gaussian_process.png", dpi=120)
print(options.out / "gaussian_process.png")
