"""The functions of ``scipy.special``, differentiable; SciPy must be installed.

Values are SciPy's own; a slope is a formula of special functions that are differentiable again, so
derivatives of every order are there. Orders and shapes before the last argument (of Bessel and
incomplete functions) are constants; see docs/special.md.

Examples
--------
>>> import autograd_lite as ag
>>> x = ag.Variable([0.5, 2.0])
>>> ag.special.gammaln(x).sum().backward()
>>> x.grad.round(6).tolist()
[-1.96351, 0.422784]
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from autograd_lite.arrays import Namespace, attach
from autograd_lite.errors import MissingDependencyError
from autograd_lite.graph.binding import BOUND

try:
    _SCIPYS = import_module("scipy.special")
except ImportError as error:
    msg = "special needs SciPy; install it, for example with pip install 'autograd-lite[scipy]'."
    raise MissingDependencyError(msg) from error

from autograd_lite.functions import cbrt, exp2, expm1, log1p
from autograd_lite.functions import sigmoid as expit
from autograd_lite.special.bessel import j0, j1, jn, jv, y0, y1, yn, yv
from autograd_lite.special.betas import beta, betainc, betaln, gammainc, gammaincc
from autograd_lite.special.entropies import (
    entr,
    kl_div,
    log_expit,
    log_softmax,
    logit,
    logsumexp,
    rel_entr,
    softmax,
    xlog1py,
    xlogy,
)
from autograd_lite.special.gammas import (
    digamma,
    factorial,
    gamma,
    gammaln,
    gammasgn,
    loggamma,
    multigammaln,
    polygamma,
    psi,
    rgamma,
    zeta,
)
from autograd_lite.special.hypergeometric import ellipe, ellipk, hyp2f1
from autograd_lite.special.modified import i0, i0e, i1, i1e, iv, ive, k0, k1, kv
from autograd_lite.special.normal import (
    dawsn,
    erf,
    erfc,
    erfcinv,
    erfcx,
    erfinv,
    log_ndtr,
    ndtr,
    ndtri,
)
from autograd_lite.special.powers import (
    boxcox,
    cosm1,
    exp10,
    exprel,
    huber,
    inv_boxcox,
    pseudo_huber,
    spence,
)

__all__ = [
    "beta",
    "betainc",
    "betaln",
    "boxcox",
    "cbrt",
    "cosm1",
    "dawsn",
    "digamma",
    "ellipe",
    "ellipk",
    "entr",
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfinv",
    "exp2",
    "exp10",
    "expit",
    "expm1",
    "exprel",
    "factorial",
    "gamma",
    "gammainc",
    "gammaincc",
    "gammaln",
    "gammasgn",
    "huber",
    "hyp2f1",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "inv_boxcox",
    "iv",
    "ive",
    "j0",
    "j1",
    "jn",
    "jv",
    "k0",
    "k1",
    "kl_div",
    "kv",
    "log1p",
    "log_expit",
    "log_ndtr",
    "log_softmax",
    "loggamma",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "pseudo_huber",
    "psi",
    "rel_entr",
    "rgamma",
    "softmax",
    "spence",
    "xlog1py",
    "xlogy",
    "y0",
    "y1",
    "yn",
    "yv",
    "zeta",
]


def _room_of(library: Namespace) -> Any:
    """Return the special functions that belong to a library: what ``xp.special`` is in a rule."""
    if library is BOUND.namespace:
        return sys.modules[__name__]
    if library.library == "CuPy":
        return import_module("cupyx.scipy.special")
    return getattr(library.module, "special", _SCIPYS)


attach("special", _room_of)
