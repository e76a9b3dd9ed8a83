"""A scene as DOT text, the language of Graphviz."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

from autograd_lite.drawing.labels import pointing_back, printable
from autograd_lite.drawing.render.look import LINE
from autograd_lite.drawing.scene import COLOURS, Cluster, Link, Mark, Scene, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["to_dot"]

_FONT = 'fontname="Helvetica,Arial,sans-serif"'
_HEAD = f"""digraph autograd {{
  rankdir=LR
  nodesep=0.25
  ranksep=0.3
  node [{_FONT} fontsize=12 color="{LINE}"]
  edge [{_FONT} fontsize=11 color="{LINE}" arrowsize=0.7]"""
_SHAPES = {"circle": "circle", "box": "box", "text": "plaintext", "dot": "point"}
_SIDES = {2: ("w", "sw"), 3: ("nw", "w", "sw")}  # where two or three arguments enter a circle
_LINE_HEIGHT = 16  # points, of a line in a box


def to_dot(scene: Scene) -> str:
    """Return DOT text; the same scene gives the same text.

    The arguments of an operation enter it in their order, the first above the second. Every label
    is an HTML-like string in which texts from outside are escaped, and every identifier is the
    scene's own, so a name can do nothing but be shown.
    """
    lines = [_HEAD]
    if not scene.columns and not scene.clusters:  # with clusters, Graphviz may lose links over it
        lines.append("  ordering=in")
    doors = _doors(scene)
    lines += _clustered(scene, doors)
    lines += _in_columns(scene) if scene.columns else _in_order(scene, doors)
    if scene.captions:
        caption = "<br/>".join([_text(text) for text in scene.captions])
        lines.append(f"  labelloc=b fontsize=10 {_FONT} label=<{caption}>")
    return "\n".join([*lines, "}", ""])


def _clustered(scene: Scene, doors: Mapping[str, Mapping[int, int]]) -> Iterator[str]:
    """Yield the marks, those of a cluster inside its braces; clusters nest without recursion."""
    marks: dict[str | None, list[Mark]] = defaultdict(list)
    texts = _texts_inside(scene)
    inside: dict[str | None, list[Cluster]] = defaultdict(list)
    for mark in scene.marks:
        marks[mark.cluster].append(mark)
    for frame in scene.clusters:
        inside[frame.parent].append(frame)
    pending: list[tuple[int, Cluster | None, bool]] = [(0, None, True)]
    while pending:
        depth, cluster, opening = pending.pop()
        indent = "  " * depth
        if not opening:
            yield f"{indent}}}"
            continue
        id_ = None
        if cluster is not None:
            id_ = cluster.id
            yield f"{indent}subgraph cluster_{id_} {{"
            yield f'{indent}  label=<{_escaped(cluster.label)}> {_FONT} fontsize=11 color="#d1d5db"'
            pending.append((depth, cluster, False))
        for mark in marks[id_]:
            yield f"{indent}  {mark.id} [{_mark(mark, len(doors.get(mark.id, ())))}]"
        for text in texts[id_] if cluster is not None else ():
            yield f"{indent}  {text}"
        pending += [(depth + 1, child, True) for child in reversed(inside[id_])]


def _texts_inside(scene: Scene) -> dict[str | None, list[str]]:
    """Return the links whose texts stand inside a cluster: those between marks that do.

    The texts are nodes to Graphviz, and one outside would pull the marks around it apart.
    """
    found: dict[str | None, list[str]] = defaultdict(list)
    if not scene.clusters:
        return found
    parents = {frame.id: frame.parent for frame in scene.clusters}
    clusters = {mark.id: mark.cluster for mark in scene.marks}
    for link in scene.links:
        around: set[str | None] = {None}
        cluster = clusters[link.source]
        while cluster is not None:
            around.add(cluster)
            cluster = parents[cluster]
        cluster = clusters[link.target]
        while cluster is not None and cluster not in around:
            cluster = parents[cluster]
        if _is_written(link):
            found[cluster].append(link.id)
    return found


def _in_columns(scene: Scene) -> Iterator[str]:
    """Yield the links of a network and its columns."""
    for link in scene.links:
        yield from _plain_link(link)
    yield "  ranksep=0.5"  # many links cross here
    yield from _ranks(scene.marks)


def _in_order(scene: Scene, doors: Mapping[str, Mapping[int, int]]) -> Iterator[str]:
    """Yield the links so that what enters each mark comes in the order of its arguments.

    As they are written, so they enter from top to bottom, where `ordering` says so.
    """
    arriving: dict[str, list[Link]] = defaultdict(list)
    for link in scene.links:
        arriving[link.target].append(link)
    for mark in scene.marks:
        for link in sorted(arriving[mark.id], key=lambda x: x.position):
            yield from _link(link, _head(mark, doors.get(mark.id, {}), link.position))


def _doors(scene: Scene) -> dict[str, dict[int, int]]:
    """Return the arguments of marks, and their places from above, where links are led to them.

    Of links whose texts are nodes to Graphviz, `ordering` alone keeps the order, and they arrive
    more evenly; but it keeps none of marks that several others read, or that lie in clusters.
    """
    written = all([_is_written(link) for link in scene.links])
    if scene.columns or (written and not scene.clusters):
        return {}
    positions: dict[str, set[int]] = defaultdict(set)
    for link in scene.links:
        positions[link.target].add(link.position)
    return {
        id_: {position: i for i, position in enumerate(sorted(found))}
        for id_, found in positions.items()
        if len(found) > 1
    }


def _head(mark: Mark, doors: Mapping[int, int], position: int) -> str | None:
    """Return where an argument enters a mark, if it has a door of its own."""
    if not doors:
        return None
    if mark.shape == "box":
        return f'"a{doors[position]}:w"'
    sides = _SIDES.get(len(doors))
    return None if sides is None else sides[doors[position]]


def _mark(mark: Mark, doors: int) -> str:
    parts = [f"shape={_SHAPES[mark.shape]}"]
    if mark.shape == "dot":
        parts.append('width=0.06 label=""')
    else:
        label = "<br/>".join([_mark_text(text) for text in mark.lines]) or " "
        framed = mark.shape == "box" and doors
        parts.append(f"label=<{_with_doors(label, doors) if framed else label}>")
        tight = 'width=0 height=0.2 margin="0.06,0.03"'
        parts.append("margin=0" if framed else "margin=0.05" if mark.shape != "text" else tight)
    if mark.shape == "box":
        parts.append("style=rounded")
    if mark.shape == "circle" and mark.column is not None:
        parts.append("width=0.95")  # neurons of one size
    if mark.alarm:
        parts.append(f'color="{COLOURS["alarm"]}" penwidth=2')
    if mark.tip:
        parts.append(f"tooltip=<{_escaped(mark.tip)}>")
    return " ".join(parts)


def _with_doors(label: str, doors: int) -> str:
    """Return a label with empty cells at its left, one above the other, to which links lead."""
    high = (label.count("<br/>") + 1) * _LINE_HEIGHT // doors
    cells = [f'<td port="a{i}" width="4" height="{high}"></td>' for i in range(doors)]
    first = f'{cells[0]}<td rowspan="{doors}">{label}</td><td rowspan="{doors}" width="4"></td>'
    rows = "".join([f"<tr>{cell}</tr>" for cell in (first, *cells[1:])])
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{rows}</table>'


def _link(link: Link, head: str | None) -> Iterator[str]:
    """Yield an arrow; its texts stand in a table in the middle, whose rule goes on the line."""
    if not _is_written(link):
        yield f"  {link.source} -> {link.target}{f' [headport={head}]' if head else ''}"
        return
    over, under = (_text(text) if text is not None else " " for text in _two_texts(link))
    table = (
        f'<table border="0" cellborder="0" cellspacing="0" cellpadding="2" color="{LINE}">'
        f"<tr><td>{over}</td></tr><hr/><tr><td>{under}</td></tr></table>"
    )
    yield f"  {link.id} [shape=plain fontsize=11 label=<{table}>]"
    yield f"  {link.source} -> {link.id} [headport=w arrowhead=none]"
    yield f"  {link.id} -> {link.target} [tailport=e{f' headport={head}' if head else ''}]"


def _is_written(link: Link) -> bool:
    return link.over is not None or link.under is not None


def _two_texts(link: Link) -> tuple[Text | None, Text | None]:
    """Return both texts with as many lines each, so that the line passes between them."""
    over, under = link.over, link.under
    if under is not None:
        under = under._replace(text=pointing_back(under.text))
    missing = (over.text.count("\n") if over else 0) - (under.text.count("\n") if under else 0)
    if missing > 0:
        under = Text(
            (under.text if under else " ") + "\n " * missing, under.role if under else "plain"
        )
    if missing < 0:
        over = Text("\n " * -missing + (over.text if over else " "), over.role if over else "plain")
    return over, under


def _plain_link(link: Link) -> Iterator[str]:
    under = link.under
    if under is not None:
        under = under._replace(text=pointing_back(under.text))
    texts = [_text(text) for text in (link.over, under) if text is not None]
    label = f" label=<{'<br/>'.join(texts)}>" if texts else ""
    yield f"  {link.source} -> {link.target} [arrowsize=0.5{label}]"


def _ranks(marks: tuple[Mark, ...]) -> Iterator[str]:
    columns: dict[int, list[str]] = defaultdict(list)
    for mark in marks:
        if mark.column is not None:
            columns[mark.column].append(mark.id)
    for ids in columns.values():
        order = " [style=invis]" if len(ids) > 1 else ""  # from top to bottom
        yield f"  {{ rank=same; {' -> '.join(ids)}{order} }}"


def _mark_text(text: Text) -> str:
    """Write a line of a mark; a symbol is larger, and a single sign more so than a word."""
    shown = _text(text)
    if text.role != "symbol":
        return shown
    return f'<font point-size="{16 if len(text.text) == 1 else 13}">{shown}</font>'


def _text(text: Text) -> str:
    return f'<font color="{COLOURS[text.role]}">{_escaped(text.text)}</font>'


def _escaped(text: str) -> str:
    """Escape a text for an HTML-like label: line breaks stay, control characters do not."""
    escaped = escape(printable(text), quote=True).replace("\\", "&#92;")
    return escaped.replace("\n", "<br/>") or " "
