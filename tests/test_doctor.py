"""The doctor: what it finds here, and what it says of machines that are made up."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from itertools import count
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.__main__ import main
from autograd_lite.arrays import memory
from autograd_lite.drawing.render import programs
from autograd_lite.machine import Finding, Report, blas, cores, gpu, openblas, packages, pictures
from autograd_lite.machine import products as products_room
from autograd_lite.machine.allocator import about_memory
from autograd_lite.machine.openblas import OpenBLAS
from autograd_lite.machine.products import Comparison, NotMeasuredError, compare, product_seconds

ROOT = Path(__file__).parent.parent
TOPICS = [
    "autograd_lite",
    "NumPy",
    "BLAS",
    "OPENBLAS_CORETYPE",
    "threads",
    "SciPy",
    "memory",
    "CuPy",
    "drawing",
    "packages",
]
OWN = OpenBLAS(Path("/v/numpy.libs/libopenblas.so"), "0.3.31", "SkylakeX", 8, "pthreads")
SCIPYS = OpenBLAS(Path("/v/scipy.libs/libopenblas.so"), "0.3.29", "Haswell", 4, "pthreads")
SYSTEMS = OpenBLAS(Path("/usr/lib/libopenblas.so.0"), None, "Zen", 2, "OpenMP")
OTHERS = OpenBLAS(Path("/v/other.libs/libopenblas.so"), "0.3.1", "Zen", 2, "none")

linux_openblas = pytest.mark.skipif(
    not openblas.MAPS.exists() or blas.numpys(openblas.loaded()) is None,
    reason="NumPy uses no OpenBLAS that can be found here",
)
posix = pytest.mark.skipif(os.name != "posix", reason="writes a shell script")


def run_doctor(*arguments, **variables):
    environment = {k: v for k, v in os.environ.items() if k not in variables}
    return subprocess.run(
        [sys.executable, "-m", "autograd_lite", "doctor", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**environment, **variables, "PYTHONIOENCODING": "utf-8"},
    )


# ---- here


def test_the_report_of_this_machine():
    report = ag.doctor(measure=False)
    topics = [finding.topic for finding in report.findings]
    assert topics == [t for t in TOPICS if t in topics]
    assert set(TOPICS) - set(topics) <= {"SciPy"}
    lines = str(report).splitlines()
    assert repr(report) == str(report)
    assert len(lines) == len(report.findings) + len(report.warnings) + 1
    assert report["NumPy"].facts["version"] == np.__version__
    assert report["threads"].facts["cores"] >= 1
    assert "built-in" in report["drawing"].facts["engines"]
    with pytest.raises(KeyError):
        report["weather"]


@linux_openblas
def test_openblas_is_asked_as_threadpoolctl_asks_it():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    expected = {
        os.path.realpath(entry["filepath"]): (
            entry["version"],
            entry["architecture"],
            entry["num_threads"],
            entry["threading_layer"].lower(),
        )
        for entry in threadpoolctl.threadpool_info()
        if entry["internal_api"] == "openblas"
    }
    told = {
        os.path.realpath(one.file): (one.version, one.kernel, one.threads, one.threading.lower())
        for one in openblas.loaded()
    }
    assert expected
    assert expected.items() <= told.items()


@linux_openblas
def test_the_kernel_and_the_threads_that_the_environment_asks_for():
    done = run_doctor("--no-measure", OPENBLAS_CORETYPE="Prescott", OPENBLAS_NUM_THREADS="1")
    assert done.stderr == ""
    kernel = re.search(r"  BLAS +OpenBLAS \S+, kernel (\w+) ", done.stdout)[1]
    if (
        kernel == "Prescott"
    ):  # an OpenBLAS for one kernel, or of another architecture, keeps its own
        assert kernel != openblas.loaded()[0].kernel
    assert re.search(r"  OPENBLAS_CORETYPE +Prescott; not measured\n", done.stdout)
    assert re.search(r"threads +BLAS 1 \(\w+\), .*; OPENBLAS_NUM_THREADS=1", done.stdout)


@linux_openblas
def test_a_core_type_is_measured_where_it_is_set():
    done = run_doctor(OPENBLAS_CORETYPE="Haswell", OPENBLAS_NUM_THREADS="1")
    measured = r"Haswell: a float32 product of 1,024 rows takes \d+\.\d ms, without it \d+\.\d ms"
    assert re.search(measured, done.stdout), done.stdout
    assert done.returncode == ("to put right:" in done.stdout)


def test_the_command(monkeypatch, capsys):
    given = []

    def fine(*, measure):
        given.append(measure)
        return Report((Finding("NumPy", "2"),))

    monkeypatch.setattr("autograd_lite.__main__.doctor", fine)
    assert main(["doctor"]) == 0
    assert main(["doctor", "--no-measure"]) == 0
    assert given == [True, False]
    assert capsys.readouterr().out == "  NumPy  2\nNothing to put right.\n" * 2
    bad = Report((Finding("NumPy", "2", "update"), Finding("CuPy", "?", "repair")))
    monkeypatch.setattr("autograd_lite.__main__.doctor", lambda measure: bad)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "! NumPy  2\n         to do: update\n! CuPy   ?\n" in out
    assert out.endswith("2 things to put right: NumPy, CuPy.\n")


# ---- BLAS


def test_which_library_is_numpys():
    assert blas.numpys([SCIPYS, SYSTEMS, OWN]) is OWN
    assert blas.numpys([SCIPYS, SYSTEMS]) is SYSTEMS
    assert blas.numpys([SCIPYS, OTHERS]) is None
    mac = OWN._replace(file=Path("/v/numpy/.dylibs/libopenblas.0.dylib"))
    assert mac.owner == "numpy"


def test_the_text_about_openblas():
    assert blas.about_blas(OWN).text == "OpenBLAS 0.3.31, kernel SkylakeX (libopenblas.so)"
    assert blas.about_blas(SYSTEMS).text.startswith("OpenBLAS ?, kernel Zen")
    assert not blas.about_blas(OWN).advice


@pytest.mark.parametrize(
    ("built", "text", "wrong"),
    [
        ({"name": "mkl", "version": "2025.0", "found": True}, "for mkl 2025.0; the kernel", False),
        ({"name": "accelerate", "found": True}, "for accelerate ?; the kernel", False),
        ({"name": "none"}, "without one", True),
    ],
)
def test_another_blas(built, text, wrong, monkeypatch):
    configuration = {"Build Dependencies": {"blas": built}}
    monkeypatch.setattr(np, "show_config", lambda mode: configuration)
    found = blas.about_blas(None)
    assert text in found.text
    assert bool(found.advice) == wrong
    assert found.facts["kernel"] is None


def test_on_linux_the_libraries_are_those_in_memory(monkeypatch, tmp_path):
    maps = tmp_path / "maps"
    maps.write_text(
        "7f00-7f01 r-xp 00000000 fe:00 12  /a folder/libopenblas.so.0\n"
        "7f01-7f02 r--p 00000000 fe:00 12  /a folder/libopenblas.so.0\n"
        "7f02-7f03 r--p 00000000 fe:00 13  /usr/lib/openblas-pthread/libblas.so.3\n"
        "7f03-7f04 r--p 00000000 fe:00 14  /data/openblas.csv\n"
        "7f04-7f05 r--p 00000000 fe:00 15  /usr/lib/libc.so.6\n"
        "7f05-7f06 rw-p 00000000 00:00 0 \n"
    )
    asked = []
    monkeypatch.setattr(openblas, "MAPS", maps)
    monkeypatch.setattr(openblas.ctypes, "CDLL", lambda file: asked.append(file))
    monkeypatch.setattr(openblas, "hasattr", lambda *_: False, raising=False)
    assert openblas.loaded() == []
    assert asked == ["/a folder/libopenblas.so.0", "/usr/lib/openblas-pthread/libblas.so.3"]


def test_elsewhere_the_library_beside_numpy_is_asked(monkeypatch, tmp_path):
    here = openblas.loaded()
    monkeypatch.setattr(openblas, "MAPS", tmp_path / "none")
    wheels = [one for one in here if one.owner == "numpy"]
    assert openblas.loaded() == wheels
    monkeypatch.setattr(openblas.np, "__file__", str(tmp_path / "numpy" / "__init__.py"))
    assert openblas.loaded() == []
    assert "unknown" in blas.about_threads(None).text
    assert blas.about_threads(None).facts["blas"] is None


def test_files_that_cannot_be_asked(tmp_path, monkeypatch):
    folder = tmp_path / "numpy.libs"
    folder.mkdir()
    (folder / "libopenblas.so").write_bytes(b"no library")
    monkeypatch.setattr(openblas, "MAPS", tmp_path / "none")
    monkeypatch.setattr(openblas.np, "__file__", str(tmp_path / "numpy" / "__init__.py"))
    assert openblas.beside(tmp_path / "numpy" / "__init__.py") == [folder / "libopenblas.so"]
    assert openblas.loaded() == []


class FakeLibrary:
    """Answers as an OpenBLAS with one spelling of the names."""

    def __init__(self, prefix, suffix, config):
        answers = {"config": config, "corename": b"Zen", "num_threads": 3, "parallel": 2}
        for name, answer in answers.items():
            ask = type("Ask", (), {"__call__": lambda self, answer=answer: answer})()
            setattr(self, f"{prefix}openblas_get_{name}{suffix}", ask)

    def __getitem__(self, name):
        return getattr(self, name)


@pytest.mark.parametrize(("prefix", "suffix"), [("scipy_", "64_"), ("", ""), ("", "_64")])
@pytest.mark.parametrize(("config", "version"), [(b"OpenBLAS 0.3.9 Zen", "0.3.9"), (b"Zen", None)])
def test_every_spelling_of_the_names(prefix, suffix, config, version, monkeypatch, tmp_path):
    file = tmp_path / "numpy.libs" / "libopenblas.dll"
    file.parent.mkdir()
    file.touch()
    monkeypatch.setattr(openblas, "MAPS", tmp_path / "none")
    monkeypatch.setattr(openblas.np, "__file__", str(tmp_path / "numpy" / "__init__.py"))
    library = FakeLibrary(prefix, suffix, config)
    monkeypatch.setattr(openblas.ctypes, "CDLL", lambda _: library)
    assert openblas.loaded() == [OpenBLAS(file, version, "Zen", 3, "OpenMP")]


def test_scipys_own_library(monkeypatch, tmp_path):
    (tmp_path / "scipy.libs").mkdir()
    spec = SimpleNamespace(origin=str(tmp_path / "scipy" / "__init__.py"))
    monkeypatch.setattr(blas, "find_spec", lambda _: spec)
    assert blas.about_scipy([]) is None
    (tmp_path / "scipy.libs" / "libscipy_openblas.so").touch()
    assert blas.about_scipy([OWN]).facts["threads"] is None
    found = blas.about_scipy([OWN, SCIPYS])
    assert found.facts["threads"] == 4
    assert found.text.endswith("(0.3.29, Haswell, 4 threads)")
    monkeypatch.setattr(blas, "find_spec", lambda _: None)
    assert blas.about_scipy([OWN]) is None


def test_features_that_the_environment_turns_off(monkeypatch):
    monkeypatch.delenv(blas.FEATURES, raising=False)
    assert "turns" not in blas.about_loops().text
    monkeypatch.setenv(blas.FEATURES, "AVX2")
    assert blas.about_loops().text.endswith("; NPY_DISABLE_CPU_FEATURES=AVX2 turns some off")


def test_features_are_those_that_numpy_tells(capsys):
    np.show_runtime()
    found = re.search(r"'found': \[(.*?)\]", capsys.readouterr().out, re.DOTALL)
    told = re.findall(r"\w+", found[1]) if found else []
    assert list(blas.about_loops().facts["features"]) == told


# ---- threads


@pytest.mark.parametrize(
    ("usable", "quota", "most"),
    [(8, None, None), (2, None, 2), (8, 1.5, 1), (8, 0.5, 1), (4, 6, 4)],
)
def test_more_threads_than_cores(usable, quota, most, monkeypatch):
    monkeypatch.setattr(blas, "usable", lambda: usable)
    monkeypatch.setattr(blas, "quota", lambda: quota)
    for name in blas.THREAD_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    found = blas.about_threads(OWN)
    assert f"BLAS 8 (pthreads), cores usable {usable}" in found.text
    assert found.text.endswith("; no variable sets a number")
    if most is None:
        assert not found.advice
    else:
        assert f"OPENBLAS_NUM_THREADS={most} " in found.advice
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    assert blas.about_threads(OWN).text.endswith("; OMP_NUM_THREADS=8")
    assert blas.about_threads(OWN).facts["variables"] == ("OMP_NUM_THREADS=8",)


def test_cores(monkeypatch, tmp_path):
    if sys.platform.startswith("linux"):
        assert cores.usable() == len(os.sched_getaffinity(0))
    monkeypatch.setattr(cores.sys, "platform", "win32")
    monkeypatch.setattr(cores.os, "cpu_count", lambda: 6)
    assert cores.usable() == 6
    file = tmp_path / "cpu.max"
    monkeypatch.setattr(cores, "QUOTA", file)
    assert cores.quota() is None
    file.write_text("max 100000\n")
    assert cores.quota() is None
    file.write_text("250000 100000\n")
    assert cores.quota() == 2.5


# ---- the core type


def test_without_a_core_type_nothing_is_measured(monkeypatch):
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    monkeypatch.setattr(blas, "compare", lambda _: pytest.fail("measured"))
    found = blas.about_core_type(OWN, measure=True)
    assert found.text.startswith("not set")
    assert found.facts == {"value": None, "ratio": None}


def test_a_core_type_that_is_not_measured(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setattr(blas, "compare", lambda _: pytest.fail("measured"))
    assert blas.about_core_type(OWN, measure=False).text == "Haswell; not measured"
    assert "not known as OpenBLAS" in blas.about_core_type(None, measure=True).text

    def fail(_):
        raise NotMeasuredError("no time")

    monkeypatch.setattr(blas, "compare", fail)
    found = blas.about_core_type(OWN, measure=True)
    assert found.text == "Haswell; not measured: no time"
    assert not found.advice


def test_what_a_core_type_costs(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setattr(blas, "compare", lambda _: Comparison(0.019, 0.010, 5))
    slow = blas.about_core_type(OWN, measure=True)
    assert slow.text.endswith("takes 19.0 ms, without it 10.0 ms")
    assert "remove OPENBLAS_CORETYPE" in slow.advice
    assert "1.9 × slower" in slow.advice
    assert slow.facts == {"value": "Haswell", "ratio": pytest.approx(1.9)}
    for given, end in [(0.0114, "no difference"), (0.0088, "no difference"), (0.008, "with it")]:
        found = blas.judged("Haswell", Comparison(given, 0.010, 5))
        assert found.text.endswith(end)
        assert not found.advice


def test_the_comparison_takes_turns(monkeypatch):
    monkeypatch.setenv("SLOW", "1")
    seen = []

    def seconds(environment):
        seen.append("SLOW" in environment)
        assert len(environment) == len(os.environ) - (not seen[-1])
        return {0: 2.0, 1: 1.0, 2: 9.0}.get(len(seen) - 1, 2.0 if seen[-1] else 1.0)

    found = compare("SLOW", seconds, patience=1e9)
    assert seen == [True, False] * 5
    assert found == Comparison(2.0, 1.0, 5)
    assert found.ratio == 2.0


def test_the_comparison_ends_in_time(monkeypatch):
    monkeypatch.setenv("SLOW", "1")
    clock = count()
    monkeypatch.setattr(products_room, "perf_counter", lambda: float(next(clock)))
    assert compare("SLOW", lambda _: 1.0, patience=2.5).pairs == 3
    assert compare("SLOW", lambda _: 1.0, patience=0.0).pairs == 1


def test_a_product_is_timed_in_another_python(monkeypatch):
    assert 0 < product_seconds(os.environ) < 10
    with pytest.raises(NotMeasuredError, match="a fresh Python with NumPy failed"):
        product_seconds({**os.environ, "PYTHONHASHSEED": "nonsense"})
    monkeypatch.setattr(products_room, "MOST", 0.001)
    with pytest.raises(NotMeasuredError, match=r"more than 0\.001 s"):
        product_seconds(os.environ)
    monkeypatch.setattr(sys, "executable", "/opt/app/viewer")
    assert not programs.can_start_python()
    with pytest.raises(NotMeasuredError, match="cannot start"):
        product_seconds(os.environ)


# ---- memory


def test_memory_policy(monkeypatch):
    was = memory.memory_is_reused()
    if not memory.reuse_memory():
        assert about_memory().facts["reused"] is False
        assert about_memory().facts["reason"] == memory.hindrance()
        return
    assert "kept for the next ones" in about_memory().text
    memory.reuse_memory(enabled=False)
    assert about_memory().text.endswith("reuse_memory turned it off")
    monkeypatch.setenv("AUTOGRAD_LITE_REUSE_MEMORY", "0")
    assert about_memory().text.endswith("AUTOGRAD_LITE_REUSE_MEMORY=0 in the environment")
    monkeypatch.setenv("GLIBC_TUNABLES", "")
    assert about_memory().facts["reason"] == "GLIBC_TUNABLES in the environment"
    assert not memory.reuse_memory()
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    assert about_memory().facts["reason"] == "the allocator is not glibc's"
    assert not memory.reuse_memory()
    monkeypatch.undo()
    memory.reuse_memory(was)


# ---- CuPy


class Device:
    def __init__(self, i):
        self.i = i

    def __enter__(self):
        FakeCuda.current = self.i

    def __exit__(self, *_):
        FakeCuda.current = None


class FakeCuda:
    """What ``cupy.cuda`` tells on a machine with two devices."""

    Device = Device
    current: int | None = None
    runtime = SimpleNamespace(
        runtimeGetVersion=lambda: 12090,
        driverGetVersion=lambda: 13000,
        getDeviceCount=lambda: 2,
        getDeviceProperties=lambda i: {"name": f"H{i}00".encode()},
        memGetInfo=lambda: ((1 + FakeCuda.current) << 30, 8 << 30),
    )


def fake_cupy(monkeypatch, total=6.0):
    cupy = ModuleType("cupy")
    cupy.__version__ = "14.0.1"
    cupy.cuda = FakeCuda
    cupy.arange = lambda n: SimpleNamespace(sum=lambda: total)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    return cupy


def test_cupy_that_works(monkeypatch):
    fake_cupy(monkeypatch)
    found = gpu.about_cupy()
    assert found.text == (
        "14.0.1, CUDA 12.9, driver for 13.0: H000 (1.0 of 8.0 GiB free), H100 (2.0 of 8.0 GiB free)"
    )
    assert found.facts["works"] is True
    assert len(found.facts["devices"]) == 2
    assert not found.advice


def test_cupy_that_computes_wrongly(monkeypatch):
    fake_cupy(monkeypatch, total=5.0)
    found = gpu.about_cupy()
    assert found.advice.startswith("a sum on the device is wrong")
    assert found.facts["works"] is False


class CompileException(Exception):
    """As CuPy's own, an Exception and nothing else."""


