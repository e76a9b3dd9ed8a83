"""Clusters: which lies in which, the layers that each spans, and which side a link takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograd_lite.drawing.scene import Scene

__all__ = ["Nesting"]

Path = tuple[str, ...]


class Nesting:
    """How clusters lie in each other and in the layers.

    Attributes
    ----------
    spans : dict of str to (int, int)
        The first and the last layer that each cluster has a mark in; outer ones come first, and
        clusters without marks are left out.
    """

    def __init__(self, scene: Scene, layers: Mapping[str, int]) -> None:
        parents = {cluster.id: cluster.parent for cluster in scene.clusters}
        self._paths = {id_: _path(id_, parents) for id_ in parents}
        spans: dict[str, tuple[int, int]] = {}
        for mark in scene.marks:
            for id_ in self.path(mark.cluster):
                layer = layers[mark.id]
                first, last = spans.get(id_, (layer, layer))
                spans[id_] = min(first, layer), max(last, layer)
        ids = sorted(spans, key=lambda id_: len(self._paths[id_]))
        self.spans = {id_: spans[id_] for id_ in ids}

    def path(self, id_: str | None) -> Path:
        """Return a cluster's id and those around it, outermost first."""
        return () if id_ is None else self._paths[id_]

    def between(self, source: Path, target: Path, first: int, layer: int, last: int) -> Path:
        """Return the clusters that a link lies in at a layer between those of its two ends.

        Inside what holds both its ends. It leaves a cluster at the cluster's right edge, if its
        target lies farther right, and at once otherwise; it enters one in the same way.
        """
        shared = 0
        while source[shared : shared + 1] == target[shared : shared + 1] != ():
            shared += 1
        depth = shared
        for id_ in source[shared:]:
            if not layer <= self.spans[id_][1] < last:
                break
            depth += 1
        if depth > shared:
            return source[:depth]
        for id_ in target[shared:]:
            if not first < self.spans[id_][0] <= layer:
                break
            depth += 1
        return target[:depth]


def _path(id_: str, parents: Mapping[str, str | None]) -> Path:
    path = [id_]
    while (parent := parents[path[-1]]) is not None:
        path.append(parent)
    return tuple(reversed(path))
