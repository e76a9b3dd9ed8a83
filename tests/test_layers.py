"""Layers: initial weights, dtypes, normalization, dropout, whole MLPs, and PyTorch's numbers."""

from __future__ import annotations

import copy
import warnings
from math import sqrt

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, DTypeError, OperandError, ShapeError
from autograd_lite.nn import init
from autograd_lite.nn.mlp import ACTIVATIONS

RNG = np.random.default_rng(3)
X = RNG.standard_normal((6, 4))
STDS = {
    "uniform": 1 / sqrt(3 * 600),
    "normal": 0.01,
    "xavier": sqrt(2 / 900),
    "glorot": sqrt(2 / 900),
    "xavier_uniform": sqrt(2 / 900),
    "glorot_uniform": sqrt(2 / 900),
    "he": sqrt(2 / 600),
    "he_uniform": sqrt(2 / 600),
    "lecun": sqrt(1 / 600),
    "lecun_uniform": sqrt(1 / 600),
    "zeros": 0.0,
    "ones": 0.0,
}


class TestInitialization:
    @pytest.mark.parametrize("name", init.NAMED)
    def test_the_spread_and_the_bounds(self, name):
        layer = ag.nn.Linear(600, 300, initialization=name, rng=0)
        w, std = layer.W.data.astype(float), STDS[name]
        assert w.std() == pytest.approx(std, rel=0.01)
        assert w.mean() == pytest.approx(float(name == "ones"), abs=5 * std / sqrt(w.size))
        if "uniform" in name:
            bound = np.float32(sqrt(3) * std)
            assert 0.999 * bound < abs(layer.W.data).max() <= bound
        elif std:
            assert abs(w).max() > 4 * std
            assert np.mean(abs(w) < std) == pytest.approx(0.6827, abs=0.01)
        if name == "uniform":
            assert 0.9 / sqrt(600) < abs(layer.b.data).max() <= np.float32(1 / sqrt(600))
        else:
            assert not layer.b.data.any()

    def test_functions(self):
        layer = ag.nn.Linear(300, 200, initialization=init.normal(0.5), rng=0)
        assert layer.W.data.std() == pytest.approx(0.5, rel=0.01)
        layer = ag.nn.Linear(300, 200, initialization=init.uniform(0.25), rng=0)
        assert 0.249 < abs(layer.W.data).max() <= 0.25
        assert (ag.nn.Linear(3, 2, initialization=init.constant(0.5)).W.data == 0.5).all()
        layer = ag.nn.Linear(3, 2, initialization=lambda shape, rng: np.arange(6).reshape(shape))
        assert layer.W.data.tolist() == [[0, 1], [2, 3], [4, 5]]
        assert not layer.b.data.any()

    @pytest.mark.parametrize("name", init.NAMED)
    def test_seeds(self, name):
        one, same = [ag.nn.Linear(5, 4, initialization=name, rng=7) for _ in range(2)]
        wide = ag.nn.Linear(5, 4, initialization=name, rng=7, dtype="float64")
        np.testing.assert_array_equal(one.W.data, same.W.data)
        np.testing.assert_array_equal(one.W.data, wide.W.data.astype("float32"))
        np.testing.assert_array_equal(one.b.data, wide.b.data.astype("float32"))
        other = ag.nn.Linear(5, 4, initialization=name, rng=8)
        assert (other.W.data != one.W.data).any() or name in ("zeros", "ones")

    def test_the_seed_of_all(self):
        made = []
        for _ in range(2):
            ag.seed(3)
            made.append(ag.nn.MLP(3, 4, 2).state_dict())
        for path, array in made[0].items():
            np.testing.assert_array_equal(array, made[1][path])

    def test_wrong_ones(self):
        with pytest.raises(ArgumentError, match=r"Linear: initialization is 'best'; .*'lecun'"):
            ag.nn.Linear(1, 1, initialization="best")
        with pytest.raises(OperandError, match=r"Linear: initialization is 0\.1; pass a name"):
            ag.nn.Linear(1, 1, initialization=0.1)
        with pytest.raises(ShapeError, match=r"returned shape \(1,\); return \(2, 3\)"):
            ag.nn.Linear(2, 3, initialization=lambda shape, rng: np.ones(1))
        with pytest.raises(ZeroDivisionError):  # the user's own error is not ours to change
            ag.nn.Linear(2, 3, initialization=lambda shape, rng: 1 / 0)
        with pytest.raises(ValueError, match="mine"):
            ag.nn.Linear(2, 3, initialization=lambda shape, rng: np.asarray(int("mine")))
        for value in (-1, float("nan"), float("inf")):
            with pytest.raises(ArgumentError, match="normal: std"):
                init.normal(value)
            with pytest.raises(ArgumentError, match="uniform: bound"):
                init.uniform(value)
        with pytest.raises(ArgumentError, match="constant: value"):
            init.constant(float("nan"))


