"""Special functions, under SciPy's names: JAX has most of them there itself."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import torch

from oracles.lacks import lacks
from oracles.words import t, tensors

SAME = (
    *("digamma", "erf", "erfc", "erfinv", "expit", "gammaln", "i0", "i0e", "i1", "i1e"),
    *("log_ndtr", "ndtr", "ndtri", "psi", "erfcx", "logit", "multigammaln", "expm1", "log1p"),
)

INEXACT = (  # in first or second order
    *("beta", "betaln", "digamma", "psi", "factorial", "gamma", "gammaln", "loggamma"),
    *("multigammaln", "polygamma", "rgamma"),
)


def torch_gamma(x):
    return torch.exp(torch.lgamma(x)) * torch.where((x < 0) & (x.floor() % 2 != 0), -1.0, 1.0)


def torch_beta(a, b):
    return torch.exp(torch_betaln(a, b))


def torch_betaln(a, b):
    a, b = t(a), t(b)
    return torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)


def torch_comb(n, k):
    return torch.exp(-torch_betaln(t(n) - t(k) + 1, t(k) + 1) - torch.log(t(n) + 1))


def torch_poch(z, m):
    return torch.exp(torch.lgamma(t(z) + t(m)) - torch.lgamma(t(z)))


def entropy_of(x):
    return torch.special.entr(x)


def huber_of(delta, r):
    size = torch.abs(r)
    return torch.where(size <= delta, 0.5 * r * r, delta * (size - 0.5 * delta))


JAX = {
    "cosm1": lambda x: -2 * jnp.sin(x / 2) ** 2,
    "exp10": lambda x: 10.0**x,
    "rgamma": lambda x: jnp.exp(-jax.scipy.special.gammaln(x)) * jax.scipy.special.gammasgn(x),
    "erfcinv": lambda x: jax.scipy.special.erfinv(1 - x),
    "exprel": lambda x: jnp.expm1(x) / x,
    "inv_boxcox": lacks("a formula that is not of exponent 0"),
    "log_ndtr": lacks("its slope holds 8 digits in the tail"),
    "spence": lacks("its derivative is NaN between 1 and 2, and 0 at 1"),
    "psi": jax.scipy.special.digamma,
    "log_expit": jax.nn.log_sigmoid,
    "rel_entr": jax.scipy.special.rel_entr,
    "erfcx": lacks("JAX has no scaled complement of erf"),
}
TORCH = {
    **{name: getattr(torch.special, name) for name in SAME},
    "cosm1": lambda x: -2 * torch.sin(x / 2) ** 2,
    "exp10": lambda x: 10.0**x,
    "erfcinv": lambda x: torch.special.erfinv(1 - x),
    "exprel": lambda x: torch.expm1(x) / x,
    "xlogy": tensors(torch.special.xlogy),
    "xlog1py": tensors(torch.special.xlog1py),
    "zeta": tensors(torch.special.zeta),
    "gammainc": tensors(torch.special.gammainc),
    "gammaincc": tensors(torch.special.gammaincc),
    "polygamma": lambda n, x: torch.special.polygamma(int(n), x),
    "gamma": torch_gamma,
    "beta": torch_beta,
    "betaln": torch_betaln,
    "binom": torch_comb,
    "poch": torch_poch,
    "entr": entropy_of,
    "rel_entr": tensors(lambda x, y: torch.special.xlogy(x, x) - torch.special.xlogy(x, y)),
    "kl_div": tensors(lambda x, y: torch.special.xlogy(x, x / y) - x + y),
    "log_expit": torch.nn.functional.logsigmoid,
    "factorial": lambda x: torch.exp(torch.lgamma(x + 1)),
    "rgamma": lambda x: 1 / torch_gamma(x),
    "j0": torch.special.bessel_j0,
    "j1": torch.special.bessel_j1,
    "y0": torch.special.bessel_y0,
    "y1": torch.special.bessel_y1,
    "huber_loss": huber_of,
    **dict.fromkeys(INEXACT, lacks("its trigamma holds 8 digits")),
    **dict.fromkeys(("j0", "j1", "y0", "y1"), lacks("a value without a derivative")),
    "inv_boxcox": lacks("a formula that is not of exponent 0"),
}
