"""Graph: a drawing that shows itself, can be asked for its DOT text, and saved."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd_lite.drawing.arguments import (
    DIGITS,
    Style,
    check_choices,
    check_drawable,
    check_names,
    check_network_choices,
)
from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.collapse.groups import collapse as collapsed
from autograd_lite.drawing.layout.layered import lay_out
from autograd_lite.drawing.naming import Model, groups_in, names_in, names_of, run_model
from autograd_lite.drawing.network.picture import network_scene
from autograd_lite.drawing.render.dot import to_dot
from autograd_lite.drawing.render.engines import Engine, Rendered, engines_for, rendered
from autograd_lite.errors import ArgumentError
from autograd_lite.files import checked_path, write_atomically
from autograd_lite.graph.describe import SMALL, describe

if TYPE_CHECKING:
    from graphviz import Source

    from autograd_lite.drawing.layout.placed import Layout
    from autograd_lite.drawing.scene import Scene
    from autograd_lite.graph.description import Description
    from autograd_lite.graph.variable import Variable

__all__ = ["FORMATS", "Graph", "draw"]

FORMATS = ("svg", "png", "pdf", "dot", "html", "gif", "webp")
READABLE = 40  # operations: larger graphs have their values left out


class Graph:
    """A drawn computation graph.

    Attributes
    ----------
    description : Description
        The graph as data, as far as it is drawn.
    scene : Scene
        The picture as data: marks, links, texts.
    dot : str
        The picture as DOT text.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> g = ag.draw(ag.Variable(100.0, name="apple") * 2)
    >>> print(g.dot.splitlines()[0])
    digraph autograd {
    """

    def __init__(
        self,
        description: Description,
        scene: Scene,
        *,
        engine: Engine | None = None,
        operations: int | None = None,
    ) -> None:
        self._operations = _operations_in(description) if operations is None else operations
        self.description = description
        self.scene = scene
        engines_for(engine)  # an engine that is not there is told of now, not when it is saved
        self._asked = engine
        self._pictures: dict[str, Rendered] = {}

    @cached_property
    def dot(self) -> str:
        """The picture as DOT text."""
        return to_dot(self.scene)

    @property
    def graphviz(self) -> Source:
        """The picture as a ``graphviz.Source``, to go on with that package's own methods."""
        from graphviz import Source

        return Source(self.dot)

    @property
    def engine(self) -> Engine:
        """What drew its last image: ``"dot"``, ``"pygraphviz"`` or ``"built-in"``."""
        drawn = list(self._pictures.values()) or [self._picture("svg")]
        return drawn[-1].engine

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture: an image, DOT text, a page to step through, or an animation.

        Nothing is left half-written: the file appears complete, or not at all.

        Parameters
        ----------
        path : str or path
            The suffix says the format: ``.svg``, ``.png``, ``.pdf``; ``.dot``; ``.html`` for one
            self-contained page; ``.gif`` or ``.webp`` for an animation of its steps.

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        ArgumentError
            For another suffix, or a place where no file can be written.
        """
        target, kind = checked_path(path, FORMATS)
        write_atomically(target, self._content(kind))
        return target

    def _content(self, kind: str) -> bytes:
        if kind == "dot":
            return self.dot.encode()
        if kind == "html":
            from autograd_lite.drawing.page.html import to_html

            return to_html(self.description, self.scene, self._layout).encode()
        if kind in ("gif", "webp"):
            from autograd_lite.drawing.page.animation import to_animation
            from autograd_lite.drawing.page.steps import steps_of

            return to_animation(self._layout, steps_of(self.description, self.scene), kind)
        return self._picture(kind).content

    def _picture(self, kind: str) -> Rendered:
        """Return an image and what drew it; drawn once."""
        if kind not in self._pictures:
            self._pictures[kind] = rendered(
                self.scene, self.dot, kind, self._asked, lambda _: self._layout
            )
        return self._pictures[kind]

    @cached_property
    def _layout(self) -> Layout:
        """The built-in layout: of images, pages and animations alike."""
        return lay_out(self.scene)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Show the picture in a notebook."""
        return {"image/svg+xml": self._picture("svg").content.decode(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        count = self._operations
        return f"<Graph of {count} operation{'s' * (count != 1)}; .dot, .save(path)>"


def draw(
    outputs: Variable | Sequence[Variable] | Model,
    *inputs: Any,
    style: Style = "auto",
    gradients: bool | None = None,
    grad_outputs: Any = None,
    collapse: bool | int = True,
    memory: bool = False,
    sample: int = 0,
    weights: str | Callable[[int, int, int], str] = "w{source}{target}",
    digits: int = DIGITS,
    names: Mapping[str, object] | None = None,
    engine: Engine | None = None,
) -> Graph:
    """Draw the graph that computed `outputs`: values over the edges, gradients under them.

    Gradients are those that ``backward`` left; of a graph that is still pending, drawing runs a
    pass of its own, which changes no ``.grad`` and releases nothing. Inputs without a ``name=``
    are called as the caller's variables are, else a, b, c….

    Parameters
    ----------
    outputs : Variable, sequence of Variables, or Module
        A Module is run on `inputs`, an example.
    *inputs : arrays
        The example, for a Module only.
    style : {"auto", "book", "summary", "network"}
        ``"book"``: operations as circles, values and gradients on the edges. ``"summary"``:
        shapes, dtypes and ranges in the nodes, for large graphs. ``"network"``: the neurons of a
        multi-layer perceptron, weights on the edges. ``"auto"`` takes the book's style for up to
        40 operations, else the summary.
    gradients : bool, optional
        Whether gradients are shown: by default in all styles but the network's. Where there are
        none, a line under the picture says why.
    grad_outputs : array or sequence of arrays, optional
        The gradient of each output; 1 by default, for one element.
    collapse : bool or int
        Draw what repeats once, and where more than 24 operations (or that many) are left, the
        largest scopes as one node each.
    memory : bool
        Write how many bytes each operation keeps for backward.
    sample : int
        In the network's style, the row of the batch that is drawn.
    weights : str or callable
        In the network's style, what weights are called: a template of ``{layer}``, ``{source}``
        and ``{target}``; ``"running"``, which numbers on from layer to layer; or a function of
        these three numbers.
    digits : int
        In the network's style, digits after the point.
    names : mapping of str to object, optional
        Where to look for what Variables are called: by default the caller's variables.
    engine : {"dot", "pygraphviz", "built-in"}, optional
        What draws images; by default the first of these that is installed, and of networks the
        built-in one.

    Returns
    -------
    Graph

    Raises
    ------
    ArgumentError
        For an option with a value that it does not take, a Module without an example, or a graph
        that the style cannot draw.
    OperandError
        For what is no Variable, or a Module that returns something else.
    MissingDependencyError
        If the engine asked for is not installed.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(3.0, name="x")
    >>> ag.draw(x * x)
    <Graph of 1 operation; .dot, .save(path)>
    """
    check_choices(style, gradients, collapse, engine)
    check_network_choices(style, sample, weights, digits)
    if names is None:
        names = names_of(sys._getframe(1))
    check_names(names)
    called, groups = names_in(names), groups_in(names)
    if isinstance(outputs, Model):
        outputs, own = run_model(outputs, inputs)
        called = {**called, **own}
    elif inputs:
        msg = "draw: example inputs go with a Module; pass several outputs as one list."
        raise ArgumentError(msg)
    check_drawable(outputs, "pass Variables, or a Module and an example")
    network = style == "network"
    if gradients is None:
        gradients = not network
    description = describe(
        outputs,
        gradients=gradients,
        grad_outputs=grad_outputs,
        names=called,
        groups=groups,
        limit=None if network else SMALL,
    )
    operations = _operations_in(description)
    if network:
        scene = network_scene(
            description, sample=sample, weights=weights, digits=digits, gradients=gradients
        )
    else:
        description = _collapsed(description, collapse)
        scene = book_scene(description, values=_with_values(description, style), memory=memory)
    return Graph(description, scene, engine=engine, operations=operations)


def _operations_in(description: Description) -> int:
    return sum([node.kind == "operation" for node in description.nodes])


def _collapsed(description: Description, largest: bool | int) -> Description:
    if largest is False:
        return description
    return collapsed(description) if largest is True else collapsed(description, largest=largest)


def _with_values(description: Description, style: Style) -> bool:
    """Whether values stand on the edges: where asked for, or where a person can read them."""
    if style != "auto":
        return style == "book"
    return sum([n.kind in ("operation", "group") for n in description.nodes]) <= READABLE
