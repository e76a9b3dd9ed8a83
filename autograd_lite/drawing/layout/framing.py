"""The frames of clusters, around all that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_lite.drawing.layout.finishing import around
from autograd_lite.drawing.layout.lettering import frame_words, label_width
from autograd_lite.drawing.layout.placed import Box, Frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograd_lite.drawing.layout.nesting import Nesting
    from autograd_lite.drawing.scene import Cluster

__all__ = ["FRAME_SIDE", "FRAME_TOP", "framed"]

FRAME_SIDE = 8.0  # from a frame to what it holds
FRAME_TOP = 15.0  # the same above, where the label stands


def framed(
    clusters: Sequence[Cluster], nesting: Nesting, held: Mapping[str, Sequence[Box]]
) -> list[Frame]:
    """Return the frames, outer first.

    Parameters
    ----------
    clusters : sequence of Cluster
    nesting : Nesting
    held : mapping of str to sequence of Box
        What lies in each cluster, but not in one inside it.
    """
    by_id = {cluster.id: cluster for cluster in clusters}
    boxes = {id_: list(held.get(id_, ())) for id_ in nesting.spans}
    frames = []
    for id_ in reversed(nesting.spans):  # inner first: an outer one goes around their frames
        frame = _frame(by_id[id_], boxes[id_])
        frames.append(frame)
        parent = by_id[id_].parent
        if parent is not None:
            boxes[parent].append(frame.box)
    return frames[::-1]


def _frame(cluster: Cluster, held: Sequence[Box]) -> Frame:
    inside = around(held)
    width = max(inside.width, label_width(cluster)) + 2 * FRAME_SIDE
    top = inside.y - inside.height / 2 - FRAME_TOP
    bottom = inside.y + inside.height / 2 + FRAME_SIDE
    box = Box(inside.x, (top + bottom) / 2, width, bottom - top)
    return Frame(cluster, box, frame_words(cluster, box.x - width / 2 + FRAME_SIDE, top + 1))
