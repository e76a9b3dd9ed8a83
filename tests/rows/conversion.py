"""Rows of the operations' table: conversion."""

from __future__ import annotations

import numpy as np
from drawn import Row, one

import autograd_lite as ag

ROWS = [
    Row("astype", lambda x: x.astype(float), one(), lambda x: ag.astype(x, float)),
    Row("astype", np.array, one(), lambda x: ag.astype(x, x.dtype), "same"),
    Row("to", np.array, one(), lambda x: ag.to(x, "cpu")),
]
