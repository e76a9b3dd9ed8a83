"""Trainer: fits a model to data, and keeps what it takes to go on later."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import Array
from autograd_lite.checked import whole, yes_or_no
from autograd_lite.datasets import DataLoader, Transform
from autograd_lite.errors import ArgumentError
from autograd_lite.functions import softmax_cross_entropy
from autograd_lite.graph import enable_grad
from autograd_lite.modes import modes_kept
from autograd_lite.optim import Optimizer, Schedule
from autograd_lite.training.arrangement import checkpoint_of, in_order, names_of, start
from autograd_lite.training.callbacks import Callback
from autograd_lite.training.checkpoint import load_trainer, resume_trainer, save_trainer
from autograd_lite.training.early_stopping import EarlyStopping
from autograd_lite.training.evaluation import SIZE, evaluated, joined, outputs_of
from autograd_lite.training.history import History, Intervals
from autograd_lite.training.inputs import Validation, inputs_of, pair_of, set_aside
from autograd_lite.training.loop import Loop
from autograd_lite.training.model import Model, dtype_of, parameters_of
from autograd_lite.training.partners import check_partners, move, own_generator
from autograd_lite.training.plan import Noted, plan_of
from autograd_lite.training.progress import Progress, say
from autograd_lite.training.scores import Metric, Scores, columns_of, named_metrics
from autograd_lite.training.step import Step, step_of
from autograd_lite.training.task import Loss, meaning_of, task_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from autograd_lite.training.checkpoint import Checkpoint

__all__ = ["Trainer"]

States = dict[str, dict[str, Array]]


class Trainer:
    """Fits a model: mini-batches, metrics, validation, early stopping, checkpoints.

    Parameters
    ----------
    model : Module or other model
        Any object that can be called with a batch and has ``parameters()``. Checkpoints need a
        Module.
    optimizer : Optimizer
        Made with parameters of the model.
    loss : callable
        ``loss(output, target)`` returns a Variable of one element, a mean: an operation, a
        loss module, or a function of your own. In the mean over an epoch a batch counts what its
        labels weigh by `class_weights` and `ignore_index` of the library's losses, else its size.
    metrics : list of str or callable, optional
        ``"accuracy"``, ``"precision"``, ``"recall"``, ``"f1"``, or functions
        ``metric(true, predicted)`` of arrays over a whole epoch. By default accuracy, where the
        loss tells what class an output means: the largest of logits, probabilities above 0.5.
    schedule : Schedule, optional
        Its ``step`` is called after each epoch, with the column of the history that it monitors.
    max_norm : float, optional
        Scale the gradients of each batch so that their norm together is at most this.
    seed : numpy.random.Generator or int, optional
        Of the order of the samples, transforms, and the split of ``validation=0.2``. By default
        drawn from the Generator that all of the library shares.
    device : {"cpu", "cuda"}, optional
        Move the model and the optimizer there; batches go where the model is.
    task : callable, optional
        The operation whose outputs the model gives, where `loss` is a function of your own:
        ``task=ag.softmax_cross_entropy``, or a partial of it that says what labels weigh.
    capture : bool
        Run the training step as a program of :func:`autograd_lite.capture`: the same results,
        sooner. The model and the loss then run in Python only while a batch of a new shape is
        captured; what they may not do there, ``docs/capture.md`` says.

    Attributes
    ----------
    history : History
    losses : list of float
        The mean loss of every `eval_interval` batches.

    Raises
    ------
    OperandError
        If the model cannot be called or has no parameters, or an argument is of another kind.
    ArgumentError
        If the optimizer holds no parameter of the model, the schedule is another optimizer's, a
        metric or the task is not known, or the loss is no mean.
    DeviceError, MissingDependencyError
        If there is no such device.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> (x, t), (x_test, t_test) = ag.datasets.digits()
    >>> layers = ag.nn.Linear(64, 32, rng=0), ag.nn.ReLU(), ag.nn.Linear(32, 10, rng=1)
    >>> model = ag.nn.Sequential(*layers)
    >>> optimizer = ag.optim.SGD(model.parameters(), lr=0.5)
    >>> trainer = ag.training.Trainer(model, optimizer, seed=0)
    >>> history = trainer.fit(x, t, epochs=5, batch_size=32, validation=(x_test, t_test))
    >>> history["val_accuracy"][-1] > 0.9
    True
    >>> trainer.predict(x_test).shape
    (360,)
    """

    def __init__(
        self,
        model: Model,
        optimizer: Optimizer,
        loss: Loss = softmax_cross_entropy,
        *,
        metrics: Iterable[Metric] | None = None,
        schedule: Schedule | None = None,
        max_norm: float | None = None,
        seed: np.random.Generator | int | None = None,
        device: str | None = None,
        task: Loss | None = None,
        capture: bool = False,
    ) -> None:
        self._parameters = parameters_of(model)
        check_partners(self._parameters, optimizer, loss, schedule, max_norm)
        self.model = model
        self.optimizer = optimizer
        self.loss = loss
        self.meaning = meaning_of(loss, task)
        self.task = task_of(self.meaning)
        self.metrics = named_metrics(metrics, self.task)
        self.schedule = schedule
        self.max_norm = max_norm
        self.capture = yes_or_no(capture, "Trainer: capture")
        self._step: Step | None = None
        self.generator = own_generator(seed)
        self.split_seed = int(self.generator.integers(2**63))
        self.rate = optimizer.lr
        self.noted: Noted = {}  # what the last fit was asked for
        self.history = History()
        self.intervals = Intervals()
        self._target = 0
        self._callbacks: dict[str, Callback] = {}
        self._waiting: States = {}  # states of callbacks that the next fit will have
        if device is not None:
            move(model, optimizer, device)

    def fit(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        epochs: int = 10,
        batch_size: int = 32,
        *,
        validation: Validation = None,
        eval_interval: int | None = None,
        shuffle: bool = True,
        transform: Transform | None = None,
        callbacks: Sequence[Callback] = (),
        early_stopping: EarlyStopping | int | None = None,
        checkpoint: str | os.PathLike[str] | Checkpoint | None = None,
        resume: bool = False,
        progress: bool | None = None,
        drop_last: bool = False,
    ) -> History:
        """Train for further epochs, and return the history of all.

        Ctrl-C ends it with what was learned so far: ``history.interrupted`` is then True, and the
        epoch that was under way is not in the history.

        Parameters
        ----------
        x, y : array or list, shape (N, ...)
            Inputs and targets. Floats of another dtype than the model's are converted once.
        epochs : int
            How many more; with `resume`, how many in all.
        batch_size : int
        validation : (xv, yv) or float, optional
            What to evaluate after each epoch; or the share of the samples to set aside for it,
            the same ones in every fit of this Trainer and of its checkpoints.
        eval_interval : int, optional
            Append to ``losses`` the mean loss of every so many batches.
        shuffle : bool
            Take the samples in a new order in each epoch.
        transform : callable, optional
            As of :class:`DataLoader`; validation data are left as they are.
        callbacks : sequence of Callback
            Run in this order; Checkpoints run last.
        early_stopping : EarlyStopping or int, optional
            An int is the patience.
        checkpoint : str, path or Checkpoint, optional
            Where to save after each epoch. It keeps the last weights, to go on with; the best ones
            are put back into the model when the fit ends.
        resume : bool
            Load the checkpoint, if there is one, and train only what is missing. The weights are
            those of an uninterrupted run to the last bit, on the same machine and threads, if all
            that is passed is as it was. Another number of samples or share for validation is
            refused; another `batch_size` or rate is warned of, and the rate is the file's.
        progress : bool, optional
            Show a bar; by default only on a terminal.
        drop_last : bool
            Leave out the last batch of an epoch if it is smaller than the others.

        Returns
        -------
        History

        Raises
        ------
        ShapeError
            If `x` and `y` differ in length, or outputs and targets do not fit.
        ArgumentError
            If a number is not one that can be used.
        OperandError
            If an argument is of another kind.
        NonFiniteError
            If the loss is NaN or infinite; the parameters are those before that batch.
        StateError
            If the checkpoint is of another model, optimizer, version, number of samples or share.
        """
        epochs = whole(epochs, "fit: epochs")
        every = None if eval_interval is None else whole(eval_interval, "fit: eval_interval")
        saver = checkpoint_of(checkpoint)
        arranged = in_order(callbacks, early_stopping, saver)
        named = names_of(arranged)
        dtype = dtype_of(self._parameters)
        inputs, targets = pair_of(x, y, dtype, "fit", warns=True)
        plan = plan_of(len(inputs), validation, batch_size, self.rate)
        if resume:
            resume_trainer(self, saver, plan)
        self.noted = plan.noted() | {"lr": self.noted.get("lr", self.rate)}
        inputs, targets, held = set_aside(inputs, targets, validation, dtype, self.split_seed)
        loader = DataLoader(
            inputs,
            targets,
            batch_size,
            shuffle=shuffle,
            seed=self.generator,
            drop_last=drop_last,
            transform=transform,
        )
        self._target = epochs if resume else self.history.epochs + epochs
        self.intervals.begin(every)
        self.history.begin(columns_of(self.metrics, validated=held is not None))
        waiting, self._waiting = self._waiting, {}
        self._callbacks = named
        start(named, waiting, self)
        bar = Progress(self.history.epochs, self._target, len(loader), progress)
        try:
            with enable_grad(), modes_kept(self.model):  # Ctrl-C may come in the loop's own
                self._step = step_of(self, self._step)
                Loop(self, loader, self._step, held, arranged, bar).run(self._target)
        except KeyboardInterrupt:
            self.history.interrupted = True
        finally:
            bar.close()
        if self.history.interrupted:
            say(f"fit: interrupted in epoch {self.history.epochs + 1}; what was learned is kept.")
        for callback in arranged:
            callback.on_fit_end(self)
        return self.history

    def evaluate(
        self, x: npt.ArrayLike, y: npt.ArrayLike, batch_size: int = SIZE
    ) -> dict[str, float]:
        """Return the loss and the metrics over a data set, in evaluation mode.

        Parameters
        ----------
        x, y : array or list, shape (N, ...)
        batch_size : int
            Changes memory and speed, and the last digits.

        Returns
        -------
        dict
            ``{"loss": 0.31, "accuracy": 0.92}``

        Raises
        ------
        ShapeError
            If `x` and `y` differ in length, or outputs and targets do not fit.
        """
        size = whole(batch_size, "evaluate: batch_size")
        data = pair_of(x, y, dtype_of(self._parameters), "evaluate")
        return evaluated(self.model, self.loss, self.new_scores(), data, size, self.device)

    def predict(self, x: npt.ArrayLike, batch_size: int = SIZE) -> Array:
        """Return what the model decides for each sample, in evaluation mode.

        Parameters
        ----------
        x : array or list, shape (N, ...)
        batch_size : int

        Returns
        -------
        array
            Labels as int64, shape (N,), where the loss takes logits of classes; 0 and 1 in the
            shape of the outputs, where it takes probabilities or logits of one; else the outputs.
        """
        outputs = self._outputs(x, batch_size, "predict")
        return joined([self.task.decided(output) for output in outputs])

    def predict_proba(self, x: npt.ArrayLike, batch_size: int = SIZE) -> Array:
        """Return the probabilities that the model gives each sample, in evaluation mode.

        Parameters
        ----------
        x : array or list, shape (N, ...)
        batch_size : int

        Returns
        -------
        array, the shape of the outputs

        Raises
        ------
        ArgumentError
            If the loss is not one of probabilities.
        """
        probabilities = self.task.probabilities
        if probabilities is None:
            msg = (
                "predict_proba: the loss does not say how outputs become probabilities; pass "
                "task=ag.softmax_cross_entropy or the like to the Trainer, or call predict."
            )
            raise ArgumentError(msg)
        outputs = self._outputs(x, batch_size, "predict_proba")
        return joined([probabilities(output) for output in outputs])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all that is needed to go on: weights, optimizer, history, random numbers.

        Parameters
        ----------
        path : str or path
            Ends in ``.npz``; ``.safetensors`` needs its library.

        Raises
        ------
        OperandError
            If the model is no Module.
        FileWriteError
            If the file cannot be written; one that was there is as before.
        """
        save_trainer(self, path, "Trainer.save")

    def load(self, path: str | os.PathLike[str]) -> None:
        """Read what :meth:`save` or a checkpoint wrote; the next ``fit`` goes on from there.

        Raises
        ------
        StateError
            If it is of another model, optimizer or version; the message lists what differs, and
            nothing has changed.
        DataFileError
            If the file is missing or damaged.
        """
        load_trainer(self, path, "Trainer.load")

    def stop(self, reason: str = "stopped by a callback") -> None:
        """End the fit after this epoch: for callbacks."""
        self.history.stopped = reason

    def plot(self, ax: Axes | None = None) -> Axes | npt.NDArray[np.object_]:
        """Draw ``losses`` if `eval_interval` asked for any, else the history; return the Axes."""
        from autograd_lite import plots

        if not self.losses:
            return plots.history(self.history, ax=ax)
        ends = self.intervals.ends
        return plots.curves({"loss": self.losses}, ax, x=ends, xlabel="iteration", ylabel="loss")

    @property
    def losses(self) -> list[float]:
        """The mean loss of every `eval_interval` batches."""
        return self.intervals.means

    @property
    def device(self) -> str:
        """Where the model is, and batches go."""
        return self._parameters[0].device

    @property
    def is_last_epoch(self) -> bool:
        """Whether the fit ends after the epoch that was recorded last."""
        return self.history.epochs >= self._target or bool(self.history.stopped)

    def new_scores(self) -> Scores:
        """Return the scores of an epoch that is to begin."""
        return Scores(self.metrics, self.task, self.loss, self.meaning)

    def callback_states(self) -> States:
        """Return what a checkpoint keeps of callbacks, by their names."""
        own = {name: callback.state_dict() for name, callback in self._callbacks.items()}
        return self._waiting | {name: state for name, state in own.items() if state}

    def adopt_callback_states(self, states: States) -> None:
        """Keep states for the callbacks of the next fit."""
        self._callbacks, self._waiting = {}, states

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_step": None}  # programs are not copied

    def __repr__(self) -> str:
        return f"Trainer({type(self.model).__name__}, {self.optimizer!r}, {self.history!r})"

    def _outputs(self, x: npt.ArrayLike, batch_size: int, what: str) -> list[Array]:
        inputs = inputs_of(x, dtype_of(self._parameters), what)
        return outputs_of(self.model, inputs, whole(batch_size, f"{what}: batch_size"), self.device)