class TestDtypes:
    @pytest.mark.parametrize(
        ("stored", "computed"),
        [("float64", np.float64), ("float32", np.float32), ("float16", np.float32)],
    )
    @pytest.mark.parametrize("given", ["float16", "float32", "float64", "int64", "uint8", list])
    @pytest.mark.filterwarnings("ignore:Linear")
    def test_the_parameters_decide(self, stored, computed, given):
        layer = ag.nn.Linear(4, 2, dtype=stored, rng=0)
        rows = [[1.0, 2.0, 3.0, 4.0]]
        y = layer(rows if given is list else np.array(rows, given))
        assert layer.W.dtype == layer.b.dtype == np.dtype(stored)
        assert y.dtype == computed
        w = layer.W.data.astype(computed)
        np.testing.assert_allclose(y.data, rows @ w + layer.b.data, rtol=1e-6)
        y.sum().backward()
        assert layer.W.grad.dtype == layer.b.grad.dtype == np.dtype(stored)
        np.testing.assert_array_equal(layer.b.grad, [1, 1])

    @pytest.mark.parametrize("stored", ["float32", "float16"])
    def test_float64_arrays_warn_once_a_layer_and_where_they_came_from(self, stored):
        one, other = ag.nn.Linear(4, 2, dtype=stored), ag.nn.Linear(4, 2, dtype=stored)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for layer in (one, one, other):
                layer(X)
        assert [warning.filename for warning in caught] == [__file__] * 2
        assert str(caught[0].message).startswith(
            "Linear: x is float64, the layer computes in float32, so it is converted at every call;"
        )

    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            (X.tolist(), "float32"),
            (X.astype("float32"), "float32"),
            (X.astype("float16"), "float32"),
            (X.astype("float32"), "float64"),
            (X.astype("float32"), "float16"),
            (np.arange(8).reshape(2, 4), "float32"),
            (ag.Variable(X), "float32"),
        ],
    )
    def test_all_else_is_silent(self, given, stored):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ag.nn.Linear(4, 2, dtype=stored)(given)

    def test_half_precision_learns(self):
        model = ag.nn.MLP(2, 16, 1, activation="tanh", rng=0, dtype="float16")
        x, t = [[0, 0], [0, 1], [1, 0], [1, 1]], np.array([[0], [1], [1], [0]], np.float32)
        opt = ag.optim.SGD(model.parameters(), lr=0.5)
        for _ in range(1_000):
            opt.zero_grad()
            loss = ag.binary_cross_entropy_with_logits(model(x), t)
            loss.backward()
            assert {p.grad.dtype for p in model.parameters()} == {np.dtype(np.float16)}
            opt.step()
        assert loss.item() < 0.05
        assert {p.dtype for p in model.parameters()} == {np.dtype(np.float16)}

    def test_half_precision_without_a_bias(self):
        layer = ag.nn.Linear(4, 2, bias=False, dtype="float16", rng=0)
        layer(X.astype("float32")).sum().backward()
        assert layer.W.grad.dtype == np.float16

    @pytest.mark.parametrize("wrong", ["int64", "complex64", ">f4", "S3"])
    def test_others(self, wrong):
        with pytest.raises(ArgumentError, match=r"Linear: dtype is .*; pass one of 'float32', 'fl"):
            ag.nn.Linear(1, 1, dtype=wrong)

    def test_no_dtype(self):
        with pytest.raises(DTypeError, match="Linear: dtype: 'best' is no dtype"):
            ag.nn.Linear(1, 1, dtype="best")


