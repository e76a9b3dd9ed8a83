"""Function: one operation applied once, a node of the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex, TypeAlias

import numpy as np

from autograd_lite.arrays import Array, Namespace
from autograd_lite.errors import GraphError, OperandError

if TYPE_CHECKING:
    from autograd_lite.graph.cases import At, Case
    from autograd_lite.graph.hooks import Version
    from autograd_lite.graph.variable import Variable

__all__ = [
    "SMALL",
    "Binary",
    "Elementwise",
    "Function",
    "Gradient",
    "Nary",
    "Notes",
    "Operation",
    "Outline",
    "Output",
    "Pair",
    "Places",
    "Seeded",
    "ShapeKeeping",
    "Unary",
    "carries_nothing",
    "fitted",
    "items_of",
]

SMALL = 32  # elements that a person can read: such values stay in the graph for pictures

# Where a node's edges are, and whether it keeps shapes: one class attribute for the walk to read.
PORT, ANY, ONE, ONE_ELEMENTWISE, TWO, TWO_ELEMENTWISE = range(-1, 5)

Gradient: TypeAlias = "Array | Variable"
Producer: TypeAlias = "Function | Variable"


class Outline:
    """Shape and dtype of an array, shared by all arrays alike: equal means identical.

    Elementwise results take over their operand's outline, so that the hot path compares one
    pointer where it would ask NumPy for two shapes and two dtypes (150 ns an operation). It is
    also what remains in the graph of an array too large to be read.
    """

    __slots__ = ("dtype", "shape", "small")
    _known: ClassVar[dict[tuple[tuple[int, ...], np.dtype[Any], type], Outline]] = {}
    _most = 4096

    def __init__(self, array: Array) -> None:
        self.shape = array.shape
        self.dtype = array.dtype
        self.small = array.size <= SMALL

    @classmethod
    def of(cls, array: Array) -> Outline:
        """Return the outline that all arrays like this one share."""
        key = array.shape, array.dtype, type(array)
        found = cls._known.get(key)
        if found is None:
            found = cls(array)
            if len(cls._known) < cls._most:
                cls._known[key] = found
        return found

    @classmethod
    def carried(cls, array: Array) -> Outline | None:
        """Return what a leaf of this array carries: none if it is complex.

        Complex operands so never take the short ways of real ones, and are looked at: not every
        operation has a rule for them.
        """
        return None if array.dtype.kind == "c" else cls.of(array)


class Notes:
    """The rare facts about a node: a name, the user's line, its scopes, hooks, a gradient."""

    __slots__ = (
        "array_type",
        "gradient",
        "group",
        "hides",
        "hooks",
        "inputs",
        "line",
        "name",
        "opaque",
        "outputs",
        "set_in_forward",
    )

    # Of users' Functions only: what their rule's results are checked against.
    array_type: type
    inputs: tuple[tuple[tuple[int, ...], np.dtype[Any]], ...]
    outputs: tuple[tuple[tuple[int, ...], np.dtype[Any]], ...]

    def __init__(self) -> None:
        self.name: str | None = None
        self.line: str | None = None
        self.group: tuple[str, ...] = ()  # the scopes that it was made in
        self.gradient: Gradient | None = None
        self.hooks: list[Callable[[Array], Array | None]] = []
        self.set_in_forward: frozenset[str] = frozenset()
        self.opaque = False  # forward kept something that may hold on to an operand
        self.hides = False  # a NaN among the operands was left out of the result


