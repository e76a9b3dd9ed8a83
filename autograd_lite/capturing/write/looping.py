"""Looping: a block as a loop over the parts of its arrays.

    for part in range(62):
        here = slice(part * 16192, part * 16192 + 16192)
        x_part = x[here]
        exp(x_part, out=exp1)  # exp1 has room for one part

Several threads share the parts of a loop whose body is a function; each has room of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd_lite.capturing.plan.blocks import Block
from autograd_lite.capturing.plan.knowledge import REDUCTIONS
from autograd_lite.capturing.plan.memory import Layout
from autograd_lite.capturing.program import Call, Program, Value
from autograd_lite.capturing.write.writing import Writer

__all__ = ["PAD", "LoopWriter"]

PAD = "    "


class LoopWriter(Writer):
    """Writes blocks."""

    def __init__(self, program: Program, layout: Layout, names: dict[Value, str]) -> None:
        super().__init__(program, layout, names)
        self.reserved = set(names.values())
        self.spreads = False  # whether several threads work on a block
        self.targets: dict[Value, str] = {}  # where a part leaves its total

    def block(self, block: Block, body: Callable[[list[Call]], list[str]]) -> list[str]:
        """Return the lines of a block.

        Parameters
        ----------
        block : Block
        body : callable
            Returns the lines of its calls, each of which :meth:`part_of_call` writes.
        """
        before = self._made_whole(block)
        views = [f"{self._name('here')} = {self._here(block)}"]
        together = [self._total(block, call) for call in block.calls if call.result in block.totals]
        outer = sorted((block.parted | block.whole) - self._inside(block), key=_number)
        wholes = {value: self.use(value) for value in outer}
        views += self._outer(block, wholes) + self._inner(block)
        loop = self._loop(block, [*views, *body(block.calls)])
        self.names.update(wholes)
        return [*before, *loop, *together]

    def _loop(self, block: Block, inside: list[str]) -> list[str]:
        unit = "rows" if block.cut.shape is None else "elements"
        size = f"{block.parts} parts of {block.rows} {unit}"
        part, body = self._name("part"), [PAD + line if line else "" for line in inside]
        if block.threads == 1:
            return [
                f"# {size}: what one line leaves, the next finds in the cache",
                f"for {part} in range({block.parts}):",
                *body,
            ]
        self.spreads = True
        work = self._name("work")
        return [
            f"# {size}, shared by {block.threads} threads",
            f"def {work}({part}, {self._name('lane')}):",
            *body,
            f"spread({work}, {block.parts}, {block.threads})",
        ]

    def part_of_call(self, call: Call) -> list[str]:
        """Return the lines of a call of the block that is being written."""
        result = call.result
        target = self.targets.get(result)
        if target is None:
            return self._into(call, self.names[result])
        if result.size > 1:
            return self._into(call, target)
        ufunc, kind = REDUCTIONS[call.function], call.options.get("dtype")
        self.imports.add(ufunc)
        more = f", dtype={self._argument(kind)}" if kind is not None else ""
        return [f"{target} = {ufunc}.reduce({self.use(call.args[0])}, axis=None{more})"]

    # ---- totals

    def _total(self, block: Block, call: Call) -> str:
        """Make room for the totals of the parts; return the line that puts them together."""
        ufunc, result = REDUCTIONS[call.function], call.result
        parts = self._name(f"{self.names[result]}_parts")
        self.targets[result] = f"{parts}[{self._name('part')}]"
        shape = (block.parts, *result.shape)
        place = str(self.layout.partials[result])
        self.setup.append(f"{parts} = {self._array(shape, result, place)}")
        self.imports.add(ufunc)
        if result in self.layout.offsets:
            return f"{ufunc}.reduce({parts}, axis=0, out={self.use(result)})"
        return f"{self.names[result]} = {ufunc}.reduce({parts}, axis=0)"

    # ---- names for parts

    def _made_whole(self, block: Block) -> list[str]:
        """Return lines that make the arrays which become somebody else's."""
        lines = []
        for call in block.calls:
            result = call.result
            known = result in self.layout.offsets or result in self.layout.homes
            if result in block.parted and not known:
                self.imports.add("empty")
                kind = self._argument(result.dtype)
                lines.append(f"{self.names[result]} = empty({result.shape}, {kind})")
        return lines

    def _outer(self, block: Block, wholes: dict[Value, str]) -> list[str]:
        """Return lines that take a part of each whole array; from here on, names mean parts."""
        lines: dict[str, str] = {}
        flat = ".reshape(-1)" if block.cut.shape is not None else ""
        for value, whole in wholes.items():
            if value in block.parted:
                part = f"{whole}{flat}[{self._name('here')}]"
            elif flat and value.shape:
                part = f"{whole}.reshape(())"
            else:
                continue
            self.names[value] = name = self._name(f"{whole}_part")
            lines[name] = f"{name} = {part}"
        return list(lines.values())

    def _inner(self, block: Block) -> list[str]:
        """Make room for a part of what is inside; return lines that cut it to the part's size."""
        lines = []
        rooms: dict[tuple[int, tuple[int, ...], object], str] = {}
        for value in sorted(self._inside(block), key=_number):
            shape = block.part_shape(value)
            name = self.names[value]
            key = self.layout.offsets[value], shape, value.dtype
            self.known.add(value)
            if key not in rooms:
                rooms[key] = name
                lines.extend(self._room(block, value, name))
            self.names[value] = rooms[key]
        return lines

    def _room(self, block: Block, value: Value, name: str) -> list[str]:
        """Make room for parts of a value; return the line that each part begins with, if any."""
        shape, place = block.part_shape(value), str(self.layout.offsets[value])
        rest = "" if block.even else f"[: {block.cut.length} - {self._name('part')} * {block.rows}]"
        if block.threads > 1:
            room, lane = self._name(f"{name}_lanes"), self._name("lane")
            place += f" + lane * {self.layout.lanes[block]}"
            array = self._array(shape, value, place)
            self.setup.append(f"{room} = [{array} for lane in range({block.threads})]")
            return [f"{name} = {room}[{lane}]{rest}"]
        room = self._name(f"{name}_room") if rest else name
        self.setup.append(f"{room} = {self._array(shape, value, place)}")
        return [f"{name} = {room}{rest}"] if rest else []

    def _inside(self, block: Block) -> set[Value]:
        """Return the values of which there is one part at a time."""
        return block.inner - self.layout.homes.keys()

    def _here(self, block: Block) -> str:
        part = self._name("part")
        return f"slice({part} * {block.rows}, {part} * {block.rows} + {block.rows})"

    def _array(self, shape: tuple[int, ...], like: Value, place: str) -> str:
        """Return the expression that finds room in the memory."""
        return f"memory({place}, {shape}, {self._argument(like.dtype)})"

    def _name(self, hint: str) -> str:
        """Return a name that no value has."""
        while hint in self.reserved:
            hint += "_"
        return hint


def _number(value: Value) -> int:
    return value.number
