"""Training: a Trainer that people read the loop of, its history, callbacks and checkpoints."""

from autograd_lite.training.callbacks import Callback, CSVLog
from autograd_lite.training.checkpoint import Checkpoint
from autograd_lite.training.early_stopping import EarlyStopping
from autograd_lite.training.history import History
from autograd_lite.training.trainer import Trainer

__all__ = ["CSVLog", "Callback", "Checkpoint", "EarlyStopping", "History", "Trainer"]
