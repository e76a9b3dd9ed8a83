"""A layout as a PNG or a PDF, drawn by matplotlib without its global state."""

from __future__ import annotations

from io import BytesIO
from math import sqrt
from typing import TYPE_CHECKING

from autograd_lite.drawing.layout.lettering import words_box
from autograd_lite.drawing.layout.placed import Words
from autograd_lite.drawing.render.fonts import families_for, shown
from autograd_lite.drawing.render.look import (
    BOX_CORNER,
    FRAME,
    FRAME_CORNER,
    LINE,
    PAPER,
    arrow,
)
from autograd_lite.drawing.scene import COLOURS
from autograd_lite.warning import warn_user

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    from autograd_lite.drawing.layout.placed import Box, Frame, Layout, PlacedLink, PlacedMark

__all__ = ["draw_layout", "to_pdf", "to_png"]

# Lengths are in points.
FOOTER_WIDTH = 360.0  # the least that a picture with a footer has
FOOTER_HEIGHT = 40.0
FOOTER_SIZES = (11.0, 10.0, 9.0, 8.0, 7.0)  # of its letters: the largest that fits two lines

FAINT = 0.25  # of its strength has what a step has not come to yet
MOST_PIXELS = 50e6  # of a PNG; viewers refuse larger ones
LONGEST_SIDE = 30_000  # pixels; matplotlib's limit is 65,536


def to_png(layout: Layout, *, dpi: float = 144) -> bytes:
    """Return a layout as a PNG; the same layout gives the same bytes.

    Parameters
    ----------
    layout : Layout
    dpi : float
        Pixels per inch; where the picture would be too large to be looked at, fewer are drawn, and
        a warning says so.

    Returns
    -------
    bytes
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = draw_layout(layout)
    width, height = figure.get_size_inches()
    most = min(sqrt(MOST_PIXELS / (width * height)), LONGEST_SIDE / max(width, height))
    if most < dpi:
        msg = (
            f"draw: a picture of {width:.0f} by {height:.0f} inches is drawn with {most:.0f} "
            f"instead of {dpi:.0f} pixels per inch; an .svg stays sharp, and `collapse` makes it "
            f"smaller."
        )
        warn_user(msg, UserWarning)
    figure.set_dpi(min(dpi, most))
    file = BytesIO()
    FigureCanvasAgg(figure).print_png(file, metadata={"Software": None})
    return file.getvalue()


def to_pdf(layout: Layout) -> bytes:
    """Return a layout as a PDF of one page, without a date; its text can be searched.

    Parameters
    ----------
    layout : Layout

    Returns
    -------
    bytes
    """
    from matplotlib.backends.backend_pdf import FigureCanvasPdf

    file = BytesIO()
    nothing = {"Creator": None, "Producer": None, "CreationDate": None}
    FigureCanvasPdf(draw_layout(layout)).print_pdf(file, metadata=nothing)
    return file.getvalue()


def draw_layout(
    layout: Layout, *, visible: frozenset[str] | None = None, footer: str | None = None
) -> Figure:
    """Return a layout as a matplotlib figure, one point of the layout to a point of the figure.

    Parameters
    ----------
    layout : Layout
    visible : frozenset of str, optional
        The ids of the marks, links and words to draw; all by default. Other marks and links are
        drawn faintly, the numbers on them not at all. Frames and captions are always drawn.
    footer : str, optional
        A sentence below the picture. All pictures of one layout with a footer, be it empty, have
        one size.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> from autograd_lite.drawing.render.canvas import draw_layout
    >>> from autograd_lite.drawing.layout.placed import Layout
    >>> figure = draw_layout(Layout(144.0, 72.0, (), (), (), ()))
    >>> figure.get_size_inches().tolist()
    [2.0, 1.0]
    """
    from matplotlib.figure import Figure

    width, height = layout.width, layout.height
    if footer is not None:
        width, height = max(width, FOOTER_WIDTH), height + FOOTER_HEIGHT
    figure = Figure(figsize=(width / 72, height / 72), facecolor=PAPER)
    figure.set_layout_engine("none")
    pen = _Pen(figure, (width - layout.width) / 2, height)
    for frame in layout.frames:
        pen.frame(frame)
    dots = {mark.mark.id for mark in layout.marks if mark.mark.shape == "dot"}
    for link in layout.links:
        ahead = visible is not None and link.link.id not in visible
        pen.link(link, pointed=link.link.target not in dots, ahead=ahead)
    pen.write(_visible([w for link in layout.links for w in link.words], visible), ground=True)
    for mark in layout.marks:
        ahead = visible is not None and mark.mark.id not in visible
        pen.mark(mark, ahead=ahead)
        if ahead:
            pen.write([w for w in mark.words if w.role != "gradient"], ahead=True)
    pen.write(_visible([w for mark in layout.marks for w in mark.words], visible))
    pen.write(layout.captions)
    if footer is not None:
        pen.write(_footer_words(footer, layout, width))
    return figure


def _visible(words: list[Words], visible: frozenset[str] | None) -> list[Words]:
    return [w for w in words if visible is None or w.id in visible]


class _Pen:
    """Draws on a figure, in the layout's own units: points, y downwards.

    What is drawn later lies on top. Every property is said, so that the user's ``rcParams``
    change nothing.
    """

    def __init__(self, figure: Figure, left: float, height: float) -> None:
        from matplotlib.transforms import Affine2D

        self.figure = figure
        place = Affine2D().translate(left, -height).scale(1 / 72, -1 / 72)
        self.transform = place + figure.dpi_scale_trans
        _make_plain(figure.patch)

    def frame(self, frame: Frame) -> None:
        self._add(_rounded(frame.box, FRAME_CORNER, FRAME, "none", 1.0))
        self.write(frame.words)

    def link(self, placed: PlacedLink, *, pointed: bool, ahead: bool) -> None:
        from matplotlib.patches import PathPatch, Polygon
        from matplotlib.path import Path

        shortened, head = arrow(placed.path)
        line = shortened if pointed else placed.path
        curve = Path(line, [Path.MOVETO] + [Path.CURVE4] * (len(line) - 1))
        ink = _ink(LINE, ahead)
        self._add(PathPatch(curve, edgecolor=ink, facecolor="none", linewidth=1.0))
        if pointed:  # at a dot a line only branches
            self._add(Polygon(head, closed=True, edgecolor="none", facecolor=ink))

    def mark(self, placed: PlacedMark, *, ahead: bool) -> None:
        from matplotlib.patches import Ellipse

        mark, box = placed.mark, placed.box
        colour, thickness = (COLOURS["alarm"], 2.0) if mark.alarm else (LINE, 1.0)
        edge = _ink(colour, ahead)
        if mark.shape == "circle":
            outline = Ellipse((box.x, box.y), box.width, box.height)
            outline.set(edgecolor=edge, facecolor=PAPER, linewidth=thickness)
            self._add(outline)
        elif mark.shape == "box":
            self._add(_rounded(box, BOX_CORNER, edge, PAPER, thickness))
        elif mark.shape == "dot":
            dot = Ellipse((box.x, box.y), box.width, box.height)
            dot.set(edgecolor="none", facecolor=edge)
            self._add(dot)

    def write(self, lines: Iterable[Words], *, ground: bool = False, ahead: bool = False) -> None:
        """Write lines of text; on a ground of paper they can be read where lines pass behind."""
        for words in lines:
            if ground:
                self._add(_ground(words))
            self._add(_text(words, _ink(COLOURS[words.role], ahead)))

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self.transform)
        _make_plain(artist)
        self.figure.add_artist(artist)


def _make_plain(artist: Artist) -> None:
    """Take back what ``rcParams`` gives to every artist."""
    artist.set_sketch_params(None)
    artist.set_path_effects([])


def _ink(colour: str, ahead: bool) -> str:
    """Return a colour, faint where a step has not come yet: mixed with the paper's white."""
    if not ahead:
        return colour
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join([f"{round(255 - FAINT * (255 - part)):02x}" for part in parts])


