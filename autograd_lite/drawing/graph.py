"""Graph: a drawing that can be asked for its DOT text and saved."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.dot import to_dot
from autograd_lite.errors import ArgumentError, MissingDependencyError
from autograd_lite.graph.describe import Description, describe

if TYPE_CHECKING:
    from graphviz import Source

    from autograd_lite.graph.variable import Variable

__all__ = ["Graph", "draw"]

FORMATS = ("dot", "svg", "png", "pdf")


class Graph:
    """A drawn computation graph.

    Attributes
    ----------
    description : Description
        The graph as data.
    dot : str
        The picture as DOT text.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> g = ag.draw(ag.Variable(100.0, name="apple") * 2)
    >>> print(g.dot.splitlines()[0])
    digraph autograd {
    """

    def __init__(self, description: Description) -> None:
        self.description = description
        self.scene = book_scene(description)
        self.dot = to_dot(self.scene)

    @property
    def graphviz(self) -> Source:
        """The picture as a ``graphviz.Source``, to go on with that package's own methods."""
        from graphviz import Source

        return Source(self.dot)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture: ``.dot`` always; ``.svg``, ``.png``, ``.pdf`` where Graphviz is found.

        Nothing is left half-written: the file appears complete, or not at all.

        Parameters
        ----------
        path : str or path
            The suffix says the format.

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        ArgumentError
            For another suffix, or a folder that is not there.
        MissingDependencyError
            If neither the program ``dot`` nor the package pygraphviz is installed.
        """
        target = Path(path)
        kind = target.suffix.lstrip(".").lower()
        if kind not in FORMATS:
            known = ", ".join([f".{name}" for name in FORMATS])
            msg = f"save: {target.name!r} ends in no known format; use one of {known}."
            raise ArgumentError(msg)
        if not target.parent.is_dir():
            msg = f"save: the folder {target.parent} does not exist; make it first."
            raise ArgumentError(msg)
        content = self.dot.encode() if kind == "dot" else self._rendered(kind)
        _write_atomically(target, content)
        return target

    def _rendered(self, kind: str) -> bytes:
        if shutil.which("dot") is not None:
            rendered: bytes = self.graphviz.pipe(format=kind)
            return rendered
        try:
            from pygraphviz import AGraph
        except ImportError as error:
            msg = (
                f"save: .{kind} needs Graphviz; install the extra autograd-lite[graph] or the "
                "program dot, or save as .dot."
            )
            raise MissingDependencyError(msg) from error
        drawn: bytes = AGraph(string=self.dot).draw(prog="dot", format=kind)
        return drawn

    def __repr__(self) -> str:
        operations = [n for n in self.description.nodes if n.kind == "operation"]
        return f"<Graph of {len(operations)} operations; .dot, .save(path)>"


def draw(outputs: Variable | Sequence[Variable], *, grad_outputs: Any = None) -> Graph:
    """Draw the graph that computed `outputs`: values over the edges, gradients under them.

    Gradients are those that ``backward`` left; of a graph that is still pending, drawing runs a
    pass of its own, which changes no ``.grad`` and releases nothing.

    Parameters
    ----------
    outputs : Variable or sequence of Variables
    grad_outputs : array or sequence of arrays, optional
        The gradient of each output; 1 by default, for one element.

    Returns
    -------
    Graph

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(3.0, name="x")
    >>> ag.draw(x * x)
    <Graph of 1 operations; .dot, .save(path)>
    """
    return Graph(describe(outputs, grad_outputs=grad_outputs))


def _write_atomically(target: Path, content: bytes) -> None:
    """Write beside the target first, so that a reader never sees half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(0o644)  # what open() would have given; mkstemp gives 0o600
        temporary.replace(target)
    except BaseException:
        temporary.unlink()
        raise
