"""Who draws, with which fonts, and how a picture reaches the disk."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from processes import printed_by_processes

import autograd_lite as ag
from autograd_lite.drawing.layout.placed import Box, Frame, Layout, PlacedLink, PlacedMark, Words
from autograd_lite.drawing.render import engines as render
from autograd_lite.drawing.render import fontconfig, fonts, programs
from autograd_lite.drawing.render.canvas import draw_layout, to_pdf, to_png
from autograd_lite.drawing.scene import COLOURS, Cluster, Link, Mark, Text
from autograd_lite.errors import (
    ArgumentError,
    AutogradError,
    DrawingError,
    FileWriteError,
    MissingDependencyError,
    OperandError,
)
from autograd_lite.files import write_atomically

INSTALLED = render.engines_for()
GRAPHVIZ = [engine for engine in INSTALLED if engine != "built-in"]
KINDS = ("svg", "png", "pdf")
RARE = "ℊ"  # not in DejaVu Sans, but in another font that comes with matplotlib

# A machine without Graphviz leaves out what only Graphviz can show.
graphviz = pytest.mark.skipif(not GRAPHVIZ, reason="needs Graphviz")
needs_dot = pytest.mark.skipif("dot" not in INSTALLED, reason="needs the program dot")
needs_pygraphviz = pytest.mark.skipif("pygraphviz" not in INSTALLED, reason="needs pygraphviz")
posix = pytest.mark.skipif(os.name != "posix", reason="needs shell scripts and permissions")


def apple(name="apple"):
    a, n, t = ag.Variable(100.0, name=name), ag.Variable(2.0), ag.Variable(1.1, name="tax")
    return a * n * t


def placed(name="apple", alarm=False):
    """One input, one arrow, one circle in a frame, a box, a dot and a caption, by hand."""
    words = Words("v0-0", 0, name, "name", 50.0, 44.0, 12.0)
    source = PlacedMark(Mark("v0", "text", (Text(name),)), Box(50.0, 40.0, 60.0, 20.0), (words,))
    symbol = Words("f0-0", 0, "×", "symbol", 230.0, 44.0, 12.0)
    circle = PlacedMark(Mark("f0", "circle", alarm=alarm), Box(230.0, 40.0, 30.0, 30.0), (symbol,))
    box = PlacedMark(Mark("f1", "box"), Box(230.0, 90.0, 60.0, 20.0), ())
    dot = PlacedMark(Mark("c0", "dot"), Box(50.0, 90.0, 5.0, 5.0), ())
    over = Words("e0-over", 0, "100", "value", 140.0, 36.0, 11.0)
    under = Words("e0-under", 0, "← 2.2", "gradient", 140.0, 52.0, 11.0)
    path = ((80.0, 40.0), (120.0, 40.0), (180.0, 40.0), (215.0, 40.0))
    link = PlacedLink(Link("e0", "v0", "f0"), path, (over, under))
    label = Words("g0-0", 0, "layer", "muted", 230.0, 14.0, 10.0)
    frame = Frame(Cluster("g0", "layer"), Box(230.0, 60.0, 100.0, 110.0), (label,))
    caption = Words("caption-0", 0, "a caption", "muted", 140.0, 120.0, 10.0)
    return Layout(300.0, 130.0, (source, circle, box, dot), (link,), (frame,), (caption,))


def pixels(figure, dpi=72):
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


def has_colour(image, colour):
    """Whether some pixel is all but exactly of a colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return bool((np.abs(image - wanted).max(axis=-1) < 24).any())


def is_blank(image):
    return bool((image == 255).all())


@pytest.fixture
def forgetful(monkeypatch):
    """Forget which letters were found or missed, before and after."""

    def forget():
        fonts._known_fonts.cache_clear()
        fonts._new_fonts.cache_clear()
        fonts._found.cache_clear()

    monkeypatch.setattr(fonts, "_missing", set())
    forget()
    yield monkeypatch
    forget()


@pytest.fixture
def without_fonts(forgetful):
    """A machine whose only font is the one that comes with matplotlib."""
    manager = font_manager.fontManager
    own = [e for e in manager.ttflist if e.name == fonts.BASE]
    forgetful.setattr(manager, "ttflist", own)
    forgetful.setattr(font_manager, "findSystemFonts", list)


def fake_dot(folder, script):
    """Put a program named dot into a folder of its own."""
    folder.mkdir()
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(folder)


