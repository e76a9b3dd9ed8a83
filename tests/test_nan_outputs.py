"""What is NaN is no class, and looking at a model changes nothing of it."""

import warnings

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import DTypeError, NonFiniteError, OperandError, ShapeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4)).astype(np.float32)
T = (X[:, 0] > 0).astype(np.int64)


def trainer_of(model, loss=ag.softmax_cross_entropy, **options):
    optimizer = ag.optim.Adam(model.parameters(), lr=0.01)
    return ag.training.Trainer(model, optimizer, loss, seed=0, **options)


def with_a_hole(row):
    x = X.copy()
    x[row, 1] = np.nan
    return x


def test_no_class_is_predicted_from_nan():
    trainer = trainer_of(ag.nn.MLP(4, 8, 2, rng=0))
    for ask in (trainer.predict, trainer.predict_proba):
        with pytest.raises(NonFiniteError, match=r"NaN for 1 of 60 samples, .* 7, where x holds"):
            ask(with_a_hole(7))
        with pytest.raises(NonFiniteError, match="NaN for 1 of 10 samples, the first of them 57"):
            ask(with_a_hole(57), batch_size=25)
    with pytest.raises(NonFiniteError, match="evaluate: the model gives NaN"):
        trainer.evaluate(with_a_hole(7), T)


def test_weights_that_are_nan_are_not_blamed_on_the_data():
    model = ag.nn.MLP(4, 2, rng=0)
    model[0].b.assign(np.array([np.nan, 0.0], np.float32))
    with pytest.raises(NonFiniteError, match="for 60 of 60 samples, the first of them 0; drop"):
        trainer_of(model).predict(X)


def test_holes_in_the_data_of_validation_end_the_fit():
    trainer = trainer_of(ag.nn.MLP(4, 8, 2, rng=0))
    with pytest.raises(NonFiniteError, match="where x holds NaN or infinity"):
        trainer.fit(X, T, 3, validation=(with_a_hole(0), T), early_stopping=2)
    assert trainer.model.training


def test_holes_in_targets_are_named():
    y = X[:, :1].copy()
    y[20] = np.nan
    with pytest.raises(NonFiniteError, match="because y holds NaN"):
        trainer_of(ag.nn.MLP(4, 8, 1, rng=0), ag.mean_squared_error).fit(X, y, 2)


@pytest.mark.parametrize("target", [T, T.reshape(-1, 1), X[:, 0], np.ones((60, 1), np.int64)])
def test_one_output_is_no_choice_of_classes(target):
    with pytest.raises(ShapeError, match=r"one output.*binary_cross_entropy_with_logits"):
        trainer_of(ag.nn.MLP(4, 8, 1, rng=0)).fit(X, target, 1)


def test_a_dict_of_metrics_is_refused():
    with pytest.raises(OperandError, match="pass a list"):
        trainer_of(ag.nn.MLP(4, 2), metrics={"mine": len})


def test_a_checkpoint_of_other_activations_is_warned_of(tmp_path):
    file = tmp_path / "run.npz"
    trainer_of(ag.nn.MLP(4, 8, 2, rng=0)).fit(X, T, 1, checkpoint=file)
    other = trainer_of(ag.nn.MLP(4, 8, 2, rng=0, activation="tanh"))
    with pytest.warns(UserWarning, match=r"ReLU\(\).*Tanh\(\).*another network"):
        other.fit(X, T, 2, checkpoint=file, resume=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other.load(file)


def test_a_picture_changes_nothing_of_a_model():
    layers = ag.nn.Linear(4, 3, rng=0), ag.nn.BatchNorm1d(3), ag.nn.Dropout(0.5, rng=1)
    model = ag.nn.Sequential(*layers, ag.nn.Linear(3, 2, rng=2))
    before, random = model.state_dict(), layers[2].rng.bit_generator.state
    model[1].eval()
    for x in (X, X[:1]):  # of one row no variance is known
        ag.draw(model, x)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert layers[2].rng.bit_generator.state == random
    assert [module.training for module in model] == [True, False, True, True]


def test_columns_of_labels_are_labels():
    t, y = T.reshape(-1, 1), (X[:, :1] > 0.2).astype(np.int64)
    assert ag.metrics.accuracy(t, y) == ag.metrics.accuracy(T, y[:, 0])
    assert ag.metrics.f1(T, y) == ag.metrics.f1(T, y[:, 0])


def test_a_table_with_text_is_named():
    with pytest.raises(DTypeError, match="fit: x holds names or other objects; turn text columns"):
        trainer_of(ag.nn.MLP(4, 2)).fit(X.astype(object), T, 1)
