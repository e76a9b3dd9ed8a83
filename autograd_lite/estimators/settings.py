"""The parameters of an estimator, checked when it is fitted as scikit-learn asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf
from numbers import Integral, Real
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError

__all__ = ["Settings", "settings_of"]

CHOICES = {
    "activation": ("identity", "logistic", "tanh", "relu"),
    "solver": ("adam", "sgd"),
    "learning_rate": ("constant", "invscaling", "adaptive"),
}
SWITCHES = ("shuffle", "warm_start", "nesterovs_momentum", "early_stopping")
POSITIVE = ("learning_rate_init", "epsilon")
NOT_NEGATIVE = ("alpha", "power_t", "tol")
BELOW_ONE = ("beta_1", "beta_2", "validation_fraction")


@dataclass(frozen=True)
class Settings:
    """What an estimator was told; its class says what each means."""

    hidden_layer_sizes: tuple[int, ...]
    activation: str
    solver: str
    alpha: float
    batch_size: int | str
    learning_rate: str
    learning_rate_init: float
    power_t: float
    max_iter: int
    shuffle: bool
    random_state: int | np.random.RandomState | None
    tol: float
    verbose: bool | int
    warm_start: bool
    momentum: float
    nesterovs_momentum: bool
    early_stopping: bool
    validation_fraction: float
    beta_1: float
    beta_2: float
    epsilon: float
    n_iter_no_change: float

    def rows_per_batch(self, rows: int) -> int:
        """Return how many of these rows make a batch."""
        return min(rows, 200 if isinstance(self.batch_size, str) else self.batch_size)


def settings_of(params: Mapping[str, Any], what: str) -> Settings:
    """Return checked parameters.

    Raises
    ------
    ArgumentError
        If one has no value that can be used.
    """
    for name, known in CHOICES.items():
        _demand(params[name] in known, params, name, what, f"one of {', '.join(known)}")
    for name in SWITCHES:
        _demand(isinstance(params[name], bool | np.bool_), params, name, what, "True or False")
    _demand(_is_count(params["max_iter"]), params, "max_iter", what, "a whole number from 1 on")
    for name in POSITIVE:
        _demand(_within(params[name]) and params[name] > 0, params, name, what, "a positive number")
    for name in NOT_NEGATIVE:
        _demand(_within(params[name]), params, name, what, "a number that is not negative")
    for name in BELOW_ONE:
        within = _within(params[name], 1.0) and params[name] < 1
        _demand(within, params, name, what, "a number from 0 to 1, without 1")
    _demand(_within(params["momentum"], 1.0), params, "momentum", what, "a number from 0 to 1")
    batch = params["batch_size"]
    known_batch = batch == "auto" if isinstance(batch, str) else _is_count(batch)
    _demand(known_batch, params, "batch_size", what, '"auto" or a whole number from 1 on')
    patience = params["n_iter_no_change"]
    patient = _is_count(patience) or patience == inf
    _demand(patient, params, "n_iter_no_change", what, "a whole number from 1 on, or infinity")
    sizes = params["hidden_layer_sizes"]
    hidden = (
        tuple(sizes) if isinstance(sizes, Iterable) and not isinstance(sizes, str) else (sizes,)
    )
    all_counts = all([_is_count(size) for size in hidden])
    _demand(all_counts, params, "hidden_layer_sizes", what, "whole numbers that are > 0")
    return Settings(**{**params, "hidden_layer_sizes": tuple([int(size) for size in hidden])})


def _demand(fits: bool, params: Mapping[str, Any], name: str, what: str, wanted: str) -> None:
    """Raise unless a parameter fits."""
    if not fits:
        msg = f"{what}: {name} is {params[name]!r:.60}; pass {wanted}."
        raise ArgumentError(msg)


def _is_count(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 1


def _within(value: object, most: float = inf) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and 0 <= float(value) <= most
