"""What data must be before a model sees it: arrays of equal length, in the model's dtype."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import Array, as_array, is_array, namespace
from autograd_lite.datasets import DataLoader
from autograd_lite.errors import ArgumentError, DTypeError, OperandError, ShapeError
from autograd_lite.functions import binary_cross_entropy_with_logits, softmax_cross_entropy
from autograd_lite.graph import Variable
from autograd_lite.training.task import Loss, task_of
from autograd_lite.warning import warn_user

__all__ = [
    "Validation",
    "check_first_batch",
    "check_first_loss",
    "inputs_of",
    "pair_of",
    "require_same_form",
    "set_aside",
]

Validation: TypeAlias = tuple[npt.ArrayLike, npt.ArrayLike] | float | None

ADVICE: dict[tuple[str | None, object], str] = {
    ("softmax", softmax_cross_entropy): (
        "the model ends in Softmax and softmax_cross_entropy applies softmax once more, which "
        "flattens the gradients and slows learning; leave Softmax out, or use nll of log_softmax."
    ),
    ("log_softmax", softmax_cross_entropy): (
        "the model ends in log_softmax and softmax_cross_entropy computes it once more, which "
        "changes nothing and costs time; leave it out, or use nll."
    ),
    ("sigmoid", binary_cross_entropy_with_logits): (
        "the model ends in Sigmoid and binary_cross_entropy_with_logits applies sigmoid once more, "
        "which flattens the gradients; leave Sigmoid out, or use binary_cross_entropy."
    ),
}


def inputs_of(x: npt.ArrayLike, dtype: np.dtype[Any], what: str, *, warns: bool = False) -> Array:
    """Return inputs as an array; floats in the dtype that the model computes in.

    Integers stay what they are: a layer converts them batch by batch, in less memory.
    """
    if isinstance(x, DataLoader):
        msg = f"{what}: x is a DataLoader; pass its arrays, {what}(x, t, batch_size=32)."
        raise OperandError(msg)
    array = _as_numbers(
        x, f"{what}: x", "turn text columns into numbers or one-hot columns, and pass floats"
    )
    if not array.ndim or not len(array):
        msg = f"{what}: x of shape {array.shape} holds no sample; pass one or more in a batch."
        raise ShapeError(msg)
    if array.dtype.kind != "f" or array.dtype == dtype:
        return array
    if warns and is_array(x) and array.dtype.itemsize > dtype.itemsize:
        warn_user(
            f"{what}: x is {array.dtype} and the model {dtype}, so it is converted; pass "
            f"x.astype({str(dtype)!r}) to save the memory.",
            UserWarning,
        )
    return array.astype(dtype)


def pair_of(
    x: npt.ArrayLike,
    y: npt.ArrayLike | None,
    dtype: np.dtype[Any],
    what: str,
    *,
    warns: bool = False,
) -> tuple[Array, Array]:
    """Return inputs and targets of the same length."""
    inputs, targets = inputs_of(x, dtype, what, warns=warns), _targets_of(y, what)
    if not targets.ndim or len(inputs) != len(targets):
        msg = (
            f"{what}: x of shape {inputs.shape} and y of shape {targets.shape} differ in length; "
            "pass one target for each sample."
        )
        raise ShapeError(msg)
    return inputs, targets


def _targets_of(y: npt.ArrayLike | None, what: str) -> Array:
    if y is None:
        raise OperandError(f"{what}: there are no targets; pass {what}(x, t).")
    remedy = "number the classes by names, t = np.unique(y, return_inverse=True), and pass t"
    return _as_numbers(y, f"{what}: y", remedy)


def _as_numbers(given: npt.ArrayLike, what: str, remedy: str) -> Array:
    try:
        return as_array(given, what=what)
    except DTypeError as error:
        if np.asarray(given).dtype.kind not in "OSTU":
            raise
        raise DTypeError(f"{what} holds names or other objects; {remedy}.") from error


def set_aside(
    x: Array, y: Array, validation: Validation, dtype: np.dtype[Any], seed: int
) -> tuple[Array, Array, tuple[Array, Array] | None]:
    """Return inputs and targets to train on, and a pair to validate on.

    Parameters
    ----------
    x, y : array
    validation : (xv, yv), float or None
        A float is the share of the samples to set aside.
    dtype : dtype
        What the model computes in.
    seed : int
        Of the draw of that share.

    Raises
    ------
    ArgumentError
        If the share leaves nothing on one side.
    OperandError
        If `validation` is neither.
    """
    if validation is None:
        return x, y, None
    if isinstance(validation, float | int | np.number) and not isinstance(validation, bool):
        return _split(x, y, validation, seed)
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        kind = type(validation).__name__
        kind += f" of {len(validation)}" if isinstance(validation, tuple | list) else ""
        msg = (
            f"fit: validation is a {kind}; pass (xv, yv), or the share of the samples to set "
            "aside, for example 0.2."
        )
        raise OperandError(msg)
    return x, y, pair_of(*validation, dtype, "fit: validation")


def _split(x: Array, y: Array, share: float, seed: int) -> tuple[Array, Array, tuple[Array, Array]]:
    count = round(len(x) * share) if 0 < share < 1 else 0
    if not 0 < count < len(x):
        msg = (
            f"fit: validation={share!r:.40} leaves nothing on one side of {len(x)} samples; pass "
            "a share between 0 and 1, or (xv, yv)."
        )
        raise ArgumentError(msg)
    order = np.random.default_rng(seed).permutation(len(x))
    aside = namespace(x).asarray(np.sort(order[:count]))
    rest = namespace(x).asarray(np.sort(order[count:]))
    return x[rest], y[rest], (x[aside], y[aside])


def check_first_batch(output: object, target: Array, operation: Loss) -> None:
    """Look at what a model makes of the first batch, before a loss does.

    Raises
    ------
    OperandError
        If it is no Variable.
    ShapeError
        As of :func:`require_same_form`; for one output where the loss compares classes.
    """
    if not isinstance(output, Variable):
        msg = f"fit: the model returned a {type(output).__name__}; return a Variable."
        raise OperandError(msg)
    require_same_form(output, target, task_of(operation).labelled, "fit")
    if operation is softmax_cross_entropy and output.shape[-1:] == (1,):
        msg = (
            "fit: the model has one output, but softmax_cross_entropy compares one for each class; "
            "pass loss=ag.binary_cross_entropy_with_logits for two classes, or for numbers "
            "loss=ag.mean_squared_error."
        )
        raise ShapeError(msg)
    last = output.creator.name if output.creator is not None else None
    if (advice := ADVICE.get((last, operation))) is not None:
        warn_user(f"fit: {advice}", UserWarning)


def require_same_form(output: Variable, target: Array, labelled: bool, what: str) -> None:
    """Refuse targets that arithmetic would broadcast to a table.

    Raises
    ------
    ShapeError
        If targets are a row where outputs are a column, or the other way round.
    """
    column = output.ndim == 2 and output.shape[1] == 1
    if column and target.ndim == 1 and not labelled:
        wanted = "y.reshape(-1, 1)"
    elif output.ndim == 1 and target.ndim == 2 and target.shape[1] == 1:
        wanted = "y.reshape(-1)"
    else:
        return
    msg = (
        f"{what}: the model's outputs have shape {output.shape} and the targets {target.shape}; "
        f"pass {wanted}."
    )
    raise ShapeError(msg)


def check_first_loss(loss: object) -> None:
    """Look at what a loss returns for the first batch.

    Raises
    ------
    OperandError
        If it is no Variable of one element.
    """
    if not isinstance(loss, Variable) or loss.size != 1:
        shape = f" of shape {loss.shape}" if isinstance(loss, Variable) else ""
        msg = f"fit: the loss is a {type(loss).__name__}{shape}; return a Variable of one element."
        raise OperandError(msg)
