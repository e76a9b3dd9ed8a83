"""What the classifier and the regressor share: parameters, fitting, and what it leaves behind."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from math import inf, nan
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import check_is_fitted, validate_data

from autograd_lite.errors import ArgumentError
from autograd_lite.estimators.fitting import Fitting, Progress, Samples, optimizer_of
from autograd_lite.estimators.heads import HEADS
from autograd_lite.estimators.networks import layers_of, network
from autograd_lite.estimators.settings import Settings, settings_of
from autograd_lite.estimators.update import Update
from autograd_lite.graph import no_grad
from autograd_lite.warning import warn_user

__all__ = ["BaseMLP"]

Array = np.ndarray[Any, np.dtype[Any]]
ROWS = 1024  # predicted at a time: the hidden layers' outputs stay small, sparse rows too


class Goal(NamedTuple):
    """What a network is to reach."""

    targets: Array  # what the loss compares outputs with
    out_activation: str
    outputs: int


class BaseMLP(BaseEstimator):
    """A multilayer perceptron with scikit-learn's parameters; :class:`MLPClassifier` says which."""

    def __init__(
        self,
        hidden_layer_sizes: int | Iterable[int] = (100,),
        activation: Literal["identity", "logistic", "tanh", "relu"] = "relu",
        *,
        solver: Literal["adam", "sgd"] = "adam",
        alpha: float = 0.0001,
        batch_size: int | Literal["auto"] = "auto",
        learning_rate: Literal["constant", "invscaling", "adaptive"] = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: int | np.random.RandomState | None = None,
        tol: float = 1e-4,
        verbose: bool | int = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change

    @property
    def coefs_(self) -> list[Array]:
        """The weights of each layer, (inputs, outputs), read-only."""
        return [layer.W.data for layer in layers_of(self.module_)]

    @property
    def intercepts_(self) -> list[Array]:
        """The biases of each layer, (outputs,), read-only."""
        return [layer.b.data for layer in layers_of(self.module_) if layer.b is not None]

    @abstractmethod
    def _goal(self, y: Array, dtype: np.dtype[Any]) -> Goal:
        """Return what the network is to reach."""

    @abstractmethod
    def _predictions(self, x: Any) -> Array:
        """Return what ``predict`` returns, for checked inputs."""

    @abstractmethod
    def _judged(self, y: Array, predicted: Array) -> float:
        """Return what ``score`` returns."""

    def fit(self, X: Any, y: Any) -> Self:
        """Train on samples until the loss, or the validation score, gets no better.

        Parameters
        ----------
        X : array or sparse matrix, shape (samples, features)
            float32 is trained on as it is, anything else as float64.
        y : array, shape (samples,) or (samples, outputs)

        Returns
        -------
        self

        Raises
        ------
        ArgumentError
            If a parameter has no value that can be used, or the weights do not stay finite.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` epochs were not enough.
        """
        settings = settings_of(self.get_params(deep=False), type(self).__name__)
        keep = settings.warm_start and hasattr(self, "module_")
        samples, y, random_state = self._begin(X, y, settings, keep=keep, learn=not keep)
        self._optimizer = optimizer_of(self.module_, settings)
        score = None
        if settings.early_stopping:
            samples, score = self._hold_out(samples, y, settings, random_state)
        fitting = self._fitting(samples, settings)
        try:
            stopped = fitting.run(samples, random_state, score, epochs=settings.max_iter)
        except KeyboardInterrupt:
            warn_user(f"{type(self).__name__}: the training was interrupted.", UserWarning)
        else:
            if not stopped:
                warn_user(
                    f"{type(self).__name__}: it was still improving after max_iter = "
                    f"{settings.max_iter} epochs; raise max_iter, or tol.",
                    ConvergenceWarning,
                )
        if settings.early_stopping:
            self._progress.restore_best(self.module_)
        return self._publish(settings)

    def _partial_fit(self, X: Any, y: Any) -> Self:
        """Train for one epoch, from where the last call ended."""
        settings = settings_of(self.get_params(deep=False), type(self).__name__)
        if settings.early_stopping:
            msg = (
                f"{type(self).__name__}: partial_fit cannot stop early; pass early_stopping=False."
            )
            raise ArgumentError(msg)
        keep = hasattr(self, "module_")
        samples, _, random_state = self._begin(X, y, settings, keep=keep, learn=False)
        if not keep:
            self._optimizer = optimizer_of(self.module_, settings)
        self._fitting(samples, settings).run(samples, random_state, epochs=1)
        return self._publish(settings)

    def _begin(
        self, X: Any, y: Any, settings: Settings, *, keep: bool, learn: bool
    ) -> tuple[Samples, Array, np.random.RandomState]:
        """Check the data and make the network, unless one is to be kept."""
        dtypes = [self._dtype] if keep else [np.float64, np.float32]
        x, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            multi_output=True,
            y_numeric=not is_classifier(self),
            dtype=dtypes,
            reset=not keep,
        )
        y = y if isinstance(y, np.ndarray) else y.toarray()
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if is_classifier(self):
            check_classification_targets(y)
            if learn:
                self.classes_ = unique_labels(y)
        goal = self._goal(y, x.dtype)
        random_state = check_random_state(settings.random_state)
        if not keep:
            self.out_activation_, self.n_outputs_ = goal.out_activation, goal.outputs
            sizes = (x.shape[1], *settings.hidden_layer_sizes, goal.outputs)
            self.module_ = network(sizes, settings.activation, x.dtype.name, random_state)
            self.n_layers_ = len(sizes)
            self._progress = Progress()
        elif goal[1:] != (self.out_activation_, self.n_outputs_):
            msg = (
                f"{type(self).__name__}: y asks for {goal.outputs} outputs, {goal.out_activation}, "
                f"but the network has {self.n_outputs_}, {self.out_activation_}; make a new one."
            )
            raise ArgumentError(msg)
        return Samples(x, goal.targets), y, random_state

    def _hold_out(
        self, samples: Samples, y: Array, settings: Settings, random_state: np.random.RandomState
    ) -> tuple[Samples, Callable[[], float]]:
        """Return the samples to train on, and what judges the network by the others."""
        binary = is_classifier(self) and self.n_outputs_ == 1  # scikit-learn stratifies only these
        x, x_val, t, _, _, y_val = train_test_split(
            samples.x,
            samples.t,
            y,
            random_state=random_state,
            test_size=settings.validation_fraction,
            stratify=y if binary else None,
        )
        if len(y_val) < 2:
            msg = (
                f"{type(self).__name__}: validation_fraction {settings.validation_fraction} of "
                f"{len(y)} samples leaves fewer than 2 to validate on; raise it."
            )
            raise ArgumentError(msg)

        def score() -> float:
            predicted = self._predictions(x_val)
            if predicted.dtype.kind == "f" and not np.isfinite(predicted).all():
                return nan
            return self._judged(y_val, predicted)

        return Samples(x, t), score

    def _fitting(self, samples: Samples, settings: Settings) -> Fitting:
        """Return what trains on these samples."""
        if not isinstance(settings.batch_size, str) and settings.batch_size > len(samples):
            warn_user(
                f"{type(self).__name__}: batch_size is {settings.batch_size}, but there are only "
                f"{len(samples)} samples to train on; all of them make a batch.",
                UserWarning,
            )
        parts = self.module_, HEADS[self.out_activation_], settings.alpha, self._optimizer
        update: Update | None = getattr(self, "_update", None)
        if update is None or not update.serves(*parts):
            update = self._update = Update(*parts)
        return Fitting(update, settings, self._progress)

    def _publish(self, settings: Settings) -> Self:
        """Set the attributes that tell of the training."""
        if not all([np.isfinite(p.data).all() for p in self.module_.parameters()]):
            msg = (
                f"{type(self).__name__}: the weights became NaN or infinite; scale the features, "
                "or lower learning_rate_init."
            )
            raise ArgumentError(msg)
        progress, early = self._progress, settings.early_stopping
        self.n_iter_ = progress.epochs
        self.t_ = progress.seen
        self.loss_curve_ = progress.losses
        self.loss_ = progress.losses[-1] if progress.losses else inf
        self.best_loss_ = None if early else progress.best_loss
        self.validation_scores_ = progress.scores if early else None
        self.best_validation_score_ = progress.best_score if early else None
        return self

    @property
    def _dtype(self) -> np.dtype[Any]:
        return self.module_.parameters()[0].dtype

    def _checked(self, X: Any) -> Any:
        """Return inputs to predict from, in the dtype of the network."""
        check_is_fitted(self)
        return validate_data(self, X, accept_sparse="csr", dtype=self._dtype, reset=False)

    def _outputs(self, x: Any) -> Array:
        """Return the activated outputs for checked inputs, (samples, outputs)."""
        activation = HEADS[self.out_activation_].activation
        blocks = []
        with no_grad():
            for start in range(0, x.shape[0], ROWS):
                rows = x[start : start + ROWS]
                dense = rows if isinstance(rows, np.ndarray) else rows.toarray()
                blocks.append(activation(self.module_(dense)).data)
        return np.concatenate(blocks)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        state.pop("_update", None)  # programs are neither pickled nor copied
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
