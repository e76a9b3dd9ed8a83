"""Functions to check: right ones, and of every kind of wrong one an example."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_lite as ag
from autograd_lite.testing import arrays, broadcastable, shapes

# ---- right ones


class Cube(ag.Function):
    keeps = ("x",)

    def forward(self, x):
        self.x = x
        return x * x * x

    def backward(self, gy):
        return 3 * self.x * self.x * gy


class Product(ag.Function):
    keeps = ("a", "b")

    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, gy):
        xp, (a, b) = self.xp, (self.a, self.b)
        return xp.sum_to(gy * b, a.shape), xp.sum_to(gy * a, b.shape)


class SumAndDifference(ag.Function):
    outputs = ("total", "rest")

    def forward(self, a, b):
        return a + b, a - b

    def backward(self, g_total, g_rest):
        return g_total + g_rest, g_total - g_rest


class Softmax(ag.Function):
    """Not elementwise, and it keeps its output."""

    keeps = ("out",)

    def forward(self, x):
        e = self.xp.exp(x - x.max(axis=-1, keepdims=True))
        self.out = e / e.sum(axis=-1, keepdims=True)
        return self.out

    def backward(self, gy):
        z = gy * self.out
        return z - self.out * z.sum(axis=-1, keepdims=True)


class Scale(ag.Function):
    """With an option of its constructor."""

    def __init__(self, factor, offset=0.0):
        self.factor, self.offset = factor, offset

    def forward(self, x):
        return x * self.factor + self.offset

    def backward(self, gy):
        return gy * self.factor


class Wanted(Product):
    """Computes only the gradients that are wanted."""

    def backward(self, gy):
        xp, (a, b) = self.xp, (self.a, self.b)
        return (
            xp.sum_to(gy * b, a.shape) if self.wants[0] else None,
            xp.sum_to(gy * a, b.shape) if self.wants[1] else None,
        )


class Rectified(ag.Function):
    constants = ("mask",)

    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, gy):
        return gy * self.mask


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# ---- wrong ones


class WrongSign(Cube):
    def backward(self, gy):
        return -3 * self.x * self.x * gy


class MissingFactor(Cube):
    def backward(self, gy):
        return self.x * self.x * gy


class FirstRowOnly(ag.Function):
    """Instead of the sum over the broadcast axis."""

    def forward(self, x, b):
        return x + b

    def backward(self, gy):
        return gy, gy[0]


class WithoutTheSum(FirstRowOnly):
    def backward(self, gy):
        return gy, gy


class WideConstant(Cube):
    def backward(self, gy):
        return np.float64(3.0) * self.x * self.x * gy


class WideResult(Cube):
    def forward(self, x):
        return super().forward(x) * np.float64(1.0)


class Coarse(Cube):
    """Right in float64 only."""

    def forward(self, x):
        out = super().forward(x)
        return out if x.dtype == np.float64 else out + x.dtype.type(1e-2)


class Clobbers(Cube):
    def forward(self, x):
        out = super().forward(x)
        x[...] = 0.0
        return out


class ClobbersWhatArrives(Cube):
    def backward(self, gy):
        gy *= 3 * self.x * self.x
        return gy


class Undeclared(ag.Function):
    def forward(self, x):
        self.slope = 2 * x
        return x * x

    def backward(self, gy):
        return gy * self.slope


class HiddenSecond(ag.Function):
    """Declares as a constant what depends on the operand."""

    constants = ("slope",)

    def forward(self, x):
        self.slope = 2 * x
        return x * x

    def backward(self, gy):
        return gy * self.slope


class LayoutBound(Cube):
    """Reads the memory in its own order."""

    def forward(self, x):
        return super().forward(x).ravel(order="K").reshape(x.shape)


class StridesOfTheGradient(Cube):
    def backward(self, gy):
        flags = getattr(gy, "flags", None)  # Variables have none
        return super().backward(gy) * (1 if flags is None or flags.c_contiguous else 2)


class Random(Cube):
    def forward(self, x):
        self.x = x
        return x * np.random.default_rng().random()


class RandomRule(Cube):
    def backward(self, gy):
        return super().backward(gy) * np.random.default_rng().random()


class SpendsItself(Cube):
    """Its second pass differs from the first."""

    times = 0

    def backward(self, gy):
        self.times += 1
        return super().backward(gy) * self.times


RESULTS: dict[tuple[int, ...], np.ndarray] = {}


class Remembers(ag.Function):
    """Hands out the same array again."""

    def forward(self, x):
        return RESULTS.setdefault(x.shape, np.zeros(x.shape))

    def backward(self, gy):
        return gy * 0.0


class Buffered(ag.Function):
    """Computes into a buffer of its own, which is now the caller's."""

    def forward(self, x):
        return np.multiply(x, 2.0, out=RESULTS.setdefault(x.shape, np.zeros(x.shape)))

    def backward(self, gy):
        return gy * 2.0


