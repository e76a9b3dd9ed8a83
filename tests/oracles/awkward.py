"""Awkward points beside those of the operations: their answers are what the systems say."""

from __future__ import annotations

from typing import Any

from autograd_lite.graph.cases import At, X

BIG = 1e4
INF = float("inf")
NAN = float("nan")


def at(*arguments: Any, **options: Any) -> At:
    """Return a point whose lists of numbers at the first place are differentiated."""
    return At(*arguments, gives=0, slopes=(), **options)


EXTREME = X([-BIG, -1.0, 0.0, 1.0, BIG])
KINK = X([-1.0, -0.0, 0.0, 1.0])
TIED = X([[2.0, 1.0, 2.0], [0.0, 0.0, 0.0]])
LOGITS = X([[BIG, -BIG, 0.0], [-BIG, BIG, BIG], [0.0, 0.0, 0.0]])
LABELS = [0, 0, 2]
EMPTY = X([[], []])
ONE = X([3.0])
LIKELY = [0.0, 1.0, 0.25, 1.0, 0.0]
REDUCED = (at(TIED, axis=1), at(TIED), at(ONE, axis=0))
SORTED = (at(TIED, axis=0), at(TIED, axis=1), at(ONE))
NANS = X([[1.0, NAN, 3.0], [2.0, 2.0, NAN]])

