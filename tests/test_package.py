"""The package as a whole: rooms, imports, commands, README."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import functions
from autograd_lite.__main__ import main
from autograd_lite.arrays import NUMPY
from autograd_lite.graph.binding import BOUND
from autograd_lite.graph.function import Operation

PACKAGE = Path(ag.__file__).parent
ROOT = Path(__file__).parent.parent
RULED = ["functions", "special"] if find_spec("scipy") else ["functions"]
RULES = [path for room in RULED for path in (PACKAGE / room).rglob("*.py")]

# A room may import the rooms before it, and itself.
ROOMS = [
    ["errors"],
    ["arrays", "archive", "checked", "files", "modes", "warning"],
    ["graph"],
    ["functions"],
    ["special"],
    ["protocols"],
    ["transforms"],
    ["array_api", "checking", "debugging", "tracing"],
    ["testing"],
    ["drawing", "script"],
    ["optim", "datasets", "nn", "metrics"],
    ["capturing"],
    ["plots"],
    ["training"],
    ["estimators"],
    ["machine"],
    ["__init__"],
    ["demo", "explain"],
    ["__main__"],
]


def room_of(module):
    return module.split(".")[1] if "." in module else "__init__"


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "autograd_lite":
                yield from (f"autograd_lite.{alias.name}" for alias in node.names)
            elif node.module.startswith("autograd_lite"):
                yield node.module
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("autograd_lite"))


def test_rooms_know_only_the_rooms_before_them():
    level = {room: i for i, rooms in enumerate(ROOMS) for room in rooms}
    for path in PACKAGE.rglob("*.py"):
        relative = path.relative_to(PACKAGE)
        own = relative.parts[0].removesuffix(".py")
        for module in imports_of(path):
            assert level[room_of(module)] <= level[own], f"{relative} imports {module}"


def test_drawing_knows_the_description_only():
    for path in (PACKAGE / "drawing").rglob("*.py"):
        for module in imports_of(path):
            assert re.fullmatch(
                r"autograd_lite\.(drawing.*|errors|files|modes|warning|arrays.*|graph\.(describe|description|printing|ranges|replay|scopes|variable))",
                module,
            ), f"{path.name} imports {module}"


def test_rules_name_no_array_library():
    for path in RULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                assert not names & {"np", "numpy", "cupy"}, f"{path.name}: {node.name}"


ASKED = re.compile(r"(?:self\.)?xp\.((?:(?:linalg|fft|special)\.)?\w+)")


def offers(place, path):
    """Whether a namespace has a name, maybe in one of its rooms: ``linalg.solve``."""
    for name in path.split("."):
        if not hasattr(place, name):
            return False
        place = getattr(place, name)
    return True


def test_every_name_that_rules_ask_of_xp_is_there():
    for path in RULES:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if not isinstance(node, ast.Attribute):
                    continue
                if asked := ASKED.fullmatch(ast.unparse(node)):
                    assert offers(NUMPY, asked[1]), f"{path.name}: xp.{asked[1]}"
                    if function.name == "backward":
                        assert offers(BOUND.namespace, asked[1]), f"{path.name}: xp.{asked[1]}"


def test_operations_are_light():
    for name, operation in Operation.registry.items():
        assert not hasattr(object.__new__(operation), "__dict__"), name


PUBLIC = """
    Variable Function no_grad enable_grad gradients numerical_gradient gradcheck gradgradcheck
    describe draw debug add subtract multiply divide negative power exp log tanh sqrt maximum sum
    mean max reshape transpose repeat broadcast_to sum_to matmul getitem linear relu sigmoid softmax
    softmax_cross_entropy binary_cross_entropy mean_squared_error where mul sub div neg pow optim
    datasets estimators metrics nn plots seed training scope AutogradError
