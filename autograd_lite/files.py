"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from errno import EACCES
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE

from autograd_lite.errors import ArgumentError, FileWriteError, OperandError

__all__ = ["checked_path", "write_atomically"]


def checked_path(
    path: str | os.PathLike[str], formats: Sequence[str], what: str = "save"
) -> tuple[Path, str]:
    """Return where to write and in which format, before any work is spent on the content.

    Parameters
    ----------
    path : str or path
    formats : sequence of str
        The suffixes that are known, without the dot.
    what : str
        Who asks, for the errors.

    Returns
    -------
    Path
    str
        One of `formats`.

    Raises
    ------
    OperandError
        For what is no path.
    ArgumentError
        For another suffix, a folder that is not there, or a path that is itself a folder.
    """
    if not isinstance(path, str | os.PathLike):
        msg = f"{what}: a path is a str or a pathlib.Path, not a {type(path).__name__}; pass one."
        raise OperandError(msg)
    target = Path(path)
    kind = target.suffix.lstrip(".").lower()
    if kind not in formats:
        known = ", ".join([f".{name}" for name in formats])
        msg = f"{what}: {target.name!r} ends in no known format; use one of {known}."
        raise ArgumentError(msg)
    with suppress(OSError):  # a folder that may not be looked into: writing will say so
        if target.is_dir():
            raise ArgumentError(f"{what}: {target} is a folder; add a file name.")
        if not target.parent.is_dir():
            raise ArgumentError(
                f"{what}: the folder {target.parent} does not exist; make it first."
            )
    return target, kind


def write_atomically(target: Path, content: bytes, what: str = "save") -> None:
    """Write beside the target first, so that a reader never sees half a file.

    A new file gets the permissions that the umask leaves, one that was there keeps its own; a
    symbolic link is followed.

    Parameters
    ----------
    target : Path
    content : bytes
    what : str
        Who asks, for the errors.

    Raises
    ------
    FileWriteError
        If the file cannot be written; one that was there is as before.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from autograd_lite.files import write_atomically
    >>> with TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder, "note.txt"), b"kept")
    ...     Path(folder, "note.txt").read_bytes()
    b'kept'
    """
    try:
        _replace(target.resolve(), content)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a null character
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"{what}: {str(target)!r} could not be written ({reason}); save somewhere else."
        raise FileWriteError(msg) from error


def _replace(target: Path, content: bytes) -> None:
    permissions = _permissions(target)
    temporary = target.with_name(f".{token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:  # not mkstemp, which knows no umask
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if permissions is not None:
            temporary.chmod(permissions)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _permissions(target: Path) -> int | None:
    """Return a file's permissions, None for one that is not there yet."""
    if not target.exists():
        return None
    if not os.access(target, os.W_OK):  # replacing it would work, and ignore the protection
        raise PermissionError(EACCES, "the file is write-protected")
    return S_IMODE(target.stat().st_mode)
