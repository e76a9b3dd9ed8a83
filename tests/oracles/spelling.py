"""How each system spells a function of ours: tables, and NumPy's own names where JAX has them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import torch

from oracles.lacks import Lacks, lacks
from oracles.programs import PROGRAMS

Spelled = Callable[..., Any]

FAMILIES = [
    import_module(f"oracles.spellings.{path.stem}")
    for path in sorted((Path(__file__).parent / "spellings").glob("[a-z]*.py"))
]
JAX: dict[str, Spelled] = {n: f for family in FAMILIES for n, f in family.JAX.items()}
TORCH: dict[str, Spelled] = {n: f for family in FAMILIES for n, f in family.TORCH.items()}
NUMPY_NAMES = (jnp, jnp.linalg, jnp.fft, jax.scipy.special)

__all__ = ["Lacks", "spelled"]


def spelled(name: str, system: str) -> Spelled:
    """Return a function with our arguments that is made of another system's functions.

    A function that JAX has under NumPy's name needs no entry.
    """
    if name in PROGRAMS:
        return partial(PROGRAMS[name].program, jnp if system == "jax" else torch)
    if system == "torch":
        return TORCH.get(name) or lacks("no spelling")
    return JAX.get(name) or _under_numpys_name(name) or lacks("no spelling")


def _under_numpys_name(name: str) -> Spelled | None:
    for place in NUMPY_NAMES:
        if callable(found := getattr(place, name, None)):
            return found
    return None
