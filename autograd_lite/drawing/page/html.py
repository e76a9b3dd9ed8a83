"""The page: one self-contained HTML file that goes through a graph step by step."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.drawing.book import input_names
from autograd_lite.drawing.labels import number, printable
from autograd_lite.drawing.page.live import program_of, why_not_live
from autograd_lite.drawing.page.steps import Step, steps_of
from autograd_lite.drawing.page.symbols import Symbol
from autograd_lite.drawing.page.wording import Hole, Pieces
from autograd_lite.drawing.page.workings import Workings, result_name
from autograd_lite.drawing.render.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd_lite.arrays import Array
    from autograd_lite.drawing.layout.placed import Layout, Words
    from autograd_lite.drawing.scene import Scene
    from autograd_lite.graph.description import Description

__all__ = ["to_html"]

LARGEST = 2.0  # how far a picture grows to fit, beside its own size
LETTERS = 8.25  # points, or 11 pixels: letters shrink to it and no further, then the box scrolls
ONE_SAMPLE = "a network shows one sample, as it was computed"
LONG = 24  # digits and zeros that a field has room for
Template = list[str]  # words, the name of a number, words, and so on


def to_html(description: Description, scene: Scene, layout: Layout) -> str:
    """Return a page that shows a graph step by step; it needs no network and no server.

    Where every value is a single float number, the inputs can be changed on the page.

    Parameters
    ----------
    description : Description
    scene : Scene
        The picture of the description.
    layout : Layout
        The scene, laid out.

    Returns
    -------
    str
        The same description gives the same page. Names are only ever shown: every one is escaped,
        and the page's policy forbids all scripts but its own.
    """
    workings = Workings(description)
    steps = steps_of(description, scene, workings)
    reason = ONE_SAMPLE if scene.columns else why_not_live(workings)
    live = _Live(workings, steps, layout) if reason is None else None
    program = "const compute=" + (live.script if live is not None else "null") + ";"
    title = _title(description)
    style, script = _style(layout), _template("page.js")
    return _filled(
        _template("page.html"),
        POLICY=_policy(style, program, script),
        TITLE=_escaped(title),
        STYLE=style,
        PICTURE=to_svg(layout, title=title).rstrip(),
        COUNT=str(len(steps)),
        INPUTS=_fields(description) if live is not None else "",
        STEPS="\n".join([_item(step) for step in steps]),
        NOTE=_notes(workings, reason),
        DATA=_embedded(_data(steps, live, scene)),
        PROGRAM=program,
        SCRIPT=script,
    )


class _Live:
    """What changes with the inputs: sentences and the picture's numbers, and how to get them."""

    def __init__(self, workings: Workings, steps: tuple[Step, ...], layout: Layout) -> None:
        self.workings = workings
        self.numbers = workings.numbers
        self.holes: dict[Symbol, str] = {}
        program = program_of(workings)
        self.inputs = {name: self.numbers[name] for name in program.inputs}
        self.sentences = [self._template(step.pieces) for step in steps]
        self.texts = dict(self._texts(layout))
        holes = {name: symbol for symbol, name in self.holes.items()}
        self.script = program.script(holes)

    def _template(self, pieces: Pieces) -> Template:
        template = [""]
        for piece in pieces:
            if isinstance(piece, Hole):
                template += ["(" * piece.bracketed + self._name(piece.symbol), ""]
            else:
                template[-1] += piece
        return template

    def _name(self, symbol: Symbol) -> str:
        """Return what the program calls the value of an expression in a sentence."""
        if symbol.operation == "leaf":
            return self.workings.source_of(symbol.name)
        return self.holes.setdefault(symbol, f"h{len(self.holes)}")

    def _texts(self, layout: Layout) -> Iterator[tuple[str, Template]]:
        """Yield the texts of the picture that are numbers, each with its number left open."""
        named = self._named_texts()
        for words in _all_words(layout):
            name = named.get(words.id)
            if words.role == "gradient" and words.id.split("-")[0] in self.inputs:
                name = f"g{words.id.split('-')[0]}"
            if name is None or name not in self.numbers:
                continue
            text = printable(words.text)
            before, found, after = text.rpartition(number(self.numbers[name]))
            if found:
                yield words.id, [before, name, after]

    def _named_texts(self) -> dict[str, str]:
        named: dict[str, str] = {}
        for i, edge in enumerate(self.workings.description.edges):
            value = result_name(edge.source, edge.output)
            stem = f"s{edge.source}_{edge.output}"
            named |= {f"e{i}-over": value, f"e{i}-under": f"d{i}"}
            named |= {f"{stem}-over": value, f"{stem}-under": f"g{value}"}
        return named


