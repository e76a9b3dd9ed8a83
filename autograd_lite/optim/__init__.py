"""Optimizers: they change parameters in place, from the gradients that backward left."""

from autograd_lite.optim.adam import Adam, AdamW
from autograd_lite.optim.adaptive import AdaGrad, RMSProp
from autograd_lite.optim.clipping import clip_grad_norm, clip_grad_value
from autograd_lite.optim.optimizer import Optimizer
from autograd_lite.optim.plateau import ReduceLROnPlateau
from autograd_lite.optim.schedules import CosineAnnealingLR, Schedule, StepLR, WarmUp
from autograd_lite.optim.sgd import SGD, Momentum, Nesterov

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "CosineAnnealingLR",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "ReduceLROnPlateau",
    "Schedule",
    "StepLR",
    "WarmUp",
    "clip_grad_norm",
    "clip_grad_value",
]
