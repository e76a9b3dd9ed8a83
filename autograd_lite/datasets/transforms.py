"""Augmentation: batches of images shifted, rotated and with noise, anew in every epoch.

A transform is called with a batch and a Generator and returns a new array of the same shape and
dtype. It works on NumPy arrays, on all images of the batch at once.
"""

from __future__ import annotations

from math import isfinite, prod
from typing import TypeAlias

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.checked import whole
from autograd_lite.datasets.loader import Transform
from autograd_lite.errors import ArgumentError, DTypeError, OperandError, ShapeError

__all__ = ["Compose", "Noise", "Rotate", "Shift"]

ImageShape: TypeAlias = tuple[int, int] | tuple[int, int, int]


class Shift:
    """Move each image by its own whole number of pixels, up to `pixels` in both directions.

    What comes in from outside is 0.

    Parameters
    ----------
    pixels : int
        0 or more.
    shape : tuple of int
        Of one image, (H, W) or (C, H, W). Batches are flat rows, (N, H·W), or of that shape.

    Raises
    ------
    ArgumentError
        If `pixels` is no whole number from 0 on, or `shape` is no shape of an image.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> shift = ag.datasets.Shift(1, shape=(1, 3))
    >>> rng = np.random.default_rng(0)
    >>> [shift(np.array([[1.0, 2.0, 3.0]]), rng).tolist() for _ in range(3)]
    [[[0.0, 0.0, 0.0]], [[0.0, 1.0, 2.0]], [[0.0, 0.0, 0.0]]]
    """

    def __init__(self, pixels: int, *, shape: ImageShape = (28, 28)) -> None:
        self.pixels = whole(pixels, "Shift: pixels", least=0)
        self.shape = _image_shape(shape, "Shift")

    def __call__(self, batch: Array, generator: np.random.Generator) -> Array:
        """Return the batch with every image moved."""
        images = _images(batch, self.shape, "Shift")
        most = self.pixels
        down, right = generator.integers(0, 2 * most + 1, (2, len(images)))
        around = ((0, 0), (0, 0), (most, most), (most, most))
        windows = np.lib.stride_tricks.sliding_window_view(
            np.pad(images, around), images.shape[2:], axis=(2, 3)
        )
        moved: Array = windows[np.arange(len(images)), :, down, right]
        return moved.reshape(batch.shape)


class Rotate:
    """Turn each image about its centre by its own angle, up to `degrees` either way.

    Each pixel is interpolated linearly between the four that its place fell between (bilinear);
    what comes in from outside is 0.

    Parameters
    ----------
    degrees : float
        0 or more.
    shape : tuple of int
        Of one image, (H, W) or (C, H, W). Batches are flat rows, (N, H·W), or of that shape.

    Raises
    ------
    ArgumentError
        If `degrees` is no number from 0 on, or `shape` is no shape of an image.
    DTypeError
        If a batch is not of floats.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> rotate = ag.datasets.Rotate(15, shape=(3, 3))
    >>> image = np.zeros((1, 3, 3))
    >>> image[0, 1, 1] = 1.0
    >>> rotate(image, np.random.default_rng(0))[0, 1, 1]  # the centre stays
    np.float64(1.0)
    """

    def __init__(self, degrees: float, *, shape: ImageShape = (28, 28)) -> None:
        self.degrees = _not_negative(degrees, "Rotate: degrees")
        self.shape = _image_shape(shape, "Rotate")

    def __call__(self, batch: Array, generator: np.random.Generator) -> Array:
        """Return the batch with every image turned."""
        _require_floats(batch, "Rotate")
        images = _images(batch, self.shape, "Rotate")
        angles = np.radians(generator.uniform(-self.degrees, self.degrees, len(images)))
        rows, columns = _turned(angles, images.shape[2], images.shape[3])
        return _interpolated(images, rows, columns).astype(batch.dtype).reshape(batch.shape)


class Noise:
    """Add normal noise to every element; nothing is clipped.

    Parameters
    ----------
    std : float
        The standard deviation of the noise, 0 or more, in the units of the data.

    Raises
    ------
    ArgumentError
        If `std` is no number from 0 on.
    DTypeError
        If a batch is not of floats.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> noisy = ag.datasets.Noise(0.1)(np.zeros((2, 3)), np.random.default_rng(0))
    >>> bool(noisy.all()), bool((abs(noisy) < 0.5).all())
    (True, True)
    """

    def __init__(self, std: float) -> None:
        self.std = _not_negative(std, "Noise: std")

    def __call__(self, batch: Array, generator: np.random.Generator) -> Array:
        """Return the batch with noise added."""
        _require_floats(batch, "Noise")
        narrow = batch.dtype.itemsize <= 4
        drawn = generator.standard_normal(batch.shape, np.float32 if narrow else np.float64)
        drawn *= self.std
        drawn += batch
        return drawn.astype(batch.dtype, copy=False)


