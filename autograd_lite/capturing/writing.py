"""Writing: each call of a program as a line or two of Python."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.capturing.knowledge import REDUCTIONS, elementwise, is_ufunc, is_view
from autograd_lite.capturing.memory import Layout, placed, root_of
from autograd_lite.capturing.program import Call, Note, Program, Source, Value

__all__ = ["Text", "Writer"]


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
    """

    def __init__(self) -> None:
        self.source = ""
        self.outside: list[Value] = []
        self.arguments: list[Value] = []
        self.constants: list[Any] = []
        self.draws: list[tuple[Any, ...]] = []
        self.errors: list[type[Exception]] = []


class Writer:
    """Writes calls, and collects what they need: imports, names, memory made once."""

    def __init__(self, program: Program, layout: Layout, names: dict[Value, str]) -> None:
        self.program = program
        self.layout = layout
        self.names = names
        self.text = Text()
        self.imports: set[str] = set()  # from NumPy
        self.modules: set[str] = set()  # lines that import others
        self.setup: list[str] = []
        self.known: set[Value] = set()  # what the setup has defined
        self.numbers: dict[Any, str] = {}

    def comment(self, note: Note) -> str:
        """Return the comment for calls of one operation."""
        where = f" · {note.path}" if note.path else ""
        return f"# {note.phase or 'values'}: {note.operation or 'sum of gradients'}{where}"

    # ---- one call

    def call(self, call: Call) -> list[str]:
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
        name = self.names[call.results[0]]
        if len(call.results) > 1:
            name = ", ".join([self.names[r] for r in call.results])
        if out is None:
            return [f"{name} = {self._expression(call)}"]
        return self._into(call, out)

    def _out(self, call: Call) -> str | None:
        result = call.results[0]
        if not placed(call) or not (result in self.layout.offsets or result in self.layout.homes):
            return None
        return self.use(result)

    def _into(self, call: Call, out: str) -> list[str]:
        function = call.function
        if function in ("copy", "astype"):
            self.imports.add("copyto")
            unsafe = ', casting="unsafe"' if function == "astype" else ""
            return [f"copyto({out}, {self.use(call.args[0])}{unsafe})"]
        if function == "where":
            self.imports.add("copyto")
            condition, yes, no = [self._argument(x) for x in call.args]
            return [f"copyto({out}, {no})", f"copyto({out}, {yes}, where={condition})"]
        return [self._expression(call, out)]

    def _expression(self, call: Call, out: str | None = None) -> str:
        function = call.function
        if function == "getitem":
            return f"{self._argument(call.args[0])}[{self._index(call.args[1])}]"
        if function in ("astype", "view"):
            return f"{self.use(call.args[0])}.{function}({self._argument(call.args[1])})"
        if function == "copy":
            return f"{self.use(call.args[0])}.copy()"
        if function in REDUCTIONS and set(call.options) <= {"axis", "keepdims", "dtype"}:
            return self._reduction(call, out)
        self.imports.add(function.partition(".")[0])
        args = [self._argument(x, call) for x in call.args]
        if out is not None and is_ufunc(function) and not call.options:
            return f"{function}({', '.join([*args, out])})"  # out= would take 0.05 µs more
        args += [f"{name}={self._argument(x)}" for name, x in call.options.items()]
        if out is not None:
            args.append(f"out={out}")
        return f"{function}({', '.join(args)})"

    def _reduction(self, call: Call, out: str | None) -> str:
        """Return the reduction of a ufunc, which takes a third of the time of `sum`."""
        name, axis = REDUCTIONS[call.function], call.options.get("axis")
        self.imports.add(name)
        dtype = self._argument(call.options.get("dtype"))
        keep = call.options.get("keepdims", False)
        args = [self.use(call.args[0]), self._argument(axis)]
        if out is not None or dtype != "None" or keep:
            args += [dtype, str(out)]
        return f"{name}.reduce({', '.join([*args, 'True'] if keep else args)})"

    def _write(self, call: Call) -> list[str]:
        """Return lines that overwrite a part of an array, of a copy of what it held before."""
        before, result, (target, *rest) = call.writes, call.result, call.args
        assert before is not None
        name = self.names[result]
        lines = [f"{name} = {self.use(before)}.copy()"]
        self.known.add(result)
        part = self._part_of(target, before, name)
        args = [self._argument(x) for x in rest]
        if call.function == "setitem":
            lines.append(f"{part}[{self._index(rest[0])}] = {args[1]}")
        else:
            self.imports.add(call.function.partition(".")[0])
            lines.append(f"{call.function}({', '.join([part, *args])})")
        return lines

    def _part_of(self, target: Value, before: Value, name: str) -> str:
        """Return the expression for a view of what took the place of `before`."""
        if target is before:
            return name
        origin = target.origin
        assert type(origin) is Call
        parent, *rest = origin.args
        inner = self._part_of(parent, before, name)
        if origin.function == "getitem":
            return f"{inner}[{self._index(rest[0])}]"
        self.imports.add(origin.function)
        args = [inner, *[self._argument(x) for x in rest]]
        args += [f"{key}={self._argument(x)}" for key, x in origin.options.items()]
        return f"{origin.function}({', '.join(args)})"

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
            self.known.add(value)
            self.setup.append(f"    {name} = {self._expression(origin)}")
        elif value in self.layout.homes:
            self.known.add(value)
            self.names[value] = name = self.use(self.layout.homes[value])
        elif value in self.layout.takes:
            taken = self.layout.takes[value]
            self.known.add(value)
            same = taken.shape == value.shape
            if same:
                self.names[value] = name = self.use(taken)
            else:
                self.setup.append(self._placed(value, name))
        elif value in self.layout.offsets:
            self.known.add(value)
            self.setup.append(self._placed(value, name))
        return name

    def _placed(self, value: Value, name: str) -> str:
        """Return the line that finds an array's place in the memory."""
        self.imports.add("ndarray")
        offset = self.layout.offsets[value]
        strides = "" if _in_order(value) else f", strides={value.strides}"
        dtype = self._argument(value.dtype)
        return f"    {name} = ndarray({value.shape}, {dtype}, memory, start + {offset}{strides})"

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
        self.setup.append(f"    {name} = constants[{len(self.text.constants)}]")
        self.text.constants.append(value.array)
        return name

    def _number(self, number: Any, dtype: np.dtype[Any]) -> str:
        """Return the name of a number as a 0-d array, which NumPy takes faster than its own."""
        key = repr(number.item() if hasattr(number, "item") else number), dtype
        name = self.numbers.get(key)
        if name is None:
            text, kind = key[0], str(dtype)
            safe = text.replace("-", "m").replace(".", "_").replace("+", "").replace("e", "e")
            name = self.numbers[key] = f"c{safe}_{kind}"
            kind = "bool_" if kind == "bool" else kind
            self.imports.update(["array", kind] + (["inf"] if "inf" in text else []))
            self.imports.update(["nan"] if "nan" in text else [])
            self.setup.append(f"    {name} = array({text}, {kind})")
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
        if isinstance(x, np.dtype):
            name = "bool_" if str(x) == "bool" else str(x)
            self.imports.add(name)
            return name
        if isinstance(x, type) and issubclass(x, np.generic):
            self.imports.add(x.__name__)
            return x.__name__
        if isinstance(x, np.generic):
            return self._number(x, x.dtype)
        if kind is float and (x != x or x in (np.inf, -np.inf)):
            self.imports.add("inf" if x == x else "nan")
        return repr(x)

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


def _in_order(value: Value) -> bool:
    expected = value.dtype.itemsize
    for length, stride in zip(reversed(value.shape), reversed(value.strides), strict=True):
        if length > 1 and stride != expected:
            return False
        expected *= length
    return True
