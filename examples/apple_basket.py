"""Two apples at 100 and three oranges at 150, with a tax of 10 %.

Saito, Deep Learning from Scratch, chapter 5: addition passes a gradient on as it is,
multiplication multiplies it by the other factor.

    python examples/apple_basket.py [PICTURE]
"""

import argparse

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("picture", nargs="?", default="apple_basket.svg")
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
picture = parser.parse_args().picture
print("no seed: nothing is random")

apple = ag.Variable(100.0, name="apple")
apple_count = ag.Variable(2.0, name="apple count")
orange = ag.Variable(150.0, name="orange")
orange_count = ag.Variable(3.0, name="orange count")
tax = ag.Variable(1.1, name="tax")

price = (apple * apple_count + orange * orange_count) * tax
price.name = "price"
price.backward()

print(f"price {price.item():g}")
for v in (apple, apple_count, orange, orange_count, tax):
    print(f"{v.name:12} {v.item():5g}   gradient {v.grad:g}")
print(ag.draw(price).save(picture))
