"""What the published image sets share: pixels and labels as the arrays that a network takes."""

from __future__ import annotations

from math import prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.datasets.labels import one_hot as encode
from autograd_lite.datasets.sealing import sealed

__all__ = ["Images", "Labels", "Split", "images_and_labels"]

Images: TypeAlias = npt.NDArray[np.float32 | np.uint8]
Labels: TypeAlias = npt.NDArray[np.int64 | np.float32]
Split: TypeAlias = tuple[Images, Labels]

WHITE = 255


def images_and_labels(
    pixels: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint8],
    names: tuple[str, ...],
    *,
    one_hot: bool,
    flatten: bool,
    normalize: bool,
) -> Split:
    """Return images and labels in memory of their own that nobody can write into."""
    shape = (len(pixels), prod(pixels.shape[1:])) if flatten else pixels.shape
    x = _pixels(pixels.reshape(shape), normalize=normalize)
    t: Labels = classes.astype(np.int64)
    if one_hot:
        t = encode(t, len(names))
    return sealed(x), sealed(t)


def _pixels(pixels: npt.NDArray[np.uint8], *, normalize: bool) -> Images:
    if not normalize:
        return pixels.copy()
    x = pixels.astype(np.float32)
    x /= WHITE
    return x
