"""The library's own family of errors: each is one sentence that ends with what to do instead."""

from numpy.linalg import LinAlgError

__all__ = [
    "ArgumentError",
    "AutogradError",
    "AxisError",
    "CaptureError",
    "DTypeError",
    "DataFileError",
    "DeviceError",
    "DrawingError",
    "FileWriteError",
    "GradientCheckError",
    "GraphError",
    "MissingDependencyError",
    "MissingOperationError",
    "NonFiniteError",
    "OperandError",
    "ShapeError",
    "SingularError",
    "StateError",
]


class AutogradError(Exception):
    """Base of every error that this library raises on purpose."""


class ShapeError(AutogradError, ValueError):
    """Shapes that do not fit together, or a gradient of another shape than its input."""


class AxisError(ShapeError, IndexError):
    """An axis that an array does not have, or that was named twice: an IndexError too."""


class ArgumentError(AutogradError, ValueError):
    """An argument of the right type with a value that cannot be used."""


class SingularError(AutogradError, LinAlgError):
    """A matrix that has no inverse, no such factors, or no rank to solve with."""


class OperandError(AutogradError, TypeError):
    """An operand of a type that the operation does not take."""


class MissingOperationError(OperandError, AttributeError):
    """A rule that asks for a function which is not an operation, where it must be recorded."""


class DTypeError(AutogradError, TypeError):
    """A dtype that cannot carry a gradient, or a gradient of another dtype than its input."""


class DeviceError(AutogradError, TypeError):
    """Arrays of two libraries or devices in one operation, or a device that is not there."""


class GraphError(AutogradError, RuntimeError):
    """A graph used in a way that would give wrong gradients: released, changed, cut or reused."""


class NonFiniteError(AutogradError, RuntimeError):
    """The first NaN or infinity, found in debug mode."""


class GradientCheckError(AutogradError, RuntimeError):
    """Analytic and numerical gradients that differ."""


class DataFileError(AutogradError, ValueError):
    """A data file that is missing, damaged, truncated or of another format."""


class CaptureError(AutogradError, RuntimeError):
    """A function cannot be captured, or not replayed, with the same result as eagerly."""


class StateError(AutogradError, ValueError):
    """A saved state that does not fit the module, optimizer or Trainer that is to load it."""


class MissingDependencyError(AutogradError, ImportError):
    """An optional package that the call needs and that is not installed."""


class DrawingError(AutogradError, RuntimeError):
    """A picture that the engine asked for cannot draw."""


class FileWriteError(AutogradError, OSError):
    """A file that cannot be written; one that was there before is unchanged."""
