"""Explaining a script: what it computes, as NumPy programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograd_lite.capturing import Captured, capture
from autograd_lite.errors import AutogradError, CaptureError
from autograd_lite.graph import no_grad
from autograd_lite.modes import in_mode
from autograd_lite.nn import Module
from autograd_lite.script import run_script

__all__ = ["explain", "programs_in"]

DEPTH = 2  # objects on the way to a captured function: a Trainer, its step
ROWS = 100  # of the batch that a model is explained with


def explain(script: Path) -> str:
    """Run a script and return its programs as one text.

    Raises
    ------
    ArgumentError
        If there is no such script.
    CaptureError
        If the script ends with nothing to explain.
    ScriptError
        From the error that the script raised.
    """
    texts = [f"# ==== {name}\n{text}" for name, text in programs_in(run_script(script, "explain"))]
    if not texts:
        msg = (
            f"explain: {script} ends without a captured function that was called, and without a "
            "Module; only those at its top level count, so give one a name there."
        )
        raise CaptureError(msg)
    return "\n\n".join(texts)


def programs_in(names: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the programs of a script's captured functions, else of its models, with their names.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.explain import programs_in
    >>> model = ag.nn.Sequential(ag.nn.Linear(2, 3), ag.nn.Tanh())
    >>> [(name, "tanh(" in text) for name, text in programs_in({"model": model})]
    [('model', True)]
    """
    found = list(_captured(names))
    yield from found
    if not found:
        for name, thing in names.items():
            if isinstance(thing, Module) and not name.startswith("_"):
                yield name, _forward(name, thing)


def _captured(names: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the programs of captured functions: those of objects at the top level, too."""
    seen: set[int] = set()
    for name, thing in names.items():
        for path, one in _held(name, thing, DEPTH):
            if id(one) not in seen:
                seen.add(id(one))
                for i, text in enumerate(one.programs):
                    yield path + (f" ({i + 1})" if len(one.programs) > 1 else ""), text


def _held(path: str, thing: object, depth: int) -> Iterator[tuple[str, Captured[..., Any]]]:
    """Yield what is captured in an object, with the path that leads there."""
    if isinstance(thing, Captured):
        yield path, thing
    elif depth and not isinstance(thing, type | ModuleType):
        for name, part in getattr(thing, "__dict__", {}).items():
            yield from _held(f"{path}.{name.lstrip('_')}", part, depth - 1)


def _forward(name: str, model: Module) -> str:
    """Return the forward program of a model, for a batch as wide as its first weights are long."""
    tables = [v for v in model.parameters() if v.ndim == 2]
    if not tables:
        msg = (
            f"explain: it is not told which inputs {name} takes; capture it in the script, "
            f"f = ag.capture({name}), and call it once."
        )
        raise CaptureError(msg)
    first = tables[0]
    captured = capture(model)
    try:
        with no_grad(), in_mode(model, training=False):
            captured(np.zeros((ROWS, first.shape[0]), first.dtype))
    except AutogradError as error:
        msg = (
            f"explain: {name} cannot be run on {first.shape[0]} inputs ({error}); capture it in "
            f"the script, f = ag.capture({name}), and call it once."
        )
        raise CaptureError(msg) from error
    return captured.source
