"""The binary format of CIFAR-10: batches of records, a label and 3 × 32 × 32 pixels each."""

from __future__ import annotations

import gzip
import re
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np
import numpy.typing as npt

from autograd_lite.errors import DataFileError

__all__ = ["FOLDER", "TEST", "Batches", "read_archive", "read_folder", "split_records"]

FOLDER = "cifar-10-batches-bin"
TEST = "test_batch.bin"
TRAINING = re.compile(r"data_batch_([1-9][0-9]*)\.bin")
CLASSES = 10
SHAPE = (3, 32, 32)
RECORD = 1 + 3 * 32 * 32
MOST = 10_000 * RECORD  # bytes of a batch as published
PIECE = 1 << 20

# What is in each file by its name; the training batches in the order of their numbers, then TEST.
Batches = dict[str, bytes]


def read_folder(folder: Path) -> Batches:
    """Read the batches that lie in a folder.

    Raises
    ------
    DataFileError
        If one cannot be read or is of another format, or none is there for training or testing.
    """
    batches = {}
    for file in sorted(folder.iterdir()):
        if _is_batch(file.name) and file.is_file():
            try:
                with file.open("rb") as stream:
                    batches[file.name] = _read(stream, str(file))
            except OSError as error:
                raise _damaged(file, error) from error
    return _ordered(batches, folder)


def read_archive(file: Path) -> Batches:
    """Read the batches in a .tar.gz archive, in memory: nothing is extracted, nothing written.

    Only regular files by the names of batches, in the folder that the data set is published in,
    are looked at; an archive can hold any other name, none can do harm.

    Raises
    ------
    DataFileError
        If the archive or a batch is damaged, truncated or of another format, or no batch is there
        for training or testing.
    """
    batches = {}
    try:
        with gzip.open(file) as unzipped:
            with tarfile.open(fileobj=unzipped, mode="r|") as archive:
                for member in archive:
                    name = _published_name(member)
                    if name and (stream := archive.extractfile(member)):
                        batches[name] = _read(stream, f"{member.name} in {file}")
            while unzipped.read(PIECE):  # to the end, where gzip compares its checksum
                pass
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise _damaged(file, error) from error
    return _ordered(batches, file)


def split_records(batch: bytes) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return views of a batch: the pixels of shape (N, 3, 32, 32) and the labels."""
    records = np.frombuffer(batch, np.uint8).reshape(-1, RECORD)
    return records[:, 1:].reshape(-1, *SHAPE), records[:, 0]


def _is_batch(name: str) -> bool:
    return name == TEST or TRAINING.fullmatch(name) is not None


def _published_name(member: tarfile.TarInfo) -> str | None:
    """Return the name of a batch, None for all else that can be in an archive."""
    path = PurePosixPath(member.name)
    published = path == PurePosixPath(FOLDER, path.name) and _is_batch(path.name)
    return path.name if published and member.isfile() else None


def _read(stream: IO[bytes], what: str) -> bytes:
    """Return the bytes of a batch, checked to be whole records with labels from 0 to 9."""
    content = stream.read(MOST + 1)
    size = f"{len(content):,}" if len(content) <= MOST else "more"
    if not content or len(content) % RECORD or len(content) > MOST:
        expected = f"1 to 10,000 records of {RECORD:,} bytes (at most {MOST:,})"
        raise _unusable(f"{what} holds {size} bytes, not {expected}")
    if (label := max(content[::RECORD])) >= CLASSES:
        raise _unusable(f"{what} holds the label {label}, not only 0 to {CLASSES - 1}")
    return content


def _ordered(batches: Batches, place: Path) -> Batches:
    numbers = {
        int(found[1]): name for name in batches if (found := TRAINING.fullmatch(name)) is not None
    }
    if not numbers or TEST not in batches:
        needs = "data_batch_1.bin (or of another number)" if not numbers else TEST
        raise _unusable(f"{place} does not hold {FOLDER}/{needs}")
    names = [name for _, name in sorted(numbers.items())]
    return {name: batches[name] for name in (*names, TEST)}


def _damaged(file: Path, error: Exception) -> DataFileError:
    reason = getattr(error, "strerror", None) or str(error).rstrip(".")
    return _unusable(f"{file} cannot be read ({reason})")


def _unusable(found: str) -> DataFileError:
    return DataFileError(f"cifar10: {found}; replace it by the file as published.")
