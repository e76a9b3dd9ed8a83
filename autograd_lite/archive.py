"""Archives: named arrays in one file, without pickle, the same bytes for the same arrays.

A ``.npz`` is a zip archive of ``.npy`` files, as NumPy's own; each has a checksum. What is read is
distrusted: every length is compared with the length of the file before memory is taken for it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from importlib import import_module
from io import BytesIO
from math import prod
from pathlib import Path
from typing import Any, Literal, TypeAlias
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import crc32

import numpy as np
import numpy.typing as npt

from autograd_lite.errors import (
    ArgumentError,
    DataFileError,
    MissingDependencyError,
    OperandError,
)
from autograd_lite.files import checked_path, write_atomically

__all__ = ["read_archive", "write_archive"]

AnyArray: TypeAlias = npt.NDArray[Any]
Arrays: TypeAlias = dict[str, AnyArray]

_KINDS = "biufU"  # truths, numbers, text
_LONG = 1000  # characters of a name
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a date in the file would make two of the same model differ
# A .npy header as NumPy writes it. Matching it allows no object, no record, and no nesting.
_HEADER = re.compile(
    rb"\{'descr': '([<>|][" + _KINDS.encode() + rb"][0-9]{1,9})', 'fortran_order': (True|False), "
    rb"'shape': \(([0-9, ]*)\), \} *\n"
)
# What Python's zip reader raises for damage: encryption is a RuntimeError, an offset beyond all
# files an OverflowError.
_DAMAGE = (BadZipFile, EOFError, OSError, OverflowError, RuntimeError, TypeError, ValueError)


def write_archive(
    path: str | os.PathLike[str], arrays: Mapping[str, npt.ArrayLike], what: str = "save"
) -> None:
    """Write named arrays into a file: whole, or not at all.

    Parameters
    ----------
    path : str or path
        Ends in ``.npz`` or ``.safetensors``.
    arrays : mapping of str to array
        Of numbers, truths or text, written in this order; a name leads to no folder above.
    what : str
        Who asks, for the errors.

    Raises
    ------
    OperandError
        For what is no path.
    ArgumentError
        For another suffix, a folder that is not there, a name or an array that cannot be written.
    FileWriteError
        If the file cannot be written; one that was there is as before.
    MissingDependencyError
        For ``.safetensors`` without that library.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> from autograd_lite.archive import read_archive, write_archive
    >>> with TemporaryDirectory() as folder:
    ...     write_archive(Path(folder, "a.npz"), {"W": np.ones((1, 2)), "steps": np.array(3)})
    ...     read_archive(Path(folder, "a.npz"))
    {'W': array([[1., 1.]]), 'steps': array(3)}
    """
    target, kind = checked_path(path, ("npz", "safetensors"), what)
    plain = {_written_name(name, what): _plain(name, x, what) for name, x in arrays.items()}
    packed = _packed_tensors(plain, what) if kind == "safetensors" else _packed(plain)
    write_atomically(target, packed, what)


def read_archive(path: str | os.PathLike[str], what: str = "load") -> Arrays:
    """Read named arrays; each is the caller's own.

    Parameters
    ----------
    path : str or path
        With the suffix ``.safetensors`` a file of that format, else a ``.npz``: one of
        :func:`write_archive`, or of ``numpy.savez``.
    what : str
        Who asks, for the errors.

    Raises
    ------
    OperandError
        For what is no path.
    DataFileError
        If the file is missing, damaged, truncated or of another format; it is named.
    MissingDependencyError
        For ``.safetensors`` without that library.
    """
    if not isinstance(path, str | os.PathLike):
        msg = f"{what}: a path is a str or a pathlib.Path, not a {type(path).__name__}; pass one."
        raise OperandError(msg)
    source = Path(path)
    try:
        content = source.read_bytes()
    except (OSError, ValueError) as error:  # a null character
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"{what}: {str(source)!r} cannot be read ({reason}); pass the path of a saved file."
        raise DataFileError(msg) from error
    try:
        if source.suffix.lower() == ".safetensors":
            return _unpacked_tensors(content, what)
        return _unpacked(content)
    except _DAMAGE as error:
        msg = (
            f"{what}: {str(source)!r} is damaged or no archive of arrays ({error}); save it again, "
            "or use another copy."
        )
        raise DataFileError(msg) from error


# ---- names and arrays


def _name_fault(name: object) -> str:
    """Say why a name may not be in an archive: it must not lead out of a folder."""
    if not isinstance(name, str):
        return "it is not a text"
    if not 0 < len(name) <= _LONG:
        return "it is empty or too long"
    if not name.isprintable() or "\\" in name or re.match(r"[A-Za-z]:", name):
        return "it holds characters that no path may hold"
    if any([part in ("", ".", "..") for part in name.split("/")]):
        return "it is no plain path"
    return ""


def _written_name(name: str, what: str) -> str:
    fault = _name_fault(name)
    if fault:
        msg = f"{what}: {name!r:.60} cannot be the name of an array, as {fault}; rename it."
        raise ArgumentError(msg)
    return name


def _plain(name: str, value: npt.ArrayLike, what: str) -> AnyArray:
    """Return an array in C order and little-endian, so that the bytes are the same everywhere."""
    array = np.asarray(value)
    if array.dtype.kind not in _KINDS:
        msg = f"{what}: {name!r} holds {array.dtype}; only numbers, truths and text can be saved."
        raise ArgumentError(msg)
    return np.asarray(array, array.dtype.newbyteorder("<"), order="C")


# ---- .npz


def _packed(arrays: Mapping[str, AnyArray]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = ZipInfo(f"{name}.npy", _EPOCH)
            member.create_system = 3  # whatever the system is
            with archive.open(member, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _unpacked(content: bytes) -> Arrays:
    """Return the arrays of a zip archive; raises one of ``_DAMAGE`` where anything is odd."""
    arrays: Arrays = {}
    with ZipFile(BytesIO(content)) as archive:
        members = archive.infolist()
        if _counted(content, len(archive.comment)) != min(len(members), 0xFFFF):
            raise ValueError("its list of parts is not whole")
        if any([member.compress_type != ZIP_STORED for member in members]):
            raise ValueError("it is compressed")
        if sum([max(member.file_size, member.compress_size) for member in members]) > len(content):
            raise ValueError("its parts claim to be longer than all of it")
        for member in members:
            name = member.filename.removesuffix(".npy")
            fault = "it ends in no .npy" if name == member.filename else _name_fault(name)
            if fault or name in arrays:
                raise ValueError(f"{member.filename!r:.60}: {fault or 'it is there twice'}")
            arrays[name] = _array(name, archive.read(member))  # compares the checksum
    return arrays


def _counted(content: bytes, comment: int) -> int:
    """Return how many parts a zip archive says it has; Python's reader leaves it unread.

    The list of parts has no checksum: where a length in it is damaged, it ends too soon.
    """
    end = len(content) - comment - 22
    return int.from_bytes(content[end + 10 : end + 12], "little")


def _array(name: str, content: bytes) -> AnyArray:
    """Return the array of a .npy file."""
    width = 2 if content[6:7] == b"\x01" else 4  # of the header's length, by version
    start = 8 + width + int.from_bytes(content[8 : 8 + width], "little")
    header = _HEADER.fullmatch(content[8 + width : start])
    if content[:6] != b"\x93NUMPY" or header is None:
        raise ValueError(f"{name!r} is no array of numbers, and pickled objects are never loaded")
    dtype = np.dtype(header[1].decode())
    shape = tuple([int(length) for length in header[3].split(b",") if length.strip()])
    count = prod(shape)
    if dtype.itemsize * count != len(content) - start:
        raise ValueError(f"{name!r} holds less or more than {dtype} of shape {shape}")
    flat = np.frombuffer(content[start:], dtype, count) if count else np.empty(0, dtype)
    order: Literal["C", "F"] = "F" if header[2] == b"True" else "C"
    return flat.reshape(shape, order=order).astype(dtype.newbyteorder("="), order="C")


# ---- .safetensors


def _packed_tensors(arrays: Mapping[str, AnyArray], what: str) -> bytes:
    library = _safetensors(what)
    if "__metadata__" in arrays:
        msg = f"{what}: a .safetensors means something else by '__metadata__'; rename the array."
        raise ArgumentError(msg)
    try:
        packed: bytes = library.numpy.save(dict(arrays), {"crc32": _checksum(arrays)})
    except library.SafetensorError as error:
        msg = f"{what}: a .safetensors cannot hold this ({error}); save it as .npz."
        raise ArgumentError(msg) from error
    return packed


def _unpacked_tensors(content: bytes, what: str) -> Arrays:
    """Return the arrays of a safetensors file; our own ones have a checksum among the metadata."""
    library = _safetensors(what)
    try:
        loaded = library.numpy.load(content)
    except (library.SafetensorError, ImportError, KeyError) as error:  # dtypes that NumPy lacks
        raise ValueError(str(error)) from error
    arrays = {name: np.array(array) for name, array in loaded.items()}
    faults = [f"{name!r:.60}: {fault}" for name in arrays if (fault := _name_fault(name))]
    if faults:
        raise ValueError(faults[0])
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    checksum = header.get("__metadata__", {}).get("crc32")
    if checksum not in (None, _checksum(arrays)):
        raise ValueError("its checksum is another")
    return arrays


def _checksum(arrays: Mapping[str, AnyArray]) -> str:
    found = 0
    for name in sorted(arrays):
        found = crc32(arrays[name].tobytes(), crc32(name.encode(), found))
    return f"{found:08x}"


def _safetensors(what: str) -> Any:
    """Return the safetensors library, which is optional."""
    try:
        import_module("safetensors.numpy")
    except ImportError as error:
        msg = (
            f"{what}: a .safetensors needs the library of that name; install it with "
            "pip install 'autograd-lite[safetensors]', or use .npz."
        )
        raise MissingDependencyError(msg) from error
    return import_module("safetensors")
