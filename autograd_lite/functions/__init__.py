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
from autograd_lite.functions.averages import (
    average,
    corrcoef,
    cov,
    ptp,
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
from autograd_lite.functions.choosing import (
    choose,
    compress,
    extract,
    select,
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
from autograd_lite.functions.convolving import (
    convolve,
    correlate,
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
    cumulative_prod,
    cumulative_sum,
    prod,
)
from autograd_lite.functions.diagonals import (
    diag,
    diagonal,
    tril,
    triu,
)
from autograd_lite.functions.differences import (
    diff,
    ediff1d,
    unwrap,
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
from autograd_lite.functions.grids import (
    gradient,
    trapezoid,
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
from autograd_lite.functions.interpolation import (
    interp,
    polyval,
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
from autograd_lite.functions.missing import (
    nan_to_num,
    nancumprod,
    nancumsum,
    nanmax,
    nanmean,
    nanmin,
    nanprod,
    nanstd,
    nansum,
    nanvar,
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
from autograd_lite.functions.quantiles import (
    median,
    nanmedian,
    nanpercentile,
    nanquantile,
    percentile,
    quantile,
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
from autograd_lite.functions.searching import (
    argmax,
    argmin,
    argpartition,
    argsort,
    bincount,
    count_nonzero,
    digitize,
    nonzero,
    searchsorted,
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
from autograd_lite.functions.sorting import (
    partition,
    sort,
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
from autograd_lite.functions.writing import (
    add_at,
    scatter,
    set_at,
)
from autograd_lite.graph.binding import BOUND

__all__ = [
    "abs",
    "absolute",
    "add",
    "add_at",
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
    "argmax",
    "argmin",
    "argpartition",
    "argsort",
    "around",
    "array",
    "array_split",
    "asarray",
    "astype",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "average",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "bincount",
    "block",
    "broadcast_arrays",
    "broadcast_to",
    "cbrt",
    "ceil",
    "choose",
    "clip",
    "column_stack",
    "compress",
    "concat",
    "concatenate",
    "conj",
    "conjugate",
    "convolve",
    "copy",
    "copysign",
    "corrcoef",
    "correlate",
    "cos",
    "cosh",
    "cosine_similarity",
    "count_nonzero",
    "cov",
    "cross",
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "deg2rad",
    "degrees",
    "delete",
    "diag",
    "diagflat",
    "diagonal",
    "diff",
    "digitize",
    "div",
    "divide",
    "divmod",
    "dot",
    "dropout",
    "dsplit",
    "dstack",
    "ediff1d",
    "einsum",
    "elu",
    "embedding",
    "exp",
    "exp2",
    "expand_dims",
    "expm1",
    "extract",
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
    "gradient",
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
    "interp",
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
    "median",
    "meshgrid",
    "min",
    "minimum",
    "mish",
    "mod",
    "modf",
    "moveaxis",
    "mul",
    "multiply",
    "nan_to_num",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
    "neg",
    "negative",
    "nll",
    "nonzero",
    "norm",
    "outer",
    "pad",
    "partition",
    "percentile",
    "permute_dims",
    "piecewise",
    "polyval",
    "positive",
    "pow",
    "power",
    "prod",
    "ptp",
    "quantile",
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
    "scatter",
    "scatter_add",
    "searchsorted",
    "select",
    "selu",
    "set_at",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinc",
    "sinh",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "sort",
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
    "trapezoid",
    "tril",
    "triu",
    "true_divide",
    "trunc",
    "unstack",
    "unwrap",
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
