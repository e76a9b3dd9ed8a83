"""What a person sees of a fit: a bar on a terminal or in a notebook, and a line after Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

__all__ = ["Progress", "say"]


class Progress:
    """A bar over all batches of a fit, with the numbers of the last epoch beside it.

    Parameters
    ----------
    done, epochs : int
        How many epochs there are before, and will be in the end.
    batches : int
        How many make an epoch.
    shown : bool or None
        None shows it in a notebook, and where standard error is a terminal.
    """

    def __init__(self, done: int, epochs: int, batches: int, shown: bool | None) -> None:
        self.tick: Callable[[], object] | None = None
        self._bar = None
        self._epochs = epochs
        if shown or (shown is None and (sys.stderr.isatty() or _in_notebook())):
            from tqdm.auto import tqdm

            self._bar = tqdm(total=(epochs - done) * batches, unit="batch", dynamic_ncols=True)
            self.tick = self._bar.update

    def begin(self, epoch: int) -> None:
        """Name the epoch that begins, from 1."""
        if self._bar is not None:
            self._bar.set_description(f"epoch {epoch}/{self._epochs}")

    def show(self, numbers: Mapping[str, float]) -> None:
        """Show the numbers of an epoch."""
        if self._bar is not None:
            shown = {name: f"{value:.4g}" for name, value in numbers.items() if name != "seconds"}
            self._bar.set_postfix(shown)

    def close(self) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.close()


def _in_notebook() -> bool:
    """Whether a kernel of Jupyter runs this, as tqdm too finds out; imports nothing."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and "IPKernelApp" in shell.config


def say(line: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(line + "\n")
