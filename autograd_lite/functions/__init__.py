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
from autograd_lite.functions.aliases import (
    amax,
    amin,
    around,
    concat,
    degrees,
    fabs,
    fix,
    permute_dims,
    positive,
    radians,
    remainder,
    rint,
    true_divide,
)
from autograd_lite.functions.applying import (
    apply_along_axis,
    piecewise,
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
from autograd_lite.functions.atleast import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
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
from autograd_lite.functions.creating import (
    diagflat,
    full,
    full_like,
    geomspace,
    linspace,
    logspace,
    vander,
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
from autograd_lite.functions.editing import (
    delete,
    insert,
    resize,
)
from autograd_lite.functions.entry import (
    array,
    asarray,
    copy,
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
from autograd_lite.functions.quotients import (
    divmod,
    floor_divide,
    fmod,
    modf,
)
from autograd_lite.functions.rearranging import (
    broadcast_arrays,
    fliplr,
    flipud,
    matrix_transpose,
    meshgrid,
    rollaxis,
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
from autograd_lite.functions.scaling import (
    deg2rad,
    float_power,
    logaddexp2,
    rad2deg,
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
from autograd_lite.functions.signs import (
    copysign,
    heaviside,
)
from autograd_lite.functions.splitting import (
    array_split,
    dsplit,
    hsplit,
    unstack,
    vsplit,
)
from autograd_lite.functions.stacking import (
    append,
    block,
    column_stack,
    dstack,
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
from autograd_lite.functions.vectors import (
    cross,
    matvec,
    vdot,
    vecdot,
    vecmat,
)
from autograd_lite.graph.binding import BOUND

__all__ = [
    "abs",
    "absolute",
    "add",
    "amax",
    "amin",
    "angle",
    "append",
    "apply_along_axis",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "around",
    "array",
    "array_split",
    "asarray",
    "astype",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "block",
    "broadcast_arrays",
    "broadcast_to",
    "cbrt",
    "ceil",
    "clip",
    "column_stack",
    "concat",
    "concatenate",
    "conj",
    "conjugate",
    "copy",
    "copysign",
    "cos",
    "cosh",
    "cosine_similarity",
    "cross",
    "cumprod",
    "cumsum",
    "deg2rad",
    "degrees",
    "delete",
    "diag",
    "diagflat",
    "diagonal",
    "div",
    "divide",
    "divmod",
    "dot",
    "dropout",
    "dsplit",
    "dstack",
    "einsum",
    "elu",
    "embedding",
    "exp",
    "exp2",
    "expand_dims",
    "expm1",
    "fabs",
    "fix",
    "flip",
    "fliplr",
    "flipud",
    "float_power",
    "floor",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "full",
    "full_like",
    "gelu",
    "geomspace",
    "getitem",
    "hard_sigmoid",
    "heaviside",
    "hinge",
    "hsplit",
    "hstack",
    "huber",
    "hypot",
    "imag",
    "inner",
    "insert",
    "iscomplex",
    "isreal",
    "kl_divergence",
    "kron",
    "layer_norm",
    "leaky_relu",
    "linear",
    "linspace",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logaddexp",
    "logaddexp2",
    "logspace",
    "logsumexp",
    "matmul",
    "matrix_transpose",
    "matvec",
    "max",
    "maximum",
    "maxout",
    "mean",
    "mean_absolute_error",
    "mean_squared_error",
    "meshgrid",
    "min",
    "minimum",
    "mish",
    "mod",
    "modf",
    "moveaxis",
    "mul",
    "multiply",
    "neg",
    "negative",
    "nll",
    "norm",
    "outer",
    "pad",
    "permute_dims",
    "piecewise",
    "positive",
    "pow",
    "power",
    "prod",
    "rad2deg",
    "radians",
    "ravel",
    "real",
    "real_if_close",
    "reciprocal",
    "relu",
    "remainder",
    "repeat",
    "reshape",
    "resize",
    "rint",
    "roll",
    "rollaxis",
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
    "true_divide",
    "trunc",
    "unstack",
    "vander",
    "var",
    "vdot",
    "vecdot",
    "vecmat",
    "vsplit",
    "vstack",
    "where",
]

_ROOMS = {"fft": fft, "linalg": linalg}
_operations = {name: globals()[name] for name in __all__}
__all__ += list(_ROOMS)
_kernels = {**_operations, **_ROOMS, "column_sums": partial(_operations["sum"], axis=0)}
BOUND.namespace = Namespace("autograd_lite", None, _kernels, "any")
methods.bind_methods(_operations)
