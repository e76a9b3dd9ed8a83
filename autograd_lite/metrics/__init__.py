"""Metrics: how good predicted labels are; the order is (true, predicted), as in scikit-learn."""

from autograd_lite.metrics.counting import (
    BinaryCounts,
    accuracy,
    binary_counts,
    confusion_matrix,
)
from autograd_lite.metrics.scores import f1, precision, recall

__all__ = [
    "BinaryCounts",
    "accuracy",
    "binary_counts",
    "confusion_matrix",
    "f1",
    "precision",
    "recall",
]
