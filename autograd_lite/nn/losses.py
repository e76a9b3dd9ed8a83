"""Losses as modules, by PyTorch's names; each calls one operation, its `function`."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from autograd_lite.functions import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber,
    mean_absolute_error,
    mean_squared_error,
    nll,
    softmax_cross_entropy,
)
from autograd_lite.functions.constants import integer
from autograd_lite.functions.targets import known
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn.arguments import positive_of, share_of
from autograd_lite.nn.module import Module

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "HuberLoss",
    "L1Loss",
    "Loss",
    "MSELoss",
    "NLLLoss",
]


class Loss(Module):
    """What losses share: ``loss(output, target)`` is one number, the mean over the batch.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        Of the losses of all samples: their mean, their sum, or all of them as an array.

    Attributes
    ----------
    function : callable
        The operation that it calls, with the reduction; of the class, for who wants to know which
        one.

    Raises
    ------
    ArgumentError
        For another reduction.
    """

    function: ClassVar[Callable[..., Variable]]

    def __init__(self, *, reduction: str = "mean") -> None:
        self.reduction = known(reduction, type(self).__name__)

    def forward(self, output: Operand, target: Operand) -> Variable:
        """Return the loss of a batch.

        Parameters
        ----------
        output : Variable or array
            What the model returned.
        target : array
            What it should have returned; never broadcast.

        Returns
        -------
        Variable, shape (), but for ``reduction="none"``
        """
        return self.function(output, target, reduction=self.reduction)


class CrossEntropyLoss(Loss):
    """The mean of -log p of the right class, from logits: softmax is part of it.

    Parameters
    ----------
    class_weights : array, shape (classes,), optional
        What the loss of each class is multiplied by; the mean is the weighted one.
    label_smoothing : float
        The share of every target that is spread over all classes, between 0 and 1.
    ignore_index : int, optional
        A label that counts for nothing.
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.CrossEntropyLoss()(ag.Variable([[0.0, 0.0]]), [1])
    Variable(0.693147)
    """

    function = staticmethod(softmax_cross_entropy)

    def __init__(
        self,
        *,
        class_weights: Operand | None = None,
        label_smoothing: float = 0.0,
        ignore_index: int | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        self.class_weights = _buffer(class_weights)
        self.label_smoothing = share_of(label_smoothing, "CrossEntropyLoss: label_smoothing")
        self.ignore_index = _label(ignore_index, "CrossEntropyLoss: ignore_index")

    def forward(self, output: Operand, target: Operand) -> Variable:
        """Return the loss of logits, shape (N, classes), and labels (N,) or probabilities."""
        return self.function(
            output,
            target,
            class_weights=self.class_weights,
            label_smoothing=self.label_smoothing,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )


class NLLLoss(Loss):
    """The mean of -log p of the right class, from log p: what follows ``log_softmax``.

    Parameters
    ----------
    class_weights : array, shape (classes,), optional
        What the loss of each class is multiplied by; the mean is the weighted one.
    ignore_index : int, optional
        A label that counts for nothing.
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.NLLLoss()(ag.log_softmax(ag.Variable([[0.0, 0.0]])), [1])
    Variable(0.693147)
    """

    function = staticmethod(nll)

    def __init__(
        self,
        *,
        class_weights: Operand | None = None,
        ignore_index: int | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        self.class_weights = _buffer(class_weights)
        self.ignore_index = _label(ignore_index, "NLLLoss: ignore_index")

    def forward(self, output: Operand, target: Operand) -> Variable:
        """Return the loss of log p, shape (N, classes), and labels (N,)."""
        return self.function(
            output,
            target,
            class_weights=self.class_weights,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )


class BCELoss(Loss):
    """The mean of -t log p - (1 - t) log(1 - p), from probabilities: what follows a sigmoid.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.BCELoss()(ag.sigmoid(ag.Variable([0.0])), [1.0])
    Variable(0.693147)
    """

    function = staticmethod(binary_cross_entropy)


class BCEWithLogitsLoss(Loss):
    """The same as BCELoss, from logits: the sigmoid is part of it.

    Parameters
    ----------
    pos_weight : number or array, optional
        What the loss of the positives is multiplied by.
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.BCEWithLogitsLoss()(ag.Variable([0.0]), [1.0])
    Variable(0.693147)
    """

    function = staticmethod(binary_cross_entropy_with_logits)

    def __init__(self, *, pos_weight: Operand | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.pos_weight = _buffer(pos_weight)

    def forward(self, output: Operand, target: Operand) -> Variable:
        """Return the loss of logits and of targets between 0 and 1, in the same shape."""
        return self.function(output, target, pos_weight=self.pos_weight, reduction=self.reduction)


class MSELoss(Loss):
    """The mean of (y - t)² over all elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.MSELoss()(ag.Variable([1.0, 3.0]), [0.0, 0.0])
    Variable(5.0)
    """

    function = staticmethod(mean_squared_error)


class L1Loss(Loss):
    """The mean of abs(y - t) over all elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.L1Loss()(ag.Variable([1.0, -3.0]), [0.0, 0.0])
    Variable(2.0)
    """

    function = staticmethod(mean_absolute_error)


class HuberLoss(Loss):
    """The mean of r²/2 for residuals within delta and of delta · (abs(r) - delta/2) beyond.

    Parameters
    ----------
    delta : float
        Positive.
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.HuberLoss()(ag.Variable([1.0, 3.0]), [0.0, 0.0])
    Variable(1.5)
    """

    function = staticmethod(huber)

    def __init__(self, *, delta: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.delta = positive_of(delta, "HuberLoss: delta")

    def forward(self, output: Operand, target: Operand) -> Variable:
        """Return the loss of outputs and targets of the same shape."""
        return self.function(output, target, delta=self.delta, reduction=self.reduction)


def _buffer(value: Operand | None) -> Variable | None:
    """Return constants as a buffer, which moves with the module from device to device."""
    return None if value is None else Variable(value, requires_grad=False)


def _label(value: int | None, what: str) -> int | None:
    return None if value is None else integer(value, what)
