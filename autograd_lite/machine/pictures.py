"""Who can draw: each engine that is installed draws a small picture."""

from __future__ import annotations

import shutil

from autograd_lite.drawing.render.engines import ENGINES, Engine, engines_for
from autograd_lite.drawing.render.programs import ProgramError, run_dot, run_pygraphviz
from autograd_lite.machine.report import Finding

__all__ = ["about_drawing"]

_SMALL = "digraph { a -> b }"


def about_drawing() -> Finding:
    """Tell which engines draw, in the order in which they are tried."""
    there = engines_for()
    faults = {engine: fault for engine in there if (fault := _fault(engine))}
    working = tuple([engine for engine in there if engine not in faults])
    absent = tuple([engine for engine in ENGINES if engine not in there])
    text = f"by {', then '.join(working)}"
    if absent:
        text += f"; {' and '.join(absent)} not installed"
    if faults:
        text += f"; {', '.join([f'{engine} {fault}' for engine, fault in faults.items()])}"
    advice = (
        f"repair or remove {' and '.join(faults)}: each picture tries in vain" if faults else ""
    )
    facts = {"engines": working, "absent": absent, "broken": tuple(faults)}
    return Finding("drawing", text, advice, {**facts, "dot": shutil.which("dot")})


def _fault(engine: Engine) -> str:
    """Return why an engine does not draw; nothing if it does."""
    try:
        if engine == "dot":
            run_dot(_SMALL, "png")
        elif engine == "pygraphviz":
            run_pygraphviz(_SMALL, "png")
    except ProgramError as failure:
        return str(failure)
    return ""