# --- who draws -------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", INSTALLED)
@pytest.mark.parametrize("kind", KINDS)
def test_every_engine_draws_every_kind(engine, kind, tmp_path):
    g = ag.draw(apple(), engine=engine)
    content = g.save(tmp_path / f"apple.{kind}").read_bytes()
    assert g.engine == engine
    if kind == "svg":
        texts = {e.text for e in ET.fromstring(content).iter() if e.tag.endswith("text")}
        assert {"apple", "tax", "100", "220"} <= texts
    if kind == "png":
        picture = Image.open(io.BytesIO(content)).convert("RGB")
        assert picture.width > 600  # two pixels to a point
        assert picture.height > 180
        for role in ("name", "value", "gradient"):
            assert has_colour(np.asarray(picture).astype(int), COLOURS[role])
    if kind == "pdf":
        assert content.startswith(b"%PDF")
        assert content.rstrip().endswith(b"%%EOF")


def test_the_first_engine_that_is_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(render, "has_dot", lambda: True)
    monkeypatch.setattr(render, "has_pygraphviz", lambda: True)
    assert render.engines_for() == ("dot", "pygraphviz", "built-in")
    monkeypatch.setattr(render, "has_dot", lambda: False)
    assert render.engines_for() == ("pygraphviz", "built-in")


