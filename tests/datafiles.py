"""Files as data sets are published in, made in tests, and what every loaded array must be."""

import gzip
import struct

import numpy as np
import pytest

FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx(array):
    """The bytes of an IDX file."""
    code = CODES[array.dtype.str[1:]]
    header = bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def promise(*shape, code=8):
    """The header alone, whatever it claims."""
    return bytes([0, 0, code, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)


def save(path, content, *, zipped=True):
    path.write_bytes(gzip.compress(content) if zipped else content)
    return path


def small_mnist(folder, counts=(5, 5, 3, 3), seed=0):
    """Four files of random pixels, as MNIST's; returns the arrays that are in them."""
    rng = np.random.default_rng(seed)
    arrays = [
        rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        if "images" in name
        else rng.integers(0, 10, n, dtype=np.uint8)
        for name, n in zip(FILES, counts, strict=True)
    ]
    folder.mkdir(exist_ok=True)
    for name, array in zip(FILES, arrays, strict=True):
        save(folder / name, idx(array))
    return arrays


def assert_sealed(array):
    """Its own memory, which nobody can write into."""
    assert array.base is None
    assert array.flags.owndata
    assert array.flags.c_contiguous
    assert not array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 0
