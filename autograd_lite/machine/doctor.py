"""The doctor: everything that is looked at, in the order of the report."""

from __future__ import annotations

from autograd_lite.machine import openblas
from autograd_lite.machine.allocator import about_memory
from autograd_lite.machine.blas import (
    about_blas,
    about_core_type,
    about_loops,
    about_scipy,
    about_threads,
    numpys,
)
from autograd_lite.machine.gpu import about_cupy
from autograd_lite.machine.packages import about_packages, about_python
from autograd_lite.machine.pictures import about_drawing
from autograd_lite.machine.report import Report

__all__ = ["doctor"]


def doctor(*, measure: bool = True) -> Report:
    """Look at what this library stands on here, and say what to put right.

    NumPy's BLAS and the kernel it chose, threads and cores, variables of the environment that
    hold it back, memory, CuPy and CUDA, the engines that draw, optional packages. Nothing is
    changed. What cannot be told on a system is called unknown.

    Parameters
    ----------
    measure : bool
        Where ``OPENBLAS_CORETYPE`` is set, time products of matrices with and without it in
        processes of their own, for about five seconds.

    Returns
    -------
    Report
        It prints as text; ``findings`` and ``warnings`` are the same as data.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> import numpy as np
    >>> report = ag.doctor(measure=False)
    >>> report["NumPy"].facts["version"] == np.__version__
    True
    """
    libraries = openblas.loaded()
    own = numpys(libraries)
    findings = [
        about_python(),
        about_loops(),
        about_blas(own),
        about_core_type(own, measure=measure),
        about_threads(own),
        about_scipy(libraries),
        about_memory(),
        about_cupy(),
        about_drawing(),
        about_packages(),
    ]
    return Report(tuple([finding for finding in findings if finding is not None]))
