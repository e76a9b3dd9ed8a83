"""Softmax cross-entropy, opened into its parts: exp, a sum, a division, log, and the true class.

On the way back each part has a gradient of its own; the scores are left with p − t, probabilities
minus target.

    python examples/softmax_cross_entropy_parts.py [PICTURE]
"""

import argparse

import numpy as np

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("picture", nargs="?", default="softmax_cross_entropy_parts.svg")
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
picture = parser.parse_args().picture
print("no seed: nothing is random")

scores = ag.Variable([2.0, 1.0, 0.0], name="scores")
target = np.array([1.0, 0.0, 0.0])  # the true class is the first

# The library's own softmax takes the largest score away first, so that exp cannot overflow.
powers = ag.exp(scores)
total = ag.sum(powers)
probabilities = powers / total
probabilities.name = "p"
loss = -ag.sum(target * ag.log(probabilities))
loss.name = "loss"
loss.backward()

print("probabilities", np.round(probabilities.data, 4))
print("loss         ", f"{loss.item():.6f}")
print("gradient     ", np.round(scores.grad, 4))
print("p - t        ", np.round(probabilities.data - target, 4))
with ag.no_grad():
    fused = ag.softmax_cross_entropy(ag.reshape(scores, (1, 3)), target.reshape(1, 3))
print("in one piece ", f"{fused.item():.6f}")
assert np.allclose(scores.grad, probabilities.data - target)
assert np.isclose(fused.item(), loss.item())
print(ag.draw(loss).save(picture))