class TestDropout:
    def test_training_and_evaluation(self):
        layer = ag.nn.Dropout(0.25, rng=0)
        x = np.ones((200, 200), np.float32)
        y = layer(x).data
        assert np.mean(y == 0) == pytest.approx(0.25, abs=0.01)
        assert set(np.unique(y)) == {0, np.float32(1 / 0.75)}
        np.testing.assert_array_equal(layer.eval()(x).data, x)

    def test_where_masks_come_from(self):
        x = np.ones(100)
        one, same = ag.nn.Dropout(rng=4), ag.nn.Dropout(rng=np.random.default_rng(4))
        first = one(x).data
        np.testing.assert_array_equal(first, same(x).data)
        assert (one(x).data != first).any()  # a seed goes on
        shared = ag.nn.Dropout()
        assert list(shared.named_generators()) == []
        ag.seed(1)
        first = shared(x).data
        ag.seed(1)
        np.testing.assert_array_equal(first, shared(x).data)

    def test_a_generator_that_is_put_back_repeats_the_mask(self):
        model = ag.nn.MLP(4, 50, 2, dropout=0.5, rng=0)
        ((path, generator),) = model.named_generators()
        assert path == "2.rng"
        before, x = generator.bit_generator.state, X.astype("float32")
        y = model(x).data
        generator.bit_generator.state = before
        np.testing.assert_array_equal(y, model(x).data)

    @pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
    def test_no_probability(self, wrong):
        with pytest.raises(ArgumentError, match="Dropout: p is"):
            ag.nn.Dropout(wrong)
        with pytest.raises(ArgumentError, match="MLP: dropout is"):
            ag.nn.MLP(1, 1, 1, dropout=wrong)


class TestNormalization:
    def test_one_row(self):
        layer = ag.nn.BatchNorm1d(4)
        with pytest.raises(ShapeError, match=r"^BatchNorm1d: a batch of one row .* model.eval"):
            layer(np.ones((1, 4), np.float32))
        assert layer.variance.data.tolist() == [1.0] * 4
        assert layer.eval()(np.ones((1, 4), np.float32)).shape == (1, 4)
        assert layer.train()(np.ones((1, 4, 3), np.float32)).shape == (1, 4, 3)

    def test_evaluation_uses_the_buffers_and_leaves_them(self):
        layer = ag.nn.BatchNorm1d(2, eps=1e-12, dtype="float64").eval()
        layer.mean.assign([1.0, 2.0])
        layer.variance.assign([4.0, 9.0])
        assert layer([[3.0, 5.0]]).data.round(9).tolist() == [[1.0, 1.0]]
        assert layer.mean.data.tolist() == [1.0, 2.0]
        assert [p for p, _ in layer.named_parameters()] == ["gamma", "beta"]

    def test_other_shapes(self):
        with pytest.raises(ShapeError, match="need shape"):
            ag.nn.BatchNorm1d(3)(np.ones((5, 4), np.float32))
        with pytest.raises(ShapeError, match="need shape"):
            ag.nn.LayerNorm(3)(np.ones((5, 4), np.float32))

    def test_float64_arrays_warn(self):
        for layer in (ag.nn.BatchNorm1d(4), ag.nn.LayerNorm(4)):
            with pytest.warns(UserWarning, match=f"{type(layer).__name__}: x is float64"):
                assert layer(X).dtype == np.float32

    def test_wrong_arguments(self):
        for wrong in (0, -1, 1.5, True):
            with pytest.raises(ArgumentError, match="BatchNorm1d: features"):
                ag.nn.BatchNorm1d(wrong)
            with pytest.raises(ArgumentError, match="LayerNorm: features"):
                ag.nn.LayerNorm(wrong)
        with pytest.raises(ArgumentError, match="BatchNorm1d: momentum"):
            ag.nn.BatchNorm1d(1, momentum=2)
        with pytest.raises(ArgumentError, match="BatchNorm1d: dtype is 'float16'"):
            ag.nn.BatchNorm1d(1, dtype="float16")


