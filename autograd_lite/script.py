"""Running a user's script, and finding the Variables that it ends with."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from autograd_lite.drawing.graph import Graph
from autograd_lite.errors import ArgumentError
from autograd_lite.graph.function import Function, Producer
from autograd_lite.graph.variable import Variable, producer_of
from autograd_lite.graph.walk import nodes_below

__all__ = ["ScriptError", "last_picture", "last_variables", "run_script"]


class ScriptError(Exception):
    """A script failed, by an error of its own, whose traceback begins in the script."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def run_script(path: Path, what: str = "draw") -> dict[str, object]:
    """Run a script as ``python path`` would, and return its global names.

    Parameters
    ----------
    path : Path
    what : str
        Who asks, for the errors.

    Raises
    ------
    ArgumentError
        If there is no such file.
    ScriptError
        From the error that the script raised.
    SystemExit
        If the script ended itself with an exit status that is not 0.
    """
    if not path.is_file():
        msg = f"{what}: there is no such script as {path}; pass the path of a Python file."
        raise ArgumentError(msg)
    before = sys.argv, sys.path[:]
    sys.argv = [str(path)]
    sys.path.insert(0, str(path.parent))
    try:
        return runpy.run_path(str(path), run_name="__main__")
    except SystemExit as end:
        own = _from_script(end.__traceback__, path)
        if own is None or end.code not in (None, 0):
            raise
        return dict(own.tb_frame.f_globals)
    except Exception as error:
        own = _from_script(error.__traceback__, path)
        raise ScriptError(error.with_traceback(own)) from error
    finally:
        sys.argv, sys.path[:] = before


def _from_script(trace: TracebackType | None, path: Path) -> TracebackType | None:
    """Return a traceback from the script's own first line on; None if it never ran."""
    while trace is not None and trace.tb_frame.f_code.co_filename != str(path):
        trace = trace.tb_next
    return trace


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


def last_picture(names: Mapping[str, object]) -> tuple[str, Graph] | None:
    """Return the picture that a script made last, unless it computed a Variable after that.

    What came later is told by the order in which the names were first given.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.script import last_picture
    >>> y = ag.Variable(3.0) * 2.0
    >>> last_picture({"y": y, "g": ag.draw(y)})
    ('g', <Graph of 1 operation; .dot, .save(path)>)
    """
    last: tuple[str, Graph] | None = None
    for name, value in names.items():
        if isinstance(value, Graph):
            last = name, value
        elif isinstance(value, Variable) and value.creator is not None:
            last = None
    return last
