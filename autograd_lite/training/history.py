"""What a training records: a column of numbers for each quantity, one number an epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import nan

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.errors import StateError

__all__ = ["History", "Intervals"]


class History(Mapping[str, list[float]]):
    """Losses and metrics by name, a list with one number for each whole epoch.

    Attributes
    ----------
    epochs : int
        How many there are.
    interrupted : bool
        Whether Ctrl-C ended the last fit.
    recording : tuple of str
        The columns of the last fit.
    stopped : str
        Why a callback ended the last fit; empty if none did.

    Notes
    -----
    The columns are ``loss`` and the metrics over the batches of the epoch, while the model was
    learning; ``val_loss`` and so on after the epoch; ``learning_rate`` during it; and the
    ``seconds`` that all of it took. A column that some fits lack is NaN there.

    Examples
    --------
    >>> from autograd_lite.training import History
    >>> history = History()
    >>> history.begin(["loss"])
    >>> history.record({"loss": 0.5})
    >>> history.begin(["loss", "val_loss"])
    >>> history.record({"loss": 0.25, "val_loss": 0.375})
    >>> history["val_loss"]
    [nan, 0.375]
    >>> history
    History(2 epochs: loss 0.25, val_loss 0.375)
    """

    def __init__(self) -> None:
        self._columns: dict[str, list[float]] = {}
        self.recording: tuple[str, ...] = ()
        self.epochs = 0
        self.interrupted = False
        self.stopped = ""

    def begin(self, names: Sequence[str]) -> None:
        """Say what the epochs of a fit will record."""
        self.recording = tuple(names)
        for name in names:
            self._columns.setdefault(name, [nan] * self.epochs)
        self.interrupted = False
        self.stopped = ""

    def records(self, name: str) -> bool:
        """Whether this fit records a quantity."""
        return name in self.recording

    def record(self, values: Mapping[str, float]) -> None:
        """Add an epoch."""
        for name, column in self._columns.items():
            column.append(values.get(name, nan))
        self.epochs += 1

    def last(self) -> dict[str, float]:
        """Return the numbers of the last epoch; empty before the first."""
        return {name: column[-1] for name, column in self._columns.items() if column}

    def state_dict(self) -> dict[str, Array]:
        """Return the columns as arrays."""
        return {name: np.asarray(column, np.float64) for name, column in self._columns.items()}

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Take over columns that were saved.

        Raises
        ------
        StateError
            If their lengths differ, or they are no floats.
        """
        lengths = {column.shape for column in state.values()}
        numbers = all([column.dtype.kind == "f" for column in state.values()])
        if not numbers or len(lengths) > 1 or any([len(shape) != 1 for shape in lengths]):
            msg = (
                f"History: its columns are no floats, or of several shapes, {sorted(lengths)}; "
                "load an intact file."
            )
            raise StateError(msg)
        self._columns = {name: column.tolist() for name, column in state.items()}
        self.epochs = max([len(column) for column in self._columns.values()], default=0)
        self.interrupted = False
        self.stopped = ""

    def __getitem__(self, name: str) -> list[float]:
        if name not in self._columns:
            msg = f"history: there is no {name!r:.40}, only {', '.join(self._columns) or 'nothing'}"
            raise KeyError(msg)
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        shown = [f"{name} {value:.4g}" for name, value in self.last().items()]
        return f"History({self.epochs} epochs: {', '.join(shown)})" if shown else "History()"


class Intervals:
    """The mean loss of every so many batches, also across the ends of epochs.

    Attributes
    ----------
    every : int or None
        How many batches make one mean; None records none.
    means : list of float
    ends : list of int
        The batch, counted from 1 over all epochs, that each mean ends with.
    """

    def __init__(self) -> None:
        self.every: int | None = None
        self.means: list[float] = []
        self.ends: list[int] = []
        self._batches = 0
        self._sum = 0.0
        self._count = 0

    def begin(self, every: int | None) -> None:
        """Say how many batches make a mean; those of an interval that has begun count, if few."""
        if every is None or self._count >= every:
            self._sum, self._count = 0.0, 0
        self.every = every

    def add(self, loss: float) -> None:
        """Take in the loss of a batch."""
        self._batches += 1
        if self.every is None:
            return
        self._sum += loss
        self._count += 1
        if self._count == self.every:
            self.means.append(self._sum / self._count)
            self.ends.append(self._batches)
            self._sum, self._count = 0.0, 0

    def state_dict(self) -> dict[str, Array]:
        """Return the means, where they end, and the interval that has begun."""
        begun = np.asarray([self._sum, self._count, self._batches], np.float64)
        means = np.asarray(self.means, np.float64)
        return {"means": means, "ends": np.asarray(self.ends, np.float64), "begun": begun}

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Take over what was saved.

        Raises
        ------
        StateError
            If it is no such state.
        """
        fits = set(state) == {"means", "ends", "begun"} and state["begun"].shape == (3,)
        fits = fits and state["ends"].shape == state["means"].shape
        if not fits or not all([_are_numbers(array) for array in state.values()]):
            msg = f"Trainer.losses: the file holds {sorted(state)}; load a whole checkpoint."
            raise StateError(msg)
        self.means = state["means"].tolist()
        self.ends = [int(end) for end in state["ends"]]
        self._sum, count, batches = state["begun"].tolist()
        self._count, self._batches = int(count), int(batches)


def _are_numbers(array: Array) -> bool:
    return array.dtype.kind == "f" and bool(np.isfinite(array).all())
