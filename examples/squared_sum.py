"""The chain rule on z = t² and t = x + y.

A step back multiplies by the derivative of that step: dz/dx = dz/dt · dt/dx = 2t · 1 = 2 (x + y).

    python examples/squared_sum.py [PICTURE]
"""

import argparse

import autograd_lite as ag

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("picture", nargs="?", default="squared_sum.svg")
parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
picture = parser.parse_args().picture
print("no seed: nothing is random")

x = ag.Variable(3.0, name="x")
y = ag.Variable(4.0, name="y")
t = x + y
t.name = "t"
z = t**2
z.name = "z"
z.backward(retain_grads=True)  # t is no input; it keeps its gradient all the same

print(f"t = x + y = {t.item():g}")
print(f"z = t²    = {z.item():g}")
print(f"dz/dt = 2t            = {t.grad:g}")
print(f"dz/dx = dz/dt · dt/dx = {x.grad:g}")
print(f"dz/dy = dz/dt · dt/dy = {y.grad:g}")
print(ag.draw(z).save(picture))
