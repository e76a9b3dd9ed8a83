"""Where JAX or PyTorch give another answer than ours, and why ours is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from oracles.answers import our_answer, same
from oracles.instances import Instance
from oracles.storing import load

SAFE = "0 arrives at a pole of the branch not taken, and stays 0"
TIES = "of equal values ours gives all to the first operand, theirs half to each"
NOTHING = "the length is 0: 0 is a subgradient, and a step from there stays finite"
SCALED = "ours is scaled by the largest element, so that no square overflows or is lost"
POLE = "the limit, also where it is infinite; theirs is 0 · ∞ or stops there"

# By name, or by the text of one call, which counts more. A random call needs a reason of its own.
WHY = {
    "abs": "0 is the subgradient in the middle; JAX takes the slope from the right",
    "angle": "at 0 there is no angle; JAX divides 0 by 0",
    "arctan2": "at (0, 0) there is no angle; JAX divides 0 by 0",
    "binary_cross_entropy": (
        "PyTorch bounds the slope's denominator at 1e-12; ours is the formula's own, 0 only where "
        "the bounded logarithm is flat; JAX's is spelled and meets 0 · ∞"
    ),
    "cbrt": "the slope is infinite; PyTorch's is spelled as sign(x) · |x|^(1/3) and meets 0 · ∞",
    "clipped logarithm": "at a bound ours lets the gradient pass, JAX half of it",
    "clip": "at a bound ours lets the gradient pass; JAX is a minimum of a maximum, with half each",
    "cosine_similarity": "shorter than eps the result is 0, flat; the others divide by eps or by 0",
    "fmax": "of equal values and of two NaN, each system takes another operand",
    "fmin": "of equal values and of two NaN, each system takes another operand",
    "hard_sigmoid": "at -3 and 3 ours lets the gradient pass, as at the bounds of clip",
    "hypot": NOTHING,
    "kl_divergence": "p = 0 counts for nothing, whatever log q is; theirs is 0 · ∞",
    "leaky_relu": "at 0 ours is the slope from below, as PyTorch's; JAX's is the one from above",
    "logaddexp": "of equal infinities each has half; theirs is ∞ − ∞",
    "logsumexp": "nothing is there to share; theirs is ∞ − ∞",
    "maximum": TIES,
    "maximum([1, NaN, 2], [NaN, 1, 2])": (
        "the gradient of a NaN goes to the second operand; JAX drops it, PyTorch doubles it"
    ),
    "mean_absolute_error": "0 where both are equal; JAX's |x| takes the slope from the right",
    "minimum": TIES,
    "minimum([1, NaN, 2], [NaN, 1, 2])": (
        "the gradient of a NaN goes to the second operand; JAX drops it, PyTorch doubles it"
    ),
    "norm": "0 at an element that is 0, and at a vector of them: a subgradient, or by symmetry",
    "norm([3e+200, −4e+200])": SCALED,
    "norm([3e−200, −4e−200])": SCALED,
    "pow": "x ** 0 is 1, also at 0: its slope is 0; JAX has 0 · ∞",
    "pow(0, [−1])": "0 ** -1 · log 0 is ∞ · -∞; JAX has 0 · ∞",
    "relu by maximum": TIES,
    "sigmoid by hand": "1 / (1 + ∞) is flat; theirs is 0 · ∞",
    "sinc([0, 0, 0])": "the second derivative at 0 by the series; PyTorch divides 0 by 0",
    "sinc": "exact beside 0 too, by the series; theirs cancels, or is flat there",
    "softmax_cross_entropy": "a class of weight 0, or an ignored row, counts for nothing",
    "std": "the spread is 0: 0 is a subgradient, and a step from there stays finite",
    **dict.fromkeys(
        ("where arccos", "where divide", "where exp", "where log", "where log of a product"), SAFE
    ),
    **dict.fromkeys(("where power", "where sqrt"), SAFE),
    "copysign": "the sign of 0 has no slope: 0 at an element of 0",
    **dict.fromkeys(("eigh", "svd"), "no gradient arrives at the vectors: theirs is 0 · ∞"),
    **dict.fromkeys(("matrix_norm", "vector_norm"), NOTHING),
    "median": "NaN is the largest element; JAX lets nothing through",
    "modf": "an infinite number has no fraction, as in NumPy: 0; theirs is ∞ − ∞",
    "nan_to_num": "what is replaced is constant, whatever arrives; an infinite one kept is x",
    **dict.fromkeys(
        ("nanmean", "nanmedian", "nanquantile", "nanstd", "nansum", "nanmax", "nanmin"),
        "NaN that is left out gets 0, whatever arrives; where no number is left nothing goes back",
    ),
    "cond": "no gradient arrives, and stays 0; theirs is 0 · ∞",
    "det": "the adjugate exists of singular matrices too; PyTorch goes by an inverse",
    "heaviside": "of NaN nothing goes to the second operand",
    "quantile": "between equal infinities no difference is taken; NaN is the largest element",
    "quantile([−0.4, −2, −1.2, 2, 0.4, 1.2], [0, 0.3, 0.5], method='nearest')": (
        "half-way places go to the even one, as in NumPy; JAX goes to the lower one"
    ),
    "vander": "x ** 0 is 1, also at 0: its slope is 0; JAX has 0 · ∞",
    "nanquantile([2, −0.4, −1.2, −2, 1.2, 0.4], [0, 0.3, 0.5], method='nearest')": (
        "half-way places go to the even one, as in NumPy; JAX goes to the lower one"
    ),
    "slogdet": "of a singular matrix log |det| has no slope; 0 where no gradient arrives",
    "unwrap": "what is added is constant; JAX differentiates a remainder at its jump",
    **dict.fromkeys(
        ("betainc", "betaln", "digamma", "gamma", "gammainc", "gammaincc", "gammaln", "loggamma"),
        POLE,
    ),
    **dict.fromkeys(("i0", "i1", "ndtri", "polygamma", "rgamma", "xlog1py", "xlogy"), POLE),
    **dict.fromkeys(("kl_div", "rel_entr"), "the limit at 0; JAX stops there, PyTorch has 0 · ∞"),
    "boxcox": "the limit at exponent 0 and at x = 0; JAX stops there",
    "boxcox([0.5, 2], [0, 0])": "the limit at exponent 0: log² x / 2; JAX stops there",
    "exprel": "the limit at 0 and at ∞; theirs is spelled and meets 0 / 0",
    "exprel([0, 0])": "the limit at 0; theirs is spelled and meets 0 / 0",
    "log_ndtr": "exact in the tail too; PyTorch's slope holds 8 digits",
    "x log x": "log x is -∞, and what goes through log is 0 · ∞: 0 arrives there, and stays 0",
    "x to the x": "0 ** 0 has slope 0 in both operands",
}


class Difference(NamedTuple):
    """One array in which a system differs: theirs is None where the system lacks the function."""

    instance: Instance
    part: str
    ours: np.ndarray
    theirs: dict[str, np.ndarray]

    @property
    def why(self) -> str | None:
        """Return the reason that stands above; none means that something is wrong."""
        return WHY.get(self.instance.text, WHY.get(self.instance.name))


def differences_of(name: str) -> Iterator[Difference]:
    """Yield every array of the answers to a name's instances in which a system differs."""
    for instance, answers, _ in load(name):
        ours = our_answer(instance).parts()
        theirs = {system: dict(answer.parts()) for system, answer in answers.items()}
        for part, array in ours:
            found = {system: answer[part] for system, answer in theirs.items()}
            if not all(same(array, other) for other in found.values()):
                yield Difference(instance, part, array, found)