def test_without_graphviz(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    g = ag.draw(apple())
    assert g.engine == "built-in"
    assert "220" in g._repr_mimebundle_()["image/svg+xml"]
    for kind in KINDS:
        assert g.save(tmp_path / f"apple.{kind}").stat().st_size > 1000
    with pytest.raises(MissingDependencyError, match=r"Debian, Ubuntu: graphviz"):
        ag.draw(apple(), engine="dot")
    with pytest.raises(MissingDependencyError, match=r"autograd-lite\[graph\]"):
        ag.draw(apple(), engine="pygraphviz")


@needs_pygraphviz
def test_without_dot(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    g = ag.draw(apple())
    assert g.engine == "pygraphviz"
    assert "Generated by graphviz" in g._repr_mimebundle_()["image/svg+xml"]


def test_an_unknown_engine():
    with pytest.raises(ArgumentError, match=r"'neato'; use one of 'dot', 'pygraphviz', 'built-in'"):
        ag.draw(apple(), engine="neato")


def test_an_application_that_is_no_python_starts_no_other(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/opt/app/viewer")
    assert not programs.has_pygraphviz()
    monkeypatch.setattr(sys, "executable", None)
    assert not programs.has_pygraphviz()


BROKEN = {
    "fails": ("echo 'Error: no layout for you' >&2; exit 1", "no layout for you"),
    "prints something else": ("cat > /dev/null; echo hello", "exit status 0"),
    "crashes": ("kill -9 $$", "exit status -9"),
    "takes too long": ("exec sleep 20", "did not finish within 0.5 s"),
}


@posix
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_dot_is_passed_over_with_one_warning(how, monkeypatch, tmp_path):
    script, reason = BROKEN[how]
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", fake_dot(tmp_path / "bin", f"PATH=/bin:/usr/bin; {script}"))
    monkeypatch.setattr(programs, "PATIENCE", 0.5)
    with pytest.warns(RuntimeWarning, match="'built-in' drew the picture") as caught:
        assert ag.draw(apple()).engine == "built-in"
    assert len(caught) == 1
    assert reason in str(caught[0].message)
    with pytest.raises(DrawingError, match=reason):
        _ = ag.draw(apple(), engine="dot").engine


@posix
def test_a_dot_that_cannot_be_started(monkeypatch, tmp_path):
    folder = tmp_path / "bin"
    fake_dot(folder, "")
    (folder / "dot").write_bytes(b"\x00not a program")
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(DrawingError, match="could not be started"):
        _ = ag.draw(apple(), engine="dot").engine


@posix
@needs_pygraphviz
def test_pygraphviz_draws_where_dot_fails_but_not_where_it_is_slow(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", fake_dot(tmp_path / "bin", "exit 1"))
    with pytest.warns(RuntimeWarning, match="dot failed"):
        assert ag.draw(apple()).engine == "pygraphviz"
    slow = fake_dot(tmp_path / "slow", "PATH=/bin:/usr/bin; exec sleep 20")
    monkeypatch.setenv("PATH", slow)
    monkeypatch.setattr(programs, "PATIENCE", 0.5)
    with pytest.warns(RuntimeWarning, match="did not finish"):
        assert ag.draw(apple()).engine == "built-in"


@needs_pygraphviz
@pytest.mark.parametrize("last", ["os.abort()", "raise ValueError('odd graph')"])
def test_a_crash_inside_pygraphviz_is_not_ours(last, monkeypatch, capfd):
    monkeypatch.setattr(programs, "_PYGRAPHVIZ", f"import os\n{last}")
    with pytest.raises(DrawingError, match="pygraphviz failed"):
        _ = ag.draw(apple(), engine="pygraphviz").engine
    assert capfd.readouterr() == ("", "")


@graphviz
@pytest.mark.parametrize("engine", GRAPHVIZ)
def test_text_that_graphviz_cannot_read_is_our_error(engine, capfd):
    scene = ag.draw(apple()).scene
    with pytest.raises(DrawingError, match=f"{engine} failed"):
        render.rendered(scene, "digraph { a -> ; <", "svg", engine)
    assert capfd.readouterr() == ("", "")


@needs_pygraphviz
def test_pygraphviz_writes_nothing_to_the_terminal(capfd):
    g = ag.draw(apple(), engine="pygraphviz")
    assert g.engine == "pygraphviz"
    assert capfd.readouterr() == ("", "")


def test_very_many_links_go_to_the_built_in_engine(monkeypatch):
    monkeypatch.setattr(render, "MANY", 4)
    assert ag.draw(apple()).engine == "built-in"
    for engine in GRAPHVIZ:
        assert ag.draw(apple(), engine=engine).engine == engine


def small_network():
    w1, w2 = ag.Variable([[0.1, 0.2]], name="W1"), ag.Variable([[0.3], [0.4]], name="W2")
    return ag.sigmoid(np.array([[2.0]]) @ w1) @ w2


def test_networks_go_to_the_built_in_engine():
    """It keeps links straight and columns level."""
    assert ag.draw(small_network(), style="network").engine == "built-in"
    for engine in GRAPHVIZ:
        assert ag.draw(small_network(), style="network", engine=engine).engine == engine


def power():
    x = ag.Variable(3.0, name="x")
    return x**2 + ag.sin(x) + 3 * x


def difference():
    return ag.exp(ag.Variable(0.5) * ag.Variable(3.0)) - ag.Variable(2.0, name="a")


def quotient():
    x, b = ag.Variable(1.5, name="x"), ag.Variable(2.0, name="b")
    return (x * b - 3) ** 2 / 7 - ag.log(x + 1e-7)


def swapped():
    x, y = ag.Variable(5.0, name="x"), ag.Variable(3.0, name="y")
    return (x - y) / (y - x)


def scoped():
    x = ag.Variable(2.0, name="x")
    with ag.scope("outer"):
        with ag.scope("inner"):
            y = 3.0 - x
        return (y**2 - ag.exp(x)) / (x - 1.0)


def arrow_ends(svg):
    """Return the height at which each arrow of Graphviz ends, by its two nodes."""
    ends = {}
    for group in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):
        if group.get("class") == "edge":
            title, path = [
                group.find(f".//{{http://www.w3.org/2000/svg}}{tag}") for tag in ("title", "path")
            ]
            nodes = tuple([node.split(":")[0] for node in title.text.split("->")])
            ends.setdefault(nodes, []).append(float(path.get("d").rpartition(",")[2]))
    return ends


@graphviz
@pytest.mark.parametrize("style", ["book", "summary"])
@pytest.mark.parametrize("graph", [apple, power, difference, quotient, swapped, scoped])
@pytest.mark.parametrize("engine", GRAPHVIZ)
def test_the_first_argument_enters_above_the_second(engine, graph, style):
    g = ag.draw(graph(), engine=engine, style=style)
    ends = arrow_ends(g._repr_mimebundle_()["image/svg+xml"])
    arriving = {}
    for link in g.scene.links:
        written = link.over is not None or link.under is not None
        (height,) = ends[link.id if written else link.source, link.target]
        arriving.setdefault(link.target, []).append((link.position, height))
    pairs = [sorted(found) for found in arriving.values() if len(found) == 2]
    assert pairs
    for (_, first), (_, second) in pairs:
        assert first < second


@graphviz
@pytest.mark.parametrize("graph", [apple, power, difference, quotient])
@pytest.mark.parametrize("engine", GRAPHVIZ)
def test_the_first_arguments_words_lie_above_the_seconds(engine, graph):
    g = ag.draw(graph(), engine=engine)
    heights = {}
    for group in ET.fromstring(g._repr_mimebundle_()["image/svg+xml"]).iter():
        if group.get("class") == "node":
            title, words = [
                group.find(f".//{{http://www.w3.org/2000/svg}}{tag}") for tag in ("title", "text")
            ]
            heights[title.text] = None if words is None else float(words.get("y"))
    arriving = {}
    for link in g.scene.links:
        arriving.setdefault(link.target, []).append((link.position, heights[link.id]))
    for found in arriving.values():
        if len(found) == 2:
            (_, first), (_, second) = sorted(found)
            assert first < second


def test_the_notebook_shows_what_the_engine_drew():
    bundle = ag.draw(apple(), engine="built-in")._repr_mimebundle_()
    assert bundle["text/plain"].startswith("<Graph of ")
    assert ET.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")


@pytest.mark.parametrize("engine", INSTALLED)
def test_names_are_only_ever_shown(engine, tmp_path):
    name = '$\\frac$ <b>&"\'\\N\x00\x1b[31m\ud800\n]; x -> y [a="'
    g = ag.draw(apple(name), engine=engine)
    svg = g.save(tmp_path / "nasty.svg").read_bytes()
    root = ET.fromstring(svg)
    assert not [e for e in root.iter() if e.tag.rpartition("}")[2] in ("b", "script")]
    assert "$\\frac$ <b>" in "".join(root.itertext()).replace("\N{NO-BREAK SPACE}", " ")
    for kind in ("png", "pdf"):
        assert g.save(tmp_path / f"nasty.{kind}").stat().st_size > 1000


# --- matplotlib's canvas ---------------------------------------------------------------------


def test_everything_is_drawn_in_its_colour():
    image = pixels(draw_layout(placed()), dpi=144)
    assert image.shape == (260, 600, 3)
    for role in ("name", "value", "gradient", "muted"):
        assert has_colour(image, COLOURS[role])
    assert not has_colour(image, COLOURS["alarm"])
    assert has_colour(pixels(draw_layout(placed(alarm=True)), dpi=144), COLOURS["alarm"])
    for x, y in ((50, 90), (201, 90), (230, 80), (215, 40), (212, 40), (281, 60)):
        near = image[2 * y - 3 : 2 * y + 4, 2 * x - 3 : 2 * x + 4]
        assert not is_blank(near), f"nothing at {x}, {y}"


def test_an_arrow_ends_at_its_tip():
    wide = pixels(draw_layout(placed(), visible=frozenset({"e0"})), dpi=288)
    column = [int((wide[100:220, 4 * x] < 200).any(axis=-1).sum()) for x in (150, 209, 213, 217)]
    assert column[1] > column[2] > 0 == column[3]  # the head narrows to a tip at 215
    assert 0 < column[0] < column[1]


def test_what_is_not_visible_is_faint_and_has_no_numbers():
    faint = pixels(draw_layout(placed(), visible=frozenset()))
    assert 150 < faint[30:50, 20:80].min() < 255
    for numbers in (faint[25:38, 120:160], faint[43:60, 120:160]):
        assert is_blank(numbers)
    image = pixels(draw_layout(placed(), visible=frozenset({"v0", "v0-0", "e0", "e0-over"})), 144)
    assert has_colour(image, COLOURS["value"])
    assert not has_colour(image, COLOURS["gradient"])


def test_no_line_shines_through_a_text():
    """Beside a letter there is nothing of the line that passes behind it."""
    layout = placed()
    link = layout.links[0]

    def row(text):
        words = (link.words[0]._replace(y=44.0, text=text),)
        crossing = layout._replace(links=(link._replace(words=words),))
        return is_blank(pixels(draw_layout(crossing), dpi=288)[160, 4 * 135 : 4 * 145])

    assert not row("")
    assert row("1      2")


@pytest.mark.parametrize("name", ["$x_1$", r"$\frac$", "a_b^c", r"\$5", "$", "{}", "%s"])
def test_names_are_not_formulas(name):
    """Formulas would fail here, or drop the dollar signs and with them some width."""
    only = frozenset({"v0", "v0-0"})

    def width(text):
        ink = (pixels(draw_layout(placed(text), visible=only), 288)[120:200, :700] < 200).any(
            (0, 2)
        )
        return int(np.ptp(np.flatnonzero(ink))) if ink.any() else 0

    assert width(name) == pytest.approx(4 * (fonts_width(name)), abs=16)
    assert to_pdf(placed(name))


def fonts_width(text, size=12.0):
    from matplotlib.textpath import TextPath

    box = TextPath((0, 0), text.replace("$", r"\$"), size=size, prop=None).get_extents()
    return box.width


@pytest.mark.parametrize("draw", [to_png, to_pdf])
def test_the_users_settings_change_nothing(draw):
    usual = draw(placed(f"{RARE} x"))
    settings = {
        "text.usetex": True,
        "text.parse_math": True,
        "font.size": 30.0,
        "font.weight": "bold",
        "font.family": "monospace",
        "lines.linewidth": 9.0,
        "patch.linewidth": 9.0,
        "path.sketch": (10, 10, 10),
        "figure.dpi": 33.0,
        "savefig.dpi": 33.0,
        "figure.autolayout": True,
        "figure.facecolor": "black",
        "savefig.bbox": "tight",
        "savefig.transparent": True,
        "patch.force_edgecolor": True,
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw(placed(f"{RARE} x")) == usual


def test_the_same_bytes_in_every_process():
    script = (
        "import sys, hashlib\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "import warnings; warnings.simplefilter('ignore')\n"
        "from test_render import placed, to_pdf, to_png\n"
        "print(hashlib.sha256(to_png(placed('사과')) + to_pdf(placed('사과'))).hexdigest())\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    outputs = printed_by_processes(script, Path(__file__).parent)
    assert len(outputs) == 1


def test_no_date_and_no_version_in_a_file():
    assert Image.open(io.BytesIO(to_png(placed()))).info.keys() <= {"dpi"}
    for word in (b"CreationDate", b"Matplotlib", b"ModDate"):
        assert word not in to_pdf(placed())


def test_a_picture_too_large_for_pixels_has_fewer_of_them():
    wide = placed()._replace(width=200_000.0)
    with pytest.warns(UserWarning, match="2778 by 2 inches is drawn with 11 instead of 144"):
        picture = Image.open(io.BytesIO(to_png(wide)))
    assert picture.width <= 30_000
    huge = placed()._replace(width=9_000.0, height=9_000.0)
    with pytest.warns(UserWarning, match="an .svg stays sharp"):
        picture = Image.open(io.BytesIO(to_png(huge)))
    assert picture.width * picture.height <= 51e6


@pytest.mark.parametrize("sentence", ["", "1 × 1.1 = 1.1", "a long word " * 12, "한글 " * 40])
def test_a_footer_fits_and_leaves_the_size_alone(sentence):
    image = pixels(draw_layout(placed(), footer=sentence), dpi=144)
    assert image.shape == pixels(draw_layout(placed(), footer=""), dpi=144).shape
    footer = image[260:]
    assert is_blank(footer) == (not sentence)
    assert is_blank(footer[:4])
    assert is_blank(footer[-8:])
    assert is_blank(footer[:, :8])
    assert is_blank(footer[:, -8:])


# --- fonts -----------------------------------------------------------------------------------


def test_plain_text_looks_for_no_font(forgetful):
    forgetful.setattr(fonts, "_ranked", None)  # calling it would fail
    assert fonts.families_for("apple × 2 ← ∂L\n") == ["DejaVu Sans"]


def test_a_letter_from_another_font(forgetful):
    assert len(fonts.families_for(f"x{RARE}")) == 2
    layout = placed(RARE)
    only = frozenset({"v0", "v0-0"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of letters that it does not find
        assert not is_blank(pixels(draw_layout(layout, visible=only), 144)[60:100, :150])
        to_pdf(layout)
    assert fonts.shown(RARE) == RARE


def test_one_font_for_a_whole_text_where_there_is_one(without_fonts, forgetful):
    folder = Path(mpl.get_data_path(), "fonts", "ttf")
    files = [str(folder / f"{name}.ttf") for name in ("DejaVuSansMono", "STIXGeneral")]
    forgetful.setattr(font_manager, "findSystemFonts", lambda: files)
    assert fonts.families_for("⌒") == [fonts.BASE, "DejaVu Sans Mono"]
    assert fonts.families_for(f"⌒{RARE}") == [fonts.BASE, "STIXGeneral"]
    assert fonts.families_for(f"⌔{RARE}") == [fonts.BASE, "DejaVu Sans Mono", "STIXGeneral"]


def test_a_font_installed_since_matplotlib_looked(without_fonts, forgetful):
    stix = Path(mpl.get_data_path(), "fonts", "ttf", "STIXGeneral.ttf")
    broken = "/nowhere/broken.ttf"
    forgetful.setattr(font_manager, "findSystemFonts", lambda: [broken, str(stix)])
    assert fonts.families_for(RARE) == [fonts.BASE, "STIXGeneral"]
    found = font_manager.fontManager.findfont("STIXGeneral", fallback_to_default=False)
    assert Path(found) == stix


def test_a_font_removed_since_matplotlib_looked(without_fonts, forgetful):
    manager = font_manager.fontManager
    gone = font_manager.FontEntry("/nowhere/gone.ttf", name="NanumGothic", style="normal")
    forgetful.setattr(manager, "ttflist", [gone, *manager.ttflist])
    with pytest.warns(UserWarning, match="fonts-nanum"):
        assert fonts.families_for("사과") == [fonts.BASE]


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("사과", "fonts-nanum"),
        ("りんご", "fonts-noto-cjk"),
        ("苹果", "fonts-noto-cjk"),
        ("🍎", "fonts-noto"),
    ],
)
def test_one_warning_names_the_fix(text, package, without_fonts):
    with pytest.warns(UserWarning, match=f"install {package} "):
        to_png(placed(text))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        to_pdf(placed(text))
        fonts.families_for("another letter: 배")
    assert fonts.shown(f"a {text}") == "a " + "□" * len(text)


def test_what_no_font_could_show_is_no_reason_to_warn(without_fonts):
    accent, control, space = "\u0e31", "\x1b\ud800", "\u3000"
    name = f"a{accent}{control}{space}b"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        to_png(placed(name))
        assert fonts.shown(name) == "a\ufffd\ufffd b"


@graphviz
def test_graphviz_warns_of_missing_letters_too(without_fonts, tmp_path):
    g = ag.draw(apple("사과"), engine=GRAPHVIZ[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        g.save(tmp_path / "apple.svg")  # whoever looks at it has fonts of their own
    with pytest.warns(UserWarning, match="fonts-nanum"):
        g.save(tmp_path / "apple.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        g.save(tmp_path / "apple.pdf")


def test_korean_letters_are_letters():
    if len(fonts.families_for("사과")) == 1:
        pytest.skip("needs a Korean font")
    only = frozenset({"v0", "v0-0"})

    def drawn(name):
        return pixels(draw_layout(placed(name), visible=only), 144)[:100, :200]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not np.array_equal(drawn("사과"), drawn("나무"))  # boxes would be equal
        assert to_pdf(placed("사과")) != to_pdf(placed("나무"))


def test_plots_can_use_the_families():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.suptitle(RARE, fontfamily=fonts.families_for(RARE))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(figure).draw()


@pytest.mark.skipif(sys.platform != "linux", reason="only there Graphviz asks fontconfig")
@graphviz
@pytest.mark.parametrize("engine", GRAPHVIZ)
def test_graphviz_finds_letters_on_a_machine_without_fonts(engine, monkeypatch, tmp_path):
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    monkeypatch.delenv("FONTCONFIG_PATH", raising=False)
    monkeypatch.setattr(fontconfig, "CONFIGURATION", tmp_path / "none")
    monkeypatch.setattr(fontconfig, "FOLDERS", (tmp_path / "no fonts & none",))

    def pngs(name):
        """Return what several runs draw: without fonts, dot's pixels vary a little."""
        return {render.rendered(*_scene_and_dot(name), "png", engine).content for _ in range(6)}

    assert not pngs("iii") & pngs("jjj")  # boxes would be equal
    empty = tmp_path / "empty.conf"
    empty.write_text("<fontconfig></fontconfig>", encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(empty))  # the user's word is final
    assert pngs("iii") & pngs("jjj")


def _scene_and_dot(name):
    g = ag.draw(apple(name), engine="built-in")
    return g.scene, g.dot


@pytest.mark.skipif(sys.platform != "linux", reason="only there Graphviz asks fontconfig")
def test_fonts_of_the_machine_are_left_alone(monkeypatch, tmp_path):
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    monkeypatch.delenv("FONTCONFIG_PATH", raising=False)
    (tmp_path / "fonts.conf").touch()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.setattr(fontconfig, "CONFIGURATION", tmp_path / "fonts.conf")
    monkeypatch.setattr(fontconfig, "FOLDERS", (tmp_path / "deep",))
    with fontconfig.environment() as variables:
        file = Path(variables["FONTCONFIG_FILE"])
        assert str(tmp_path / "fonts.conf") in file.read_text(encoding="utf-8")
    assert not file.parent.exists()
    (tmp_path / "deep" / "er" / "A.TTF").touch()
    with fontconfig.environment() as variables:
        assert "FONTCONFIG_FILE" not in variables


# --- files -----------------------------------------------------------------------------------


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.parametrize("name", ["apple.jpeg", "apple", ".svg", "apple.svg.txt", ""])
def test_an_unknown_suffix(name, tmp_path):
    with pytest.raises(ArgumentError, match=r"\.svg, \.png, \.pdf"):
        ag.draw(apple()).save(tmp_path / name if name else tmp_path)
    assert not contents(tmp_path)


def test_a_suffix_in_capitals(tmp_path):
    assert ag.draw(apple()).save(str(tmp_path / "A.DOT")).read_text("utf-8") == ag.draw(apple()).dot


def test_a_folder_that_is_not_there_or_is_the_target(tmp_path):
    g = ag.draw(apple())
    with pytest.raises(ArgumentError, match="nowhere does not exist; make it first"):
        g.save(tmp_path / "nowhere" / "apple.dot")
    (tmp_path / "folder.dot").mkdir()
    with pytest.raises(ArgumentError, match="is a folder"):
        g.save(tmp_path / "folder.dot")
    assert not contents(tmp_path)


@pytest.mark.parametrize("path", [None, 3, b"apple.svg"])
def test_what_is_no_path(path):
    with pytest.raises(OperandError, match="not a "):
        ag.draw(apple()).save(path)


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_nothing_is_half_written(error, step, tmp_path, monkeypatch):
    target = tmp_path / "apple.dot"
    target.write_bytes(b"before")

    def fail(*_):
        raise error

    monkeypatch.setattr(os, step, fail)
    expected = FileWriteError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected, match="disk full" if isinstance(error, OSError) else None):
        ag.draw(apple()).save(target)
    monkeypatch.undo()
    assert contents(tmp_path) == {"apple.dot": b"before"}


def test_a_folder_that_may_not_be_written_to(tmp_path, monkeypatch):
    def refuse(self, mode="r", *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileWriteError, match=r"apple\.dot.*\(Permission denied\)") as caught:
        ag.draw(apple()).save(tmp_path / "apple.dot")
    assert isinstance(caught.value, AutogradError)
    assert isinstance(caught.value, OSError)
    assert not contents(tmp_path)


@posix
def test_a_file_that_is_write_protected(tmp_path, monkeypatch):
    target = tmp_path / "apple.dot"
    target.write_bytes(b"kept")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
    with pytest.raises(FileWriteError, match="write-protected"):
        ag.draw(apple()).save(target)
    assert contents(tmp_path) == {"apple.dot": b"kept"}


@pytest.mark.parametrize("name", ["nul\0.dot", "a" * 300 + ".dot"])
def test_a_name_that_no_file_can_have(name, tmp_path):
    with pytest.raises(FileWriteError, match="could not be written"):
        ag.draw(apple()).save(tmp_path / name)
    assert not contents(tmp_path)


def test_a_name_as_long_as_can_be(tmp_path):
    assert ag.draw(apple()).save(tmp_path / ("a" * 251 + ".dot")).stat().st_size > 1000


@posix
def test_permissions(tmp_path):
    def mode(path):
        return stat.S_IMODE(path.stat().st_mode)

    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "new", b"1")
        (tmp_path / "old").touch()
        (tmp_path / "old").chmod(0o604)
        write_atomically(tmp_path / "old", b"2")
    finally:
        os.umask(before)
    assert mode(tmp_path / "new") == 0o640
    assert mode(tmp_path / "old") == 0o604
    assert contents(tmp_path) == {"new": b"1", "old": b"2"}


@posix
def test_a_symbolic_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link.dot").symlink_to(tmp_path / "real" / "apple.dot")
    ag.draw(apple()).save(tmp_path / "link.dot")
    assert (tmp_path / "link.dot").is_symlink()
    assert (tmp_path / "real" / "apple.dot").is_file()
    (tmp_path / "loop.dot").symlink_to(tmp_path / "loop.dot")
    with pytest.raises(FileWriteError):
        ag.draw(apple()).save(tmp_path / "loop.dot")
