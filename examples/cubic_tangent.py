"""The tangent of x³ − 3x² + x + 1 at 3, and the difference quotients that come near its slope.

Numerical gradients are such quotients: (f(x + h) − f(x − h)) / 2h. For this cubic each is h² too
steep.

    python examples/cubic_tangent.py [--out FOLDER]

It ends with an error where a figure is missed.
"""

import argparse
from pathlib import Path

import numpy as np

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
out = parser.parse_args().out
out.mkdir(parents=True, exist_ok=True)


def f(x):
    return x**3 - 3 * x**2 + x + 1


print("no seed: nothing is random")
x = ag.Variable(3.0, name="x")
y = f(x)
y.backward()
slope = float(x.grad)
intercept = y.item() - slope * x.item()
print(f"f(3) = {y.item():g}; the tangent there is {slope:g} x {intercept:+g}")
np.testing.assert_allclose([slope, intercept], [10, -26], rtol=1e-12)

for h in (0.5, 0.1, 0.01):
    quotient = (f(3 + h) - f(3 - h)) / (2 * h)
    print(f"h = {h:<4}: difference quotient {quotient:.6g}, {quotient - slope:.2g} too steep")
    np.testing.assert_allclose(quotient, 10 + h**2, rtol=1e-9)
print(f"ag.numerical_gradient: {ag.numerical_gradient(f, 3.0):.9g}")

ax = ag.plots.tangent(f, 3.0, h=0.5, domain=(-2, 4), title="x³ − 3x² + x + 1 and its tangent at 3")
ax.figure.savefig(out / "cubic_tangent.png", dpi=120)
print(out / "cubic_tangent.png")
