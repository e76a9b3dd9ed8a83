"""The pictures of docs/drawing.md, made by its own code and drawn by the built-in engine.

python tests/pictures.py    # writes them anew
"""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import autograd_lite as ag

DOCS = Path(__file__).parent.parent / "docs"


def pictures():
    """Return, for each picture of the page, the SVG of the graph that the code before it drew."""
    page = (DOCS / "drawing.md").read_text(encoding="utf-8")
    space = {}
    found = {}
    for part in re.finditer(r"```python\n(.*?)```|!\[[^]]*\]\(([a-z_]+\.svg)\)", page, re.DOTALL):
        code, picture = part.groups()
        if code is not None:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(code, "drawing.md", "exec"), space)
        else:
            drawn = space["g"]
            graph = ag.Graph(drawn.description, drawn.scene, engine="built-in")
            found[picture] = graph._repr_mimebundle_()["image/svg+xml"]
    return found


if __name__ == "__main__":
    for name, svg in pictures().items():
        (DOCS / name).write_text(svg, encoding="utf-8")
        print(name)