class TestMLP:
    @pytest.mark.parametrize("name", ACTIVATIONS)
    def test_every_activation(self, name):
        model = ag.nn.MLP(4, 5, 3, activation=name, output=name, rng=0, dtype="float64")
        kinds = [type(part) for part in model]
        assert kinds == [ag.nn.Linear, ACTIVATIONS[name]] * 2
        function = getattr(ag, name, lambda x: x)
        hidden = function(ag.linear(X, model[0].W, model[0].b))
        y = function(ag.linear(hidden, model[2].W, model[2].b))
        np.testing.assert_array_equal(model(X).data, y.data)

    def test_every_part(self):
        model = ag.nn.MLP(4, 5, 6, 3, activation="tanh", dropout=0.5, batch_norm=True)
        hidden = ["Linear", "BatchNorm1d", "Tanh", "Dropout"]
        assert [type(part).__name__ for part in model] == [*hidden, *hidden, "Linear"]
        assert [part.features for part in model if hasattr(part, "features")] == [5, 6]
        assert isinstance(model, ag.nn.Sequential)
        assert repr(ag.nn.MLP(2, 3, output="softmax")) == "MLP(Linear(2, 3), Softmax())"

    @pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
    def test_dtypes(self, dtype):
        model = ag.nn.MLP(4, 5, 3, batch_norm=True, dtype=dtype)
        wide = "float64" if dtype == "float64" else "float32"
        assert model[0].W.dtype == dtype
        assert model[1].mean.dtype == wide
        assert model(X.astype(wide)).dtype == wide

    def test_seeds(self):
        one, same = [ag.nn.MLP(4, 50, 3, dropout=0.5, rng=2) for _ in range(2)]
        x = X.astype("float32")
        np.testing.assert_array_equal(one(x).data, same(x).data)
        assert (one[0].W.data[:, :3] != one[3].W.data[:4]).any()  # one Generator goes through
        twin = copy.deepcopy(one)
        np.testing.assert_array_equal(one(x).data, twin(x).data)

    @pytest.mark.parametrize("given", ["LeakyReLU", "leaky_relu", "LEAKYRELU", ag.nn.LeakyReLU])
    def test_activations_by_any_name(self, given):
        model = ag.nn.MLP(2, 3, 1, activation=given, output=given)
        assert [type(part) for part in model] == [ag.nn.Linear, ag.nn.LeakyReLU] * 2

    def test_wrong_arguments(self):
        for given in (ag.nn.ReLU(), ag.relu, ag.nn.Linear, "relux"):
            with pytest.raises(ArgumentError, match=r"MLP: activation is .*, as ag\.nn\.ReLU"):
                ag.nn.MLP(3, 2, 1, activation=given)
        for sizes in ([3, 2, 1], (3, 2)):
            with pytest.raises(OperandError, match=r"the sizes are a .* MLP\(\*sizes\)"):
                ag.nn.MLP(sizes)
        for sizes in ((), (3,)):
            with pytest.raises(ArgumentError, match=r"MLP: \d sizes make no layer"):
                ag.nn.MLP(*sizes)
        with pytest.raises(ArgumentError, match="MLP: size 2 is 0"):
            ag.nn.MLP(3, 0, 1)
        with pytest.raises(ArgumentError, match="MLP: activation is 'best'; pass one of 'sigmoid'"):
            ag.nn.MLP(3, 1, activation="best")
        with pytest.raises(ArgumentError, match=r"MLP: activation is \['relu'\]; pass one of"):
            ag.nn.MLP(3, 2, 1, activation=["relu"])
        with pytest.raises(ArgumentError, match="MLP: output is 'best'"):
            ag.nn.MLP(3, 1, output="best")


def test_flatten():
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(ag.nn.Flatten()(x).data, x.reshape(2, 12))
    assert ag.nn.Flatten()(np.zeros((0, 3, 4))).shape == (0, 12)
    assert ag.nn.Flatten()([1.0, 2.0]).shape == (2, 1)
    with pytest.raises(ShapeError, match="Flatten: x is a single number"):
        ag.nn.Flatten()(3.0)


def test_maxout_is_the_largest_of_its_pieces():
    layer = ag.nn.Maxout(4, 3, pieces=5, rng=0, dtype="float64")
    w, b = layer.linear.W.data, layer.linear.b.data
    expected = (X @ w + b).reshape(6, 3, 5).max(axis=2)
    np.testing.assert_allclose(layer(X).data, expected)
    assert repr(layer) == "Maxout(4, 3, pieces=5)"
    for name in ("inputs", "outputs", "pieces"):
        with pytest.raises(ArgumentError, match=f"Maxout: {name} is 0"):
            ag.nn.Maxout(**{"inputs": 1, "outputs": 1, "pieces": 1, name: 0})