class Quadratic(Cube):
    def backward(self, gy):
        return super().backward(gy) * gy


class Affine(Cube):
    def backward(self, gy):
        return super().backward(gy) + 1e-3


class OnlyOneOutput(SumAndDifference):
    def backward(self, g_total, g_rest):
        return g_total + g_rest, g_total - abs(g_rest)


class BelowZero(Cube):
    def backward(self, gy):
        return 3 * self.x * gy * self.xp.where(self.x > 0, self.x, -self.x)


class WhereEmpty(ag.Function):
    def forward(self, x, b):
        self.rows = len(x)
        return x.sum(axis=0) + b

    def backward(self, gy):
        spread = self.xp.broadcast_to(gy, (self.rows, *gy.shape))
        return spread, gy if self.rows else 0 * gy


class WhereEmptyRaises(Cube):
    def backward(self, gy):
        return super().backward(gy) + 0.0 * self.x.reshape(-1)[0]


class WithoutAxes(Cube):
    def backward(self, gy):
        return (3 if self.x.ndim else 2) * self.x * self.x * gy


class WhereOneIsConstant(Product):
    def backward(self, gy):
        left, right = super().backward(gy)
        return left, right if self.wants[0] else right * 2


class RaisesWhereOneIsConstant(Product):
    def backward(self, gy):
        if not all(self.wants):
            raise NotImplementedError
        return super().backward(gy)


class RecordsOnly(Cube):
    """Computes something else where nothing is recorded."""

    def forward(self, x):
        return super().forward(x) * (1.0 if any(self.wants) else 2.0)


class NotVariables(Cube):
    def __call__(self, x):
        return super().__call__(x).data


class Cut(Cube):
    def __call__(self, x):
        return super().__call__(x.detach() if isinstance(x, ag.Variable) else x)


class Later(ag.Function):
    """Reads its factor when backward comes, from where the user has it."""

    def __init__(self, factor):
        self.read = lambda: factor

    def forward(self, x):
        return x * self.read()

    def backward(self, gy):
        return gy * self.read()


ONE = arrays()
TWO = broadcastable(2)
ROWS = arrays((2, 3)), arrays(3)

WRONG: list[tuple[type[ag.Function], tuple[Any, ...], str, str]] = [
    (WrongSign, (ONE,), "first order", "wrong sign"),
    (MissingFactor, (ONE,), "first order", "wrong factor: 0.3333"),
    (FirstRowOnly, ROWS, "first order", "missing sum over broadcast axis 0"),
    (WithoutTheSum, ROWS, "backward", r"shape \(2, 3\), but the input has shape \(3,\)"),
    (WideConstant, (ONE,), "dtypes", "dtype float64, but the input has dtype float32"),
    (WideResult, (ONE,), "dtypes", "result 1 is float64 for operands of float32"),
    (Coarse, (ONE,), "dtypes", "float32 result, against float64"),
    (Clobbers, (ONE,), "memory", "read-only.*write into a copy"),
    (ClobbersWhatArrives, (ONE,), "memory", "read-only.*write into a copy"),
    (Undeclared, (ONE,), "second order", "slope.*second_order=False"),
    (HiddenSecond, (ONE,), "second order", "differ from central differences"),
    (LayoutBound, (ONE,), "layout", "result of operands in F memory"),
    (StridesOfTheGradient, (ONE,), "layout", "where a .* arrives"),
    (Random, (ONE,), "determinism", "another result"),
    (RandomRule, (ONE,), "determinism", "another gradient"),
    (SpendsItself, (ONE,), "determinism", "a second backward pass"),
    (Remembers, (ONE,), "memory", "two calls share memory"),
    (Buffered, (ONE,), "memory", "read-only"),
    (Quadratic, (ONE,), "linearity", r"1.5 g \+ -0.75 h"),
    (Affine, (ONE,), "linearity", r"1.5 g \+ -0.75 h"),
    (OnlyOneOutput, (arrays(3), arrays(3)), "linearity", r"1.5 g \+ -0.75 h"),
    (BelowZero, (ONE,), "first order", "wrong sign"),
    (WhereEmpty, (arrays(shapes(2, 2)).map(lambda x: (x, x.sum(0))),), "first order", r"\(0, "),
    (WhereEmptyRaises, (ONE,), "backward", r"IndexError.*\n.*\(0,\) \[\]"),
    (WithoutAxes, (ONE,), "first order", r"argument 1: float64 \(\) "),
    (WhereOneIsConstant, (TWO,), "constants", "gradient 2 where the other operands"),
    (RaisesWhereOneIsConstant, (TWO,), "constants", "NotImplementedError"),
    (RecordsOnly, (ONE,), "recording", "under no_grad"),
    (NotVariables, (ONE,), "forward", "returned ndarray"),
    (Cut, (ONE,), "forward", "no result depends on an operand"),
]
