"""The state of modules: modes, buffers, copies out and in, devices, summaries, files."""

from __future__ import annotations

import copy
import importlib
import pickle

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import (
    ArgumentError,
    DataFileError,
    DeviceError,
    GraphError,
    OperandError,
    StateError,
)


class Everything(ag.nn.Module):
    """Parameters, a buffer and Generators, in attributes, lists and dicts, one of them twice."""

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.first = ag.nn.Linear(3, 3, rng=rng)
        self.counts = ag.Variable(np.arange(3), requires_grad=False)
        self.blocks = [[ag.nn.Linear(3, 2, rng=rng)], (ag.nn.Dropout(0.5, rng=rng),)]
        self.named = {"norm": ag.nn.BatchNorm1d(2), 1: ag.Variable(1.5)}
        self.tied = ag.nn.Linear(3, 3, rng=rng)
        self.tied.W = self.first.W
        self.blocks[0][0].owner = self
        self.rng = rng
        self.note = ["not", 1.0, None]

    def forward(self, x):
        hidden = self.tied(ag.tanh(self.first(x)))
        return self.blocks[1][0](self.named["norm"](self.blocks[0][0](hidden))) * self.named[1]


NAMES = ["first.W", "first.b", "counts", "blocks.0.0.W", "blocks.0.0.b"]
NAMES += ["named.norm.gamma", "named.norm.beta", "named.norm.mean", "named.norm.variance"]
NAMES += ["named.1", "tied.b"]
BUFFERS = ["counts", "named.norm.mean", "named.norm.variance"]
X = np.random.default_rng(5).standard_normal((4, 3)).astype(np.float32)


def values(model):
    return {path: array.copy() for path, array in model.state_dict().items()}


def assert_same(one, other):
    assert list(one) == list(other)
    for path, array in one.items():
        np.testing.assert_array_equal(array, other[path])
        assert array.dtype == other[path].dtype


class TestWhatItHolds:
    def test_parameters_and_buffers(self):
        model = Everything()
        assert [path for path, _ in model.named_buffers()] == BUFFERS
        trained = [path for path, _ in model.named_parameters()]
        assert trained == [name for name in NAMES if name not in BUFFERS]

    def test_a_container_that_holds_itself(self):
        model = ag.nn.Module()
        model.parts = [ag.Variable(1.0)]
        model.parts.append(model.parts)
        assert [path for path, _ in model.named_parameters()] == ["parts.0"]

    def test_children_are_direct_and_each_once(self):
        model = Everything()
        model.again = model.first
        kinds = [type(child).__name__ for child in model.children()]
        assert kinds == ["Linear", "Linear", "Dropout", "BatchNorm1d", "Linear"]

    def test_generators_each_once_with_its_path(self):
        model = Everything()
        assert [path for path, _ in model.named_generators()] == ["rng"]
        model.blocks[1][0].rng = np.random.default_rng(1)
        assert dict(model.named_generators()) == {
            "rng": model.rng,
            "blocks.1.0.rng": model.blocks[1][0].rng,
        }

    def test_modes_reach_everything(self):
        model = Everything()
        assert model.training
        assert model.blocks[1][0].training
        assert model.eval() is model
        assert not any(part.training for _, part in model.named_modules())
        assert model.train() is model
        assert all(part.training for _, part in model.named_modules())
        assert ag.nn.Dropout().training  # others are not touched

    def test_zero_grad(self):
        model = Everything()
        model(X).sum().backward()
        assert model.first.W.grad is not None
        model.zero_grad()
        assert all(parameter.grad is None for parameter in model.parameters())


