"""A layout as an SVG document: text that every browser and notebook shows alike."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from autograd_lite.drawing.labels import printable
from autograd_lite.drawing.layout.lettering import words_box
from autograd_lite.drawing.render.look import BOX_CORNER, FRAME, FRAME_CORNER, LINE, PAPER, arrow
from autograd_lite.drawing.scene import COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd_lite.drawing.layout.placed import (
        Frame,
        Layout,
        PlacedLink,
        PlacedMark,
        Point,
        Words,
    )

__all__ = ["svg_elements", "to_svg"]

FONTS = (
    "Helvetica, Arial, 'Noto Sans KR', 'Noto Sans CJK KR', 'Malgun Gothic', "
    "'Apple SD Gothic Neo', NanumGothic, 'DejaVu Sans', sans-serif"
)


def to_svg(layout: Layout, *, title: str = "computation graph") -> str:
    """Return a standalone SVG document; the same layout gives the same text.

    Nothing in it can touch the page that it is put into: it has no style sheet and refers to no
    identifier, and texts from outside are escaped.

    Parameters
    ----------
    layout : Layout
    title : str
        What a screen reader calls the picture.

    Returns
    -------
    str

    Examples
    --------
    >>> from autograd_lite.drawing.layout.layered import lay_out
    >>> from autograd_lite.drawing.scene import Mark, Scene, Text
    >>> from autograd_lite.drawing.render.svg import to_svg
    >>> to_svg(lay_out(Scene((Mark("v0", "text", (Text("apple"),)),), ())))[:4]
    '<svg'
    """
    width, height = _number(layout.width), _number(layout.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{_escaped(title)}" '
        f'font-family="{FONTS}" text-anchor="middle">'
    )
    lines = [
        head,
        f"<title>{_escaped(title)}</title>",
        f'<rect class="paper" width="{width}" height="{height}" fill="{PAPER}"/>',
        *svg_elements(layout),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def svg_elements(layout: Layout) -> Iterator[str]:
    """Yield what stands inside the ``<svg>``: frames, links, marks, then captions."""
    for frame in layout.frames:
        yield from _frame(frame)
    dots = {placed.mark.id for placed in layout.marks if placed.mark.shape == "dot"}
    for link in layout.links:
        yield from _line(link, pointed=link.link.target not in dots)
    for link in layout.links:
        for words in link.words:
            yield from (_ground(words), _words(words))
    for mark in layout.marks:
        yield from _mark(mark)
    for words in layout.captions:
        yield _words(words)


def _frame(frame: Frame) -> Iterator[str]:
    yield f'<g id="{frame.cluster.id}" class="cluster">'
    corners = _corners(frame.box, FRAME_CORNER)
    yield f'<rect class="frame" {corners} fill="none" stroke="{FRAME}"/>'
    for words in frame.words:
        yield _words(words)
    yield "</g>"


def _line(placed: PlacedLink, *, pointed: bool) -> Iterator[str]:
    """Yield a link's line and its arrow; at a dot, where a line only branches, there is none."""
    yield f'<g id="{placed.link.id}" data-id="{placed.link.id}" class="link">'
    shortened, head = arrow(placed.path)
    points = shortened if pointed else placed.path
    curves = [
        "C" + " ".join([_point(p) for p in points[i : i + 3]]) for i in range(1, len(points), 3)
    ]
    line = f"M{_point(points[0])}{''.join(curves)}"
    yield f'<path class="line" d="{line}" fill="none" stroke="{LINE}"/>'
    if pointed:
        corners = " ".join([_point(p) for p in head])
        yield f'<polygon class="head" points="{corners}" fill="{LINE}"/>'
    yield "</g>"


def _mark(placed: PlacedMark) -> Iterator[str]:
    mark, box = placed.mark, placed.box
    kind = f"mark {mark.shape}{' alarm' if mark.alarm else ''}"
    yield f'<g id="{mark.id}" data-id="{mark.id}" class="{kind}">'
    if mark.tip:
        yield f"<title>{_escaped(mark.tip)}</title>"
    colour, thickness = (COLOURS["alarm"], 2) if mark.alarm else (LINE, 1)
    stroke = f'stroke="{colour}" stroke-width="{thickness}"'
    centre = f'cx="{_number(box.x)}" cy="{_number(box.y)}" r="{_number(box.width / 2)}"'
    if mark.shape == "circle":
        yield f'<circle class="paper" {centre} fill="{PAPER}" {stroke}/>'
    elif mark.shape == "box":
        yield f'<rect class="paper" {_corners(box, BOX_CORNER)} fill="{PAPER}" {stroke}/>'
    elif mark.shape == "dot":
        yield f'<circle {centre} fill="{colour}"/>'
    for words in placed.words:
        yield _words(words)
    yield "</g>"


def _ground(words: Words) -> str:
    """Write the paper behind one line of text, so that it can be read where lines pass."""
    return f'<rect class="paper" {_corners(words_box(words))} fill="{PAPER}"/>'


def _words(words: Words) -> str:
    """Write one line of text; ``data-id`` is that of the whole text."""
    id_ = words.id if words.line == 0 else f"{words.id}-{words.line}"
    return (
        f'<text id="{id_}" data-id="{words.id}" class="{words.role}" x="{_number(words.x)}" '
        f'y="{_number(words.y)}" font-size="{_number(words.size)}" fill="{COLOURS[words.role]}">'
        f"{_escaped(words.text)}</text>"
    )


def _corners(box: tuple[float, float, float, float], radius: float = 0.0) -> str:
    x, y, width, height = box
    rounded = f' rx="{_number(radius)}"' if radius else ""
    return (
        f'x="{_number(x - width / 2)}" y="{_number(y - height / 2)}" '
        f'width="{_number(width)}" height="{_number(height)}"{rounded}'
    )


def _point(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    """Write a length with two decimals at most."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _escaped(text: str) -> str:
    """Escape a text for XML; what XML cannot hold is replaced."""
    return escape(printable(text), quote=True)
