"""Estimators: they are scikit-learn's own, learn the same, and are refused the same."""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest

pytest.importorskip("sklearn")
from scipy import sparse
from sklearn import neural_network
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import autograd_lite as ag
from autograd_lite.errors import ArgumentError
from autograd_lite.estimators import MLPClassifier, MLPRegressor

THEIRS = {
    MLPClassifier: neural_network.MLPClassifier,
    MLPRegressor: neural_network.MLPRegressor,
}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(330, 12))
LABELS = RNG.integers(0, 3, 330)
TARGETS = {
    "classes": (MLPClassifier, LABELS),
    "two classes": (MLPClassifier, np.array(["no", "yes"])[LABELS % 2]),
    "indicators": (MLPClassifier, RNG.integers(0, 2, (330, 3))),
    "numbers": (MLPRegressor, X[:, 0] * 2 + X[:, 1] ** 2),
    "rows of numbers": (MLPRegressor, X[:, :2] * 2),
}
SETTINGS = {
    "adam": {},
    "adam's betas": {"beta_1": 0.8, "beta_2": 0.99, "learning_rate_init": 0.01},
    "nesterov": {"solver": "sgd", "learning_rate_init": 0.05},
    "momentum": {"solver": "sgd", "nesterovs_momentum": False, "momentum": 0.5},
    "invscaling": {"solver": "sgd", "momentum": 0, "learning_rate": "invscaling"},
    "logistic": {"activation": "logistic"},
    "stopping early": {"activation": "tanh", "early_stopping": True, "n_iter_no_change": 2},
    "in order": {"activation": "identity", "shuffle": False, "batch_size": 64},
    "penalty": {"alpha": 3.0, "hidden_layer_sizes": 5},
    "no hidden layer": {"hidden_layer_sizes": ()},
    "converged": {"tol": 0.5, "n_iter_no_change": 2},
}
SAME = ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_")


@pytest.fixture(autouse=True)
def _no_convergence_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def pair(made, **settings):
    """Make both estimators; without `epsilon`, which each adds at another place."""
    common = {"hidden_layer_sizes": (9, 7), "max_iter": 12, "random_state": 3, "epsilon": 1e-12}
    return made(**common | settings), THEIRS[made](**common | settings)


def assert_same(ours, theirs, rtol=1e-6):
    for attribute in SAME:
        assert getattr(ours, attribute) == getattr(theirs, attribute), attribute
    for attribute in ("loss_curve_", "loss_", "best_loss_", "best_validation_score_"):
        mine, other = getattr(ours, attribute), getattr(theirs, attribute)
        assert (mine is None) == (other is None), attribute
        if mine is not None:
            np.testing.assert_allclose(mine, other, rtol=rtol, err_msg=attribute)
    for attribute in ("coefs_", "intercepts_"):
        for mine, other in zip(getattr(ours, attribute), getattr(theirs, attribute), strict=True):
            np.testing.assert_allclose(mine, other, rtol=0, atol=2e-5, err_msg=attribute)
            assert mine.dtype == other.dtype


@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
def test_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize(("made", "y"), TARGETS.values(), ids=TARGETS)
def test_it_learns_what_scikit_learn_learns(made, y, settings):
    ours, theirs = pair(made, **settings)
    ours.fit(X, y)
    theirs.fit(X, y)
    assert_same(ours, theirs)
    if ours.validation_scores_ is not None:
        np.testing.assert_allclose(ours.validation_scores_, theirs.validation_scores_, rtol=1e-6)
    if made is MLPRegressor:
        np.testing.assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-5)
        assert ours.predict(X).shape == y.shape
    else:
        np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
        np.testing.assert_array_equal(ours.classes_, theirs.classes_)
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
        mine, other = ours.predict_log_proba(X), theirs.predict_log_proba(X)
        np.testing.assert_allclose(mine, other, atol=1e-4)
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y))


@pytest.mark.parametrize(("made", "y"), TARGETS.values(), ids=TARGETS)
def test_float32_stays_float32(made, y):
    ours, theirs = pair(made)
    ours.fit(X.astype(np.float32), y)
    theirs.fit(X.astype(np.float32), y)
    assert_same(ours, theirs, rtol=1e-4)
    assert {p.dtype for p in ours.module_.parameters()} == {np.dtype("float32")}
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # float64 inputs are converted without a word
        predicted = ours.predict(X)
    assert made is MLPClassifier or predicted.dtype == np.float32


@pytest.mark.parametrize("made", [MLPClassifier, MLPRegressor])
def test_partial_fits_go_on_as_scikit_learns(made):
    ours, theirs = pair(made, solver="sgd")
    more = {"classes": [0, 1, 2]} if made is MLPClassifier else {}
    for rows in (slice(100), slice(100, 250), slice(50)):
        y = LABELS[rows] if made is MLPClassifier else X[rows, 0]
        ours.partial_fit(X[rows], y, **more)
        theirs.partial_fit(X[rows], y, **more)
        more = {}
        ours = pickle.loads(pickle.dumps(ours))  # with optimizer and progress
    assert_same(ours, theirs)
    assert len(ours.loss_curve_) == 3