class TestStateDict:
    def test_the_order_and_the_copies(self):
        model = Everything()
        state = model.state_dict()
        assert list(state) == NAMES
        for path, array in state.items():
            assert type(array) is np.ndarray
            assert array.flags.owndata
            assert array.flags.writeable
            assert array.flags.c_contiguous, path
        before = model.first.W.data.copy()
        state["first.W"][...] = 7.0
        np.testing.assert_array_equal(model.first.W.data, before)

    def test_freezing_changes_nothing(self):
        model = Everything()
        before = values(model)
        model.first.W.requires_grad = False
        assert_same(model.state_dict(), before)
        assert "first.W" in dict(model.named_buffers())

    def test_there_and_back_into_the_same_variables(self):
        one, other = Everything(0), Everything(1)
        one(X)  # running statistics of its own
        variables = [id(v) for v in other.parameters()]
        other.load_state_dict(one.state_dict())
        assert_same(other.state_dict(), one.state_dict())
        assert [id(v) for v in other.parameters()] == variables
        assert other.tied.W is other.first.W
        one.eval(), other.eval()
        np.testing.assert_array_equal(one(X).data, other(X).data)

    def test_any_order_will_do(self):
        one, other = Everything(0), Everything(1)
        other.load_state_dict(dict(reversed(one.state_dict().items())))
        assert_same(other.state_dict(), one.state_dict())

    def test_what_is_given_may_share_the_memory_of_what_is_written(self):
        model = ag.nn.Module()
        model.a, model.b = ag.Variable([1.0, 2.0]), ag.Variable([3.0, 4.0])
        model.load_state_dict({"a": model.b.data, "b": model.a})
        assert model.a.data.tolist() == [3.0, 4.0]
        assert model.b.data.tolist() == [1.0, 2.0]

    def test_a_pending_graph_notices(self):
        model = ag.nn.Linear(3, 2)
        loss = (model(ag.Variable(X)) ** 2).sum()
        model.load_state_dict(model.state_dict())
        with pytest.raises(GraphError, match="was written after"):
            loss.backward()

    def test_everything_that_is_wrong_is_listed_and_nothing_written(self):
        model = Everything()
        before = values(model)
        state = values(Everything(1))
        del state["first.W"]
        state["extra"] = np.ones(1)
        state["first.b"] = np.ones(4, np.float32)
        state["tied.b"] = state["tied.b"].astype(np.float64)
        state["counts"] = state["counts"].astype(float)
        state["named.1"] = [1.0]
        with pytest.raises(StateError) as caught:
            model.load_state_dict(state)
        text = str(caught.value)
        assert text.startswith("load_state_dict: 'first.W' is missing; 'extra' is unexpected; ")
        assert "'first.b' has shape (4,), not (3,)" in text
        assert "'tied.b' has dtype float64, which float32 would round: convert it with " in text
        assert ".astype('float32'), or make the model with dtype='float64'" in text
        assert "'counts' has dtype float64, not int64" in text
        assert "'named.1' is a list, not an array" in text
        assert_same(model.state_dict(), before)

    def test_a_foreign_model_gives_no_endless_sentence(self):
        state = {f"{i}.W": np.ones(1) for i in range(1000)}
        with pytest.raises(StateError, match="and 994 more") as caught:
            ag.nn.Linear(1, 1).load_state_dict(state)
        assert len(str(caught.value)) < 500

    @pytest.mark.parametrize("narrow", ["float16", "float32"])
    def test_widening_is_exact(self, narrow):
        given = np.array([[0.1], [1 / 3]], narrow)
        layer = ag.nn.Linear(2, 1, dtype="float64", bias=False)
        layer.load_state_dict({"W": given})
        assert layer.W.dtype == np.float64
        np.testing.assert_array_equal(layer.W.data, given)

    def test_the_other_byte_order(self):
        layer = ag.nn.Linear(2, 1, bias=False)
        layer.load_state_dict({"W": np.array([[1.0], [2.0]], ">f4")})
        assert layer.W.data.tolist() == [[1.0], [2.0]]

    def test_integers_are_no_floats(self):
        with pytest.raises(StateError, match=r"'W' has dtype int64, not float32: convert"):
            ag.nn.Linear(1, 1, bias=False).load_state_dict({"W": np.array([[1]])})

    def test_memory_that_is_not_ours_is_found_before_anything_is_written(self):
        shared = np.zeros(2)
        shared.flags.writeable = False
        model = ag.nn.Module()
        model.a, model.b = ag.Variable([1.0, 2.0]), ag.Variable(shared, copy=False)
        with pytest.raises(StateError, match="'b' belongs to a Variable that shares a read-only"):
            model.load_state_dict({"a": np.zeros(2), "b": np.ones(2)})
        assert model.a.data.tolist() == [1.0, 2.0]

    def test_two_of_the_same_path(self):
        model = ag.nn.Module()
        model.parts = {1: ag.Variable(1.0), "1": ag.Variable(2.0)}
        with pytest.raises(StateError, match=r"two Variables have the path 'parts\.1'"):
            model.state_dict()

    def test_no_mapping(self):
        with pytest.raises(OperandError, match="a state is a dict of arrays, not a list"):
            ag.nn.Linear(1, 1).load_state_dict([1.0])


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_and_pickles_are_whole(duplicate):
    model = Everything()
    model(X)
    model.eval()
    made = duplicate(model)
    assert_same(made.state_dict(), model.state_dict())
    assert made.first.W is not model.first.W
    assert made.tied.W is made.first.W
    assert made.blocks[0][0].owner is made
    assert not made.training
    model.train(), made.train()
    np.testing.assert_array_equal(made(X).data, model(X).data)  # Dropout's next mask, too


