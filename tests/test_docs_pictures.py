"""The pictures in docs are what the code beside them draws."""

from __future__ import annotations

import pytest
from pictures import DOCS, pictures


@pytest.fixture(scope="module")
def drawn():
    return pictures()


@pytest.mark.parametrize("name", ["apple.svg", "branch.svg", "network.svg", "blocks.svg"])
def test_a_picture_is_up_to_date(drawn, name):
    """Else run ``python tests/pictures.py``, and look at them."""
    assert (DOCS / name).read_text(encoding="utf-8") == drawn[name]


def test_every_picture_is_shown_somewhere(drawn):
    assert {p.name for p in DOCS.glob("*.svg")} == set(drawn)