def _all_words(layout: Layout) -> Iterator[Words]:
    for link in layout.links:
        yield from link.words
    for mark in layout.marks:
        yield from mark.words


def _data(steps: tuple[Step, ...], live: _Live | None, scene: Scene) -> dict[str, Any]:
    """Return what the script reads: the steps, and the texts whose numbers are hidden at first."""
    texts = live.sentences if live is not None else [step.sentence for step in steps]
    told = [
        {"shows": step.shows, "at": step.at, "text": text, "backward": step.backward}
        for step, text in zip(steps, texts, strict=True)
    ]
    found = {"texts": live.texts, "inputs": live.inputs} if live is not None else {}
    sums = [
        f"{mark.id}-{i}"
        for mark in scene.marks
        for i, text in enumerate(mark.lines)
        if text.role == "gradient"
    ]
    return {"steps": told, "sums": sums, **found}


def _item(step: Step) -> str:
    kind = ' class="backward"' if step.backward else ""
    return f'<li{kind}><button type="button">{_escaped(step.sentence)}</button></li>'


def _fields(description: Description) -> str:
    """Return a field for each input."""
    names = input_names(description)
    fields = [
        f'<label>{_escaped(names[node.id])}<input type="number" step="any" inputmode="decimal" '
        f'data-input="{node.id}" value="{_exact(node.value)}"></label>'
        for node in description.nodes
        if node.kind == "input" and node.value is not None
    ]
    if not fields:
        return ""
    return "\n".join(
        [
            '<fieldset id="inputs" hidden>',
            "<legend>Change the inputs</legend>",
            *fields,
            '<button type="button" id="reset">Reset</button>',
            '<p id="refusal" role="status"></p>',
            "</fieldset>",
        ]
    )


def _exact(value: Array) -> str:
    """Write a number with all its digits: ``100``, ``1.1``."""
    single: Any = value.reshape(())[()]
    text: str = np.format_float_positional(single, unique=True, trim="-")
    return text if len(text) < LONG else repr(float(single))


def _notes(workings: Workings, reason: str | None) -> str:
    """Return what the reader must know of what cannot be changed here."""
    notes = [] if reason is None else [f"The inputs cannot be changed on this page: {reason}."]
    if workings.fixed and reason is None:
        what = ", ".join(dict.fromkeys(workings.fixed))
        notes.append(f"What {what} chose by a condition stays chosen when the inputs change.")
    return "\n".join([f'<p class="note">{_escaped(note)}</p>' for note in notes])


def _escaped(text: str) -> str:
    """Escape a text; what cannot be seen, or turns the reading order, is replaced."""
    return escape(printable(text))


def _title(description: Description) -> str:
    names = [n.name for n in description.nodes if n.kind == "output" and n.name is not None]
    return ", ".join(names) or "Computation graph"


def _style(layout: Layout) -> str:
    """Return the style sheet: the picture grows with its box, and scrolls while it is too small."""
    sizes = [words.size for words in _all_words(layout)]
    least = min(1.0, LETTERS / min(sizes, default=LETTERS))
    sheet = _template("page.css")
    for name, side, part in (
        ("@WIDTH@", layout.width, LARGEST),
        ("@LEAST@", layout.width, least),
        ("@LOWEST@", layout.height, least),
    ):
        sheet = sheet.replace(name, f"{round(side * part)}pt")
    return sheet


def _policy(style: str, *scripts: str) -> str:
    """Return a policy that lets these very texts run, and nothing else be loaded or run."""
    allowed = " ".join([_hash(script) for script in scripts])
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _embedded(data: dict[str, Any]) -> str:
    """Return JSON that no HTML parser can leave: ASCII, without ``<``, ``>`` and ``&``."""
    text = json.dumps(data, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _template(name: str) -> str:
    return files("autograd_lite.drawing").joinpath("page", name).read_text("utf-8").rstrip("\n")


def _filled(template: str, **parts: str) -> str:
    """Fill the places ``@NAME@`` of a template, each part once and as it is."""
    filled = []
    for i, piece in enumerate(template.split("@")):
        filled.append(parts[piece] if i % 2 else piece)
    return "".join(filled)