class TestDevices:
    @pytest.fixture(autouse=True)
    def look(self):
        return importlib.import_module("lookalike")

    def test_the_same_variables_elsewhere(self, look):
        model = Everything()
        model.named["norm"].eval(), model.blocks[1][0].eval()
        expected = model(X).data.copy()
        before, variables = values(model), dict(model.named_parameters())
        model(X).sum().backward()
        gradient = model.first.W.grad.copy()
        assert model.to("look") is model
        assert dict(model.named_parameters()) == variables
        assert {v.device for v in model.parameters()} == {"look"}
        assert {v.device for _, v in model.named_buffers()} == {"look"}
        assert_same(model.state_dict(), before)
        assert type(model.first.W.grad) is look.LookAlike
        np.testing.assert_array_equal(model.first.W.grad.get(), gradient)
        y = model(look.xp.asarray(X))
        np.testing.assert_allclose(y.data.get(), expected, rtol=1e-6)
        y.sum().backward()
        np.testing.assert_allclose(model.first.W.grad.get(), 2 * gradient, rtol=1e-5)
        model.to("cpu")
        np.testing.assert_array_equal(model(X).data, expected)

    def test_an_optimizer_made_before_trains_it(self):
        model = ag.nn.Linear(3, 2)
        opt = ag.optim.SGD(model.parameters(), lr=0.1)
        model.to("look")
        before = values(model)
        model(X.tolist()).sum().backward()
        gradient = model.W.grad.get()
        model.to("cpu")  # the optimizer's own arrays are its own to move
        opt.step()
        np.testing.assert_allclose(model.W.data, before["W"] - 0.1 * gradient, rtol=1e-6)

    def test_loading_there(self):
        model = ag.nn.Linear(3, 2).to("look")
        state = {path: array + 1 for path, array in model.state_dict().items()}
        model.load_state_dict(state)
        assert model.W.device == "look"
        assert_same(model.state_dict(), state)

    def test_where_it_is_already_nothing_happens(self):
        layer = ag.nn.Linear(3, 2)
        memory = layer.W._data
        loss = (layer(ag.Variable(X)) ** 2).sum()
        layer.to("cpu")
        assert layer.W._data is memory
        loss.backward()

    def test_a_graph_of_before_notices(self):
        layer = ag.nn.Linear(3, 2)
        loss = (layer(ag.Variable(X)) ** 2).sum()
        layer.to("look")
        with pytest.raises(GraphError, match="was written after"):
            loss.backward()

    def test_elementwise_operations_know_the_new_device(self, look):
        model = ag.nn.Module()
        model.w = ag.Variable([1.0, 2.0])
        model.to("look")
        y = (model.w * ag.Variable(look.xp.asarray([3.0, 4.0]))).sum()
        assert y.item() == 11.0
        with pytest.raises(DeviceError):
            model.w * ag.Variable([3.0, 4.0])

    def test_a_device_that_is_not_there(self):
        layer = ag.nn.Linear(3, 2)
        with pytest.raises(DeviceError, match="there is no device 'gpu'"):
            layer.to("gpu")
        assert layer.W.device == "cpu"


