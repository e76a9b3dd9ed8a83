"""The operations, a file per family: each is one small class and the function that applies it.

Importing this room gives Variable its operators and methods, and the engine the namespace that
rules see when backward is itself recorded.
"""

from autograd_lite.arrays import Namespace
from autograd_lite.functions.activations import relu, sigmoid, softmax
from autograd_lite.functions.arithmetic import add, divide, multiply, negative, power, subtract
from autograd_lite.functions.elementwise import exp, log, maximum, sqrt, tanh, where
from autograd_lite.functions.indexing import getitem, scatter_add
from autograd_lite.functions.linalg import linear, matmul
from autograd_lite.functions.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    mean_squared_error,
    softmax_cross_entropy,
)
from autograd_lite.functions.methods import bind_methods
from autograd_lite.functions.reductions import max, mean, sum
from autograd_lite.functions.shapes import (
    astype,
    broadcast_to,
    repeat,
    reshape,
    sum_to,
    swapaxes,
    to,
    transpose,
)
from autograd_lite.graph.binding import BOUND

__all__ = [
    "add",
    "astype",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "broadcast_to",
    "div",
    "divide",
    "exp",
    "getitem",
    "linear",
    "log",
    "matmul",
    "max",
    "maximum",
    "mean",
    "mean_squared_error",
    "mul",
    "multiply",
    "neg",
    "negative",
    "pow",
    "power",
    "relu",
    "repeat",
    "reshape",
    "scatter_add",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "sqrt",
    "sub",
    "subtract",
    "sum",
    "sum_to",
    "swapaxes",
    "tanh",
    "to",
    "transpose",
    "where",
]

mul, sub, div, neg, pow = multiply, subtract, divide, negative, power

BOUND.namespace = Namespace(
    "autograd_lite", None, {name: globals()[name] for name in __all__}, "any"
)
bind_methods()
