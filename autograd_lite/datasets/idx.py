"""The IDX format of MNIST: a magic number, the shape, then the elements, big-endian."""

from __future__ import annotations

import gzip
import zlib
from io import BufferedIOBase
from math import prod
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.datasets.sealing import sealed
from autograd_lite.errors import DataFileError

__all__ = ["FilePath", "idx_header", "read_idx"]

FilePath: TypeAlias = str | PathLike[str]

GZIP = b"\x1f\x8b"
TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MOST_DIMENSIONS = 64  # of a NumPy array
PIECE = 1 << 20


def read_idx(path: FilePath) -> npt.NDArray[Any]:
    """Read an array from an IDX file, plain or compressed with gzip.

    The file is trusted in nothing: its header is compared with what it really holds before any
    memory is taken for it.

    Parameters
    ----------
    path : str or path
        The file; whether it is compressed is seen from its content, not from its name.

    Returns
    -------
    array
        The header's shape and type, in this machine's byte order; read-only.

    Raises
    ------
    DataFileError
        If the file is missing, damaged, truncated, followed by other data, or of another format.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import autograd_lite as ag
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels.idx")
    ...     size = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]))
    ...     ag.datasets.read_idx(path)
    array([5, 0, 4], dtype=uint8)
    """
    file = Path(path)
    try:
        with file.open("rb") as raw:
            if raw.peek(len(GZIP)).startswith(GZIP):
                with gzip.open(raw) as unzipped:
                    return _read(unzipped, file)
            return _read(raw, file)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error).rstrip(".")
        raise _unusable(file, f"cannot be read ({reason})") from error


def idx_header(array: npt.NDArray[Any]) -> bytes:
    """Return what comes before the elements of an array in its IDX file."""
    codes = {np.dtype(kind).newbyteorder("="): code for code, kind in TYPES.items()}
    shape = np.array(array.shape, ">u4")
    return bytes([0, 0, codes[array.dtype], array.ndim]) + shape.tobytes()


def _read(stream: BufferedIOBase, file: Path) -> npt.NDArray[Any]:
    dtype, shape = _read_header(stream, file)
    size = prod(shape) * dtype.itemsize
    content = _read_at_most(stream, size)
    if len(content) < size:
        found = f"{len(content):,}"
    elif stream.read(1):  # this also has gzip compare its checksum
        found = "more"
    else:
        array = np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="))
        return sealed(array)
    needs = f"{size:,} bytes of data for shape {shape} of {dtype.name}, but holds {found}"
    raise _unusable(file, f"promises {needs}")


def _read_header(stream: BufferedIOBase, file: Path) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Return the element type and the shape, checked one by one."""
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        begins = f"begins with {magic.hex(' ') or 'nothing'}"
        raise _unusable(file, f"{begins}, not with 00 00, a type and a number of dimensions")
    code, dimensions = magic[2:]
    if code not in TYPES:
        known = ", ".join(f"{known:02x}" for known in TYPES)
        raise _unusable(file, f"has element type {code:02x}, which is none of {known}")
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise _unusable(file, f"has {dimensions} dimensions, not 1 to {MOST_DIMENSIONS}")
    lengths = stream.read(4 * dimensions)
    if len(lengths) < 4 * dimensions:
        needs = f"needs {4 * dimensions} bytes for {dimensions} dimensions"
        raise _unusable(file, f"{needs}, but holds {len(lengths)}")
    shape = tuple(int(n) for n in np.frombuffer(lengths, ">u4"))
    if 0 in shape:
        raise _unusable(file, f"has shape {shape}, which holds no element")
    return np.dtype(TYPES[code]), shape


def _read_at_most(stream: BufferedIOBase, size: int) -> bytearray:
    """Read piece by piece: read(size) would take the memory that a damaged header asks for."""
    content = bytearray()
    while piece := stream.read(min(PIECE, size - len(content))):
        content += piece
    return content


def _unusable(file: Path, found: str) -> DataFileError:
    return DataFileError(f"read_idx: {file} {found}; replace it by an intact IDX file.")
