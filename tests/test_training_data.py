"""What a Trainer says of data, models and arguments that do not fit."""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np
import pytest
from fits import ABOVE, T, X, Y, net, same_weights, trainer_of, with_last

import autograd_lite as ag
from autograd_lite import nn
from autograd_lite.errors import (
    ArgumentError,
    DeviceError,
    DTypeError,
    NonFiniteError,
    OperandError,
    ShapeError,
)
from autograd_lite.training import Callback, Trainer


def test_float64_data_are_converted_once_with_one_warning():
    trainer, twin = trainer_of(net()), trainer_of(net())
    x = X.astype(np.float64)
    with pytest.warns(UserWarning, match="x is float64 and the model float32") as caught:
        trainer.fit(x, T, 2, validation=(x, T))
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        twin.fit(X.tolist(), T.tolist(), 2, validation=(X.tolist(), T))
        assert trainer.predict(x).tolist() == twin.predict(X).tolist()
        trainer_of(net(dtype="float64")).fit(X, T, 1)
        trainer_of(net(dtype="float16")).fit(X, T, 1)
    assert same_weights(trainer.model, twin.model)


def test_whole_numbers_stay_whole_until_the_layer():
    x = (X * 100).astype(np.int16)
    trainer, twin = trainer_of(net(), lr=1e-3), trainer_of(net(), lr=1e-3)
    trainer.fit(x, T, 2, validation=(x / np.float32(2), T))
    twin.fit(x.astype(np.float32), T, 2, validation=(x / np.float32(2), T))
    assert same_weights(trainer.model, twin.model)
    assert trainer.history["val_loss"] == twin.history["val_loss"]
    seen = set()
    first = net()
    spying = with_last(lambda x: seen.add(x.dtype) or first(x), lambda y: y)
    spying.parameters = first.parameters
    trainer_of(spying).fit(x, T, 1)
    assert seen == {np.dtype(np.int16)}


def test_rows_against_columns():
    for loss in (ag.mean_squared_error, lambda y, t: ((y - t) ** 2).mean()):
        model = net(1)
        before = [p.data.copy() for p in model.parameters()]
        with pytest.raises(ShapeError, match=r"pass y.reshape\(-1, 1\)"):
            trainer_of(model, loss).fit(X, Y[:, 0], 1)
        assert all((p.data == b).all() for p, b in zip(model.parameters(), before, strict=True))
    flat = with_last(net(1), lambda y: y.reshape(-1))
    with pytest.raises(ShapeError, match=r"pass y.reshape\(-1\)"):
        trainer_of(flat, ag.mean_squared_error).fit(X, Y, 1)
    single = with_last(net(1), ag.log_softmax)  # one class: labels are a row
    trainer_of(single, ag.nll).fit(X, T * 0, 1, validation=(X, T * 0))
    trainer = trainer_of(net(1), lambda y, t: ((y - t) ** 2).mean())
    with pytest.raises(ShapeError, match=r"^evaluate.*pass y.reshape\(-1, 1\)"):
        trainer.evaluate(X, Y[:, 0])
    with pytest.raises(ShapeError, match=r"pass y.reshape\(-1, 1\)"):
        trainer.fit(X, Y, 1, validation=(X, Y[:, 0]))


def test_lengths():
    trainer = trainer_of(net())
    with pytest.raises(ShapeError, match=r"fit: x of shape \(90, 2\) and y of shape \(89,\)"):
        trainer.fit(X, T[1:])
    with pytest.raises(ShapeError, match=r"fit: validation: x of shape"):
        trainer.fit(X, T, validation=(X, T[1:]))
    with pytest.raises(ShapeError, match="evaluate: x of shape"):
        trainer.evaluate(X, T[1:])
    with pytest.raises(ShapeError, match="predict: x of shape"):
        trainer.predict(X[:0])
    with pytest.raises(ShapeError, match="holds no sample"):
        trainer.fit(1.0, T)
    assert trainer.history.epochs == 0