"""


def test_public_names():
    for name in PUBLIC.split():
        assert hasattr(ag, name), name
    for name in functions.__all__:
        assert getattr(ag, name).__doc__, name


@pytest.mark.parametrize("place", ["", "linalg", "fft", "special", "array_api", "transforms"])
def test_every_public_function_says_what_it_does_in_a_sentence(place):
    pytest.importorskip("scipy" if place in {"", "special"} else "numpy")
    room = getattr(ag, place) if place else ag
    for name in room.__all__:
        found = getattr(room, name)
        if (getattr(found, "__module__", None) or "").startswith("autograd_lite"):
            first = found.__doc__.strip().partition("\n")[0]
            assert first.endswith((".", ":")), f"{place}.{name}: {first}"
            assert len(first.split()) > 2, f"{place}.{name}: {first}"


def test_importing_loads_nothing_heavy():
    script = (
        "import sys, autograd_lite\n"
        "heavy = {'matplotlib', 'graphviz', 'tqdm', 'scipy', 'cupy', 'hypothesis', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_check_command(capsys, tmp_path):
    report = tmp_path / "report.json"
    assert main(["check", "--op", "tanh", "--json", str(report)]) == 0
    row = r"tanh +\d+ +\d+ +\d+ +\d\.\de-\d\d +\d\.\de-\d\d +\d\.\de-\d\d"
    assert re.search(row, capsys.readouterr().out)
    written = json.loads(report.read_text())
    assert written["passed"]
    (operation,) = written["operations"]
    assert operation["name"] == "tanh"
    assert 0 < operation["first_order"] < 1e-8
    assert main(["check", "--op", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_check_command_of_one_dtype(capsys):
    assert main(["check", "--op", "exp", "--dtype", "float32", "--quick"]) == 0
    assert "1st order" not in capsys.readouterr().out


def test_check_command_on_a_device_that_is_not_there(capsys):
    assert main(["check", "--op", "exp", "--device", "nowhere"]) == 2
    assert "no device 'nowhere'" in capsys.readouterr().err


def test_check_command_on_another_library(capsys):
    importlib.import_module("lookalike")
    assert main(["check", "--op", "exp", "--device", "look"]) == 0


def test_the_page_of_subgradients_is_the_operations_own(capsys):
    pytest.importorskip("scipy")  # of whose functions the page tells, too
    assert main(["subgradients"]) == 0
    page = (ROOT / "docs" / "subgradients.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == page


def test_check_command_fails_on_a_wrong_rule(monkeypatch, capsys):
    monkeypatch.setattr(Operation.registry["exp"], "backward", lambda self, gy: gy * 2.0 * self.out)
    assert main(["check", "--quick"]) == 1
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert "wrong factor: 2" in out


def test_demo(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "autograd_lite", "demo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert "222.2" in done.stdout
    for line in (r"apple +100 +2\.2", r"count +2 +110", r"tax +1\.1 +200", r"price +220 +1"):
        assert re.search(line, done.stdout)
    folder = tmp_path / "autograd-lite-demo"
    assert (folder / "apple.dot").exists()
    assert (folder / "loss.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("room", ["linalg", "fft", "special"])
def test_the_page_of_a_room_names_all_its_functions(room):
    pytest.importorskip("scipy" if room == "special" else "numpy")
    page = {"fft": "complex.md"}.get(room, f"{room}.md")
    named = set(re.findall(r"`(\w+)`", (ROOT / "docs" / page).read_text(encoding="utf-8")))
    assert {name for name in getattr(ag, room).__all__ if name.islower()} <= named


def test_the_readme_names_every_room_example_and_extra():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Where things are")[2]
    for path in PACKAGE.iterdir():
        if path.is_dir() and path.name != "__pycache__":
            assert f"`autograd_lite/{path.name}`" in section or f"`{path.name}`" in section, path
        elif path.suffix == ".py" and path.name != "__init__.py":
            assert path.name in section, path
    for path in (ROOT / "examples").glob("*.py"):
        assert f"`{path.name}`" in readme, path
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for extra in extras["optional-dependencies"]:
        assert f"`{extra}`" in readme, extra


def test_every_page_of_the_docs_is_linked_and_links_lead_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    reached = set()
    for page in pages:
        for link in re.findall(r"\]\(([^)\s#]+)", page.read_text(encoding="utf-8")):
            if not link.startswith("http"):
                target = (page.parent / link).resolve()
                assert target.exists(), f"{page.name}: {link}"
                reached.add(target)
    assert {page.resolve() for page in pages[1:]} <= reached


def python_blocks(path):
    return re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize(
    "page", ["README.md", *(str(p.relative_to(ROOT)) for p in (ROOT / "docs").glob("*.md"))]
)
def test_the_code_of_every_page_runs(page, tmp_path, monkeypatch, capsys):
    """Where a captured program reads otherwise now, run ``python tests/pages.py``."""
    monkeypatch.chdir(tmp_path)
    blocks = python_blocks(ROOT / page)
    if "scipy." in "".join(blocks):
        pytest.importorskip("scipy")
    space = {"np": np}
    for block in blocks:
        capsys.readouterr()
        exec(compile(block, page, "exec"), space)
        printed = capsys.readouterr().out.strip().splitlines()
        said = re.findall(r"#> ?(.*)", block)
        assert printed == said, f"{page}: {block}"
