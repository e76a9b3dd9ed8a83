"""A network step by step: what each step shows, and what it says."""

from __future__ import annotations

import json
import re
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from networks import X, fused_in_one, scene_of
from PIL import Image, ImageChops

import autograd_lite as ag
from autograd_lite.drawing.layout.layered import lay_out
from autograd_lite.drawing.network.steps import network_steps
from autograd_lite.drawing.page.animation import to_animation
from autograd_lite.drawing.page.steps import steps_of


def steps(y, **options):
    return network_steps(scene_of(y, **options))


def sentences(y, **options):
    return [step.sentence for step in steps(y, **options)]


def ids_of(scene):
    found = [mark.id for mark in scene.marks] + [link.id for link in scene.links]
    found += [f"{mark.id}-{i}" for mark in scene.marks for i in range(len(mark.lines))]
    found += [f"{link.id}-over" for link in scene.links if link.over is not None]
    found += [f"{link.id}-under" for link in scene.links if link.under is not None]
    return sorted(found)


def wide():
    rng = np.random.default_rng(0)
    W1, b1, W2 = rng.normal(size=(784, 50)), np.zeros(50), rng.normal(size=(50, 10))
    z = ag.relu(ag.linear(rng.random((5, 784)), ag.Variable(W1), ag.Variable(b1)))
    return ag.softmax_cross_entropy(z @ ag.Variable(W2), np.arange(5))


def test_every_step_of_the_notes_network():
    assert sentences(fused_in_one(), gradients=True) == [
        "The inputs of sample 0: x1 = −0.78, x2 = 0.91.",
        (
            "a1 = −0.78 × 0.1 + 0.91 × 0.1 + 0 = 0.01; a2 = −0.78 × 0.2 + 0.91 × 0.2 + 0 ≈ 0.02; "
            "a3 = −0.78 × 0.3 + 0.91 × 0.3 + 0 = 0.04."
        ),
        "z1 = relu(a1) = 0.01; z2 = relu(a2) = 0.02; z3 = relu(a3) = 0.04.",
        "ay = 0.01 × 0.1 + 0.02 × 0.3 + 0.04 × 0.3 + 0 = 0.02.",
        "y = sigmoid(ay) = 0.5.",
        "loss = 0.68: binary cross entropy of the batch.",
        "Back at layer 2, the gradients of its weights: w1 −0.0033, w2 −0.01, w3 −0.01.",
        (
            "Back at layer 1, the gradients of its weights: w11 0.01, w12 0.04, w13 0.04, "
            "w21 −0.02, w22 −0.05, w23 −0.05."
        ),
    ]


def test_a_wide_network_is_said_in_sums():
    said = sentences(wide(), gradients=True)
    assert said[1].startswith("The 50 sums of layer 1, each of 784 values times weights plus a")
    assert re.search(r"then relu, from 0 to \d", said[1])
    assert said[2].startswith("The 10 sums of layer 2, each of 50 values times weights: ay1 = ")
    assert said[3] == "softmax reads ay1 … ay10."
    assert said[4].startswith("softmax: y1 = ")
    assert re.fullmatch(r"Back at layer 2, the gradients of its weights: −\S+ … \S+\.", said[6])
    assert max(map(len, said)) <= 161


def test_one_sum_of_many_is_written_out():
    said = sentences(X @ ag.Variable(np.ones((2, 9))))[1]
    assert said == "The 9 sums of layer 1; the first is y1 = −0.78 × 1 + 0.91 × 1 ≈ 0.12."


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (
            lambda a: ag.maxout(a, 2),
            "y1 = maxout(a1, a2) = 0.12; y2 = maxout(a3, a4) = 0.12.",
        ),
        (lambda a: 2 * ag.tanh(a), "tanh, 2 × a: y1 = 0.24, y2 = 0.24, y3 = 0.24, y4 = 0.24."),
        (lambda a: ag.softmax(a), "softmax: y1 = 0.25, y2 = 0.25, y3 = 0.25, y4 = 0.25."),
    ],
)
def test_activations_are_said_by_what_they_are(y, said):
    assert sentences(y(X @ ag.Variable(np.ones((2, 4)))))[-1] == said


def test_what_backward_released_is_said_by_its_name():
    loss = fused_in_one()
    loss.backward()
    said = sentences(loss)
    assert said[0] == "The inputs of sample 0: x1, x2."
    assert said[1] == (
        "The 3 sums of layer 1, each of 2 values times weights plus a bias: a1, a2, a3."
    )
    assert said[4] == "y = sigmoid(ay)."


@pytest.mark.parametrize("gradients", [False, True])
@pytest.mark.parametrize("y", [fused_in_one, wide])
def test_everything_appears_once_and_no_link_before_its_ends(y, gradients):
    scene = scene_of(y(), gradients=gradients)
    found = network_steps(scene)
    assert sorted(id_ for step in found for id_ in step.shows) == ids_of(scene)
    places = {id_: i for i, step in enumerate(found) for id_ in step.shows}
    for link in scene.links:
        assert places[link.id] == places[link.target] > places[link.source]
    backward = [step.backward for step in found]
    assert any(backward) == gradients
    assert backward == sorted(backward)
    assert all(id_.endswith("-under") == step.backward for step in found for id_ in step.shows)
    assert all(step.sentence for step in found)


def test_frames_of_an_animation_differ_in_the_picture():
    scene = scene_of(fused_in_one(), gradients=True)
    layout = lay_out(scene)
    found = steps_of(ag.describe(fused_in_one(), limit=None), scene)
    file = Image.open(BytesIO(to_animation(layout, found, "gif")))
    frames = []
    for i in range(file.n_frames):
        file.seek(i)
        frames.append(file.convert("RGB").crop((0, 0, file.width, int(file.height * 0.8))))
    assert len(frames) == len(found)
    for before, after in pairwise(frames):
        assert ImageChops.difference(before, after).getbbox() is not None


def test_a_page_of_a_network_has_no_fields_that_change_nothing(tmp_path):
    y = ag.step(ag.Variable([3.0], name="x") @ ag.Variable([0.6], name="w"))
    page = ag.draw(y, style="network").save(tmp_path / "y.html").read_text(encoding="utf-8")
    assert "<fieldset" not in page
    assert "cannot be changed on this page: a network shows one sample" in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
    assert data["steps"][1]["text"] == "a = 3 × 0.6 = 1.8."