@pytest.mark.parametrize(
    ("loss", "y", "error"),
    [
        (ag.softmax_cross_entropy, T.astype(np.float32), DTypeError),
        (ag.softmax_cross_entropy, T[:, None], ShapeError),
        (ag.softmax_cross_entropy, T + 1, ArgumentError),
        (ag.mean_squared_error, T, ShapeError),
        (ag.binary_cross_entropy, np.eye(3)[T], ArgumentError),
        (lambda y, t: 1.0, T, OperandError),
        (lambda y, t: y, T, OperandError),
    ],
)
def test_targets_that_do_not_fit_say_so(loss, y, error):
    with pytest.raises(error):
        trainer_of(net(), loss).fit(X, y, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_no_number_stops_before_the_update(value):
    x = X.copy()
    x[77] = value
    model = net()
    trainer = trainer_of(model)
    states = []

    class Spy(Callback):
        def on_batch_end(self, trainer, batch, loss):
            states.append(model.state_dict())

    with (
        np.errstate(all="ignore"),
        pytest.raises(NonFiniteError, match="loss is nan in epoch 1, batch 8,"),
    ):
        trainer.fit(x * 1, T, 2, 10, shuffle=False, callbacks=[Spy()])
    assert len(states) == 7
    assert all((p == states[-1][path]).all() for path, p in model.state_dict().items())
    assert trainer.history.epochs == 0


# ---- advice and refusals


def test_softmax_twice_is_warned_of_once():
    model = nn.Sequential(net(), nn.Softmax())
    with pytest.warns(UserWarning, match="softmax once more.*leave Softmax out") as caught:
        trainer_of(model).fit(X, T, 3)
    assert len(caught) == 1
    for last, loss, says in (
        (ag.softmax, nn.CrossEntropyLoss(), "flattens the gradients"),
        (ag.log_softmax, ag.softmax_cross_entropy, "changes nothing"),
        (ag.sigmoid, ag.binary_cross_entropy_with_logits, "leave Sigmoid out"),
    ):
        outputs, y = (1, ABOVE) if last is ag.sigmoid else (3, T)
        with pytest.warns(UserWarning, match=says):
            trainer_of(with_last(net(outputs), last), loss).fit(X, y, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer_of(nn.Sequential(net(), nn.Sigmoid())).fit(X, T, 1)
        trainer_of(with_last(net(), ag.log_softmax), ag.nll).fit(X, T, 1)


def test_what_a_trainer_is_made_of():
    model = net()
    sgd = ag.optim.SGD(model.parameters(), lr=0.1)
    for wrong, says in (
        ((3, sgd), "model is a int"),
        ((lambda x: x, sgd), "model is a function"),
        ((nn.Sequential(nn.Tanh()), sgd), "no parameters"),
        ((model, 0.1), "optimizer is a float"),
        ((model, sgd, "mse"), "loss is a str"),
    ):
        with pytest.raises(OperandError, match=says):
            Trainer(*wrong)
    with pytest.raises(OperandError, match="schedule is a float"):
        Trainer(model, sgd, schedule=0.1)
    other = ag.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(ArgumentError, match="rate of another optimizer"):
        Trainer(model, sgd, schedule=ag.optim.StepLR(other, 1))
    with pytest.raises(ArgumentError, match="holds no parameter of this model"):
        Trainer(net(), sgd)
    with pytest.raises(ArgumentError, match="'accurracy' is unknown"):
        Trainer(model, sgd, metrics=["accurracy"])
    with pytest.raises(OperandError, match="pass a list"):
        Trainer(model, sgd, metrics="accuracy")
    with pytest.raises(ArgumentError, match="two columns 'f1'"):
        Trainer(model, sgd, metrics=["f1", "f1"])
    for nameless in (lambda true, predicted: 1.0, partial(lambda true, predicted: 1.0), 3):
        with pytest.raises(OperandError, match="has no name; write it as a function by def"):
            Trainer(model, sgd, metrics=[nameless])
    with pytest.raises(OperandError, match="pass a list"):
        Trainer(model, sgd, metrics=max)
    with pytest.raises(DeviceError, match="no device 'moon'"):
        Trainer(model, sgd, device="moon")


def test_what_a_fit_is_asked_for():
    trainer = trainer_of(net())
    for options in (
        *({"epochs": 0}, {"epochs": 1.5}, {"batch_size": 0}, {"eval_interval": 0}),
        *({"validation": 0.0}, {"validation": 1.0}, {"validation": 0.001}, {"resume": True}),
        *({"validation": float("nan")}, {"validation": float("inf")}, {"validation": -0.5}),
    ):
        with pytest.raises(ArgumentError):
            trainer.fit(X, T, **options)
    wrong_kinds = {"validation": X}, {"callbacks": [3]}, {"callbacks": Callback()}, {"transform": 3}
    for options in wrong_kinds:
        with pytest.raises(OperandError):
            trainer.fit(X, T, **options)
    assert trainer.history.epochs == 0
    assert trainer.fit(X, T, 1, validation=np.float32(0.5)).epochs == 1


def test_one_sample_is_a_batch_of_one():
    trainer = trainer_of(net())
    for ask in (trainer.predict, trainer.predict_proba):
        assert len(ask(X[:1])) == 1
        with pytest.raises(ShapeError, match=r"for one sample x\[None\]"):
            ask(X[0])
