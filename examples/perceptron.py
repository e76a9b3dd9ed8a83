"""A perceptron: two inputs, two weights, a threshold.

It answers 1 where the weighted sum of its inputs exceeds the threshold θ, else 0.

    python examples/perceptron.py [PICTURE]
"""

import sys

import numpy as np

import autograd_lite as ag

picture = sys.argv[1] if len(sys.argv) > 1 else "perceptron.svg"

x = np.array([3.0, 8.0])
w = ag.Variable([0.6, -0.3], name="w")
theta = ag.Variable(-1.0, name="theta")

y = ag.step(x @ w - theta)

weighted = (x @ w).item()
print(f"3 · 0.6 + 8 · (-0.3) = {weighted:.1f} > θ = {theta.item():.0f}, so y = {y.item():.0f}")
print(ag.draw(y, style="network").save(picture))
