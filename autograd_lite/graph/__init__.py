"""The graph: Variables, Functions, recording modes, the backward walk, the graph as data."""

from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.describe import describe
from autograd_lite.graph.description import Description, Edge, Node
from autograd_lite.graph.function import Function
from autograd_lite.graph.gradients import gradients
from autograd_lite.graph.hooks import STATE, Observer
from autograd_lite.graph.modes import enable_grad, is_recording, no_grad
from autograd_lite.graph.scopes import scope
from autograd_lite.graph.variable import Operand, Variable, constant, note_write, write_access

__all__ = [
    "STATE",
    "A",
    "Case",
    "Description",
    "Edge",
    "Function",
    "Node",
    "Observer",
    "Operand",
    "Variable",
    "constant",
    "describe",
    "enable_grad",
    "gradients",
    "is_recording",
    "no_grad",
    "note_write",
    "scope",
    "write_access",
]
