"""One step of a picture that is shown bit by bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from autograd_lite.drawing.page.wording import Pieces

__all__ = ["Step"]


class Step(NamedTuple):
    """One step.

    Attributes
    ----------
    shows : tuple of str
        The ids of the marks, links and words that appear in it.
    at : str or None
        The mark where it happens.
    sentence : str
    pieces : Pieces
        The sentence with its numbers left open, for pages on which they change.
    backward : bool
    """

    shows: tuple[str, ...]
    at: str | None
    sentence: str
    pieces: Pieces
    backward: bool
