"""Run the public array-api-tests suite against ``autograd_lite.array_api``.

    python tests/array_api/run.py PATH [--max-examples N] [--write] [pytest arguments]

PATH, or the environment variable ARRAY_API_TESTS, names a checkout of data-apis/array-api-tests.
What is skipped or expected to fail stands in skips.txt and xfails.txt, each with its reason;
``--write`` keeps the counts in figures.json.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

HERE = Path(__file__).resolve().parent
MODULE = "autograd_lite.array_api"


def main() -> int:
    """Run the suite, print the counts, and return 1 if a test failed."""
    given, rest = _arguments()
    checkout = given.path or os.environ.get("ARRAY_API_TESTS")
    if not checkout or not (Path(checkout) / "array_api_tests").is_dir():
        print("pass the path of a checkout of data-apis/array-api-tests", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        _run(Path(checkout).resolve(), report, given.max_examples, rest)
        counts = _counts(report)
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    if given.write:
        _write(counts, given.max_examples)
    return int(counts["failed"] > 0)


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(description="Run array-api-tests against autograd_lite.")
    parser.add_argument("path", nargs="?", help="a checkout of the suite")
    parser.add_argument("--max-examples", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="keep the counts in figures.json")
    return parser.parse_known_args()


def _run(checkout: Path, report: Path, examples: int, rest: list[str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
    # Without these pytest would take the settings of this repository, where our lists lie.
    command += [f"--rootdir={checkout}", "-c", str(checkout / "pytest.ini")]
    command += [
        "--hypothesis-derandomize",
        "--disable-deadline",
        "--max-examples",
        str(examples),
        f"--junitxml={report}",
    ]
    command += ["--skips-file", str(HERE / "skips.txt"), "--xfails-file", str(HERE / "xfails.txt")]
    places = [str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "ARRAY_API_TESTS_MODULE": MODULE,
        "PYTHONPATH": os.pathsep.join(filter(None, places)),
    }
    subprocess.run(
        [*command, *(rest or ["array_api_tests"])], cwd=checkout, env=environment, check=False
    )


def _counts(report: Path) -> dict[str, int]:
    """Return how many tests had each outcome; what was expected to fail counts by itself."""
    counts: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            counts["failed"] += 1
        elif skipped is None:
            counts["passed"] += 1
        else:
            expected = skipped.get("type") == "pytest.xfail"
            counts["failed as expected" if expected else "skipped"] += 1
    return {name: counts[name] for name in ("passed", "failed", "failed as expected", "skipped")}


def _write(counts: dict[str, int], examples: int) -> None:
    from autograd_lite.array_api import __array_api_version__

    figures = {
        "standard": __array_api_version__,
        "examples": examples,
        "numpy": np.__version__,
        "python": platform.python_version(),
        **counts,
    }
    (HERE / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
