"""The steps of a graph as an animation: a frame for each, its sentence under the picture."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.drawing.render.canvas import draw_layout
from autograd_lite.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL.Image import Image

    from autograd_lite.drawing.layout.placed import Layout
    from autograd_lite.drawing.page.steps import Step

__all__ = ["to_animation"]

DPI = 144.0
WIDEST = 1600.0  # pixels of the longer side
MOST = 300  # steps: nobody watches more
PAUSE, PER_LETTER, AT_THE_END = 1400, 30, 3000  # milliseconds
PLACES = np.array([1 << 16, 1 << 8, 1])  # of red, green and blue in one number
COLOURS = 64  # of a GIF: few enough to keep the file small, many enough for smooth letters


def to_animation(layout: Layout, steps: Sequence[Step], kind: str) -> bytes:
    """Return an animation that reveals a layout step by step, over and over.

    Parameters
    ----------
    layout : Layout
    steps : sequence of Step
        Those of the layout's scene.
    kind : {"gif", "webp"}

    Returns
    -------
    bytes
        The same for the same steps.

    Raises
    ------
    ArgumentError
        If there are more steps than anybody watches.
    """
    if len(steps) > MOST:
        msg = (
            f"save: an animation of {len(steps)} steps is too long to be watched; save as .html, "
            "on which one moves freely, or draw a smaller part."
        )
        raise ArgumentError(msg)
    frames = list(_frames(layout, steps))
    pauses = [PAUSE + PER_LETTER * len(step.sentence) for step in steps]
    pauses[-1] += AT_THE_END
    file = BytesIO()
    if kind == "gif":
        frames = _with_one_palette(frames)
        first, *others = frames
        first.save(
            file,
            "GIF",
            save_all=True,
            append_images=others,
            duration=pauses,
            loop=0,
            optimize=False,
        )
    else:
        first, *others = frames
        first.save(
            file,
            "WEBP",
            save_all=True,
            append_images=others,
            duration=pauses,
            loop=0,
            lossless=True,
            method=4,
        )
    return file.getvalue()


def _frames(layout: Layout, steps: Sequence[Step]) -> Iterator[Image]:
    """Yield a picture for each step, of what it and those before it show."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    visible: frozenset[str] = frozenset()
    for step in steps:
        visible |= set(step.shows)
        figure = draw_layout(layout, visible=visible, footer=step.sentence)
        figure.set_dpi(min(DPI, WIDEST / max(figure.get_size_inches())))
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        size = canvas.get_width_height()
        yield Image.frombytes("RGBA", size, bytes(canvas.buffer_rgba())).convert("RGB")


def _with_one_palette(frames: list[Image]) -> list[Image]:
    """Return frames in the commonest colours of the last, which is full, and the first, faint one.

    Pillow's own ``quantize`` makes white a light grey.
    """
    from PIL import Image

    commonest: dict[Any, None] = {}
    for frame in (frames[-1], frames[0]):
        counted = frame.getcolors(frame.width * frame.height) or []
        counted.sort(key=lambda pair: (-pair[0], pair[1]))
        commonest.update(dict.fromkeys([colour for _, colour in counted[: COLOURS // 2]]))
    palette = np.array(list(commonest), np.int64)
    reduced = []
    for frame in frames:
        packed = np.asarray(frame).astype(np.int64) @ PLACES
        codes, places = np.unique(packed, return_inverse=True)
        colours = codes[:, None] // PLACES % 256
        apart = np.abs(colours[:, None, :] - palette).sum(axis=-1)
        nearest = apart.argmin(axis=1).astype(np.uint8)[places.reshape(-1)]
        image = Image.fromarray(nearest.reshape(frame.height, frame.width))
        image.putpalette(palette.astype(np.uint8).tobytes())
        reduced.append(image)
    return reduced
