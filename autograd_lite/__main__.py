"""``python -m autograd_lite demo | check | draw | subgradients``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from autograd_lite.arrays import scalar, to_device
from autograd_lite.checking import as_json, as_table, check_operations
from autograd_lite.checking.selfcheck import DTYPES
from autograd_lite.checking.subgradients import subgradient_page
from autograd_lite.drawing import draw
from autograd_lite.drawing.graph import STYLES
from autograd_lite.errors import AutogradError, GraphError
from autograd_lite.graph.function import Operation
from autograd_lite.script import last_variables, run_script


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    given = _parser().parse_args(arguments)
    if given.command == "demo":
        from autograd_lite.demo import demo

        return demo()
    if given.command == "subgradients":
        print(subgradient_page(), end="")
        return 0
    try:
        return _draw(given) if given.command == "draw" else _check(given)
    except AutogradError as error:
        print(f"{given.command}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m autograd_lite")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="the apple graph, a quick self-check, a small network")
    commands.add_parser("subgradients", help="print what goes back at ties, kinks and poles")
    check = commands.add_parser("check", help="check every operation against central differences")
    check.add_argument("--quick", action="store_true", help="first derivatives only")
    check.add_argument("--op", metavar="NAME", help="one operation only")
    check.add_argument("--dtype", choices=DTYPES, help="one dtype only")
    check.add_argument("--device", default="cpu", help="where the arrays live: cpu or cuda")
    check.add_argument("--json", metavar="FILE", type=Path, help="write the report there, too")
    draw = commands.add_parser("draw", help="draw the Variables that a script ends with")
    draw.add_argument("script", metavar="SCRIPT", type=Path)
    draw.add_argument("--out", metavar="FILE", type=Path, required=True, help="its suffix tells")
    draw.add_argument("--style", choices=STYLES, default="auto", help="book by default, if small")
    return parser


def _draw(given: argparse.Namespace) -> int:
    """Run a script, draw what it ends with, and say which file that is."""
    names = run_script(given.script)
    ends = last_variables(names)
    if not ends:
        msg = f"{given.script} ends without a Variable that was computed from others."
        raise GraphError(msg)
    graph = draw(list(ends.values()), names=names, style=given.style)
    print(f"{graph.save(given.out)}: {', '.join(ends)}, drawn by {graph.engine}")
    return 0


def _check(given: argparse.Namespace) -> int:
    if given.op is not None and given.op not in Operation.registry:
        known = ", ".join(sorted(Operation.registry))
        print(f"check: there is no operation {given.op!r}; use one of {known}.", file=sys.stderr)
        return 2
    to_device(scalar(0.0, float), given.device)  # raises at once if there is no such device
    dtypes = DTYPES if given.dtype is None else (given.dtype,)
    reports = list(
        check_operations(quick=given.quick, only=given.op, dtypes=dtypes, device=given.device)
    )
    print(as_table(reports))
    if given.json is not None:
        text = as_json(reports, device=given.device, dtypes=dtypes)
        given.json.write_text(text + "\n", encoding="utf-8")
    failed = [report.name for report in reports if report.failure]
    verdict = f"failed: {', '.join(failed)}" if failed else "all rules agree with differences"
    print(f"\nchecked: {len(reports)}; {verdict}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
