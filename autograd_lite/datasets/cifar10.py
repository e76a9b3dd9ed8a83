"""CIFAR-10, in its binary format."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np

from autograd_lite.datasets.batches import (
    FOLDER,
    TEST,
    Batches,
    read_archive,
    read_folder,
    split_records,
)
from autograd_lite.datasets.download import fetch
from autograd_lite.datasets.idx import FilePath
from autograd_lite.datasets.images import Split, images_and_labels
from autograd_lite.datasets.sources import Source

__all__ = ["cifar10", "cifar10_names"]

ARCHIVE = "cifar-10-binary.tar.gz"
ARCHIVES = "cifar-10-binary*.tar.gz"

cifar10_names = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)

CIFAR10 = Source(
    "cifar10",
    "cifar-10",
    ("https://www.cs.toronto.edu/~kriz/",),
    {
        ARCHIVE: {
            "data_batch_1.bin": "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
            "data_batch_2.bin": "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
            "data_batch_3.bin": "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
            "data_batch_4.bin": "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
            "data_batch_5.bin": "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
            TEST: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
        }
    },
)


def cifar10(
    folder: FilePath | None = None,
    *,
    one_hot: bool = False,
    flatten: bool = True,
    normalize: bool = True,
    download: bool = False,
) -> tuple[Split, Split]:
    """Return CIFAR-10: 50,000 small photographs for training, 10,000 for testing.

    The folder holds the batches of the binary version (data_batch_1.bin and so on, test_batch.bin),
    also in a folder cifar-10-batches-bin, or the archive cifar-10-binary.tar.gz; of archives whose
    names go on after cifar-10-binary, the shortest name. All training batches that are there are
    used. A part of the data set, or other content, loads with a warning that says so.

    Parameters
    ----------
    folder : str or path, optional
        By default ``cifar-10`` in the folder that the environment variable
        ``AUTOGRAD_LITE_DATA`` names, or in the user's cache folder where it is not set.
    one_hot : bool
        Whether labels are rows of zeros with a one, float32, instead of whole numbers.
    flatten : bool
        Whether an image is a row of 3072 numbers instead of (3, 32, 32): red, green, blue.
    normalize : bool
        Whether pixels are float32 from 0 to 1 instead of uint8 from 0 to 255.
    download : bool
        Whether to download the archive (162 MB), through pooch, if the folder holds no batches.

    Returns
    -------
    (x, t), (x_test, t_test) : tuple of tuples of array
        Images of shape (N, 3072) or (N, 3, 32, 32), labels of shape (N,), int64, or (N, 10). All
        read-only. The names of the classes are in ``ag.datasets.cifar10_names``.

    Raises
    ------
    DataFileError
        If the folder or its files are missing, damaged or of another format; of a download, if a
        batch does not have the published SHA-256.
    FileWriteError
        If a download cannot be written; the archive is there whole or not at all.
    MissingDependencyError
        For ``download=True`` without pooch.

    Notes
    -----
    A. Krizhevsky: Learning multiple layers of features from tiny images, 2009,
    https://www.cs.toronto.edu/~kriz/cifar.html.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.datasets.cifar10_names[6]
    'frog'
    >>> (x, t), (x_test, t_test) = ag.datasets.cifar10("missing")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    autograd_lite.errors.DataFileError: cifar10: the folder missing does not exist ...
    """
    place = CIFAR10.place(folder)
    holder = _holder(place)
    if holder is None:
        if not download:
            raise CIFAR10.lacking(place, (ARCHIVE, f"{FOLDER}/"))
        fetch(CIFAR10, place, (ARCHIVE,), _inspect)
        holder = place / ARCHIVE
    batches = read_folder(holder) if holder.is_dir() else read_archive(holder)
    CIFAR10.note_foreign(holder, _digests(batches))
    options = {"one_hot": one_hot, "flatten": flatten, "normalize": normalize}
    test = batches.pop(TEST)
    return _split(list(batches.values()), options), _split([test], options)


def _holder(place: Path) -> Path | None:
    """Return the folder or the archive that the batches are in, None if there is neither."""
    for folder in (place, place / FOLDER):
        if (folder / TEST).is_file() or next(folder.glob("data_batch_*.bin"), None):
            return folder
    archives = [file for file in place.glob(ARCHIVES) if file.is_file()]
    # The published name is the shortest that there can be.
    return min(archives, key=lambda file: (len(file.name), file.name), default=None)


def _inspect(file: Path) -> dict[str, str]:
    return _digests(read_archive(file))


def _digests(batches: Batches) -> dict[str, str]:
    return {name: sha256(content).hexdigest() for name, content in batches.items()}


def _split(batches: list[bytes], options: dict[str, bool]) -> Split:
    pixels, labels = zip(*[split_records(batch) for batch in batches], strict=True)
    return images_and_labels(
        np.concatenate(pixels), np.concatenate(labels), cifar10_names, **options
    )
