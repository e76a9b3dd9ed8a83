"""Published data sets: their files, where these lie on this machine, and what their content is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograd_lite.datasets.idx import FilePath
from autograd_lite.errors import DataFileError
from autograd_lite.warning import warn_user

__all__ = ["VARIABLE", "Source"]

VARIABLE = "AUTOGRAD_LITE_DATA"
PROJECT = "autograd_lite"


@dataclass(frozen=True)
class Source:
    """A published data set.

    Its files are compressed, and compressing again gives other bytes for the same data. So what
    counts is the SHA-256 of what a file holds: of the decompressed file, or of each in an archive.

    Parameters
    ----------
    name : str
        The function that loads it, for messages.
    folder : str
        The data set's own folder in the folder of all data.
    mirrors : tuple of str
        Where its files can be downloaded, each up to the last slash; tried in this order.
    files : mapping
        By name, what a file holds: names and their SHA-256.
    """

    name: str
    folder: str
    mirrors: tuple[str, ...]
    files: Mapping[str, Mapping[str, str]]

    def place(self, folder: FilePath | None) -> Path:
        """Return the folder of the data set's files, whether it is there or not.

        Raises
        ------
        DataFileError
            If `folder` is None, the environment variable is not set, and pooch, which knows the
            user's cache folder, is not installed.
        """
        if folder is not None:
            return Path(folder)
        if root := os.environ.get(VARIABLE):
            return Path(root, self.folder)
        if cache := _cache():
            return cache / self.folder
        names = ", ".join(self.files)
        raise self.absent(f"{VARIABLE} is not set, so there is no folder to read {names} from")

    def lacking(self, place: Path, names: Iterable[str]) -> DataFileError:
        """Return the error for files that are not in the data set's folder."""
        lacks = "does not hold" if place.is_dir() else "does not exist and should hold"
        return self.absent(f"the folder {place} {lacks} {', '.join(names)}")

    def absent(self, problem: str) -> DataFileError:
        """Return the error for data that are not there, with every way to get them."""
        return DataFileError(
            f"{self.name}: {problem}; download them by ag.datasets.{self.name}(download=True), "
            f"which needs pip install 'autograd-lite[download]', set {VARIABLE} to the folder that "
            f"contains {self.folder}/, pass folder=, or use the packaged digits: "
            "autograd_lite.datasets.digits()."
        )

    def note_foreign(self, place: Path, found: Mapping[str, str]) -> None:
        """Warn, once for all files, if their content is not the published one.

        Parameters
        ----------
        place : Path
            What was read.
        found : mapping
            The SHA-256 of each content by name.
        """
        published = {name: sha for held in self.files.values() for name, sha in held.items()}
        differ = [name for name, sha in found.items() if published.get(name) != sha]
        lacking = [name for name in published if name not in found]
        if not differ and not lacking:
            return
        findings = [f"different: {', '.join(differ)}"] if differ else []
        findings += [f"not there: {', '.join(lacking)}"] if lacking else []
        warn_user(
            f"{self.name}: {place} does not hold the published content ({'; '.join(findings)}); "
            "it is used as it is, but results will not be those of the published data.",
            UserWarning,
        )


def _cache() -> Path | None:
    """Return the user's cache folder as pooch names it, None without pooch."""
    try:
        import pooch
    except ImportError:
        return None
    return Path(pooch.os_cache(PROJECT))
