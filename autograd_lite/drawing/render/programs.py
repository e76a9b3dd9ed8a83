"""Graphviz in a process of its own: the program ``dot``, or the library inside pygraphviz."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from autograd_lite.drawing.render.fontconfig import environment

__all__ = [
    "DPI",
    "OutOfTimeError",
    "ProgramError",
    "can_start_python",
    "has_dot",
    "has_pygraphviz",
    "run_dot",
    "run_pygraphviz",
]

DPI = 144  # of a PNG: two pixels to a point
PATIENCE = 30.0  # seconds; the graphviz package would wait for ever

# One attribute of the graph for each format: the margins of an SVG for a PDF too, which would
# have half an inch.
_ATTRIBUTES = {"svg": ("margin", "0.06"), "png": ("dpi", str(DPI)), "pdf": ("margin", "0.06")}
_SIGNATURES = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}

# Where Graphviz is a library, its crashes and what it writes to the standard streams would be
# those of the user's own program, and nothing could stop it.
_PYGRAPHVIZ = """
import sys

format, name, value, *sys.path = sys.argv[1:]
from pygraphviz import AGraph

graph = AGraph(string=sys.stdin.buffer.read().decode())
graph.graph_attr[name] = value
sys.stdout.buffer.write(graph.draw(prog="dot", format=format))
"""


class ProgramError(Exception):
    """A program did not draw; the text says why, in words that follow its name."""


class OutOfTimeError(ProgramError):
    """A program was stopped."""


def has_dot() -> bool:
    """Whether the program ``dot`` is there."""
    return shutil.which("dot") is not None


def can_start_python() -> bool:
    """Whether this process is a Python, not a program around one, and so can start another."""
    return Path(sys.executable or "").name.lower().startswith(("python", "pypy"))


def has_pygraphviz() -> bool:
    """Whether pygraphviz is there, and this process is a Python that can start another."""
    return can_start_python() and find_spec("pygraphviz") is not None


def run_dot(dot: str, format: str) -> bytes:
    """Return DOT text as a picture by the program ``dot``.

    Raises
    ------
    ProgramError
        If it fails; an `OutOfTimeError` if it does not finish in time.
    """
    name, value = _ATTRIBUTES[format]
    program = shutil.which("dot") or "dot"
    return _run([program, f"-T{format}", f"-G{name}={value}"], dot, format)


def run_pygraphviz(dot: str, format: str) -> bytes:
    """Return DOT text as a picture by pygraphviz, in another Python with the same packages.

    Raises
    ------
    ProgramError
        If it fails; an `OutOfTimeError` if it does not finish in time.
    """
    command = [sys.executable, "-I", "-c", _PYGRAPHVIZ, format, *_ATTRIBUTES[format], *sys.path]
    return _run(command, dot, format)


def _run(command: list[str], dot: str, format: str) -> bytes:
    with environment() as variables:
        try:
            done = subprocess.run(
                command,
                input=dot.encode(),
                capture_output=True,
                timeout=PATIENCE,
                env=variables,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OutOfTimeError(f"did not finish within {PATIENCE:g} s") from error
        except OSError as error:
            raise ProgramError(f"could not be started ({error.strerror})") from error
    if done.returncode != 0 or not done.stdout.startswith(_SIGNATURES[format]):
        raise ProgramError(f"failed ({_reason(done)})")
    return done.stdout


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return a program's last word; a crashed one has none."""
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return said[-1][:200] if said else f"exit status {done.returncode}"