class Function:
    """A differentiable operation; subclass it to add one, make an instance to apply it once.

    ``forward`` computes with read-only arrays and keeps, as attributes of ``self``, what the
    rule will read. ``backward`` is the rule: it is given the gradient of the output (one per
    output, zeros where unused) and returns one gradient, or None, per input. Both use only
    operators, methods and ``self.xp``, so that one rule serves every array library and, run on
    Variables, every order of differentiation.

    Attributes
    ----------
    name, symbol : str
        How the node is called, and what is drawn in its circle; by default the class's name.
    keeps : tuple of str
        The attributes that ``forward`` keeps and that depend on the inputs: parameter names of
        ``forward`` (the operand itself, unchanged) and names from `outputs` (the result itself).
        For a second derivative they are the recorded Variables.
    constants : tuple of str
        Kept attributes that carry no derivative: masks, counts, labels.
    outputs : tuple of str
        The names of the results; more than one where ``forward`` returns a tuple.
    complexes : bool
        Whether the rule is right for complex operands too; if not, they are refused. The gradient
        of a real loss is ∂L/∂x - i · ∂L/∂y, so a holomorphic rule is g · f'(z), without conj.
    xp : Namespace
        The functions of the operands' array library, or the recorded ones.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> class Cube(ag.Function):
    ...     keeps = ("x",)
    ...     def forward(self, x):
    ...         self.x = x
    ...         return x * x * x
    ...     def backward(self, gy):
    ...         return 3 * self.x * self.x * gy
    >>> x = ag.Variable(2.0)
    >>> y = Cube()(x)
    >>> y.backward()
    >>> y.item(), float(x.grad)
    (8.0, 12.0)
    """

    # The edges of one and two inputs have slots of their own; of more, `_left` is their tuple. A
    # tuple per node would be one more object for the garbage collector to walk (a quarter of
    # the time and 64 bytes an operation on a chain of a million). So with versions.
    __slots__ = (
        "_constant",
        "_grads",
        "_left",
        "_left_version",
        "_notes",
        "_order",
        "_value",
        "xp",
    )

    name: ClassVar[str] = "Function"
    symbol: ClassVar[str] = ""
    keeps: ClassVar[tuple[str, ...]] = ()
    constants: ClassVar[tuple[str, ...]] = ()
    outputs: ClassVar[tuple[str, ...]] = ("out",)
    complexes: ClassVar[bool] = False
    subgradient: ClassVar[str] = ""
    cases: ClassVar[tuple[Case, ...]] = ()
    points: ClassVar[tuple[At, ...]] = ()

    arity: ClassVar[int] = ANY
    trusted: ClassVar[bool] = False  # a built-in rule, proven by the tests, runs unchecked
    hidden: ClassVar[bool] = False  # only the first of several outputs is returned
    view: ClassVar[bool] = False  # the output may share the operand's memory
    pointwise: ClassVar[bool] = (
        False  # each gradient's element is its own slope times the one of gy
    )
    selects: ClassVar[bool] = False  # slopes are 1 where an operand was taken, 0 elsewhere
    operands: ClassVar[tuple[str, ...]] = ()
    kept_names: ClassVar[tuple[str, ...]] = ()

    xp: Namespace
    forward: Callable[..., Any]
    backward: Callable[..., Any]

    _left: Any
    _right: Producer | None
    _constant: Array | Outline | tuple[Array | Outline | None, ...]
    _fit: tuple[tuple[int, ...], tuple[int, ...]] | None
    _grads: tuple[Gradient | None, ...] | None  # of the edges; None until backward has passed
    _notes: Notes | None
    _order: int
    _value: Array | Outline
    # Of operands whose memory can be written; unset where it cannot.
    _left_version: Any
    _right_version: Version

    def __init_subclass__(cls) -> None:
        if not cls.trusted and cls.__dictoffset__ == 0:
            msg = f"{cls.__name__}: a Function needs its __dict__ to keep things; drop __slots__."
            raise OperandError(msg)
        if "name" not in cls.__dict__:
            cls.name = cls.__name__
        if "symbol" not in cls.__dict__:
            cls.symbol = cls.name
        if "forward" in cls.__dict__:
            code = getattr(cls.__dict__["forward"], "__code__", None)
            if code is None:
                msg = f"{cls.__name__}: forward must be an ordinary method, def forward(self, x)."
                raise OperandError(msg)
            cls.operands = code.co_varnames[1 : code.co_argcount]
        cls.kept_names = cls.keeps + cls.constants

    def __call__(self, *inputs: Any) -> Any:
        """Apply the operation to Variables, arrays and numbers; record where one needs it."""
        from autograd_lite.graph.custom import apply_custom

        return apply_custom(self, inputs)

    @property
    def inputs(self) -> tuple[Producer | None, ...]:
        """What produced each input: a node, a leaf Variable, or None for a constant."""
        if self.arity >= TWO:
            return (self._left, self._right)
        if self.arity >= ONE:
            return (self._left,)
        edges: tuple[Producer | None, ...] = self._left
        return edges

    @property
    def wants(self) -> tuple[bool, ...]:
        """Which inputs need a gradient; the rule may return None for the others."""
        return tuple(edge is not None for edge in self.inputs)

    @property
    def released(self) -> bool:
        """Whether backward has passed this node and freed what it kept."""
        return self._grads is not None

    @property
    def producers(self) -> tuple[Producer | None, ...]:
        """Like `inputs`; of one of several outputs, the node that computed it."""
        return (self._left,) if self.arity == PORT else self.inputs

    @property
    def versions(self) -> tuple[Version | None, ...]:
        """The versions of the operands' memory; None where it cannot be written."""
        if self.arity == ANY:
            return getattr(self, "_left_version", ())
        left = getattr(self, "_left_version", None)
        return (left, getattr(self, "_right_version", None))

    @property
    def notes(self) -> Notes:
        """The rare facts, made when first asked for."""
        if self._notes is None:
            self._notes = Notes()
        return self._notes

    @property
    def made_at(self) -> str:
        """The user's line that made this node, for messages; empty outside debug mode."""
        notes = getattr(self, "_notes", None)
        return f" (made at {notes.line})" if notes is not None and notes.line else ""

    def misfit(self, *_shapes: tuple[int, ...]) -> str:
        """Say, from a colon on, why operands of these shapes were refused; empty if unknown."""
        return ""

    def leaves_out(self, x: Array) -> None:
        """Note for backward whether a computed NaN in `x` is left out of the result.

        Its gradient is then an exact 0, which 0 · NaN further up would turn into NaN; the walk
        minds that from here on. Of leaves nothing is noted: no rule lies further up.
        """
        if any([isinstance(edge, Function) for edge in self.inputs]) and self.xp.holds_nan(x):
            self.notes.hides = True

    def pull(self, gradient: Any) -> tuple[Gradient | None, ...]:
        """Run the rule on what reached the outputs, checked; one gradient or None per input."""
        from autograd_lite.graph.custom import pull_checked

        return pull_checked(self, gradient)

    def release(self) -> None:
        """Let go of what the rule kept; of what a user's forward kept, declared or not."""
        for kept in self.kept_names:
            setattr(self, kept, None)
        if not self.trusted:
            for kept in self.notes.set_in_forward:
                self.__dict__.pop(kept, None)

    def __repr__(self) -> str:
        return f"<{self.name} node>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        if not hasattr(self, "_notes"):
            return super().__reduce_ex__(protocol)
        msg = (
            f"{self.name}: a node of a recorded graph cannot be pickled or copied; "
            "pickle the leaves, or use Variable.detach()."
        )
        raise GraphError(msg)


