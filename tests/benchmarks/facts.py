"""What the numbers were measured on."""

from __future__ import annotations

import ctypes
import importlib.metadata
import os
import platform
from collections.abc import Iterator
from pathlib import Path

import numpy as np

PACKAGES = ("autograd-lite", "numpy", "torch", "jax", "autograd", "mygrad", "scikit-learn")
CORE_NAMES = ("scipy_openblas_get_corename64_", "openblas_get_corename64_", "openblas_get_corename")


def facts() -> dict[str, str]:
    """Return the machine, the versions and the settings that move the numbers."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "CPU": f"{_cpu()}, {os.cpu_count()} seen",
        "load": " ".join(f"{x:.2f}" for x in os.getloadavg()),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(_versions()),
        "BLAS": f"{blas.get('name')} {blas.get('version')}, core {_blas_core()}",
        "OPENBLAS_CORETYPE": os.environ.get("OPENBLAS_CORETYPE", "not set"),
        "threads": os.environ.get("OMP_NUM_THREADS", "not set"),
    }


def _versions() -> Iterator[str]:
    for name in PACKAGES:
        try:
            yield f"{name} {importlib.metadata.version(name)}"
        except importlib.metadata.PackageNotFoundError:
            continue


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _blas_core() -> str:
    """Ask the OpenBLAS that NumPy has loaded which kernels it chose for this processor."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text().splitlines() if maps.exists() else []
    for path in dict.fromkeys(line.split()[-1] for line in lines if "openblas" in line):
        library = ctypes.CDLL(path)
        for name in CORE_NAMES:
            ask = getattr(library, name, None)
            if ask is not None:
                ask.restype = ctypes.c_char_p
                return str(ask().decode())
    return "unknown"
