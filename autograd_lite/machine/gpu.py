"""CuPy and CUDA: whether they are there, and whether they work."""

from __future__ import annotations

import shutil
from importlib import import_module
from types import ModuleType

from autograd_lite.machine.report import Fact, Finding

__all__ = ["about_cupy"]

REPAIR = (
    "see that nvidia-smi shows a device, then install the extra of its CUDA, 'cuda12' or 'cuda13', "
    "and no other CuPy"
)


def about_cupy() -> Finding:
    """Tell CuPy's version, CUDA's, and each device with its memory; run something on one."""
    try:
        cupy = import_module("cupy")
    except ModuleNotFoundError as error:
        return _broken("does not import", error) if error.name != "cupy" else _absent()
    except Exception as error:
        return _broken("does not import", error)
    version = f"{cupy.__version__}"
    try:
        text, facts = _asked(cupy)
        right = float(cupy.arange(4.0).sum()) == 6.0
    except Exception as error:
        return _broken(f"{version} does not work", error, version)
    facts |= {"version": version, "works": right}
    advice = "" if right else f"a sum on the device is wrong; {REPAIR}"
    return Finding("CuPy", f"{version}, {text}", advice, facts)


def _absent() -> Finding:
    text = "not installed: arrays live in NumPy"
    driver = shutil.which("nvidia-smi") is not None
    if driver:
        text += "; an NVIDIA driver is here, the extra 'cuda12' or 'cuda13' would use it"
    return Finding("CuPy", text, facts={"version": None, "works": False, "driver": driver})


def _broken(what: str, error: Exception, version: str | None = None) -> Finding:
    said = (str(error).strip().splitlines() or [""])[0][:200]
    text = f"{what} ({type(error).__name__}: {said})"
    return Finding("CuPy", text, REPAIR, {"version": version, "works": False, "error": said})


def _asked(cupy: ModuleType) -> tuple[str, dict[str, Fact]]:
    """Return what CUDA says, as text and as data."""
    cuda = cupy.cuda
    runtime = _version(cuda.runtime.runtimeGetVersion())
    driver = _version(cuda.runtime.driverGetVersion())
    devices = tuple([_device(cuda, i) for i in range(cuda.runtime.getDeviceCount())])
    text = f"CUDA {runtime}, driver for {driver}: {', '.join(devices)}"
    return text, {"cuda": runtime, "driver": driver, "devices": devices}


def _version(number: int) -> str:
    """Return CUDA's number 12040 as 12.4."""
    return f"{number // 1000}.{number % 1000 // 10}"


def _device(cuda: ModuleType, i: int) -> str:
    name = cuda.runtime.getDeviceProperties(i)["name"].decode()
    with cuda.Device(i):
        free, total = cuda.runtime.memGetInfo()
    return f"{name} ({free / 2**30:.1f} of {total / 2**30:.1f} GiB free)"