def _text(words: Words, colour: str) -> Text:
    from matplotlib.text import Text

    return Text(
        words.x,
        words.y,
        shown(words.text),
        color=colour,
        fontproperties=_font(words.text, words.size),
        horizontalalignment="center",
        verticalalignment="baseline",
        parse_math=False,
        usetex=False,
        antialiased=True,
    )


def _ground(words: Words) -> Patch:
    from matplotlib.patches import Rectangle

    box = words_box(words)
    corner = (box.x - box.width / 2, box.y - box.height / 2)
    return Rectangle(corner, box.width, box.height, edgecolor="none", facecolor=PAPER)


def _rounded(box: Box, corner: float, edge: str, filling: str, thickness: float) -> Patch:
    from matplotlib.patches import BoxStyle, FancyBboxPatch

    return FancyBboxPatch(
        (box.x - box.width / 2, box.y - box.height / 2),
        box.width,
        box.height,
        boxstyle=BoxStyle.Round(pad=0.0, rounding_size=corner),
        edgecolor=edge,
        facecolor=filling,
        linewidth=thickness,
    )


def _footer_words(sentence: str, layout: Layout, width: float) -> list[Words]:
    """Return a sentence in two lines below a layout, its letters as large as fits."""
    for size in FOOTER_SIZES:
        lines = _wrapped(sentence, size, width - 20)
        if len(lines) <= 2:
            break
    top = layout.height + 1.3 * FOOTER_SIZES[0]
    return [
        Words("footer", i, line, "plain", layout.width / 2, top + i * 1.3 * size, size)
        for i, line in enumerate(lines)
    ]


def _wrapped(sentence: str, size: float, width: float) -> list[str]:
    lines: list[str] = []
    for word in sentence.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _width(text: str, size: float) -> float:
    from matplotlib.textpath import text_to_path

    font = _font(text, size)
    width, _, _ = text_to_path.get_text_width_height_descent(shown(text), font, ismath=False)
    return float(width)


def _font(text: str, size: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(
        family=families_for(text),
        style="normal",
        variant="normal",
        weight="normal",
        stretch="normal",
        size=size,
    )
