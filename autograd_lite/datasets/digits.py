"""The packaged digits: 1797 handwritten ones in 8 × 8 pixels, no download needed."""

from __future__ import annotations

import gzip
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from autograd_lite.datasets.sealing import Split, sealed

__all__ = ["digits"]

SEED = 0
TRAINING = 1437
WHITE = 16


def digits() -> tuple[Split, Split]:
    """Return the UCI handwritten digits, split into 1437 for training and 360 for testing.

    The split is the same on every machine (seed 0). It mixes the writers, so test accuracy is a
    little higher than for digits of people whom the network has never seen.

    Returns
    -------
    (x, t), (x_test, t_test) : tuple of tuples of array
        Images as float32 in [0, 1], flat, 64 a row; labels as int64 from 0 to 9. All read-only.

    Notes
    -----
    E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, https://archive.ics.uci.edu/dataset/80, CC BY 4.0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> (x, t), (x_test, t_test) = ag.datasets.digits()
    >>> x.shape, x_test.shape, x.dtype, t.dtype
    ((1437, 64), (360, 64), dtype('float32'), dtype('int64'))
    """
    packaged = files("autograd_lite.datasets") / "data" / "optdigits.csv.gz"
    with packaged.open("rb") as file, gzip.open(file) as lines:
        table = np.loadtxt(lines, dtype=np.uint8, delimiter=",")
    # Shuffled by raw random numbers: NumPy keeps their stream from version to version, which it
    # does not promise of Generator.permutation.
    order = np.random.PCG64(SEED).random_raw(len(table)).argsort()
    return _split(table[order[:TRAINING]]), _split(table[order[TRAINING:]])


def _split(table: npt.NDArray[np.uint8]) -> Split:
    """Return pixels and labels, each in memory of its own that nobody can write into."""
    x = table[:, :-1].astype(np.float32, order="C")
    x /= WHITE
    t = table[:, -1].astype(np.int64)
    return sealed(x), sealed(t)
