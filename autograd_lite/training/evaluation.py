"""A model over a whole data set, in evaluation mode, without a graph."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograd_lite.arrays import Array, namespace, to_device
from autograd_lite.errors import NonFiniteError, ShapeError
from autograd_lite.graph import no_grad
from autograd_lite.modes import in_mode
from autograd_lite.training.inputs import require_same_form
from autograd_lite.training.model import Model
from autograd_lite.training.scores import Scores
from autograd_lite.training.task import Loss

__all__ = ["SIZE", "evaluated", "joined", "outputs_of"]

SIZE = 1024  # samples a batch


@no_grad()
def evaluated(
    model: Model, loss: Loss, scores: Scores, data: tuple[Array, Array], size: int, device: str
) -> dict[str, float]:
    """Return the loss and metrics of a model over inputs and targets.

    Raises
    ------
    ShapeError
        If targets are a row where outputs are a column, or the other way round.
    NonFiniteError
        If an output is NaN, of which metrics would make a class.
    """
    x, y = data
    with in_mode(model, training=False):
        for part in _parts(len(x), size):
            target = to_device(y[part], device)
            output = model(to_device(x[part], device))
            if not part.start:
                require_same_form(output, target, scores.task.labelled, "evaluate")
            _require_numbers(output.data, x[part], part.start, "evaluate")
            weighing = scores.weighing
            weight = len(target) if weighing is None else weighing.total(output, target)
            # A batch of nothing but ignored labels has no mean.
            value = loss(output, target).item() if weight else 0.0
            scores.add(value, weight, output.data, target)
    return scores.result()


@no_grad()
def outputs_of(model: Model, x: Array, size: int, device: str) -> list[Array]:
    """Return the outputs of a model, batch by batch.

    Raises
    ------
    ShapeError
        If it does not give one for each sample.
    NonFiniteError
        If an output is NaN.
    """
    outputs = []
    with in_mode(model, training=False):
        for part in _parts(len(x), size):
            output = model(to_device(x[part], device)).data
            if output.shape[:1] != x[part].shape[:1]:
                msg = (
                    f"predict: the model made the shape {output.shape} of {x[part].shape}; pass a "
                    "batch, for one sample x[None]."
                )
                raise ShapeError(msg)
            _require_numbers(output, x[part], part.start, "predict")
            outputs.append(output)
    return outputs


def _require_numbers(output: Array, x: Array, start: int, what: str) -> None:
    """Refuse outputs that are NaN: the largest of them, or what is above a limit, means nothing."""
    missing = namespace(output).isnan(output)
    if not missing.any():
        return
    bad = np.unique(np.nonzero(to_device(missing, "cpu"))[0])
    first = int(bad[0])
    source = to_device(x[first], "cpu")
    reason = "" if np.isfinite(source).all() else ", where x holds NaN or infinity"
    msg = (
        f"{what}: the model gives NaN for {len(bad)} of {len(output)} samples, the first of them "
        f"{start + first}{reason}; drop or fill in those rows, or search by ag.debug()."
    )
    raise NonFiniteError(msg)


def joined(parts: list[Array]) -> Array:
    """Return arrays of any device as one on the host."""
    return np.concatenate([to_device(part, "cpu") for part in parts])


def _parts(samples: int, size: int) -> Iterator[slice]:
    for start in range(0, samples, size):
        yield slice(start, start + size)
