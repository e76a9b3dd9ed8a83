"""The packages that this one uses, and the extras that bring them."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from autograd_lite.machine.report import Finding

__all__ = ["about_packages", "about_python"]

NEEDED = ("graphviz", "matplotlib", "tqdm")
EXTRAS = {
    "pooch": "download",
    "pygraphviz": "graph",
    "safetensors": "safetensors",
    "scikit-learn": "sklearn",
    "scipy": "scipy",
}


def about_python() -> Finding:
    """Tell this package's version, Python's and the system."""
    own = _version("autograd-lite")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.machine()}"
    text = f"{own or 'not installed as a package'}; {python}, {system}"
    return Finding(
        "autograd_lite", text, facts={"version": own, "python": python, "system": system}
    )


def about_packages() -> Finding:
    """Tell which of the packages beside NumPy are installed."""
    versions = {name: _version(name) for name in (*NEEDED, *EXTRAS)}
    there = [f"{name} {number}" for name, number in versions.items() if number is not None]
    lacking = [name for name in NEEDED if versions[name] is None]
    extras = [f"{name} ({extra})" for name, extra in EXTRAS.items() if versions[name] is None]
    text = ", ".join(there) or "none"
    if extras:
        text += f"; not installed, with the extra that brings it: {', '.join(extras)}"
    if lacking:
        text += f"; missing: {', '.join(lacking)}"
    advice = f"pip install {' '.join(lacking)}" if lacking else ""
    return Finding("packages", text, advice, versions)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