def test_a_warm_start_goes_on_as_scikit_learns():
    ours, theirs = pair(MLPClassifier, warm_start=True)
    for _ in range(2):
        ours.fit(X, LABELS)
        theirs.fit(X, LABELS)
    assert_same(ours, theirs)
    assert len(ours.loss_curve_) == 24
    assert len(pair(MLPClassifier)[0].fit(X, LABELS).fit(X, LABELS).loss_curve_) == 12


def test_the_best_weights_of_an_earlier_fit_do_not_come_back():
    model, _ = pair(MLPClassifier, warm_start=True, early_stopping=True)
    best = model.fit(X, LABELS).coefs_[0].copy()
    assert (model.set_params(early_stopping=False).fit(X, LABELS).coefs_[0] != best).any()


def test_an_adaptive_rate_falls_to_a_fifth_until_it_is_tiny(capsys):
    settings = {"solver": "sgd", "learning_rate": "adaptive", "tol": 10.0, "momentum": 0.0}
    ours, theirs = pair(MLPRegressor, n_iter_no_change=1, max_iter=100, **settings)
    ours.set_params(verbose=True).fit(X, X[:, 0])
    theirs.fit(X, X[:, 0])
    assert_same(ours, theirs)
    assert ours.n_iter_ < 100
    said = capsys.readouterr().out
    assert "epoch 1: loss 1.059" in said
    assert "The learning rate is now 0.0002" in said


@pytest.mark.parametrize("form", [sparse.csr_array, sparse.csc_matrix])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_sparse_inputs_are_learned_as_dense_ones(form, early_stopping):
    x = X * (np.abs(X) > 1)
    settings = {"random_state": 0, "max_iter": 5, "early_stopping": early_stopping}
    dense = MLPClassifier(**settings).fit(x, LABELS)
    other = MLPClassifier(**settings).fit(form(x), LABELS)
    assert other.loss_curve_ == dense.loss_curve_
    np.testing.assert_array_equal(other.predict_proba(form(x)), dense.predict_proba(x))


def test_sparse_indicators():
    y = TARGETS["indicators"][1]
    ours, _ = pair(MLPClassifier)
    dense = clone(ours).fit(X, y)
    assert ours.fit(X, sparse.csr_matrix(y)).loss_curve_ == dense.loss_curve_


def test_small_batches_are_gathered_together_in_order(monkeypatch):
    from autograd_lite.estimators import fitting

    samples = fitting.Samples(X, LABELS)
    order = RNG.permutation(330)
    for together in (1, 2**13, 2**20):
        monkeypatch.setattr(fitting, "TOGETHER", together)
        batches = list(samples.batches(order, 50))
        assert [len(t) for _, t in batches] == [50] * 6 + [30]
        np.testing.assert_array_equal(np.concatenate([x for x, _ in batches]), X[order])
        np.testing.assert_array_equal(np.concatenate([t for _, t in batches]), LABELS[order])
        assert not any(x.flags.writeable or t.flags.writeable for x, t in batches)


def test_the_module_computes_the_logits():
    model, _ = pair(MLPClassifier)
    model.fit(X, LABELS)
    p = ag.softmax(model.module_(X)).data
    np.testing.assert_allclose(model.predict_proba(X), p, rtol=1e-12)
    assert isinstance(model.module_, ag.nn.Sequential)
    with pytest.raises(ValueError, match="read-only"):
        model.coefs_[0][0, 0] = 1.0


def test_one_class_alone():
    model = MLPClassifier(max_iter=2, random_state=1).fit(X, ["a"] * 330)
    assert set(model.predict(X)) == {"a"}


def test_it_stands_in_pipelines_and_searches():
    steps = make_pipeline(StandardScaler(), MLPClassifier(max_iter=5, random_state=0))
    search = GridSearchCV(steps, {"mlpclassifier__alpha": [1e-4, 1.0]}, cv=2).fit(X, LABELS)
    assert search.best_params_["mlpclassifier__alpha"] in (1e-4, 1.0)


def test_a_warning_where_the_epochs_are_too_few():
    with pytest.warns(ConvergenceWarning, match="^MLPRegressor: .* max_iter = 1 epochs") as caught:
        MLPRegressor(max_iter=1).fit(X, X[:, 0])
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MLPRegressor(tol=10.0, n_iter_no_change=1).fit(X, X[:, 0])


def test_a_batch_of_more_than_all():
    with pytest.warns(UserWarning, match="batch_size is 331, but there are only 330"):
        model = MLPRegressor(batch_size=331, max_iter=1, random_state=0).fit(X, X[:, 0])
    whole = MLPRegressor(batch_size=330, max_iter=1, random_state=0).fit(X, X[:, 0])
    assert model.loss_ == whole.loss_


