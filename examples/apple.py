"""The textbook's first graph: two apples at 100, with a tax of 10 %.

Saito, Deep Learning from Scratch, chapter 5. Writes the picture beside the README's first code.

    python examples/apple.py [--out FOLDER]
"""

import argparse
from pathlib import Path

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
out = parser.parse_args().out
out.mkdir(parents=True, exist_ok=True)

apple = ag.Variable(100.0, name="apple")
count = ag.Variable(2.0, name="count")
tax = ag.Variable(1.1, name="tax")
price = apple * count * tax
price.name = "price"
price.backward()

print("no seed: nothing is random")
print(f"price {price}")
for v in (apple, count, tax):
    print(f"{v.name:6} value {v}  gradient {v.grad:g}")

graph = ag.draw(price)
for kind in ("dot", "svg", "html"):
    print(graph.save(out / f"apple.{kind}"))
