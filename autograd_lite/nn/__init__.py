"""Layers, losses and whole networks: modules that own their parameters and call each other."""

from autograd_lite.nn import init
from autograd_lite.nn.activations import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Step,
    Tanh,
)
from autograd_lite.nn.dropout import Dropout
from autograd_lite.nn.flatten import Flatten
from autograd_lite.nn.linear import Linear
from autograd_lite.nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    L1Loss,
    Loss,
    MSELoss,
    NLLLoss,
)
from autograd_lite.nn.maxout import Maxout
from autograd_lite.nn.mlp import MLP
from autograd_lite.nn.module import Module
from autograd_lite.nn.normalization import BatchNorm1d, LayerNorm
from autograd_lite.nn.saving import load, save
from autograd_lite.nn.sequential import Sequential
from autograd_lite.nn.summary import Summary

__all__ = [
    "ELU",
    "GELU",
    "MLP",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "HuberLoss",
    "Identity",
    "L1Loss",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "Loss",
    "MSELoss",
    "Maxout",
    "Module",
    "NLLLoss",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Step",
    "Summary",
    "Tanh",
    "init",
    "load",
    "save",
]
