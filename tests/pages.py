"""The programs that README.md and docs/capture.md show, as the code of the pages gives them.

python tests/pages.py    # writes them anew
"""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "docs/capture.md"]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
SHOWS = "step.source["  # in the code that prints a part of a program


def shown(page):
    """Return the text of a page, with what its code prints of programs."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    last = max([i for i, block in enumerate(blocks) if SHOWS in block])
    space = {"np": np}
    for block in blocks[: last + 1]:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(block, page, "exec"), space)
        if SHOWS in block:
            code = [line for line in block.splitlines() if not line.startswith("#>")]
            code += [f"#> {line}".rstrip() for line in said.getvalue().strip().splitlines()]
            text = text.replace(block, "\n".join(code) + "\n", 1)
    return text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        texts = {page: shown(page) for page in PAGES}
    for page, text in texts.items():
        (ROOT / page).write_text(text, encoding="utf-8")
        print(page)
