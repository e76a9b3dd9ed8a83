"""What if an apple cost 1 more? The gradient knows without computing the price anew.

    python examples/dearer_apple.py [--out FOLDER]

It ends with an error where a figure is missed.
"""

import argparse
from pathlib import Path

import numpy as np

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
out = parser.parse_args().out
out.mkdir(parents=True, exist_ok=True)


def shopping(apple_price):
    """Return the apple, two of them, and what they cost with a tax of 10 %."""
    apple = ag.Variable(apple_price, name="apple")
    apples = apple * ag.Variable(2.0, name="count")
    price = apples * ag.Variable(1.1, name="tax")
    price.name = "price"
    return apple, apples, price


print("no seed: nothing is random")
apple, apples, price = shopping(100.0)
dearer_apple, dearer_apples, dearer = shopping(101.0)
price.backward()
print(f"an apple for 100: {apples.item():g}, with tax {price.item():.1f}")
print(f"an apple for 101: {dearer_apples.item():g}, with tax {dearer.item():.1f}")
print(f"difference {dearer.item() - price.item():.1f}, gradient {apple.grad:.1f}")
found = [apples.item(), price.item(), dearer_apples.item(), dearer.item(), float(apple.grad)]
np.testing.assert_allclose(found, [200, 220, 202, 222.2, 2.2], rtol=1e-12)

print(ag.draw(price).save(out / "apple_100.svg"))
print(ag.draw(dearer).save(out / "apple_101.svg"))
