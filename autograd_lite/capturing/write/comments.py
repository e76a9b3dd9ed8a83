"""Comments: what stands above the lines of a program, and at its head."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import pairwise
from textwrap import wrap
from typing import TypeAlias

from autograd_lite.capturing.plan.knowledge import is_view
from autograd_lite.capturing.plan.memory import Layout
from autograd_lite.capturing.program import Call, Note, Program, Value, kind_of, source_of
from autograd_lite.capturing.write.origins import Origin
from autograd_lite.capturing.write.paragraphs import Group
from autograd_lite.capturing.write.statements import Formulas

__all__ = ["comments_of", "heading_of"]

Comments: TypeAlias = dict[Call, list[str]]

WIDTH = 96  # characters of a line of the head


def comments_of(program: Program, groups: Sequence[Group], formulas: Formulas | None) -> Comments:
    """Return the lines of comment that stand above calls: phase, operation, formula if asked."""
    comments: Comments = {}
    phase = ""
    kept = {effect.value for effect in program.effects}
    for group in groups:
        lines = []
        if _phase(group, kept) != phase:
            phase = _phase(group, kept)
            lines += ["", f"# ---- {phase}"]
        if group.note.phase != "update":
            lines += ["", f"# {_title(group)}"]
        comments[group.calls[0]] = lines
        if formulas is not None:
            for call, formula in formulas.statements(group.calls).items():
                line = f"# {formula}"
                short = len(line) <= 88
                above = [line] if short else wrap(line, 88, subsequent_indent="#     ")
                comments.setdefault(call, []).extend(above)
        if group.note.phase == "update":
            _part_updates(group.calls, comments, program)
    return comments


def _phase(group: Group, kept: Set[Value]) -> str:
    note = group.note
    if note.phase == "forward" and any([not kept.isdisjoint(c.results) for c in group.calls]):
        return "forward: what is kept of it"  # running averages, say
    return f"update: {note.operation}" if note.phase == "update" else note.phase


def _title(group: Group) -> str:
    """Return what is computed, where it stands in the model, and the user's line."""
    note = group.note
    if not note.operation:
        return "gradients that meet are added up" if note.phase == "backward" else "prepared"
    where = f"module {note.path}: " if note.path else ""
    told = note.phase == "forward" and note.line and not note.line.startswith("<")
    line = f"  ({note.line})" if told else ""
    operations = list(dict.fromkeys(group.operations))
    widths = _widths(note, group.calls) if len(operations) == 1 else ""
    return f"{where}{', '.join(operations)}{widths}{line}"


def _widths(note: Note, group: Sequence[Call]) -> str:
    """Return ``, 784 → 20`` for a layer."""
    if note.phase != "forward" or note.operation != "linear":
        return ""
    for call in group:
        if call.function == "matmul" and type(call.args[1]) is Value:
            inputs, outputs = call.args[1].shape[-2:]
            return f", {inputs} → {outputs}"
    return ""


def _part_updates(group: Sequence[Call], comments: Comments, program: Program) -> None:
    """Leave a blank line between the updates of parameters."""
    ends = {e.value for e in program.effects if kind_of(e.source) == "leaf"}
    for call, following in pairwise([call for call in group if not is_view(call)]):
        if not ends.isdisjoint(call.results):
            comments[following] = ["", *comments.get(following, [])]


# ---- the head


def heading_of(
    program: Program, layout: Layout, names: dict[Value, str], origin: Origin
) -> list[str]:
    """Return the docstring of the source."""
    where = f" of {origin.place}" if origin.place else ""
    paths = _paths(program, names, origin)
    lines = [f'"""{origin.function}{where}, captured as a NumPy program.', ""]
    given = [v for v in program.inputs if kind_of(v) == "argument"]
    lines += _table("Arguments", given, names, paths)
    changed = {e.source for e in program.effects}
    lines += _table("Changed in place", [v for v in program.inputs if v in changed], names, paths)
    others = [v for v in program.inputs if v not in changed and v not in given]
    lines += _table("Read", others, names, paths)
    returned = list(dict.fromkeys(program.outputs))
    lines += _table("Returned", returned, names, paths)
    found = {g.value: None for g in program.gradients if g.value is not None}
    lines += _table("Gradients, each a new array", list(found), names, paths)
    size = f"{layout.size:,} bytes" if layout.size else "none"
    lines += [f"Memory for what is computed on the way: {size}.", '"""']
    return [part for line in lines for part in (_folded(line) or [""])]


def _table(
    title: str, values: Sequence[Value], names: dict[Value, str], paths: dict[Value, str]
) -> list[str]:
    if not values:
        return []
    width = max([len(names[v]) for v in values])
    kinds = [f"{v.dtype} {v.shape}" for v in values]
    wide = max([len(kind) for kind in kinds])
    rows = [
        f"    {names[v]:<{width}}  {kind:<{wide}}  {paths.get(v, '')}".rstrip()
        for v, kind in zip(values, kinds, strict=True)
    ]
    return [title, *rows, ""]


def _paths(program: Program, names: dict[Value, str], origin: Origin) -> dict[Value, str]:
    """Return where in the model those parameters are that are called otherwise here."""
    found: dict[Value, str] = {}
    leaves: dict[object, str] = {}
    for value in program.inputs:
        if kind_of(value) == "leaf":
            path = origin.variables.get(source_of(value).holder, "")
            found[value] = path if path != names[value] else ""
            leaves[source_of(value).holder] = names[value]
    for gradient in program.gradients:
        if gradient.value is not None:
            name = leaves.get(gradient.leaf, "a leaf")
            before = found.get(gradient.value)
            found[gradient.value] = f"{before}, {name}" if before else f"of {name}"
    return found


def _folded(line: str) -> list[str]:
    return [line] if len(line) <= WIDTH else wrap(line, WIDTH, subsequent_indent="    ")