def test_what_activations_are_called_and_refuse():
    made = [ag.nn.LeakyReLU(0.2), ag.nn.ELU(0.5), ag.nn.Softmax(0), ag.nn.GELU("none")]
    assert repr(made) == "[LeakyReLU(0.2), ELU(0.5), Softmax(axis=0), GELU('none')]"
    assert repr([ag.nn.Softmax(), ag.nn.GELU()]) == "[Softmax(), GELU()]"
    with pytest.raises(ArgumentError, match="LeakyReLU: slope is -1"):
        ag.nn.LeakyReLU(-1)
    with pytest.raises(ArgumentError, match="ELU: alpha is inf"):
        ag.nn.ELU(float("inf"))
    with pytest.raises(ArgumentError, match="GELU: approximate"):
        ag.nn.GELU("best")
    with pytest.raises(OperandError, match="Softmax: axis"):
        ag.nn.Softmax(1.5)


class TestAsPyTorch:
    """The same parameters, the same input: the same outputs and gradients."""

    @pytest.fixture(autouse=True)
    def torch(self):
        return pytest.importorskip("torch")

    def compare(self, torch, ours, theirs, x, rtol=1e-9):
        mine, its = ag.Variable(x), torch.tensor(x, requires_grad=True)
        y, expected = ours(mine), theirs(its)
        weights = np.random.default_rng(0).standard_normal(y.shape)
        np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=rtol, atol=1e-12)
        (y * weights).sum().backward()
        (expected * torch.tensor(weights)).sum().backward()
        np.testing.assert_allclose(mine.grad, its.grad.numpy(), rtol=rtol, atol=1e-12)

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            (ag.nn.Sigmoid(), "Sigmoid()"),
            (ag.nn.Tanh(), "Tanh()"),
            (ag.nn.ReLU(), "ReLU()"),
            (ag.nn.LeakyReLU(), "LeakyReLU()"),
            (ag.nn.LeakyReLU(0.3), "LeakyReLU(0.3)"),
            (ag.nn.ELU(), "ELU()"),
            (ag.nn.ELU(0.7), "ELU(0.7)"),
            (ag.nn.GELU(), "GELU(approximate='tanh')"),
            (ag.nn.GELU("none"), "GELU()"),
            (ag.nn.SiLU(), "SiLU()"),
            (ag.nn.Softplus(), "Softplus()"),
            (ag.nn.Softmax(), "Softmax(dim=-1)"),
            (ag.nn.Softmax(0), "Softmax(dim=0)"),
            (ag.nn.Identity(), "Identity()"),
            (ag.nn.Flatten(), "Flatten()"),
        ],
    )
    def test_what_has_no_parameters(self, torch, ours, theirs):
        if "none" in repr(ours):
            pytest.importorskip("scipy")
        x = np.random.default_rng(1).standard_normal((3, 4)) * 3
        # Its softplus is x itself from 20 on; its exponentials differ in the last digits.
        self.compare(torch, ours, eval(f"torch.nn.{theirs}", {"torch": torch}), x, rtol=1e-7)

    def test_linear(self, torch):
        ours, theirs = ag.nn.Linear(4, 3, dtype="float64", rng=0), torch.nn.Linear(4, 3).double()
        with torch.no_grad():
            theirs.weight.copy_(torch.tensor(ours.W.data.T.copy()))
            theirs.bias.copy_(torch.tensor(ours.b.data.copy()))
        self.compare(torch, ours, theirs, X)
        np.testing.assert_allclose(ours.W.grad, theirs.weight.grad.numpy().T)
        np.testing.assert_allclose(ours.b.grad, theirs.bias.grad.numpy())

    def test_linears_initial_bounds(self, torch):
        theirs = torch.nn.Linear(600, 300)
        bound = np.float32(1 / sqrt(600))
        for values in (theirs.weight, theirs.bias):
            assert abs(values.detach().numpy()).max() <= bound
        ours = ag.nn.Linear(600, 300)
        assert ours.W.data.std() == pytest.approx(theirs.weight.std().item(), rel=0.01)

    @pytest.mark.parametrize("shape", [(6, 4), (2, 4, 3)])
    @pytest.mark.parametrize("momentum", [0.1, 0.7])
    def test_batch_norm_and_its_running_statistics(self, torch, shape, momentum):
        ours = ag.nn.BatchNorm1d(4, momentum=momentum, dtype="float64")
        theirs = torch.nn.BatchNorm1d(4, momentum=momentum).double()
        gamma = np.array([1.0, -2.0, 0.5, 3.0])
        ours.gamma.assign(gamma)
        with torch.no_grad():
            theirs.weight.copy_(torch.tensor(gamma))
        rng = np.random.default_rng(2)
        for _ in range(3):
            self.compare(torch, ours, theirs, rng.standard_normal(shape) * 2 + 1)
            np.testing.assert_allclose(ours.mean.data, theirs.running_mean.numpy(), rtol=1e-12)
            np.testing.assert_allclose(ours.variance.data, theirs.running_var.numpy(), rtol=1e-12)
        np.testing.assert_allclose(ours.gamma.grad, theirs.weight.grad.numpy())
        np.testing.assert_allclose(ours.beta.grad, theirs.bias.grad.numpy())
        self.compare(torch, ours.eval(), theirs.eval(), rng.standard_normal(shape))
        np.testing.assert_allclose(ours.mean.data, theirs.running_mean.numpy(), rtol=1e-12)

    @pytest.mark.parametrize("features", [4, (4,), (3, 4)])
    def test_layer_norm(self, torch, features):
        ours = ag.nn.LayerNorm(features, dtype="float64")
        theirs = torch.nn.LayerNorm(features).double()
        self.compare(torch, ours, theirs, np.random.default_rng(4).standard_normal((2, 3, 4)))
        np.testing.assert_allclose(ours.gamma.grad, theirs.weight.grad.numpy())
        np.testing.assert_allclose(ours.beta.grad, theirs.bias.grad.numpy())


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda nn: nn.BatchNorm1d(2, eps=0), ArgumentError, "BatchNorm1d: eps is 0.0; .* more"),
        (lambda nn: nn.LayerNorm(2, eps=0), ArgumentError, "LayerNorm: eps is 0.0"),
        (lambda nn: nn.HuberLoss(delta=0), ArgumentError, "HuberLoss: delta is 0.0"),
        (lambda nn: nn.Dropout("half"), OperandError, "Dropout: p='half' is not a number"),
        (lambda nn: nn.Dropout(rng=True), OperandError, "Dropout: rng is True"),
        (lambda nn: nn.Linear(2, 3, initialization=nn.init.he), OperandError, r"he; call it"),
        (lambda nn: nn.Linear(2, 3, initialization=nn.init.constant), OperandError, "constant; ca"),
        (lambda nn: nn.Sequential(nn.ReLU), OperandError, r"is the class ReLU; .* ReLU\(\)"),
        (lambda nn: nn.Sequential([nn.ReLU()]), OperandError, r"a list; .* Sequential\(\*modul"),
    ],
)
def test_what_is_refused_when_a_layer_is_made(make, error, message):
    with pytest.raises(error, match=message):
        make(ag.nn)


def test_images_into_a_linear_layer():
    layer = ag.nn.Linear(64, 3, rng=0)
    for shape in ((5, 8, 8), (5, 1, 8, 8)):
        x = np.zeros(shape, np.float32)
        for given in (x, ag.Variable(x), x.tolist()):
            with pytest.raises(ShapeError, match=r"Linear: x of shape .*put ag\.nn\.Flatten\(\)"):
                layer(given)
        assert ag.nn.Sequential(ag.nn.Flatten(), layer)(x).shape == (5, 3)
    for shape in ((5, 63), (5, 8, 9)):
        with pytest.raises(ShapeError, match="linear: shapes"):
            layer(np.zeros(shape, np.float32))
    with pytest.raises(ShapeError, match="linear: shapes"):
        ag.nn.Linear(1, 3)(np.zeros(3, np.float32))


def test_what_is_no_number_is_named():
    with pytest.raises(DTypeError, match="Linear: x: dtype object is not supported"):
        ag.nn.Linear(2, 3)(None)
    with pytest.raises(DTypeError, match=r"dtype \|S3 is not supported"):
        ag.Variable([1.0], dtype="S3")
