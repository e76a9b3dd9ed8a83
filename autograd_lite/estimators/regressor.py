"""MLPRegressor: real numbers by a multilayer perceptron."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from autograd_lite.estimators.base import Array, BaseMLP, Goal

__all__ = ["MLPRegressor"]


class MLPRegressor(RegressorMixin, BaseMLP):
    """A multilayer perceptron for real numbers, as scikit-learn's of the same name.

    The loss is half the squared error. Parameters and attributes are those of
    :class:`MLPClassifier`, without `classes_`; `out_activation_` is "identity", the score R².

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x = np.linspace(-1, 1, 200).reshape(-1, 1)
    >>> y = 3 * x[:, 0] + 1
    >>> model = ag.estimators.MLPRegressor((16,), batch_size=20, tol=0.001, random_state=0)
    >>> model.fit(x, y).score(x, y) > 0.99
    True
    >>> model.predict([[0.5]]).shape
    (1,)
    """

    def partial_fit(self, X: Any, y: Any) -> Self:
        """Train for one epoch on these samples, from where the last call ended.

        Parameters
        ----------
        X : array or sparse matrix, shape (samples, features)
        y : array, shape (samples,) or (samples, outputs)

        Returns
        -------
        self

        Raises
        ------
        ArgumentError
            If stopping early is asked for.
        """
        return self._partial_fit(X, y)

    def predict(self, X: Any) -> Array:
        """Return the predicted numbers.

        Parameters
        ----------
        X : array or sparse matrix, shape (samples, features)

        Returns
        -------
        array, shape (samples,) or (samples, outputs)
        """
        return self._predictions(self._checked(X))

    def _goal(self, y: Array, dtype: np.dtype[Any]) -> Goal:
        targets = y.astype(dtype).reshape(len(y), -1)
        return Goal(targets, "identity", targets.shape[1])

    def _predictions(self, x: Any) -> Array:
        y = self._outputs(x)
        return y[:, 0] if y.shape[1] == 1 else y

    def _judged(self, y: Array, predicted: Array) -> float:
        return float(r2_score(y, predicted))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
