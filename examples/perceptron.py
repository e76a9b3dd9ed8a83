"""A perceptron: two inputs, two weights, a threshold.

It answers 1 where the weighted sum of its inputs exceeds the threshold θ, else 0.

    python examples/perceptron.py [PICTURE]
"""

import argparse

import numpy as np

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("picture", nargs="?", default="perceptron.svg")
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
picture = parser.parse_args().picture
print("no seed: nothing is random")

x = np.array([3.0, 8.0])
w = ag.Variable([0.6, -0.3], name="w")
theta = ag.Variable(-1.0, name="theta")

y = ag.step(x @ w - theta)

weighted = (x @ w).item()
print(f"3 · 0.6 + 8 · (-0.3) = {weighted:.1f} > θ = {theta.item():.0f}, so y = {y.item():.0f}")
print(ag.draw(y, style="network").save(picture))