class TestSummary:
    def test_a_table(self):
        model = ag.nn.MLP(64, 1000, 3, activation="sigmoid", batch_norm=True)
        assert str(model.summary(np.zeros((5, 64), np.float32))) == "\n".join(
            [
                "layer  kind               output     parameters",
                "-----------------------------------------------",
                "0      Linear(64, 1000)   (5, 1000)      65,000",
                "1      BatchNorm1d(1000)  (5, 1000)       2,000",
                "2      Sigmoid()          (5, 1000)",
                "3      Linear(1000, 3)    (5, 3)          3,003",
                "-----------------------------------------------",
                "70,003 parameters and 2,000 constants, 288,012 bytes",
            ]
        )

    def test_without_an_example(self):
        text = str(ag.nn.Linear(2, 3, dtype="float64").summary())
        assert text.splitlines()[0].split() == ["layer", "kind", "parameters"]
        assert text.splitlines()[2].split() == [
            "(itself)",
            "Linear(2,",
            "3,",
            "dtype='float64')",
            "9",
        ]
        assert text.endswith("9 parameters, 72 bytes")

    def test_what_is_shared_counts_once(self):
        model = Everything()
        model.first.b.requires_grad = False
        found = model.summary(X)
        assert found.parameters == sum(p.size for p in model.parameters())
        assert found.constants == 3 + 3 + 4
        assert found.nbytes == sum(a.nbytes for a in model.state_dict().values())
        rows = {layer.path: layer for layer in found.layers}
        assert rows[""].parameters == 1
        assert rows["first"].parameters == 9
        assert rows["tied"].parameters == 3
        assert rows["tied"].output == "(4, 3)"
        assert rows["blocks.0.0"].kind.startswith("Everything") is False

    def test_it_leaves_no_trace(self):
        model = Everything()
        model.named["norm"].eval()
        before, state = values(model), model.rng.bit_generator.state
        model.summary(X)
        assert_same(model.state_dict(), before)
        assert model.rng.bit_generator.state == state
        assert model.training
        assert not model.named["norm"].training
        assert ag.graph.STATE.observer is None

    def test_an_error_on_the_way_leaves_none_either(self):
        model = Everything()
        with pytest.raises(ag.AutogradError):
            model.summary(np.ones((4, 7), np.float32))
        assert model.training
        assert ag.graph.STATE.observer is None

    def test_empty_modules(self):
        assert "(itself)  Sequential()" in str(ag.nn.Sequential().summary())
        nested = ag.nn.Sequential(ag.nn.Sequential(), ag.nn.Tanh())
        assert [layer.path for layer in nested.summary().layers] == ["0", "1"]

    def test_modules_that_return_several(self):
        class Two(ag.nn.Module):
            def forward(self, x):
                return ag.Variable(x), ag.Variable(1.0)

        assert Two().summary([1.0, 2.0]).layers[0].output == "(2,), ()"


class TestFiles:
    @pytest.mark.parametrize("suffix", ["npz", "safetensors"])
    def test_there_and_back(self, tmp_path, suffix):
        if suffix == "safetensors":
            pytest.importorskip("safetensors")
        one, other = Everything(0), Everything(1)
        one(X)
        path = tmp_path / f"model.{suffix}"
        ag.nn.save(one, path)
        assert ag.nn.load(other, str(path)) is other
        assert_same(other.state_dict(), one.state_dict())
        again = tmp_path / f"again.{suffix}"
        ag.nn.save(other, again)
        assert again.read_bytes() == path.read_bytes()

    def test_another_model(self, tmp_path):
        path = tmp_path / "model.npz"
        ag.nn.save(ag.nn.Linear(2, 3), path)
        layer = ag.nn.Linear(3, 2)
        before = values(layer)
        with pytest.raises(
            StateError, match=r"load: .*model\.npz does not fit this model: .*'W' h"
        ):
            ag.nn.load(layer, path)
        assert_same(layer.state_dict(), before)

    def test_no_model(self, tmp_path):
        with pytest.raises(OperandError, match=r"the model is a \w+Path; pass a Module first"):
            ag.nn.save(tmp_path / "a.npz", ag.nn.Linear(1, 1))

    def test_no_file(self, tmp_path):
        with pytest.raises(DataFileError, match=r"missing\.npz' cannot be read \(No such file"):
            ag.nn.load(ag.nn.Linear(1, 1), tmp_path / "missing.npz")


def test_a_leaf_that_was_moved_takes_no_gradient_of_before():
    model = ag.nn.Module()
    w = model.w = ag.Variable([1.0, 2.0])
    y = (w + 1.0).sum()
    model.to("look")
    with pytest.raises(DeviceError, match="was moved to 'look'"):
        y.backward()
    assert w.grad is None


def test_a_leaf_unpickled_onto_a_memory_map_is_an_array_again(tmp_path):
    make, (data, *rest) = ag.Variable([1.0, 2.0], name="w").__reduce__()
    mapped = np.memmap(tmp_path / "w", data.dtype, "w+", shape=data.shape)
    mapped[:] = data
    restored = make(mapped, *rest)
    assert type(restored.data) is np.ndarray
    (restored * 2.0).sum().backward()
    assert restored.grad.tolist() == [2.0, 2.0]


def test_a_parameter_frozen_after_backward_stays():
    model = ag.nn.MLP(2, 3, 1, rng=0)
    optimizer = ag.optim.SGD(model.parameters(), lr=0.1)
    x = np.ones((4, 2), np.float32)
    model(x).sum().backward()
    model[0].W.requires_grad = False
    before = model[0].W.data.copy()
    model.zero_grad()
    model(x).sum().backward()
    optimizer.step()
    np.testing.assert_array_equal(model[0].W.data, before)