def test_an_interruption_keeps_what_was_learned(monkeypatch):
    from autograd_lite.estimators.update import Update

    step, calls = Update.__call__, []

    def interrupted(self, x, t):
        calls.append(t)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return step(self, x, t)

    monkeypatch.setattr(Update, "__call__", interrupted)
    with pytest.warns(UserWarning, match="interrupted"):
        model = MLPClassifier(random_state=0).fit(X, LABELS)
    assert model.n_iter_ == 1
    assert model.predict(X).shape == (330,)


WRONG = {
    "activation": "swish",
    "solver": "newton",
    "learning_rate": "fast",
    "alpha": -1.0,
    "batch_size": 0,
    "learning_rate_init": 0.0,
    "power_t": "x",
    "max_iter": 0,
    "shuffle": 1,
    "tol": -1.0,
    "momentum": 1.5,
    "beta_1": 1.0,
    "beta_2": -0.1,
    "epsilon": 0.0,
    "validation_fraction": 1.0,
    "n_iter_no_change": 2.5,
    "hidden_layer_sizes": (5, 0),
}


@pytest.mark.parametrize(("name", "value"), WRONG.items(), ids=WRONG)
def test_parameters_are_refused_by_name(name, value):
    with pytest.raises(ArgumentError, match=f"^MLPRegressor: {name} is .*; pass "):
        MLPRegressor(**{name: value}).fit(X, X[:, 0])


def test_patience_may_be_infinite():
    assert MLPRegressor(n_iter_no_change=np.inf, max_iter=3, tol=9.0).fit(X, X[:, 0]).n_iter_ == 3


def test_labels_that_do_not_fit():
    model = MLPClassifier(max_iter=1)
    with pytest.raises(ArgumentError, match="the first partial_fit needs classes"):
        model.partial_fit(X, LABELS)
    model.partial_fit(X, LABELS, classes=[0, 1, 2])
    with pytest.raises(ArgumentError, match="classes differ"):
        model.partial_fit(X, LABELS, classes=[0, 1, 2, 3])
    with pytest.raises(ArgumentError, match="the label 9, which is not in classes_"):
        model.partial_fit(X, np.where(LABELS == 2, 9, LABELS))
    with pytest.raises(ArgumentError, match="3 outputs, logistic, but the network has 3, softmax"):
        model.partial_fit(X, np.eye(3, dtype=int)[LABELS])
    with pytest.raises(ArgumentError, match="several labels a sample"):
        MLPClassifier().partial_fit(X, np.stack([LABELS, LABELS], axis=1), classes=[0, 1, 2])
    with pytest.raises(ArgumentError, match="early_stopping=False"):
        model.set_params(early_stopping=True).partial_fit(X, LABELS)


def test_too_few_samples_to_validate_on():
    with pytest.raises(ArgumentError, match="leaves fewer than 2 to validate on"):
        MLPRegressor(early_stopping=True).fit(X[:8], X[:8, 0])


@pytest.mark.parametrize("early_stopping", [False, True])
def test_weights_that_do_not_stay_finite(early_stopping):
    model = MLPRegressor(solver="sgd", learning_rate_init=1e9, early_stopping=early_stopping)
    with np.errstate(all="ignore"), pytest.raises(ArgumentError, match="NaN or infinite"):
        model.set_params(max_iter=9).fit(X * 1e9, X[:, 0])


def test_a_network_of_float32_goes_on_with_float32(monkeypatch):
    from autograd_lite.estimators.update import Update

    model = MLPRegressor().partial_fit(X.astype(np.float32), X[:, 0])
    step, dtypes = Update.__call__, []

    def noted(self, x, t):
        dtypes.extend([x.dtype, t.dtype])
        return step(self, x, t)

    monkeypatch.setattr(Update, "__call__", noted)
    model.partial_fit(X, X[:, 0])
    assert set(dtypes) == {np.dtype("float32")}


def test_many_rows_are_predicted_in_blocks():
    model = MLPRegressor(max_iter=1, random_state=0).fit(X, X[:, 0])
    many = np.tile(X, (8, 1))
    np.testing.assert_allclose(model.predict(many), np.tile(model.predict(X), 8), rtol=1e-12)


def test_what_is_not_fitted_has_no_weights():
    assert not hasattr(MLPClassifier(), "coefs_")
    with pytest.raises(NotFittedError):
        MLPClassifier().predict(X)


def test_without_scikit_learn():
    script = (
        "import sys; sys.modules['sklearn'] = None\n"
        "import autograd_lite as ag\n"
        "try:\n    ag.estimators.MLPClassifier\n"
        "except ag.errors.MissingDependencyError as error:\n    print(error)\n"
        "print(hasattr(ag.estimators, 'Nothing'), dir(ag.estimators))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    first, last = done.stdout.splitlines()
    assert first.startswith("MLPClassifier: ")
    assert first.endswith("pip install 'autograd-lite[sklearn]'.")
    assert last == "False ['MLPClassifier', 'MLPRegressor']"