AWKWARD: dict[str, tuple[At, ...]] = {
    "abs": (at(KINK),),
    "sign": (at(KINK),),
    "relu": (at(KINK),),
    "maximum": (at(X([1.0, NAN, 2.0]), X([NAN, 1.0, 2.0])), at(X([0.0]), X([-0.0]))),
    "minimum": (at(X([1.0, NAN, 2.0]), X([NAN, 1.0, 2.0])), at(X([0.0]), X([-0.0]))),
    "fmax": (at(X([1.0, NAN, 2.0, 5.0]), X([NAN, 1.0, 2.0, 4.0])),),
    "fmin": (at(X([1.0, NAN, 2.0, 5.0]), X([NAN, 1.0, 2.0, 4.0])),),
    "max": (*REDUCED, at(X([1.0, 1.0, 1.0]), keepdims=True)),
    "min": (*REDUCED, at(X([1.0, 1.0, 1.0]), keepdims=True)),
    "clip": (at(X([-2.0, -1.0, 0.0, 1.0, 2.0]), -1.0, 1.0), at(X([1.0, 2.0]), 1.0, 1.0)),
    "pow": (
        at(X([0.0, 0.0, 0.0, 0.0]), X([0.0, 1.0, 2.0, 0.5])),
        at(X([0.0, -2.0, 3.0]), 0.0),
        at(0.0, X([0.0, 1.0, 2.0])),
        at(X([-2.0, -2.0]), X([2.0, 3.0])),
    ),
    "prod": (at(X([0.0, 2.0, 3.0])), at(X([0.0, 0.0, 3.0])), at(X([0.0, 0.0, 0.0])), at(ONE)),
    "cumprod": (
        at(X([2.0, 0.0, 3.0, 4.0]), axis=0),
        at(X([0.0, 2.0, 0.0, 4.0]), axis=0),
        at(X([0.0, 0.0, 0.0]), axis=0),
    ),
    "cumsum": (at(EMPTY, axis=1),),
    "sum": (at(EMPTY, axis=1), at(X([]))),
    "mean": (at(ONE),),
    "var": (at(X([2.0, 2.0, 2.0])), at(ONE)),
    "std": (at(X([2.0, 2.0, 2.0])), at(ONE)),
    "norm": (at(X([0.0, 0.0])), at(ONE), at(X([2.0, 2.0]), INF), at(X([0.0, 1.0]), 1)),
    "hypot": (at(X([0.0, -0.0]), X([0.0, 0.0])),),
    "arctan2": (at(X([0.0, 0.0, -0.0]), X([0.0, 1.0, 1.0])),),
    "sinc": (at(X([-1.0, 0.0, 1e-12, 1.0])),),
    "logsumexp": (
        at(LOGITS, axis=1),
        at(X([-INF, 0.0, 1.0])),
        at(X([-INF, -INF])),
        at(X([INF, 0.0])),
    ),
    "logaddexp": (at(X([-INF, -INF, 0.0, BIG]), X([-INF, 0.0, 0.0, -BIG])),),
    "softmax": (at(LOGITS), at(X([-INF, 0.0]))),
    "log_softmax": (at(LOGITS), at(LOGITS, axis=0)),
    "softmax_cross_entropy": (
        at(LOGITS, LABELS),
        at(LOGITS, LABELS, reduction="none"),
        at(LOGITS, LABELS, reduction="sum", label_smoothing=0.1),
    ),
    "nll": (at(X([[-BIG, 0.0], [0.0, -BIG]]), [0, 0], reduction="none"),),
    "binary_cross_entropy": (at(X([0.0, 1.0, 0.5]), [0.0, 1.0, 1.0], reduction="none"),),
    "binary_cross_entropy_with_logits": (
        at(EXTREME, LIKELY, reduction="none"),
        at(EXTREME, LIKELY),
    ),
    "kl_divergence": (at(X([[-BIG, 0.0]]), [[0.0, 1.0]]),),
    "mean_squared_error": (at(EXTREME, LIKELY),),
    "mean_absolute_error": (at(EXTREME, [-BIG, -1.0, 0.0, 0.0, 0.0], reduction="sum"),),
    "huber": (at(EXTREME, [0.0, 0.0, 0.0, 0.0, 0.0], reduction="sum"),),
    "hinge": (at(EXTREME, [1, -1, 1, 1, -1], reduction="none"),),
    "cosine_similarity": (at(X([BIG, -BIG]), X([1e-4, 1e-4])),),
    **dict.fromkeys(
        ("sigmoid", "softplus", "silu", "mish", "gelu", "elu", "selu", "leaky_relu", "tanh"),
        (at(EXTREME),),
    ),
    "where": (at([True, False], X([INF, 1.0]), X([2.0, NAN])),),
    "sqrt": (at(X([0.0, -0.0, 1e-300])),),
    "log": (at(X([0.0, 1e-300])),),
    "mod": (at(X([4.0, -4.0, 0.0]), X([2.0, 2.0, 3.0])),),
    # Names to come: what no operation has yet is not asked about.
    "sort": SORTED,
    "partition": (at(TIED, 1),),
    "median": (*REDUCED, at(X([1.0, 2.0, 2.0, 5.0]))),
    "percentile": (at(TIED, 50.0), at(X([1.0, 2.0, 4.0]), [0.0, 25.0, 100.0])),
    "quantile": (at(TIED, 0.5), at(X([1.0, 2.0, 4.0]), [0.0, 0.25, 1.0])),
    "nansum": (at(NANS), at(NANS, axis=0)),
    "nanmean": (at(NANS), at(NANS, axis=0)),
    "nanmax": (at(NANS), at(TIED, axis=1)),
    "nanmin": (at(NANS), at(TIED, axis=1)),
    "nanprod": (at(NANS, axis=1),),
    "nanstd": (at(NANS, axis=1),),
    "nanvar": (at(NANS, axis=1),),
    "ptp": (at(TIED, axis=1),),
    "xlogy": (at(X([0.0, 0.0, 1.0]), X([0.0, 2.0, 2.0])),),
    "erf": (at(EXTREME),),
    "expit": (at(EXTREME),),
    "log_ndtr": (at(EXTREME),),
    "det": (at(X([[1.0, 2.0], [2.0, 4.0]])), at(X([[0.0, 0.0], [0.0, 0.0]]))),
    "eigvalsh": (at(X([[2.0, 0.0], [0.0, 2.0]])),),
    "svdvals": (at(X([[2.0, 0.0], [0.0, 2.0]])),),
}
