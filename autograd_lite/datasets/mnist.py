"""MNIST and Fashion-MNIST: the same four files in the IDX format."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite.datasets.download import fetch
from autograd_lite.datasets.idx import FilePath, idx_header, read_idx
from autograd_lite.datasets.images import Split, images_and_labels
from autograd_lite.datasets.sources import Source
from autograd_lite.errors import DataFileError

__all__ = ["fashion_mnist", "fashion_mnist_names", "mnist", "mnist_names"]

SIDE = 28
FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)

mnist_names = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
fashion_mnist_names = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def _files(*digests: str) -> dict[str, dict[str, str]]:
    """Return what each of the four files holds."""
    return {
        name: {name.removesuffix(".gz"): digest}
        for name, digest in zip(FILES, digests, strict=True)
    }


MNIST = Source(
    "mnist",
    "mnist",
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    _files(
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)
FASHION_MNIST = Source(
    "fashion_mnist",
    "fashion-mnist",
    (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    _files(
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)


def mnist(
    folder: FilePath | None = None,
    *,
    one_hot: bool = False,
    flatten: bool = True,
    normalize: bool = True,
    download: bool = False,
) -> tuple[Split, Split]:
    """Return MNIST: 60,000 images of handwritten digits for training, 10,000 for testing.

    The folder holds the four files that the data set is published as, train-images-idx3-ubyte.gz
    and so on. Files of the same format with other content load too, with a warning that says so.

    Parameters
    ----------
    folder : str or path, optional
        Where the four files are; by default ``mnist`` in the folder that the environment
        variable ``AUTOGRAD_LITE_DATA`` names, or in the user's cache folder where it is not set.
    one_hot : bool
        Whether labels are rows of zeros with a one, float32, instead of whole numbers.
    flatten : bool
        Whether an image is a row of 784 pixels instead of (28, 28).
    normalize : bool
        Whether pixels are float32 from 0 to 1 instead of uint8 from 0 to 255.
    download : bool
        Whether to download, through pooch, the files that the folder does not hold.

    Returns
    -------
    (x, t), (x_test, t_test) : tuple of tuples of array
        Images of shape (N, 784) or (N, 28, 28), labels of shape (N,), int64, or (N, 10). All
        read-only. The names of the classes are in ``ag.datasets.mnist_names``.

    Raises
    ------
    DataFileError
        If the folder or a file is missing, a file is damaged, or images and labels do not fit; of
        a download, if its content does not have the published SHA-256.
    FileWriteError
        If a download cannot be written; a file is there whole or not at all.
    MissingDependencyError
        For ``download=True`` without pooch.

    Notes
    -----
    Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits, CC BY-SA 3.0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> (x, t), (x_test, t_test) = ag.datasets.mnist("missing")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    autograd_lite.errors.DataFileError: mnist: the folder missing does not exist ...
    """
    options = {"one_hot": one_hot, "flatten": flatten, "normalize": normalize}
    return _load(MNIST, mnist_names, folder, options, download=download)


def fashion_mnist(
    folder: FilePath | None = None,
    *,
    one_hot: bool = False,
    flatten: bool = True,
    normalize: bool = True,
    download: bool = False,
) -> tuple[Split, Split]:
    """Return Fashion-MNIST: images of clothes, in number and format as MNIST.

    Parameters
    ----------
    folder : str or path, optional
        As for `mnist`; by default the data set's own folder is called ``fashion-mnist``.
    one_hot, flatten, normalize, download : bool
        As for `mnist`.

    Returns
    -------
    (x, t), (x_test, t_test) : tuple of tuples of array
        As `mnist` returns them. The names of the classes are in
        ``ag.datasets.fashion_mnist_names``.

    Raises
    ------
    DataFileError, FileWriteError, MissingDependencyError
        As `mnist` does.

    Notes
    -----
    H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, a novel image dataset for benchmarking machine
    learning algorithms, 2017. Zalando SE, MIT licence.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.datasets.fashion_mnist_names[9]
    'Ankle boot'
    """
    options = {"one_hot": one_hot, "flatten": flatten, "normalize": normalize}
    return _load(FASHION_MNIST, fashion_mnist_names, folder, options, download=download)


def _load(
    source: Source,
    names: tuple[str, ...],
    folder: FilePath | None,
    options: dict[str, bool],
    *,
    download: bool,
) -> tuple[Split, Split]:
    place = source.place(folder)
    if missing := [name for name in FILES if not (place / name).is_file()]:
        if not download:
            raise source.lacking(place, missing)
        fetch(source, place, missing, _inspect)
    files = [place / name for name in FILES]
    arrays = [read_idx(file) for file in files]
    for images, labels in ((0, 1), (2, 3)):
        _check(source.name, files[images], arrays[images], files[labels], arrays[labels])
    # Hashing takes 30 ms of the 200 that MNIST takes to load.
    digests = map(_digest, files, arrays)
    source.note_foreign(place, {k: v for digest in digests for k, v in digest.items()})
    x, t, x_test, t_test = arrays
    return (
        images_and_labels(x, t, names, **options),
        images_and_labels(x_test, t_test, names, **options),
    )


def _inspect(file: Path) -> dict[str, str]:
    return _digest(file, read_idx(file))


def _digest(file: Path, array: npt.NDArray[Any]) -> dict[str, str]:
    """Return the name and the SHA-256 of what is in a compressed file of this array."""
    digest = sha256(idx_header(array))
    digest.update(array.data)
    return {file.name.removesuffix(".gz"): digest.hexdigest()}


def _check(
    what: str, images: Path, pixels: npt.NDArray[Any], labels: Path, classes: npt.NDArray[Any]
) -> None:
    """Check the images of one file and the labels of another against each other."""
    if pixels.shape[1:] != (SIDE, SIDE) or pixels.dtype != np.uint8:
        raise _misfit(what, images, pixels, f"images of shape (N, {SIDE}, {SIDE})")
    if classes.ndim != 1 or classes.dtype != np.uint8:
        raise _misfit(what, labels, classes, "labels of shape (N,)")
    if len(pixels) != len(classes):
        counts = f"{images} holds {len(pixels):,} images and {labels} {len(classes):,} labels"
        raise DataFileError(f"{what}: {counts}; use two files that belong together.")
    if (largest := classes.max()) >= len(mnist_names):
        wrong = f"{labels} holds the label {largest}, not only 0 to {len(mnist_names) - 1}"
        raise DataFileError(f"{what}: {wrong}; use the labels that belong to {images}.")


def _misfit(what: str, file: Path, found: npt.NDArray[Any], expected: str) -> DataFileError:
    return DataFileError(
        f"{what}: {file} holds {found.dtype} of shape {found.shape}, not uint8 {expected}; "
        "put the file of that name as published there."
    )