def test_cupy_that_fails(monkeypatch):
    def fail(n):
        raise CompileException("cannot open cuda_fp16.h\nand a long log")

    fake_cupy(monkeypatch).arange = fail
    found = gpu.about_cupy()
    assert found.text == "14.0.1 does not work (CompileException: cannot open cuda_fp16.h)"
    assert "nvidia-smi" in found.advice
    assert found.facts["version"] == "14.0.1"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("raise OSError('libcuda.so.1: no such file')", "OSError: libcuda.so.1: no such file"),
        ("raise RuntimeError", "RuntimeError: "),
        ("import fastrlock_that_is_missing", "No module named 'fastrlock_that_is_missing'"),
    ],
)
def test_cupy_that_does_not_import(code, text, monkeypatch, tmp_path):
    (tmp_path / "cupy.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "cupy", raising=False)
    found = gpu.about_cupy()
    assert found.text.startswith("does not import (")
    assert text in found.text
    assert found.advice


def test_without_cupy(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "cupy", None)
    monkeypatch.setattr(gpu.shutil, "which", lambda _: None)
    found = gpu.about_cupy()
    assert found.text == "not installed: arrays live in NumPy"
    assert not found.advice
    monkeypatch.setattr(gpu.shutil, "which", lambda _: "/usr/bin/nvidia-smi")
    assert "'cuda12' or 'cuda13' would use it" in gpu.about_cupy().text


# ---- pictures and packages


def test_without_dot(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setattr(programs, "find_spec", lambda _: None)
    found = pictures.about_drawing()
    assert found.text == "by built-in; dot and pygraphviz not installed"
    assert not found.advice
    assert found.facts["dot"] is None


@posix
def test_a_dot_that_draws_nothing(monkeypatch, tmp_path):
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho 'Format: \"png\" not recognized' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "find_spec", lambda _: None)
    found = pictures.about_drawing()
    assert found.text.startswith("by built-in; pygraphviz not installed; dot failed (Format: ")
    assert found.advice.startswith("repair or remove dot")
    assert found.facts["broken"] == ("dot",)


def test_packages_that_are_missing(monkeypatch):
    there = {"graphviz": "0.21", "tqdm": "4.70", "scipy": "1.17"}

    def version(name):
        if name not in there:
            raise importlib.metadata.PackageNotFoundError(name)
        return there[name]

    monkeypatch.setattr(packages, "version", version)
    found = packages.about_packages()
    assert found.text.startswith("graphviz 0.21, tqdm 4.70, scipy 1.17; not installed")
    assert "scikit-learn (sklearn)" in found.text
    assert found.text.endswith("; missing: matplotlib")
    assert found.advice == "pip install matplotlib"
    there["matplotlib"] = "3"
    assert not packages.about_packages().advice
    assert packages.about_python().text.startswith("not installed as a package; ")


def test_the_packages_are_those_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [re.match(r"[\w-]+", line)[0] for line in project["dependencies"]]
    assert set(needed) == {"numpy", *packages.NEEDED}
    for name, extra in packages.EXTRAS.items():
        assert project["optional-dependencies"][extra][0].startswith(name + ">=")
    shown = set(packages.EXTRAS.values())
    rest = {"test", "browser", "dev", "cuda12", "cuda13"}  # for work on it; CuPy has its own line
    assert set(project["optional-dependencies"]) == shown | rest


# ---- the page


def test_the_example_on_the_page_is_a_report():
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```text\n(.*?)\n```", page, re.DOTALL)
    findings = []
    for line in block.splitlines()[:-1]:
        if advice := re.fullmatch(r" +to do: (.+)", line):
            findings[-1] = Finding(findings[-1].topic, findings[-1].text, advice[1])
        else:
            findings.append(Finding(*re.fullmatch(r"[! ] (\S+) +(.+)", line).groups()))
    assert str(Report(tuple(findings))) == block
    assert [finding.topic for finding in findings] == TOPICS
    table = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert table == TOPICS


def test_the_example_on_the_page_says_what_is_said_now(monkeypatch):
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    own = OWN._replace(threads=2)
    for name in blas.THREAD_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(blas, "usable", lambda: 2)
    monkeypatch.setattr(blas, "quota", lambda: None)
    monkeypatch.setitem(sys.modules, "cupy", None)
    monkeypatch.setattr(gpu.shutil, "which", lambda _: None)
    monkeypatch.setattr(pictures, "engines_for", lambda: ("dot", "pygraphviz", "built-in"))
    monkeypatch.setattr(pictures, "_fault", lambda _: "")
    given, without = re.search(r"takes ([\d.]+) ms, without it ([\d.]+) ms", page).groups()
    slow = blas.judged("Nehalem", Comparison(float(given) / 1e3, float(without) / 1e3, 5))
    for found in (blas.about_threads(own), gpu.about_cupy(), pictures.about_drawing(), slow):
        assert found.text in page
    assert slow.advice in page
