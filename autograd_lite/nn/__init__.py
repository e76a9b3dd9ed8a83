"""Layers: modules that own their parameters and call each other."""

from autograd_lite.nn.activations import ReLU, Sigmoid, Tanh
from autograd_lite.nn.linear import Linear
from autograd_lite.nn.module import Module
from autograd_lite.nn.sequential import Sequential

__all__ = ["Linear", "Module", "ReLU", "Sequential", "Sigmoid", "Tanh"]
