"""NumPy's speed: its loops, its BLAS, threads, and what in the environment holds it back."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from autograd_lite.machine.cores import quota, usable
from autograd_lite.machine.openblas import OpenBLAS, beside
from autograd_lite.machine.products import Comparison, NotMeasuredError, compare
from autograd_lite.machine.report import Finding

__all__ = ["about_blas", "about_core_type", "about_loops", "about_scipy", "about_threads", "numpys"]

FEATURES = "NPY_DISABLE_CPU_FEATURES"
CORE_TYPE = "OPENBLAS_CORETYPE"
NOTICEABLE = 1.15  # times as long: less than this is noise on a machine that does other things
THREAD_VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def about_loops() -> Finding:
    """Tell NumPy's version and the features of the CPU that its own loops use."""
    umath = import_module("numpy._core._multiarray_umath")
    features = getattr(umath, "__cpu_features__", {})
    baseline = tuple(getattr(umath, "__cpu_baseline__", ()))
    dispatched = getattr(umath, "__cpu_dispatch__", ())
    found = tuple([name for name in dispatched if features.get(name)])
    known = " ".join(found or baseline) or "unknown"
    text = f"{np.__version__}; its loops use {known}"
    if FEATURES in os.environ:
        text += f"; {FEATURES}={os.environ[FEATURES]} turns some off"
    return Finding(
        "NumPy",
        text,
        facts={"version": np.__version__, "baseline": baseline, "features": found},
    )


def numpys(libraries: list[OpenBLAS]) -> OpenBLAS | None:
    """Return the one of the loaded libraries that NumPy uses; None if it uses another BLAS."""
    for owner in ("numpy", None):  # that of its wheel, else that of the system
        for library in libraries:
            if library.owner == owner:
                return library
    return None


def about_blas(own: OpenBLAS | None) -> Finding:
    """Tell which BLAS computes NumPy's products, and with which kernel."""
    if own is not None:
        text = f"OpenBLAS {own.version or '?'}, kernel {own.kernel} ({own.file.name})"
        return _blas(text, "OpenBLAS", own.version, own.kernel)
    name, version = _built_for()
    if name is None:
        advice = "install NumPy from a wheel (pip install --force-reinstall numpy)"
        text = "NumPy was built without one, so products of matrices are slow"
        return _blas(text, name, version, advice=advice)
    text = f"NumPy was built for {name} {version or '?'}; the kernel in use is unknown"
    return _blas(text, name, version)


def _blas(
    text: str, name: str | None, version: str | None, kernel: str | None = None, advice: str = ""
) -> Finding:
    return Finding("BLAS", text, advice, {"name": name, "version": version, "kernel": kernel})


def _built_for() -> tuple[str | None, str | None]:
    """Return the name and version of the BLAS that NumPy was built for; None without one."""
    configuration = np.show_config(mode="dicts") or {}
    blas = configuration.get("Build Dependencies", {}).get("blas", {})
    return (blas.get("name"), blas.get("version")) if blas.get("found") else (None, None)


def about_threads(own: OpenBLAS | None) -> Finding:
    """Compare the threads of NumPy's BLAS with the cores that this process may use."""
    cores, share = usable(), quota()
    threads = None if own is None else own.threads
    given = [f"{name}={os.environ[name]}" for name in THREAD_VARIABLES if name in os.environ]
    told = "unknown" if own is None else f"{own.threads} ({own.threading})"
    text = f"BLAS {told}, cores usable {cores}"
    if share is not None:
        text += f", of which the container may use {share:g}"
    text += f"; {', '.join(given)}" if given else "; no variable sets a number"
    most = cores if share is None else max(1, min(cores, int(share)))
    advice = ""
    if threads is not None and threads > most:
        advice = f"set OPENBLAS_NUM_THREADS={most} before Python starts: threads wait for cores"
    facts = {"blas": threads, "cores": cores, "quota": share, "variables": tuple(given)}
    return Finding("threads", text, advice, facts)


def about_core_type(own: OpenBLAS | None, *, measure: bool) -> Finding:
    """Tell whether ``OPENBLAS_CORETYPE`` holds OpenBLAS back: measured, not guessed."""
    value = os.environ.get(CORE_TYPE)
    if value is None:
        return _core_type(None, "not set: OpenBLAS chooses its kernel itself")
    if own is None:
        return _core_type(value, f"{value}; not measured: NumPy's BLAS is not known as OpenBLAS")
    if not measure:
        return _core_type(value, f"{value}; not measured")
    try:
        return judged(value, compare(CORE_TYPE))
    except NotMeasuredError as reason:
        return _core_type(value, f"{value}; not measured: {reason}")


def judged(value: str, times: Comparison) -> Finding:
    """Judge what was measured with and without a core type."""
    given, without = f"{times.given * 1e3:.1f} ms", f"{times.without * 1e3:.1f} ms"
    text = f"{value}: a float32 product of 1,024 rows takes {given}, without it {without}"
    if times.ratio < NOTICEABLE:
        end = "faster with it" if times.ratio * NOTICEABLE < 1 else "no difference"
        return _core_type(value, f"{text}; {end}", ratio=times.ratio)
    advice = (
        f"remove {CORE_TYPE} from the environment: it makes products {times.ratio:.1f} × slower"
    )
    return _core_type(value, text, advice, times.ratio)


def _core_type(
    value: str | None, text: str, advice: str = "", ratio: float | None = None
) -> Finding:
    return Finding(CORE_TYPE, text, advice, {"value": value, "ratio": ratio})


def about_scipy(libraries: list[OpenBLAS]) -> Finding | None:
    """Tell of a second OpenBLAS, with threads of its own, in SciPy's wheel; None without one."""
    spec = find_spec("scipy")
    if spec is None or spec.origin is None or not beside(Path(spec.origin)):
        return None
    text = "brings an OpenBLAS of its own; switching between its threads and NumPy's takes time"
    threads = None
    for library in libraries:
        if library.owner == "scipy":
            threads = library.threads
            text = f"{text} ({library.version}, {library.kernel}, {threads} threads)"
    return Finding("SciPy", text, facts={"own_blas": True, "threads": threads})
