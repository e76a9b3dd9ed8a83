"""Writing: each call of a program as a line or two of Python."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.capturing.plan.blocks import in_order
from autograd_lite.capturing.plan.knowledge import REDUCTIONS, elementwise, is_view
from autograd_lite.capturing.plan.memory import Layout, placed
from autograd_lite.capturing.plan.merging import merged
from autograd_lite.capturing.plan.overwriting import written
from autograd_lite.capturing.program import Call, Program, Source, Value, root_of
from autograd_lite.capturing.record.kernels import KERNELS
from autograd_lite.capturing.record.packages import IMPORTS
from autograd_lite.capturing.write.naming import number_text, number_word
from autograd_lite.capturing.write.origins import Origin

__all__ = ["Text", "Writer"]

LONG = 1000  # steps: no program to be read, so `out` is given by position (45 ns less)
FEW = 16  # elements of a constant that is written out
_METHODS = frozenset(["ravel", "reshape", "squeeze", "swapaxes", "transpose"])
_FLOATS = [{np.dtype(np.float32)}, {np.dtype(np.float64)}]  # that BLAS has


class Text:
    """The source of a program, and what it must be given.

    Attributes
    ----------
    source : str
        Defines ``make(outside, constants, draws, errors, trap)``, which returns the step.
    outside : list of Value
        Arrays that are bound once: parameters, state, what the function closes over.
    arguments : list of Value
        Arrays that each run is given.
    constants : list of array
    draws : list of tuple
        Where random numbers come from, what draws them, and its arguments.
    errors : list of exception class
    names : dict of Value to str
    program : Program
    origin : Origin
    """

    program: Program
    origin: Origin

    def __init__(self) -> None:
        self.source = ""
        self.outside: list[Value] = []
        self.arguments: list[Value] = []
        self.constants: list[Any] = []
        self.draws: list[tuple[Any, ...]] = []
        self.errors: list[type[Exception]] = []
        self.names: dict[Value, str] = {}


class Writer:
    """Writes calls, and collects what they need: imports, names, memory made once."""

    def __init__(self, program: Program, layout: Layout, names: dict[Value, str]) -> None:
        self.program = program
        self.layout = layout
        self.names = names
        self.text = Text()
        self.imports: set[str] = set()  # from NumPy
        self.modules: set[str] = set()  # lines that import others
        self.places: dict[str, dict[str, int]] = {}  # in the memory: by kind of array, by name
        self.setup: list[str] = []  # views
        self.constant_lines: list[str] = []
        self.told: set[str] = set()  # names whose shape has been said
        self.taken_words: set[str] = set(names.values())
        self.known: set[Value] = set()  # what the setup has defined
        self.numbers: dict[Any, str] = {}
        self.kernels: set[str] = set()  # of this library
        self.comments: dict[Call, list[str]] = {}  # that stand above calls
        self.parts: dict[str, str] = {}  # of arrays that are written into
        self.merged = merged(program, layout)
        self.terse = len(layout.steps) >= LONG
        self.heard = {"backward"}  # phases that are listened to

    # ---- one call

    def call(self, call: Call) -> list[str]:
        """Return the lines that make a call."""
        lines = self._loud(call)
        if not call.quiet or call.note.phase in self.heard:  # where NumPy is told anyway
            return lines
        self.imports.add("errstate")
        return ['with errstate(over="ignore"):', *["    " + line for line in lines]]

    def _loud(self, call: Call) -> list[str]:
        if call in self.merged.left_out:
            return []
        if is_view(call):
            root = root_of(call.results[0])
            if self._stays(root):
                return []  # made in the setup when it is first used
        if call.function == "draw":
            source, function, *arguments = call.args
            self.text.draws.append((source, function, tuple(arguments)))
            return [f"{self.names[call.result]} = draws[{len(self.text.draws) - 1}]()"]
        if call.writes is not None:
            return self._write(call)
        out = self._out(call)
        if out is None:
            return [f"{self._targets(call)} = {self._expression(call)}"]
        return self._into(call, out)

    def _targets(self, call: Call) -> str:
        return ", ".join([self.names[result] for result in call.results])

    def _out(self, call: Call) -> str | None:
        result = call.results[0]
        if not placed(call) or not (result in self.layout.offsets or result in self.layout.homes):
            return None
        return self.use(result)

    def _into(self, call: Call, out: str) -> list[str]:
        function = call.function
        if function == "copy" and (number := _uniform(call.args[0])) is not None:
            return [f"{out}.fill({self._number(number, call.result.dtype)})"]
        if function in ("copy", "astype"):
            self.imports.add("copyto")
            unsafe = ', casting="unsafe"' if function == "astype" else ""
            source = self.use(self.merged.spread.get(call, call.args[0]))
            return [f"copyto({out}, {source}{unsafe})"]
        if function == "where":
            self.imports.add("copyto")
            condition, yes, no = [self._argument(x) for x in call.args]
            return [f"copyto({out}, {no})", f"copyto({out}, {yes}, where={condition})"]
        return [self._expression(call, out)]

    def _expression(self, call: Call, out: str | None = None, first: str | None = None) -> str:
        """Return a call as an expression; `first` stands in place of its first argument."""
        function = call.function
        if function == "copy" and first is None and _uniform(call.args[0]) is not None:
            first = ""  # NumPy fills it
        first = self._argument(call.args[0], call) if first is None else first
        if function == "getitem":
            return f"{first}[{self._index(call.args[1])}]"
        if function in ("astype", "view"):
            return f"{first}.{function}({self._argument(call.args[1])})"
        if function == "copy":
            return self._copied(call, first)
        if function in _METHODS and not call.options:
            return self._method(call, first)
        if function in REDUCTIONS and set(call.options) <= {"axis", "keepdims", "dtype"}:
            return self._reduction(call, first, out)
        if out is not None and _is_dot(call):
            function = "dot"  # 0.5 µs less, and the same bits
        self._import(function)
        args = [first, *[self._argument(x, call) for x in call.args[1:]]]
        args += [f"{name}={self._argument(x)}" for name, x in call.options.items()]
        if out is not None:
            terse = self.terse and elementwise(function) and not call.options
            args.append(out if terse else f"out={out}")
        return f"{function}({', '.join(args)})"

    def _method(self, call: Call, x: str) -> str:
        """Return a view by a method, which takes 0.2 µs; NumPy's functions take up to 1 µs more."""
        name, rest = call.function, call.args[1:]
        if name == "transpose" and len(call.result.shape) == 2 and not rest:
            return f"{x}.T"
        if name in ("reshape", "transpose") and rest and rest[0] and type(rest[0]) is tuple:
            rest = rest[0]
        return f"{x}.{name}({', '.join([self._argument(one) for one in rest])})"

    def _reduction(self, call: Call, x: str, out: str | None) -> str:
        """Return the reduction of a ufunc, which takes a third of the time of `sum`."""
        name, options = REDUCTIONS[call.function], call.options
        self.imports.add(name)
        axis = self._argument(options.get("axis") if len(call.args) < 2 else call.args[1])
        args = [x, f"axis={axis}"]
        if options.get("dtype") is not None:
            args.append(f"dtype={self._argument(options['dtype'])}")
        if options.get("keepdims"):
            args.append("keepdims=True")
        if out is not None:
            args.append(f"out={out}")
        return f"{name}.reduce({', '.join(args)})"

    def _write(self, call: Call) -> list[str]:
        """Return the line that overwrites a part of the array that is there."""
        target, *rest = call.args
        self.names[call.result] = self.use(call.writes)  # type: ignore[arg-type]
        self.known.add(call.result)
        part = self._part(target, call.writes)  # type: ignore[arg-type]
        args = [self._argument(x) for x in rest]
        if call.function == "setitem":
            return [f"{part}[{self._index(rest[0])}] = {args[1]}"]
        self._import(call.function)
        args += [f"{name}={self._argument(x)}" for name, x in call.options.items()]
        return [f"{call.function}({', '.join([part, *args])})"]

    def _part(self, target: Value, whole: Value) -> str:
        """Return what shows the part of a value that another value's view shows of that one."""
        if target.view_of is None or written(target):
            return self.use(whole)
        origin = target.origin
        assert type(origin) is Call
        inner = self._part(target.view_of, whole)
        expression = self._expression(origin, first=inner)
        if len(origin.results) > 1:
            expression += f"[{origin.results.index(target)}]"
        if not self._stays(root_of(whole)):
            return expression
        name = self.parts.get(expression)
        if name is None:
            name = self.parts[expression] = f"part{len(self.parts)}"
            self.setup.append(f"{name} = {expression}")
        return name

    def _copied(self, call: Call, x: str) -> str:
        number = _uniform(call.args[0])
        if number is not None and in_order(call.result):
            self.imports.add("full")
            dtype = self._dtype(call.result.dtype)
            return f"full({call.result.shape}, {self._number(number, call.result.dtype)}, {dtype})"
        if in_order(call.result) and call.result.shape:
            return f"{x}.copy()"
        self.imports.add("array")
        return f"array({x})"

    def _import(self, function: str) -> None:
        if function in KERNELS:
            self.kernels.add(function)
            return
        package = function.partition(".")[0]
        if package in IMPORTS:
            self.modules.add(IMPORTS[package])
        else:
            self.imports.add(package)

    # ---- how things are written

    def use(self, value: Value) -> str:
        """Return the name of a value; what stays where it is, the setup defines."""
        name = self.names[value]
        if value in self.known:
            return name
        origin = value.origin
        if origin is None:
            return self._constant(value)
        if type(origin) is Call and is_view(origin) and self._stays(root_of(value)):
            self.known.update(origin.results)
            self.setup.append(f"{self._targets(origin)} = {self._expression(origin)}")
        elif value in self.layout.homes:
            self.known.add(value)
        elif value in self.layout.takes:
            self.known.add(value)
            self._take(value, self.layout.takes[value])
        elif value in self.layout.offsets:
            self.known.add(value)
            self._place(value, name)
        return name

    def _take(self, value: Value, taken: Value) -> None:
        """Let a value that takes the place of another have a name of its own for it."""
        name, other = self.names[value], self.use(taken)
        if not _alike(taken, value):
            self._place(value, name)
        elif name != other:
            self.setup.append(f"{name} = {other}")

    def _place(self, value: Value, name: str) -> None:
        """Let the setup find an array's place in the memory."""
        strides = "" if in_order(value) else f", strides={value.strides}"
        kind = f"{value.shape}, {self._dtype(value.dtype)}{strides}"
        self.places.setdefault(kind, {})[name] = self.layout.offsets[value]

    def _stays(self, root: Value) -> bool:
        """Whether a value is in the same memory in every run."""
        origin = root.origin
        if origin is None or root in self.layout.offsets or root in self.layout.homes:
            return True
        return type(origin) is Source and origin.kind not in ("argument", "gradient")

    def _constant(self, value: Value) -> str:
        if value.shape == ():
            return self._number(value.array[()], value.dtype)
        name = self.names[value]
        self.known.add(value)
        self.constant_lines.append(f"{name} = {self._literal(value)}")
        return name

    def _literal(self, value: Value) -> str:
        """Return an expression for a constant: written out if it is short or regular."""
        flat = value.array.reshape(-1)
        if flat.size and not any(value.strides) and value.dtype.kind in "fiu":
            self.imports.add("broadcast_to")
            return f"broadcast_to({self._number(flat[0], value.dtype)}, {value.shape})"
        if in_order(value) and flat.size and value.dtype.kind in "biuf" and np.isfinite(flat).all():
            dtype = self._dtype(value.dtype)
            shape = "" if len(value.shape) == 1 else f".reshape{value.shape}"
            if flat.size > 1 and (flat == flat[0]).all():
                self.imports.add("full")
                return f"full({value.shape}, {flat[0]!s}, {dtype})"
            if flat.size > 1 and np.array_equal(flat, np.arange(flat.size)):
                self.imports.add("arange")
                return f"arange({flat.size}, dtype={dtype}){shape}"
            if flat.size <= FEW:
                self.imports.add("array")
                return f"array([{', '.join([str(x) for x in flat])}], {dtype}){shape}"
        self.text.constants.append(value.array)
        return f"constants[{len(self.text.constants) - 1}]  # {value.dtype} {value.shape}"

    def _number(self, number: Any, dtype: np.dtype[Any]) -> str:
        """Return the name of a number as a 0-d array, which NumPy takes faster than its own."""
        text = number_text(np.asarray(number, dtype)[()])
        key = text, dtype
        name = self.numbers.get(key)
        if name is None:
            kind = self._dtype(dtype)
            word = number_word(text)
            if word in self.taken_words:
                word = f"{word}_{dtype}"
            self.taken_words.add(word)
            name = self.numbers[key] = word
            self.imports.add("array")
            self.imports.update([part for part in ("inf", "nan") if part in text])
            self.constant_lines.append(f"{name} = array({text}, {kind})")
        return name

    def _argument(self, x: Any, call: Call | None = None) -> str:
        kind = type(x)
        if kind is Value:
            return self.use(x)
        if (kind is float or kind is int) and call is not None and elementwise(call.function):
            dtype = next((v.dtype for v in call.operands), None)
            alike = all([v.dtype == dtype for v in call.operands])
            if (
                dtype is not None
                and alike
                and (dtype.kind == "f" or (dtype.kind in "iu" and kind is int))
            ):
                return self._number(x, dtype)
        if kind is tuple:
            inner = ", ".join([self._argument(item) for item in x])
            return f"({inner},)" if len(x) == 1 else f"({inner})"
        if kind is list:
            return f"[{', '.join([self._argument(item) for item in x])}]"
        if isinstance(x, np.dtype) or (isinstance(x, type) and issubclass(x, np.generic)):
            return self._dtype(np.dtype(x))
        if isinstance(x, np.generic):
            return self._number(x, x.dtype)
        if kind is float and (x != x or x in (np.inf, -np.inf)):
            self.imports.add("inf" if x == x else "nan")
        if kind is complex:
            text = number_text(x)
            self.imports.update([part for part in ("inf", "nan") if part in text])
            return text
        return repr(x)

    def _dtype(self, dtype: np.dtype[Any]) -> str:
        """Return an expression for a dtype."""
        name = "bool_" if dtype == np.bool_ else str(dtype)
        if not hasattr(np, name):  # another order of bytes
            self.imports.add("dtype")
            return f"dtype({name!r})"
        self.imports.add(name)
        return name

    def _index(self, index: Any) -> str:
        if type(index) is tuple:
            if not index:
                return "()"
            inner = ", ".join([self._index(item) for item in index])
            return inner + ("," if len(index) == 1 else "")
        if index is ...:
            return "..."
        if type(index) is slice:
            parts = [index.start, index.stop, index.step]
            first, second, third = ["" if x is None else str(x) for x in parts]
            return f"{first}:{second}" + (f":{third}" if third else "")
        return self._argument(index)


def _is_dot(call: Call) -> bool:
    """Whether a matrix product is one that `dot` computes too, into the same memory."""
    if call.function != "matmul" or len(call.operands) != 2:
        return False
    lengths = [n for value in call.operands for n in value.shape]
    floats = {value.dtype for value in [*call.operands, call.result]} in _FLOATS
    return floats and 3 <= len(lengths) <= 4 and min(lengths) > 1 and in_order(call.result)


def _alike(a: Value, b: Value) -> bool:
    return (a.shape, a.dtype, a.strides) == (b.shape, b.dtype, b.strides)


def _uniform(value: Value) -> Any:
    """Return the one number that a constant holds everywhere, to the bit; or else None."""
    array = value.array
    if value.origin is not None or not value.size:
        return None
    first = array[(0,) * array.ndim]
    return first if array.tobytes() == first.tobytes() * array.size else None
