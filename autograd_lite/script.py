"""Running a user's script, and finding the Variables that it ends with."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Mapping
from pathlib import Path

from autograd_lite.errors import ArgumentError
from autograd_lite.graph.function import Function, Producer
from autograd_lite.graph.variable import Variable, producer_of
from autograd_lite.graph.walk import nodes_below

__all__ = ["last_variables", "run_script"]


def run_script(path: Path) -> dict[str, object]:
    """Run a script as ``python path`` would, and return its global names.

    Raises
    ------
    ArgumentError
        If there is no such file.
    """
    if not path.is_file():
        msg = f"{path}: there is no such script."
        raise ArgumentError(msg)
    before = sys.argv, sys.path[:]
    sys.argv = [str(path)]
    sys.path.insert(0, str(path.parent))
    try:
        return runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv, sys.path[:] = before


def last_variables(names: Mapping[str, object]) -> dict[str, Variable]:
    """Return the recorded Variables among `names` that no other one of them depends on.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.script import last_variables
    >>> x = ag.Variable(3.0)
    >>> y = x * x
    >>> z = y + x
    >>> list(last_variables({"x": x, "y": y, "z": z}))
    ['z']
    """
    ends: dict[Producer, tuple[str, Variable]] = {}
    for name, value in names.items():
        if isinstance(value, Variable) and value.creator is not None:
            ends.setdefault(producer_of(value), (name, value))
    below = nodes_below([v for _, v in ends.values()])
    inner = {edge for node in below if isinstance(node, Function) for edge in node.producers}
    return {name: v for producer, (name, v) in ends.items() if producer not in inner}
