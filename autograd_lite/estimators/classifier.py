"""MLPClassifier: classes by a multilayer perceptron."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils.multiclass import type_of_target, unique_labels

from autograd_lite.errors import ArgumentError
from autograd_lite.estimators.base import Array, BaseMLP, Goal

__all__ = ["MLPClassifier"]


class MLPClassifier(ClassifierMixin, BaseMLP):
    """A multilayer perceptron that classifies, as scikit-learn's of the same name.

    Its parameters, attributes, initial weights and order of samples are scikit-learn's, so that the
    same `random_state` learns the same; `module_` is the network as a module of this library.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int
        How many units each hidden layer has.
    activation : {"relu", "tanh", "logistic", "identity"}
        Of the hidden layers.
    solver : {"adam", "sgd"}
        The optimizer.
    alpha : float
        The L2 penalty: alpha / 2 · ‖W‖² / n is added to the loss of a batch of n samples.
    batch_size : int or "auto"
        Samples in a batch; "auto" is 200, or all if they are fewer.
    learning_rate : {"constant", "invscaling", "adaptive"}
        How "sgd" changes its rate: not; to ``learning_rate_init / (samples seen + 1) ** power_t``
        after each epoch; or to a fifth where others would stop.
    learning_rate_init : float
        The first learning rate.
    power_t : float
        The exponent of "invscaling".
    max_iter : int
        The most epochs.
    shuffle : bool
        Whether each epoch takes the samples in a new order.
    random_state : int, RandomState or None
        Where weights, order and validation samples come from.
    tol : float
        By how much an epoch has to be better than the best.
    verbose : bool
        Whether to print the loss of each epoch.
    warm_start : bool
        Whether ``fit`` goes on from the weights that it left last time.
    momentum : float
        Of "sgd".
    nesterovs_momentum : bool
        Whether that momentum looks ahead.
    early_stopping : bool
        Whether to stop by the score on samples that are held out, and return to the weights of the
        best one; otherwise training stops by its own loss.
    validation_fraction : float
        The share that is held out.
    beta_1, beta_2, epsilon : float
        Of "adam": the decay of both averages, and what is added to the root of the second.
    n_iter_no_change : int
        Training stops after more than this many epochs in a row that are not better.

    Attributes
    ----------
    module_ : autograd_lite.nn.Sequential
        The network; its outputs are logits.
    classes_ : array
        The labels; for an indicator matrix the numbers of its columns.
    coefs_, intercepts_ : list of array
        Weights, (inputs, outputs), and biases of each layer, read-only.
    loss_, best_loss_ : float
        The mean loss of the last and of the best epoch; the best is None with early stopping.
    loss_curve_ : list of float
        The mean loss of each epoch.
    validation_scores_ : list of float or None
        The score of each epoch, with early stopping.
    best_validation_score_ : float or None
        The highest of them.
    n_iter_ : int
        How many epochs there were.
    t_ : int
        How many samples were seen, counting each as often as it was.
    n_layers_, n_outputs_, n_features_in_ : int
        The number of layers with the input's, of outputs, and of features.
    feature_names_in_ : array of str
        Where the data had names for all features.
    out_activation_ : {"softmax", "logistic"}
        What makes probabilities of the outputs: "logistic" for two classes, which share one output,
        and for indicator matrices.

    Notes
    -----
    scikit-learn adds `epsilon` before the bias of the average is corrected, and lets a changed rate
    act on later gradients alone; `optim` does neither, so the weights differ in late digits.
    Kingma and Ba, Adam, 2015. Glorot and Bengio, Understanding the difficulty of training deep
    feedforward neural networks, 2010.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> (x, t), (x_test, t_test) = ag.datasets.digits()
    >>> model = ag.estimators.MLPClassifier(learning_rate_init=0.01, tol=0.01, random_state=0)
    >>> model.fit(x, t).score(x_test, t_test) > 0.95
    True
    >>> model.predict_proba(x_test).shape
    (360, 10)
    """

    classes_: Array

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> Self:
        """Train for one epoch on these samples, from where the last call ended.

        Parameters
        ----------
        X : array or sparse matrix, shape (samples, features)
        y : array, shape (samples,) or (samples, outputs)
        classes : array, optional
            All labels that may come; needed in the first call.

        Returns
        -------
        self

        Raises
        ------
        ArgumentError
            If the first call has no classes, a later one has others, or stopping early is asked
            for.
        """
        if classes is not None:
            known = unique_labels(classes)
            if hasattr(self, "classes_") and not np.array_equal(known, self.classes_):
                msg = "MLPClassifier: classes differ from those of the first call; leave them out."
                raise ArgumentError(msg)
            self.classes_ = known
        elif not hasattr(self, "classes_"):
            msg = "MLPClassifier: the first partial_fit needs classes; pass all labels there are."
            raise ArgumentError(msg)
        return self._partial_fit(X, y)

    def predict(self, X: Any) -> Array:
        """Return the most probable label of each sample, or of each output 0 or 1.

        Parameters
        ----------
        X : array or sparse matrix, shape (samples, features)

        Returns
        -------
        array, shape (samples,) or (samples, outputs)
        """
        return self._predictions(self._checked(X))

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, in the order of `classes_`.

        Parameters
        ----------
        X : array or sparse matrix, shape (samples, features)

        Returns
        -------
        array, shape (samples, classes)
        """
        p = self._outputs(self._checked(X))
        return np.hstack([1 - p, p]) if self.n_outputs_ == 1 else p

    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithm of what ``predict_proba`` returns.

        Parameters
        ----------
        X : array or sparse matrix, shape (samples, features)

        Returns
        -------
        array, shape (samples, classes)
        """
        p = self.predict_proba(X)
        return np.log(p, out=p)

    def _goal(self, y: Array, dtype: np.dtype[Any]) -> Goal:
        kind = type_of_target(y)
        if kind == "multiclass-multioutput":
            msg = "MLPClassifier: y has several labels a sample; pass one, or columns of 0 and 1."
            raise ArgumentError(msg)
        if kind == "multilabel-indicator":
            return Goal(y.astype(dtype), "logistic", y.shape[1])
        codes = self._codes(y)
        if len(self.classes_) > 2:
            return Goal(codes, "softmax", len(self.classes_))
        return Goal(codes.astype(dtype).reshape(-1, 1), "logistic", 1)

    def _codes(self, y: Array) -> Array:
        """Return where each label is in `classes_`."""
        codes = np.searchsorted(self.classes_, y).clip(0, len(self.classes_) - 1)
        strange = self.classes_[codes] != y
        if strange.any():
            label = y[strange].tolist()[0]
            msg = f"MLPClassifier: y has the label {label!r:.40}, which is not in classes_."
            raise ArgumentError(msg)
        return codes

    def _predictions(self, x: Any) -> Array:
        p = self._outputs(x)
        if self.out_activation_ == "logistic" and self.n_outputs_ > 1:
            return (p > 0.5).astype(np.int64)
        # Of two classes the output tells the second; a class may also be alone.
        several = self.n_outputs_ > 1
        codes = p.argmax(axis=1) if several else (p[:, 0] > 0.5) * (len(self.classes_) - 1)
        labels: Array = self.classes_[codes]
        return labels

    def _judged(self, y: Array, predicted: Array) -> float:
        return float(accuracy_score(y, predicted))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
