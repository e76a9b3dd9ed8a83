"""Mutation testing: breaks the engine and the rules in small ways, and tells what no test notices.

See the README beside this file.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from mutants import Mutant, mutants_of, operations_of

ROOT = Path(__file__).parents[2]
COPIED = ("autograd_lite", "tests", "docs", "examples", "pyproject.toml", "README.md")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "benchmarks", "mutation", ".hypothesis")
EXAMPLES = 20  # of every property
PATIENCE = 4  # times as long as without a mutant, and
GRACE = 10  # seconds more
MEMORY = 8 << 30

QUICK = (
    *("tests/test_promises.py", "tests/test_graph.py", "tests/test_holes.py"),
    *("--deselect", "tests/test_graph.py::TestDepth"),
)
PICTURES = "tests/test_drawing.py", "tests/test_graph.py"
FIRST = {  # what knows a file best
    "describe.py": PICTURES,
    "printing.py": PICTURES,
    "cases.py": ("tests/test_checking.py", "tests/test_testing.py"),
    "operators.py": ("tests/test_protocols.py",),
    "trap.py": ("tests/test_zero_gradients.py",),
    **dict.fromkeys(
        ("arranging.py", "kernels.py", "reducing.py", "rows.py", "scattering.py"),
        ("tests/test_kernels.py",),
    ),
}
MACHINE = "tests/test_state_machine.py", "tests/test_threads.py"
GRAPHS = ("tests/test_random_graphs.py",)
OPERATIONS = "tests/test_operations.py"
MEMORY_AND_DEPTH = "tests/test_memory.py", "tests/test_graph.py::TestDepth"
# Operations that between them use every path through the engine, for mutants of it.
TYPICAL = (
    "add or exp or matmul or linear or getitem or sum or where or maximum or softmax_cross_entropy"
)
ELSEWHERE = {"datasets", "examples", "package"}  # what these test is not broken here

Step = tuple[str, ...]  # arguments of pytest, or of the self-check


@dataclass
class Outcome:
    """What became of a mutant."""

    mutant: Mutant
    verdict: str  # "noticed", "timeout" or "survived"
    by: str
    seconds: float
    diff: str


# ---- in what order tests run


def steps_for(mutant: Mutant, operations: dict[str, str]) -> list[Step]:
    """Return the tests for a mutant, those that are quickest to notice it first."""
    path = Path(mutant.path)
    room, doctests = path.parent.name, ("--doctest-modules", mutant.path)
    own_file = f"tests/test_{path.stem}.py"
    if room == "functions":
        own = operations.get(mutant.owner)
        names = [own] if own else sorted(operations.values())
        checks: list[Step] = [("check", "--op", name) for name in names] or [("check",)]
        rows: list[Step] = [(OPERATIONS, "-k", " or ".join(names))] if names else []
        steps = [*checks, (own_file,), *rows, QUICK, GRAPHS, families(), doctests]
    elif room == "arrays":
        steps = [QUICK, ("check",), GRAPHS, families(), MACHINE, (OPERATIONS,), doctests]
    else:
        typical = OPERATIONS, "-k", TYPICAL
        steps = [FIRST.get(path.name, ()), QUICK, ("check", "--quick"), MACHINE, GRAPHS]
        steps += [doctests, typical, families(), MEMORY_AND_DEPTH]
    return list(dict.fromkeys(step for step in steps if runs(step)))


def families() -> Step:
    """Return all test files that are in no other step."""
    elsewhere = {Path(part).name for step in (QUICK, MACHINE, GRAPHS) for part in step}
    elsewhere |= {Path(OPERATIONS).name, *(f"test_{name}.py" for name in ELSEWHERE)}
    elsewhere |= {Path(MEMORY_AND_DEPTH[0]).name}
    files = sorted((ROOT / "tests").glob("test_*.py"))
    return tuple(f"tests/{path.name}" for path in files if path.name not in elsewhere)


def runs(step: Step) -> bool:
    """Whether a step names anything, and something that is there."""
    return bool(step) and (
        not step[0].startswith("tests/") or (ROOT / step[0].partition("::")[0]).exists()
    )


# ---- one step, in a process of its own


class Recorder:
    """Tells pytest to try few examples and never to shrink; writes down what failed."""

    def __init__(self, report: Path) -> None:
        self.report = report

    def pytest_sessionstart(self) -> None:
        from hypothesis import Phase, settings

        few = min(EXAMPLES, settings().max_examples)
        settings.register_profile(
            "mutation",
            settings(),
            max_examples=few,
            phases=[Phase.explicit, Phase.generate],
            derandomize=True,
            database=None,
        )
        settings.load_profile("mutation")

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self._note(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self._note(report.nodeid)

    def _note(self, name: str) -> None:
        with self.report.open("a", encoding="utf-8") as file:
            file.write(name + "\n")


def run_step(scratch: Path, step: Step, left_out: Sequence[str], *, stop: bool) -> int:
    """Run a step where the mutant is, in this process; return its exit status."""
    os.chdir(scratch)
    sys.path.insert(0, str(scratch))
    os.environ["PYTHONPATH"] = str(scratch)
    sys.dont_write_bytecode = True
    if step[0] == "check":
        from autograd_lite.__main__ import main

        return int(main(list(step)))
    import pytest

    options = ["-q", "-p", "no:cacheprovider", *(["-x"] if stop else [])]
    for name in left_out:
        options += ["--deselect", name]
    status = pytest.main([*options, *step], plugins=[Recorder(scratch / "failed.txt")])
    return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else int(status)


def in_a_child(
    scratch: Path, step: Step, left_out: Sequence[str], limit: float, *, stop: bool = True
) -> tuple[int | None, float]:
    """Run a step in a forked process; return its status, or None if it took too long."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        status = 70
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            output = os.open(scratch / "output.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
            for stream in (1, 2):
                os.dup2(output, stream)
            status = run_step(scratch, step, left_out, stop=stop)
        except BaseException as error:
            print(repr(error), flush=True)
        finally:
            sys.stdout.flush()
            os._exit(status if 0 <= status < 256 else 70)
    while time.monotonic() - began < limit:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return code, time.monotonic() - began
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None, time.monotonic() - began


# ---- workers


def copy_to(scratch: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, scratch / name, ignore=LEFT_OUT)
        elif source.exists():
            shutil.copy(source, scratch / name)


def own_copy(original: Path) -> Path:
    """Return this worker's copy of the project."""
    scratch = original.with_name(f"worker-{os.getpid()}")
    if not scratch.exists():
        shutil.copytree(original, scratch)
    return scratch


def measure(original: Path, step: Step) -> tuple[Step, float, list[str]]:
    """Run a step without a mutant: how long it takes, and what fails anyway."""
    scratch = own_copy(original)
    failed = scratch / "failed.txt"
    failed.unlink(missing_ok=True)
    status, seconds = in_a_child(scratch, step, [], 3600, stop=False)
    names = failed.read_text(encoding="utf-8").split("\n")[:-1] if failed.exists() else []
    if status != 0 and not names:
        tail = (scratch / "output.txt").read_text(encoding="utf-8")[-2000:]
        names = [f"all of {' '.join(step)}: {tail}"]
    return step, seconds, names


def judge(
    original: Path,
    seconds: dict[Step, float],
    left_out: list[str],
    work: tuple[Mutant, list[Step]],
) -> Outcome:
    """Run the steps for one mutant until one notices it."""
    mutant, steps = work
    scratch = own_copy(original)
    target, failed = scratch / mutant.path, scratch / "failed.txt"
    source = (original / mutant.path).read_bytes()
    target.write_bytes(mutant.apply(source))
    began = time.monotonic()
    verdict, by = "survived", ""
    try:
        for step in steps:
            failed.unlink(missing_ok=True)
            limit = PATIENCE * seconds[step] + GRACE
            status, _ = in_a_child(scratch, step, left_out, limit)
            if status != 0:
                verdict = "timeout" if status is None else "noticed"
                names = failed.read_text(encoding="utf-8") if failed.exists() else ""
                by = names.partition("\n")[0] or " ".join(step)
                break
    finally:
        target.write_bytes(source)
    return Outcome(mutant, verdict, by, time.monotonic() - began, mutant.diff(source))


def preload() -> None:
    """Import here, once, what every child needs besides the library itself."""
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    for name in ("pytest", "_pytest.doctest", "hypothesis.extra.numpy", "hypothesis.stateful"):
        import_module(name)


# ---- what is run


def files_of(kind: str | None) -> dict[str, bool]:
    """Return the files to break; True where only rules and what they call are meant."""
    package = ROOT / "autograd_lite"
    engine = [*sorted((package / "graph").glob("*.py")), *sorted((package / "arrays").glob("*.py"))]
    rules = sorted((package / "functions").glob("*.py"))
    chosen = [(path, False) for path in engine if kind != "rules"]
    chosen += [(path, True) for path in rules if kind != "engine"]
    return {str(path.relative_to(ROOT)): only for path, only in chosen}


def drawn(found: list[Mutant], sample: int | None, seed: int) -> list[Mutant]:
    """Return as many as wanted, at random."""
    if sample is None or sample >= len(found):
        return found
    return random.Random(seed).sample(found, sample)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; return 0 if every mutant was noticed."""
    parser = argparse.ArgumentParser(prog="python tests/mutation/run.py", description=__doc__)
    parser.add_argument("--only", choices=["engine", "rules"], help="one of the two parts")
    parser.add_argument("--file", help="only files whose path contains this")
    parser.add_argument("--sample", type=int, help="so many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--json", type=Path, help="write all outcomes there")
    parser.add_argument("--list", action="store_true", help="show the mutants, run nothing")
    given = parser.parse_args(arguments)

    found: list[Mutant] = []
    operations: dict[str, dict[str, str]] = {}
    for path, rules_only in files_of(given.only).items():
        if given.file is None or given.file in path:
            source = (ROOT / path).read_bytes()
            operations[path] = operations_of(source)
            found += mutants_of(path, source, rules_only=rules_only)
    chosen = drawn(found, given.sample, given.seed)
    print(f"{len(found)} mutants in {len(operations)} files; {len(chosen)} are tried.")
    if given.list:
        for mutant in chosen:
            print(f"\n{mutant.path}:{mutant.line}: {mutant.kind}")
            print(mutant.diff((ROOT / mutant.path).read_bytes()))
        return 0
    preload()
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        outcomes = run(Path(folder), chosen, operations, given.jobs)
    if given.json is not None:
        text = json.dumps([asdict(outcome) for outcome in outcomes], indent=1)
        given.json.write_text(text, encoding="utf-8")
    summarize(outcomes)
    return int(any(outcome.verdict == "survived" for outcome in outcomes))


def run(
    folder: Path, chosen: list[Mutant], operations: dict[str, dict[str, str]], jobs: int
) -> list[Outcome]:
    """Measure the steps, then judge the mutants, in so many processes."""
    original = folder / "original"
    original.mkdir()
    copy_to(original)
    works = [(mutant, steps_for(mutant, operations[mutant.path])) for mutant in chosen]
    steps = list(dict.fromkeys(step for _, steps in works for step in steps))
    seconds: dict[Step, float] = {}
    left_out: list[str] = []
    outcomes: list[Outcome] = []
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for step, took, names in pool.imap_unordered(partial(measure, original), steps):
            seconds[step] = took
            left_out += [name for name in names if name not in left_out]
            print(f"without a mutant {took:5.1f} s  {' '.join(step)}", flush=True)
        broken = [name for name in left_out if name.startswith("all of ")]
        for name, count in Counter(name.partition("::")[0] for name in left_out).items():
            print(f"left out, because they fail without a mutant: {count} of {name}")
        works = [(m, [s for s in steps if not _is_in(s, broken)]) for m, steps in works]
        judged = pool.imap_unordered(partial(judge, original, seconds, left_out), works)
        for i, outcome in enumerate(judged, 1):
            outcomes.append(outcome)
            show(outcome, f"{i}/{len(works)}")
    return sorted(outcomes, key=lambda outcome: (outcome.mutant.path, outcome.mutant.start))


def _is_in(step: Step, broken: list[str]) -> bool:
    return any(name.startswith(f"all of {' '.join(step)}:") for name in broken)


def show(outcome: Outcome, place: str) -> None:
    mutant = outcome.mutant
    where = f"{mutant.path}:{mutant.line}"
    by = f" by {outcome.by}" if outcome.by else ""
    print(f"{place} {outcome.seconds:5.1f} s  {outcome.verdict}  {where}: {mutant.kind}{by}")
    sys.stdout.flush()


def summarize(outcomes: list[Outcome]) -> None:
    """Print every survivor, and the share that was noticed, file by file."""
    survivors = [outcome for outcome in outcomes if outcome.verdict == "survived"]
    print(f"\n{len(survivors)} survivors")
    for outcome in survivors:
        mutant = outcome.mutant
        print(f"\n{mutant.path}:{mutant.line}: {mutant.kind}\n{outcome.diff}")
    tried = Counter(outcome.mutant.path for outcome in outcomes)
    lost = Counter(outcome.mutant.path for outcome in survivors)
    print(f"\n{'file':45} tried  noticed")
    for path, count in sorted(tried.items()):
        print(f"{path:45} {count:5}  {count - lost[path]:7}")
    late = sum(outcome.verdict == "timeout" for outcome in outcomes)
    noticed = len(outcomes) - len(survivors)
    share = noticed / max(1, len(outcomes))
    print(f"{'all':45} {len(outcomes):5}  {noticed:7}  {share:.1%} ({late} by running too long)")


if __name__ == "__main__":
    sys.exit(main())
