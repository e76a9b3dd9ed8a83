"""``python -m autograd_lite demo | check | draw | explain | subgradients | doctor``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograd_lite.arrays import scalar, to_device
from autograd_lite.checking import as_json, as_table, check_operations
from autograd_lite.checking.selfcheck import DTYPES, everything
from autograd_lite.checking.subgradients import subgradient_page
from autograd_lite.drawing.arguments import STYLES, Style, check_choices, check_network_choices
from autograd_lite.drawing.graph import FORMATS, Graph, draw
from autograd_lite.drawing.network.notation import SOURCE_FIRST
from autograd_lite.drawing.render.engines import ENGINES
from autograd_lite.errors import AutogradError, GraphError
from autograd_lite.files import checked_path, write_atomically
from autograd_lite.machine import doctor
from autograd_lite.script import ScriptError, last_picture, last_variables, run_script

IMAGES = ("svg", "png", "pdf")  # drawn by one of several engines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    given = _parser().parse_args(arguments)
    if given.command == "demo":
        from autograd_lite.demo import demo

        return demo()
    if given.command == "subgradients":
        print(subgradient_page(), end="")
        return 0
    if given.command == "doctor":
        return _doctor(given)
    try:
        if given.command == "explain":
            return _explain(given.script, given.output)
        return _draw(given) if given.command == "draw" else _check(given)
    except AutogradError as error:
        print(f"check: {error}" if given.command == "check" else error, file=sys.stderr)
        return 2
    except ScriptError as failure:
        sys.excepthook(type(failure.error), failure.error, failure.error.__traceback__)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m autograd_lite")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="the apple graph, a quick self-check, a small network")
    commands.add_parser("subgradients", help="print what goes back at ties, kinks and poles")
    _describe_check(
        commands.add_parser("check", help="check every operation against central differences")
    )
    _describe_doctor(
        commands.add_parser(
            "doctor",
            help="what this library stands on here: BLAS, threads, CUDA, drawing engines",
            description=(
                "Tell NumPy's BLAS and its kernel, threads and cores, what in the environment "
                "holds them back, memory, CuPy and CUDA, the engines that draw, optional packages. "
                "The exit status is 1 if there is something to put right, else 0."
            ),
        )
    )
    _describe_draw(
        commands.add_parser(
            "draw",
            help="run a script and draw the Variables that it ends with",
            description=(
                "Run a script, then draw the Variables at its top level that no other one was "
                "computed from. If the last picture that it made itself is newer than they are, "
                "that one is saved instead, unless an option says how to draw."
            ),
        )
    )
    _describe_explain(
        commands.add_parser(
            "explain",
            help="run a script and print what it computes as a NumPy program",
            description=(
                "Run a script, then print the programs of the functions that it captured; of a "
                "script that captured none the forward program of each Module at its top level."
            ),
        )
    )
    return parser


def _describe_explain(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("script", metavar="SCRIPT", type=Path, help="a Python file")
    explain.add_argument(
        "--output", metavar="FILE", type=Path, help="write the text there instead: .py or .txt"
    )


def _describe_check(check: argparse.ArgumentParser) -> None:
    check.add_argument("--quick", action="store_true", help="first derivatives only")
    check.add_argument("--op", metavar="NAME", help="one operation only")
    check.add_argument("--dtype", choices=DTYPES, help="one dtype only")
    check.add_argument("--device", default="cpu", help="where the arrays live: cpu or cuda")
    check.add_argument("--json", metavar="FILE", type=Path, help="write the report there, too")


def _describe_doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument(
        "--no-measure",
        action="store_true",
        help="do not time what OPENBLAS_CORETYPE costs, where it is set",
    )


def _describe_draw(draw: argparse.ArgumentParser) -> None:
    draw.add_argument("script", metavar="SCRIPT", type=Path, help="a Python file")
    suffixes = ", ".join([f".{name}" for name in FORMATS])
    draw.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        required=True,
        help=f"where the picture goes; the suffix says what it is: {suffixes}",
    )
    draw.add_argument(
        "--style",
        choices=STYLES,
        help="book: values on the edges; summary: shapes and ranges; network: neurons; "
        "auto, the default: book for a small graph, summary for a large one",
    )
    draw.add_argument(
        "--gradients",
        action=argparse.BooleanOptionalAction,
        help="write gradients, as all styles but the network's do by default, or leave them out",
    )
    draw.add_argument(
        "--sample",
        metavar="ROW",
        type=int,
        default=0,
        help="network only: the row of the batch that is drawn, 0 by default",
    )
    draw.add_argument(
        "--weights",
        metavar="NAMES",
        default=SOURCE_FIRST,
        help=f"network only: how weights are called, {SOURCE_FIRST} by default",
    )
    draw.add_argument(
        "--engine",
        choices=ENGINES,
        help="what draws an image; by default the first of these that is installed",
    )


def _draw(given: argparse.Namespace) -> int:
    """Run a script, draw what it ends with, and say which file that is."""
    style: Style = "auto" if given.style is None else given.style
    _, kind = checked_path(given.out, FORMATS)  # all that can be told now: it may run for hours
    check_choices(style, given.gradients, engine=given.engine)
    check_network_choices(style, given.sample, given.weights)
    names = run_script(given.script)
    own = last_picture(names) if given.style is None and given.gradients is None else None
    if own is None:
        drawn, graph = _drawn_ends(given, style, names)
    else:
        drawn, graph = own
        if given.engine is not None:
            graph = Graph(graph.description, graph.scene, engine=given.engine)
    target = graph.save(given.out)
    print(f"{target}: {drawn}" + (f", drawn by {graph.engine}" if kind in IMAGES else ""))
    return 0


def _explain(script: Path, output: Path | None) -> int:
    """Run a script, and print or write the programs that it captured."""
    from autograd_lite.explain import explain

    if output is not None:
        checked_path(output, ("py", "txt"), "explain")  # before the script, which may run for hours
    text = explain(script)
    if output is None:
        print(text, end="")
    else:
        write_atomically(output, text.encode(), "explain")
        print(output)
    return 0


def _drawn_ends(
    given: argparse.Namespace, style: Style, names: Mapping[str, object]
) -> tuple[str, Graph]:
    """Return the names of the Variables that a script ends with, and their picture."""
    ends = last_variables(names)
    if not ends:
        msg = (
            f"draw: {given.script} ends without a Variable to draw; only those at its top level "
            "count, not those inside functions, so give a computed one a name there."
        )
        raise GraphError(msg)
    graph = draw(
        list(ends.values()),
        names=names,
        style=style,
        gradients=given.gradients,
        sample=given.sample,
        weights=given.weights,
        engine=given.engine,
    )
    return ", ".join(ends), graph


def _doctor(given: argparse.Namespace) -> int:
    report = doctor(measure=not given.no_measure)
    print(report)
    return 1 if report.warnings else 0


def _check(given: argparse.Namespace) -> int:
    if given.op is not None and given.op not in everything():
        known = ", ".join(everything())
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
