"""A picture before it is laid out: marks, the links between them, and the texts on both.

Every style turns a graph description into a scene; every backend (DOT, SVG, PNG, the page)
turns a scene into a file. Neither knows the other.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

__all__ = ["COLOURS", "Cluster", "Link", "Mark", "Role", "Said", "Scene", "Text"]

Role: TypeAlias = Literal["plain", "name", "symbol", "value", "gradient", "muted", "alarm"]

# What a text's role looks like on white; the page has a second set for dark rooms.
COLOURS: dict[Role, str] = {
    "plain": "#1f2937",
    "name": "#1f2937",
    "symbol": "#1f2937",
    "value": "#1d4ed8",
    "gradient": "#c2410c",
    "muted": "#6b7280",
    "alarm": "#b91c1c",
}


class Text(NamedTuple):
    """Words and what they are; line breaks inside stay line breaks."""

    text: str
    role: Role = "plain"


class Mark(NamedTuple):
    """One thing drawn: an operation's circle, an input's name, a neuron.

    Attributes
    ----------
    id : str
        Made of letters, digits and ``_`` only.
    shape : str
        ``"circle"`` and ``"box"`` have an outline around their lines, ``"text"`` has none,
        ``"dot"`` is a small point without lines: a constant, or where a value branches.
    lines : tuple of Text
        From top to bottom, centred.
    tip : str
        Shown when the pointer rests on it.
    cluster : str or None
        The id of the innermost cluster that it lies in.
    column : int or None
        Where the style says so: 0 is leftmost. Else what feeds it lies to its left.
    alarm : bool
        Whether it holds NaN or infinity: drawn red.
    """

    id: str
    shape: Literal["circle", "box", "text", "dot"]
    lines: tuple[Text, ...] = ()
    tip: str = ""
    cluster: str | None = None
    column: int | None = None
    alarm: bool = False


class Link(NamedTuple):
    """An arrow from one mark to another, left to right: a value over it, a gradient under it.

    A gradient is drawn with an arrow pointing back. Links that lead to one mark enter it from top
    to bottom by their `position`: which argument of the target each one is.
    """

    id: str
    source: str
    target: str
    over: Text | None = None
    under: Text | None = None
    position: int = 0


class Cluster(NamedTuple):
    """A frame around marks, with a label; it may lie in another one."""

    id: str
    label: str
    parent: str | None = None


class Said(NamedTuple):
    """What is said of a column: as it appears, and as the gradients of its links do."""

    forward: str
    backward: str = ""


class Scene(NamedTuple):
    """Everything in one picture, in a stable order.

    Attributes
    ----------
    marks, links, clusters : tuple
    captions : tuple of Text
        Lines below the picture.
    columns : bool
        Whether every mark has its column and links are straight: a network of neurons.
    said : tuple of Said
        Of each column of a network, for those who see it step by step.
    """

    marks: tuple[Mark, ...]
    links: tuple[Link, ...]
    clusters: tuple[Cluster, ...] = ()
    captions: tuple[Text, ...] = ()
    columns: bool = False
    said: tuple[Said, ...] = ()
