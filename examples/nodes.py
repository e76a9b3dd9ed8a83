"""The nodes that networks are made of, one by one: values forward, gradients back.

Saito, Deep Learning from Scratch 2, chapter 1.3. Each node is given numbers and, from above, a
gradient; what it passes back is compared with the formula, and drawn.

    python examples/nodes.py [--out FOLDER]

It ends with an error where a gradient is not the formula's.
"""

import argparse
from pathlib import Path

import numpy as np

import autograd_lite as ag

SEED = 0
RNG = np.random.default_rng(SEED)


def numbers(*shape):
    """Return a few numbers with one digit, so that pictures stay readable."""
    return RNG.integers(-9, 10, shape) / 10


def matrix(name, *shape):
    return ag.Variable(numbers(*shape), name=name)


def add():
    x, y = ag.Variable(3.0, name="x"), ag.Variable(5.0, name="y")
    z, dz = x + y, 1.3
    return z, dz, {x: dz, y: dz}


def multiply():
    x, y = ag.Variable(3.0, name="x"), ag.Variable(5.0, name="y")
    z, dz = x * y, 1.3
    return z, dz, {x: dz * 5.0, y: dz * 3.0}


def branch():
    """One value goes two ways; the gradients that come back are added."""
    x = ag.Variable(3.0, name="x")
    z, dz = x * 2.0 + x * 5.0, 1.3
    return z, dz, {x: 2.0 * dz + 5.0 * dz}


def repeat():
    """N copies of a row: a branch with N ways."""
    x = matrix("x", 1, 3)
    y, dy = ag.repeat(x, 2, axis=0), numbers(2, 3)
    return y, dy, {x: dy.sum(axis=0, keepdims=True)}


def add_up():
    """The sum over rows; its gradient is repeated: sum and repeat are each other's way back."""
    x = matrix("x", 2, 3)
    y, dy = ag.sum(x, axis=0, keepdims=True), numbers(1, 3)
    return y, dy, {x: np.repeat(dy, 2, axis=0)}


def matmul():
    x, W = matrix("x", 2, 3), matrix("W", 3, 2)
    y, dy = x @ W, numbers(2, 2)
    return y, dy, {x: dy @ W.data.T, W: x.data.T @ dy}


def sigmoid():
    x = matrix("x", 2, 3)
    y, dy = ag.sigmoid(x), numbers(2, 3)
    return y, dy, {x: dy * y.data * (1 - y.data)}


def affine():
    """x @ W + b; the bias is repeated for every row, so its gradient is a sum over rows."""
    x, W, b = matrix("x", 2, 3), matrix("W", 3, 2), matrix("b", 2)
    y, dy = ag.linear(x, W, b), numbers(2, 2)
    return y, dy, {x: dy @ W.data.T, W: x.data.T @ dy, b: dy.sum(axis=0)}


def softmax_with_loss():
    """What comes back is probability minus target, divided by the number of rows."""
    x, t = matrix("x", 2, 3), np.array([2, 0])
    loss = ag.softmax_cross_entropy(x, t)
    powers = np.exp(x.data)
    return loss, 1.0, {x: (powers / powers.sum(axis=1, keepdims=True) - np.eye(3)[t]) / 2}


NODES = [add, multiply, branch, repeat, add_up, matmul, sigmoid, affine, softmax_with_loss]


def flat(array):
    """Return an array's text on one line."""
    return np.array2string(np.asarray(array), precision=3, separator=" ").replace("\n", "")


def show(node, folder):
    """Run a node forward and back, compare its gradients with the formulas, and draw it."""
    z, dz, expected = node()
    print(f"{node.__name__}: {flat(z.data)}, from above {flat(dz)}")
    z.backward(np.asarray(dz))
    for v, gradient in expected.items():
        print(f"  gradient of {v.name}: {flat(v.grad)}")
        np.testing.assert_allclose(v.grad, gradient, rtol=1e-12, atol=1e-15)
    print(f"  {ag.draw(z).save(folder / f'node_{node.__name__}.svg')}")


def show_broadcasting():
    """Axes of length 1 are repeated where the other operand is longer; others must agree."""
    a = ag.Variable(np.arange(10.0).reshape(2, 1, 5))
    b = ag.Variable(np.arange(20.0).reshape(2, 2, 5))
    product = a * b
    print(f"{a.shape} · {b.shape}: {product.shape}, last row {flat(product.data[1, 1])}")
    assert product.data[1, 1].tolist() == [75, 96, 119, 144, 171]
    c = ag.reshape(a, (2, 5, 1))
    message = "no error"
    try:
        c * b
    except ag.errors.ShapeError as error:
        message = str(error)
    print(f"{c.shape} · {b.shape}: {message}")
    assert "(2, 5, 1)" in message
    assert "(2, 2, 5)" in message


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="changes nothing: no data needed")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    print(f"seed {SEED}")
    for node in NODES:
        show(node, out)
    show_broadcasting()


if __name__ == "__main__":
    main()
