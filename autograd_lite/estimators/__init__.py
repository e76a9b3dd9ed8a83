"""Estimators for scikit-learn: `MLPClassifier` and `MLPRegressor`, trained by this library.

They take scikit-learn's parameters and give its attributes, so that they stand in pipelines and
searches wherever scikit-learn's own stand. They are imported when first asked for, since
scikit-learn is optional.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from autograd_lite.errors import MissingDependencyError

if TYPE_CHECKING:
    from autograd_lite.estimators.classifier import MLPClassifier
    from autograd_lite.estimators.regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]

_FILES = {"MLPClassifier": "classifier", "MLPRegressor": "regressor"}


def __getattr__(name: str) -> object:
    """Import an estimator, and scikit-learn with it."""
    file = _FILES.get(name)
    if file is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    try:
        import_module("sklearn")
    except ImportError as error:
        msg = f"{name}: scikit-learn is missing; run pip install 'autograd-lite[sklearn]'."
        raise MissingDependencyError(msg) from error
    found: object = getattr(import_module(f"{__name__}.{file}"), name)
    globals()[name] = found  # the next look-up finds it at once
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