class Compose:
    """Transforms one after the other.

    Parameters
    ----------
    *transforms : callable
        Each is given what the one before returned, and the Generator.

    Raises
    ------
    OperandError
        If one cannot be called.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> both = ag.datasets.Compose(ag.datasets.Shift(2), ag.datasets.Noise(0.1))
    >>> len(both.transforms)
    2
    """

    def __init__(self, *transforms: Transform) -> None:
        for i, transform in enumerate(transforms):
            if not callable(transform):
                msg = (
                    f"Compose: argument {i + 1} is a {type(transform).__name__}; pass transforms "
                    "one by one, Compose(Shift(2), Noise(0.1))."
                )
                raise OperandError(msg)
        self.transforms = transforms

    def __call__(self, batch: Array, generator: np.random.Generator) -> Array:
        """Return what the last transform makes of the batch."""
        for transform in self.transforms:
            batch = transform(batch, generator)
        return batch


def _turned(angles: Array, height: int, width: int) -> tuple[Array, Array]:
    """Return where each pixel of each turned image comes from: rows and columns, (N, H, W)."""
    middle, centre = (height - 1) / 2, (width - 1) / 2
    down = (np.arange(height) - middle).reshape(1, height, 1)
    right = (np.arange(width) - centre).reshape(1, 1, width)
    cos, sin = np.cos(angles).reshape(-1, 1, 1), np.sin(angles).reshape(-1, 1, 1)
    return cos * down + sin * right + middle, cos * right - sin * down + centre


def _interpolated(images: Array, rows: Array, columns: Array) -> Array:
    """Return images, (N, C, H, W), at places between their pixels; 0 outside."""
    height, width = images.shape[2:]
    framed = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    rows = np.clip(rows + 1, 0, height + 1)  # all that is further outside is on the frame of zeros
    columns = np.clip(columns + 1, 0, width + 1)
    above, left = rows.astype(np.int64), columns.astype(np.int64)
    below, beside = np.minimum(above + 1, height + 1), np.minimum(left + 1, width + 1)
    down, right = rows - above, columns - left
    every = np.arange(len(images)).reshape(-1, 1, 1)
    corners = (
        (above, left, (1 - down) * (1 - right)),
        (above, beside, (1 - down) * right),
        (below, left, down * (1 - right)),
        (below, beside, down * right),
    )
    last = sum([framed[every, :, y, x] * share[..., None] for y, x, share in corners])
    return np.moveaxis(np.asarray(last), -1, 1)


def _image_shape(shape: object, what: str) -> tuple[int, int, int]:
    """Return channels, height and width."""
    lengths = tuple(shape) if isinstance(shape, tuple | list) else ()
    whole = all([isinstance(n, int | np.integer) and n > 0 for n in lengths])
    if len(lengths) not in (2, 3) or not whole:
        msg = f"{what}: shape is {shape!r:.40}; pass that of one image, (H, W) or (C, H, W)."
        raise ArgumentError(msg)
    channels, height, width = lengths if len(lengths) == 3 else (1, *lengths)
    return channels, height, width


def _images(batch: Array, shape: tuple[int, int, int], what: str) -> Array:
    """Return a batch as (N, C, H, W)."""
    if batch.ndim < 2 or prod(batch.shape[1:]) != prod(shape):
        msg = (
            f"{what}: a batch of shape {batch.shape} does not hold images of shape {shape}; pass "
            "shape=(H, W) or (C, H, W) of one image."
        )
        raise ShapeError(msg)
    return batch.reshape(len(batch), *shape)


def _require_floats(batch: Array, what: str) -> None:
    if batch.dtype.kind != "f":
        msg = f"{what}: the batch has dtype {batch.dtype}; pass floats, x.astype('float32')."
        raise DTypeError(msg)


def _not_negative(value: float, what: str) -> float:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not isfinite(value) or value < 0:
        msg = f"{what} is {value!r:.40}; pass a number, 0 or more."
        raise ArgumentError(msg)
    return float(value)
