"""Downloads: through pooch, bound by the SHA-256 of their content, written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from errno import EACCES
from pathlib import Path
from tempfile import TemporaryDirectory

from autograd_lite.datasets.sources import Source
from autograd_lite.errors import DataFileError, FileWriteError, MissingDependencyError
from autograd_lite.files import write_atomically

__all__ = ["fetch"]

# Returns the SHA-256 of whatever a file holds, by name; raises DataFileError if it is unusable.
Inspect = Callable[[Path], Mapping[str, str]]
Download = Callable[[str, Path], None]


def fetch(source: Source, place: Path, names: Iterable[str], inspect: Inspect) -> None:
    """Download files of a data set into its folder.

    Each is received outside the folder, unpacked in memory, compared with the published SHA-256,
    and only then written, in one step: a process that is killed leaves no broken file.

    Parameters
    ----------
    source : Source
    place : Path
        The folder; made if it is not there.
    names : iterable of str
        Which of the source's files; those that are there already are replaced.
    inspect : callable
        How to read one of them.

    Raises
    ------
    MissingDependencyError
        Without pooch.
    FileWriteError
        If the folder cannot be made or written into, before anything is downloaded.
    DataFileError
        If no mirror has the published content of a file, which is then not written.
    """
    download = _downloader(source.name)
    _make_writable(place, source.name)
    for name in names:
        with TemporaryDirectory() as temporary:
            received = Path(temporary, name)
            _receive(source, place, received, download, inspect)
            write_atomically(place / name, received.read_bytes(), source.name)


def _downloader(what: str) -> Download:
    try:
        import pooch
    except ImportError as error:
        raise MissingDependencyError(
            f"{what}: download=True needs pooch; pip install 'autograd-lite[download]'."
        ) from error
    download = pooch.HTTPDownloader(progressbar=sys.stderr.isatty())
    return lambda url, file: download(url, str(file), None)


def _make_writable(place: Path, what: str) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
        if not os.access(place, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
    except OSError as error:
        raise FileWriteError(
            f"{what}: the folder {place} cannot be written into ({error.strerror}); pass another "
            "folder=."
        ) from error


def _receive(
    source: Source, place: Path, received: Path, download: Download, inspect: Inspect
) -> None:
    """Download one file from the first mirror that has its published content."""
    failures = []
    for mirror in source.mirrors:
        url = mirror + received.name
        try:
            download(url, received)
            problem = _difference(source.files[received.name], inspect(received))
        except OSError as error:  # every error of the connection is one
            problem = f"the connection failed ({error})"
        except DataFileError:
            problem = "what came is damaged, truncated or of another format"
        if problem is None:
            return
        failures.append(f"{url}: {problem}")
    raise DataFileError(
        f"{source.name}: {received.name} could not be downloaded, so it was not written "
        f"({'; '.join(failures)}); try again later, or put the file into {place} yourself."
    )


def _difference(published: Mapping[str, str], found: Mapping[str, str]) -> str | None:
    """Say what of a received file is not as published, None if all is."""
    for name, sha in published.items():
        if name not in found:
            return f"{name} is not in what came"
        if found[name] != sha:
            return f"what came is not the published {name} (SHA-256 {found[name]}, not {sha})"
    return None
