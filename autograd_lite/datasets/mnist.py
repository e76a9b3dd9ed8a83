"""MNIST, from a folder on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.datasets.idx import FilePath, read_idx
from autograd_lite.errors import DataFileError

__all__ = ["mnist"]

Split: TypeAlias = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]

VARIABLE = "AUTOGRAD_LITE_DATA"
FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
SIDE = 28
WHITE = 255
CLASSES = 10


def mnist(folder: FilePath | None = None) -> tuple[Split, Split]:
    """Return MNIST: 60,000 images of handwritten digits for training, 10,000 for testing.

    Nothing is downloaded: the folder holds the four files that the data set is published as,
    train-images-idx3-ubyte.gz and so on. Sets of the same format, as Fashion-MNIST, load as well.

    Parameters
    ----------
    folder : str or path, optional
        Where the four files are; by default ``mnist`` in the folder that the environment
        variable ``AUTOGRAD_LITE_DATA`` names.

    Returns
    -------
    (x, t), (x_test, t_test) : tuple of tuples of array
        Images as float32 in [0, 1], flat, 784 a row; labels as int64 from 0 to 9. All read-only.

    Raises
    ------
    DataFileError
        If the folder or a file is missing, a file is damaged, or images and labels do not fit.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> (x, t), (x_test, t_test) = ag.datasets.mnist("missing")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    autograd_lite.errors.DataFileError: mnist: the folder missing does not exist ...
    """
    place = _folder(folder)
    if missing := [name for name in FILES if not (place / name).is_file()]:
        lacks = "does not hold" if place.is_dir() else "does not exist and should hold"
        raise _absent(f"the folder {place} {lacks} {', '.join(missing)}")
    images, labels, test_images, test_labels = (place / name for name in FILES)
    return _split(images, labels), _split(test_images, test_labels)


def _folder(folder: FilePath | None) -> Path:
    if folder is not None:
        return Path(folder)
    if root := os.environ.get(VARIABLE):
        return Path(root, "mnist")
    raise _absent(f"{VARIABLE} is not set, so there is no folder to read {', '.join(FILES)} from")


def _absent(problem: str) -> DataFileError:
    return DataFileError(
        f"mnist: {problem}; set the environment variable {VARIABLE} to the folder that contains "
        "mnist/, pass folder=, or use the packaged digits: autograd_lite.datasets.digits()."
    )


def _split(images: Path, labels: Path) -> Split:
    """Return the images of one file and the labels of another, checked against each other."""
    pixels, classes = read_idx(images), read_idx(labels)
    if pixels.shape[1:] != (SIDE, SIDE) or pixels.dtype != np.uint8:
        raise _misfit(images, pixels, f"images of shape (N, {SIDE}, {SIDE})")
    if classes.ndim != 1 or classes.dtype != np.uint8:
        raise _misfit(labels, classes, "labels of shape (N,)")
    if len(pixels) != len(classes):
        counts = f"{images} holds {len(pixels):,} images and {labels} {len(classes):,} labels"
        raise DataFileError(f"mnist: {counts}; use two files that belong together.")
    if (largest := classes.max()) >= CLASSES:
        wrong = f"{labels} holds the label {largest}, not only 0 to {CLASSES - 1}"
        raise DataFileError(f"mnist: {wrong}; use the labels that belong to {images}.")
    x = pixels.reshape(len(pixels), SIDE * SIDE).astype(np.float32)
    x /= WHITE
    t = classes.astype(np.int64)
    x.flags.writeable = t.flags.writeable = False
    return x, t


def _misfit(file: Path, found: npt.NDArray[np.generic], expected: str) -> DataFileError:
    return DataFileError(
        f"mnist: {file} holds {found.dtype} of shape {found.shape}, not uint8 {expected}; "
        "put the file of that name as published there."
    )