def test_half_precision_is_the_same_after_a_pickle():
    layer = ag.nn.Linear(3, 2, dtype="float16", rng=0)
    other = pickle.loads(pickle.dumps(layer))
    x = np.ones((2, 3), np.float32)
    assert other(x).dtype == np.float32
    np.testing.assert_array_equal(other(x).data, layer(x).data)
    many = pickle.loads(pickle.dumps(ag.Variable(np.full(20_000, 10.0, np.float16))))
    assert many.mean().item() == 10.0  # a sum of float16 would be infinite


def test_a_pickle_in_shared_buffers_can_be_trained():
    buffers = []
    content = pickle.dumps(ag.nn.Linear(2, 2), 5, buffer_callback=buffers.append)
    layer = pickle.loads(content, buffers=[bytes(part) for part in buffers])
    layer(np.ones((1, 2), np.float32)).sum().backward()
    ag.optim.SGD(layer.parameters(), lr=0.1).step()


@pytest.mark.parametrize("mode", [np.ones(2), "no", 1, None])
def test_a_mode_is_true_or_false(mode):
    model = ag.nn.Sequential(ag.nn.Tanh())
    with pytest.raises(OperandError, match=r"train: mode is a .*; pass True or False"):
        model.train(mode)
    assert model.train(np.False_)[0].training is False


class Keeping(ag.nn.Module):
    """Keeps what it computed, and a view of it; its scale is constant."""

    def __init__(self):
        self.layer = ag.nn.Linear(2, 3)
        self.scale = ag.Variable([1.0, 2.0, 3.0], requires_grad=False)

    def forward(self, x):
        self.out = self.layer(x) * self.scale
        self.views = [self.out.T, self.out.detach(), ag.reshape(self.scale, (3, 1))]
        return self.out


def compute(model, x):
    with ag.no_grad():
        model(x)


@pytest.mark.parametrize("call", [compute, Keeping.summary, Keeping.__call__])
@pytest.mark.parametrize("duplicate", [lambda model: model, copy.deepcopy])
def test_kept_outputs_are_no_state(call, duplicate):
    model = Keeping()
    call(model, np.ones((4, 2), np.float32))
    if call is Keeping.__call__:
        model.out = model.out.detach()  # a recorded one cannot be copied
        model.views = [model.views[1]]
    model = duplicate(model)
    assert list(model.state_dict()) == ["layer.W", "layer.b", "scale"]
    Keeping().load_state_dict(model.state_dict())
    assert model.summary().constants == 3


def test_a_constant_that_was_thawed_and_frozen_is_state():
    model = ag.nn.Module()
    model.w = ag.Variable([1.0], requires_grad=False) * 2.0
    assert not list(model.named_buffers())
    model.w.requires_grad = True
    assert [name for name, _ in model.named_parameters()] == ["w"]
    model.w.requires_grad = False
    assert [name for name, _ in model.named_buffers()] == ["w"]
    assert list(pickle.loads(pickle.dumps(model)).state_dict()) == ["w"]


def test_a_registered_buffer_is_saved_and_a_copy():
    model, values = ag.nn.Linear(2, 1), np.ones(3)
    model.register_buffer("table", values)
    model.register_buffer("twice", model.table * 2.0)
    values[:] = 5.0
    assert [name for name, _ in model.named_buffers()] == ["table", "twice"]
    np.testing.assert_array_equal(model.table.data, 1.0)
    with pytest.raises(GraphError):
        model.register_buffer("recorded", model.W * 2.0)
    for name in ("a.b", "W", "forward", "", 3):
        with pytest.raises(ArgumentError, match="register_buffer: name"):
            model.register_buffer(name, values)


@pytest.mark.parametrize("shape", [(5, 2), (2,), 2])
def test_a_summary_wants_an_example(shape):
    with pytest.raises(OperandError, match=r"summary: x is .*; pass an example, such as"):
        ag.nn.Linear(2, 3).summary(shape)


def test_a_checkpoint_is_no_model(tmp_path):
    model = ag.nn.MLP(2, 3, 2)
    trainer = ag.training.Trainer(model, ag.optim.SGD(model.parameters()))
    trainer.save(tmp_path / "run.npz")
    with pytest.raises(StateError, match=r"load: .*run\.npz is a checkpoint .* by Trainer\.load"):
        ag.nn.load(model, tmp_path / "run.npz")