class Places(list[Any]):
    """The gradients that arrive at a node of several outputs, one place for each."""

    def __add__(self, gradient: Any) -> Places:
        """Add what arrives at the first output itself."""
        self.put(0, gradient)
        return self

    def put(self, index: int, gradient: Any) -> None:
        """Add what arrives at one output."""
        before = self[index]
        self[index] = gradient if before is None else before + gradient


class Seeded(tuple[Any, ...]):
    """The gradients of the edges of the node that backward began at, and what it began with."""

    seed: Array

    def __new__(cls, gradients: tuple[Gradient | None, ...], seed: Array) -> Seeded:
        """Remember the seed for pictures."""
        made = super().__new__(cls, gradients)
        made.seed = seed
        return made


class Operation(Function):
    """A built-in operation: proven by the self-check, so its rule runs without checks."""

    __slots__ = ()
    trusted = True
    registry: ClassVar[dict[str, type[Operation]]] = {}

    def __init_subclass__(cls) -> None:
        named = "name" in cls.__dict__  # what operations share has none
        super().__init_subclass__()
        if named and cls.__module__.startswith("autograd_lite."):
            Operation.registry[cls.name] = cls


def items_of(container: Any) -> Iterable[Any]:
    """Return what a list, a tuple or a dict holds."""
    items: Iterable[Any] = container.values() if type(container) is dict else container
    return items


def carries_nothing(value: Any) -> bool:
    """Whether a kept value can hold nothing that depends on the inputs: counts, shapes, masks."""
    if value is None or isinstance(value, bool | int | str | bytes | slice | type | np.dtype):
        return True
    if type(value) in (list, tuple, dict):
        return all([carries_nothing(item) for item in items_of(value)])
    kind = getattr(value, "dtype", None)
    return isinstance(kind, np.dtype) and kind.kind in "iub"


def fitted(node: Function, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Sum both gradients of a broadcasting operation over the axes that were stretched."""
    fit: Any = node._fit
    return tuple(
        [
            gx if gx is None else node.xp.sum_to(gx, shape)
            for gx, shape in zip(given, fit, strict=True)
        ]
    )


class Unary(Operation):
    """A built-in operation of one operand."""

    __slots__ = ()
    arity = ONE

    def pull(self, gradient: Any) -> tuple[Gradient | None, ...]:
        """Run the rule."""
        return (self.backward(gradient),)


class Elementwise(Unary):
    """A built-in operation on each element of one operand: it keeps shape and dtype."""

    __slots__ = ()
    arity = ONE_ELEMENTWISE
    pointwise = True


class ShapeKeeping(Unary):
    """A built-in operation whose result has the operand's shape and dtype, but mixes elements."""

    __slots__ = ()
    arity = ONE_ELEMENTWISE


class Pair(Operation):
    """A built-in operation of two operands; its rule returns two gradients of their shapes."""

    __slots__ = ("_fit", "_right", "_right_version")
    arity = TWO

    def pull(self, gradient: Any) -> tuple[Gradient | None, ...]:
        """Run the rule."""
        given: tuple[Any, Any] = self.backward(gradient)
        return given


class Binary(Pair):
    """A built-in elementwise operation of two operands that broadcast.

    The rule returns both gradients in the shape of the output; the walk sums them over the
    broadcast axes.
    """

    __slots__ = ()
    arity = TWO_ELEMENTWISE
    pointwise = True

    def misfit(self, *shapes: tuple[int, ...]) -> str:
        """Name the first axis, counted from the last, on which the operands disagree."""
        a, b = shapes
        for i in range(1, min(len(a), len(b)) + 1):
            if a[-i] != b[-i] and 1 not in (a[-i], b[-i]):
                return f": axis {-i} has {a[-i]} and {b[-i]} elements; reshape or transpose one"
        return ""


class Nary(Operation):
    """A built-in operation of any number of operands."""

    __slots__ = ()

    def pull(self, gradient: Any) -> tuple[Gradient | None, ...]:
        """Run the rule."""
        gradients: tuple[Gradient | None, ...] = (
            self.backward(*gradient) if type(gradient) is Places else self.backward(gradient)
        )
        return gradients


class Output(Function):
    """One of several outputs of a node: passes its gradient to its place there."""

    __slots__ = ("index",)
    arity = PORT
    trusted = True
    index: int
