"""What the tests of networks share: the notes' first network, and what a scene shows."""

from __future__ import annotations

import re

import numpy as np

import autograd_lite as ag
from autograd_lite.drawing.network.picture import network_scene


def scene_of(y, **options):
    """Return the scene of a network, which every scene's own rules hold for."""
    scene = network_scene(ag.describe(y, limit=None), **options)
    marks = {mark.id: mark for mark in scene.marks}
    assert scene.columns
    assert len(marks) == len(scene.marks)
    assert len({link.id for link in scene.links}) == len(scene.links)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", thing.id) for thing in scene.marks + scene.links)
    for link in scene.links:
        assert marks[link.target].column == marks[link.source].column + 1
    return scene


def texts(scene):
    """Return what stands in each column, from left to right."""
    columns = [[] for _ in range(1 + max(mark.column for mark in scene.marks))]
    for mark in scene.marks:
        columns[mark.column].append("\n".join(line.text for line in mark.lines))
    return columns


def labels(scene):
    return [link.over.text for link in scene.links if link.over is not None]


def exact(scene, id_):
    """Return the value that a mark's tip tells with six digits."""
    (tip,) = [mark.tip for mark in scene.marks if mark.id == id_]
    return float(tip.rsplit("= ", 1)[1].replace("−", "-"))


def points():
    x = np.random.RandomState(317).rand(100, 2) * 4 - 2
    return x, (x[:, 1] + 1 > x[:, 0] ** 2).astype(float)


X, T = points()


def parameters(hidden=((0.1, 0.2, 0.3), (0.1, 0.2, 0.3)), output=(0.1, 0.3, 0.3)):
    return (
        ag.Variable(np.array(hidden), name="W1"),
        ag.Variable(np.zeros(3), name="b1"),
        ag.Variable(np.array(output)[:, None], name="W2"),
        ag.Variable(np.zeros(1), name="b2"),
    )


def fused_in_one():
    W1, b1, W2, b2 = parameters()
    y = ag.sigmoid(ag.linear(ag.relu(ag.linear(X, W1, b1)), W2, b2))
    return ag.binary_cross_entropy(y[:, 0], T)
