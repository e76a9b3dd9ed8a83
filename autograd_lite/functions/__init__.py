"""The operations, a file per family: each is one small class and the function that applies it.

Importing this room gives Variable its operators and methods, and the engine the namespace that
rules see when backward is itself recorded.
"""

from functools import partial

from autograd_lite.arrays import Namespace
from autograd_lite.functions import fft, linalg, methods
from autograd_lite.functions.activations import (
    gelu,
    mish,
    sigmoid,
    silu,
    softplus,
)
from autograd_lite.functions.arithmetic import (
    add,
    div,
    divide,
    mul,
    multiply,
    neg,
    negative,
    sub,
    subtract,
)
from autograd_lite.functions.axes import (
    moveaxis,
    swapaxes,
    transpose,
)
from autograd_lite.functions.binary_losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
)
from autograd_lite.functions.complex import (
    angle,
    conj,
    conjugate,
    imag,
    iscomplex,
    isreal,
    real,
    real_if_close,
)
from autograd_lite.functions.contractions import (
    einsum,
    kron,
    outer,
    tensordot,
)
from autograd_lite.functions.conversion import (
    astype,
    to,
)
from autograd_lite.functions.cross_entropy import (
    nll,
    softmax_cross_entropy,
)
from autograd_lite.functions.cumulative import (
    cumprod,
    cumsum,
    prod,
)
from autograd_lite.functions.diagonals import (
    diag,
    diagonal,
    tril,
    triu,
)
from autograd_lite.functions.divergences import (
    cosine_similarity,
    kl_divergence,
)
from autograd_lite.functions.exponentials import (
    exp,
    exp2,
    expm1,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
)
from autograd_lite.functions.hyperbolic import (
    arccosh,
    arcsinh,
    arctanh,
    cosh,
    sinh,
    tanh,
)
from autograd_lite.functions.indexing import (
    getitem,
    scatter_add,
)
from autograd_lite.functions.joining import (
    concatenate,
    hstack,
    split,
    stack,
    vstack,
)
from autograd_lite.functions.linalg import (
    norm,
)
from autograd_lite.functions.matrices import (
    dot,
    inner,
    linear,
    matmul,
    trace,
)
from autograd_lite.functions.normalization import (
    batch_norm,
    layer_norm,
)
from autograd_lite.functions.padding import (
    pad,
)
from autograd_lite.functions.powers import (
    cbrt,
    hypot,
    pow,
    power,
    reciprocal,
    sqrt,
    square,
)
from autograd_lite.functions.probabilities import (
    log_softmax,
    softmax,
)
from autograd_lite.functions.rectifiers import (
    elu,
    hard_sigmoid,
    leaky_relu,
    maxout,
    relu,
    selu,
    step,
)
from autograd_lite.functions.reductions import (
    logsumexp,
    max,
    mean,
    min,
    sum,
)
from autograd_lite.functions.regression import (
    hinge,
    huber,
    mean_absolute_error,
    mean_squared_error,
)
from autograd_lite.functions.reordering import (
    flip,
    roll,
    rot90,
)
from autograd_lite.functions.repeating import (
    repeat,
    tile,
)
from autograd_lite.functions.rounding import (
    ceil,
    floor,
    mod,
    round,
    sign,
    trunc,
)
from autograd_lite.functions.selection import (
    abs,
    absolute,
    clip,
    fmax,
    fmin,
    maximum,
    minimum,
    where,
)
from autograd_lite.functions.shapes import (
    broadcast_to,
    expand_dims,
    ravel,
    reshape,
    squeeze,
    sum_to,
)
from autograd_lite.functions.statistics import (
    std,
    var,
)
from autograd_lite.functions.stochastic import (
    dropout,
)
from autograd_lite.functions.taking import (
    embedding,
    take,
    take_along_axis,
)
from autograd_lite.functions.trigonometry import (
    arccos,
    arcsin,
    arctan,
    arctan2,
    cos,
    sin,
    sinc,
    tan,
)
from autograd_lite.graph.binding import BOUND

__all__ = [
    "abs",
    "absolute",
    "add",
    "angle",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "astype",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "broadcast_to",
    "cbrt",
    "ceil",
    "clip",
    "concatenate",
    "conj",
    "conjugate",
    "cos",
    "cosh",
    "cosine_similarity",
    "cumprod",
    "cumsum",
    "diag",
    "diagonal",
    "div",
    "divide",
    "dot",
    "dropout",
    "einsum",
    "elu",
    "embedding",
    "exp",
    "exp2",
    "expand_dims",
    "expm1",
    "flip",
    "floor",
    "fmax",
    "fmin",
    "gelu",
    "getitem",
    "hard_sigmoid",
    "hinge",
    "hstack",
    "huber",
    "hypot",
    "imag",
    "inner",
    "iscomplex",
    "isreal",
    "kl_divergence",
    "kron",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logaddexp",
    "logsumexp",
    "matmul",
    "max",
    "maximum",
    "maxout",
    "mean",
    "mean_absolute_error",
    "mean_squared_error",
    "min",
    "minimum",
    "mish",
    "mod",
    "moveaxis",
    "mul",
    "multiply",
    "neg",
    "negative",
    "nll",
    "norm",
    "outer",
    "pad",
    "pow",
    "power",
    "prod",
    "ravel",
    "real",
    "real_if_close",
    "reciprocal",
    "relu",
    "repeat",
    "reshape",
    "roll",
    "rot90",
    "round",
    "scatter_add",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinc",
    "sinh",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "step",
    "sub",
    "subtract",
    "sum",
    "sum_to",
    "swapaxes",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tensordot",
    "tile",
    "to",
    "trace",
    "transpose",
    "tril",
    "triu",
    "trunc",
    "var",
    "vstack",
    "where",
]

_ROOMS = {"fft": fft, "linalg": linalg}
_operations = {name: globals()[name] for name in __all__}
__all__ += list(_ROOMS)
_kernels = {**_operations, **_ROOMS, "column_sums": partial(_operations["sum"], axis=0)}
BOUND.namespace = Namespace("autograd_lite", None, _kernels, "any")
methods.bind_methods(_operations)
