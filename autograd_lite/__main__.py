"""``python -m autograd_lite demo | check``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from autograd_lite.checking.selfcheck import check_operations, format_report
from autograd_lite.graph.function import Operation


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m autograd_lite")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="the apple graph, a quick self-check, a small network")
    check = commands.add_parser("check", help="check every operation against central differences")
    check.add_argument("--quick", action="store_true", help="first derivatives only")
    check.add_argument("--op", metavar="NAME", help="one operation only")
    given = parser.parse_args(arguments)
    if given.command == "demo":
        from autograd_lite.demo import demo

        return demo()
    return _check(given.quick, given.op)


def _check(quick: bool, only: str | None) -> int:
    if only is not None and only not in Operation.registry:
        known = ", ".join(sorted(Operation.registry))
        print(f"check: there is no operation {only!r}; use one of {known}.", file=sys.stderr)
        return 2
    reports = list(check_operations(quick=quick, only=only))
    print(format_report(reports))
    failed = [report.name for report in reports if report.failure]
    verdict = f"failed: {', '.join(failed)}" if failed else "all rules agree with differences"
    print(f"\nchecked: {len(reports)}; {verdict}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
