"""Small wrong versions of a source file: one change each, in code that matters.

Docstrings, messages, annotations, ``__repr__``, ``__all__`` and blocks for type checkers are left
alone. A mutant is a place in the text and what stands there instead, so that all else keeps its
form and its line.
"""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass

# Calls that are replaced by what they are called on, or by their first argument.
DROPPED = {
    *("sum_to", "sum", "wide_sum", "add_up", "fitted", "private", "read_only", "as_plain", "view"),
    *("copy", "sorted", "hooked", "explained", "_checked", "_given", "_private", "recorded_twin"),
    *("astype", "reshape", "asarray", "abs", "transpose", "swapaxes", "broadcast_to"),
}
KEYWORDS = {"axis", "keepdims", "dtype", "strict", "key", "default"}
# Class attributes that are words for people, or inputs of the self-check.
WORDS = {"cases", "points", "symbol", "subgradient", "name", "__slots__", "__all__"}
MESSAGES = {"__repr__", "misfit"}
LARGE = 64  # thresholds of caches and pictures at module level: one more is as good

ARITHMETIC: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.Mult: ast.Div(),
    ast.Div: ast.Mult(),
    ast.FloorDiv: ast.Mult(),
    ast.Mod: ast.FloorDiv(),
    ast.Pow: ast.Mult(),
    ast.MatMult: ast.Mult(),
    ast.BitAnd: ast.BitOr(),
    ast.BitOr: ast.BitAnd(),
}
ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
COMPARISONS: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
}
OPPOSITES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)


@dataclass(frozen=True)
class Mutant:
    """Bytes `start` to `end` of a file, and what stands there instead."""

    path: str
    line: int
    kind: str
    start: int
    end: int
    new: str
    owner: str  # the class, or the function at module level, that it is in

    def apply(self, source: bytes) -> bytes:
        """Return the whole file with the change."""
        return source[: self.start] + self.new.encode() + source[self.end :]

    def diff(self, source: bytes) -> str:
        """Return the changed lines, as they were and as they are."""
        before, after = source.decode().splitlines(), self.apply(source).decode().splitlines()
        changed = list(difflib.unified_diff(before, after, n=0, lineterm=""))[3:]
        return "\n".join(changed)


def mutants_of(path: str, source: bytes, *, rules_only: bool = False) -> list[Mutant]:
    """Return all mutants of a file that compile; of rules and what they call, or of everything."""
    found: list[Mutant] = []
    seen: set[tuple[int, int, str]] = set()
    for mutant in _Finder(path, source, rules_only=rules_only).found():
        place = mutant.start, mutant.end, mutant.new
        if place in seen:
            continue
        seen.add(place)
        try:
            compile(mutant.apply(source), path, "exec")
        except SyntaxError:
            continue
        found.append(mutant)
    return found


def operations_of(source: bytes) -> dict[str, str]:
    """Return the names of the operations that a file defines, by the names of their classes."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.Assign) and "name" in _targets(part):
                    found[node.name] = str(ast.literal_eval(part.value))
    return found


class _Finder(ast.NodeVisitor):
    """Visits code that matters, and notes what can be changed."""

    def __init__(self, path: str, source: bytes, *, rules_only: bool) -> None:
        self.path = path
        self.source = source
        self.rules_only = rules_only
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.notes: list[Mutant] = []
        self.owner: list[str] = []
        self.function: list[str] = []
        self.public: set[str] = set()

    def found(self) -> list[Mutant]:
        tree = ast.parse(self.source)
        for node in tree.body:
            if _targets(node) == {"__all__"} and isinstance(node, ast.Assign | ast.AnnAssign):
                self.public = {c.value for c in ast.walk(node) if isinstance(c, ast.Constant)}
        self.visit(tree)
        return self.notes

    # ---- noting

    def note(self, node: ast.AST, kind: str, new: str) -> None:
        first = self.starts[node.lineno - 1] + node.col_offset
        last = self.starts[node.end_lineno - 1] + node.end_col_offset
        owner = self.owner[0] if self.owner else ""
        self.notes.append(Mutant(self.path, node.lineno, kind, first, last, new, owner))

    def instead(self, node: ast.expr, kind: str, new: ast.expr) -> None:
        self.note(node, kind, f"({ast.unparse(new)})")

    # ---- where it does not look

    def visit_Import(self, node: ast.AST) -> None:
        return

    visit_ImportFrom = visit_JoinedStr = visit_Assert = visit_Import

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.owner.append(node.name)
        for part in node.body:
            if not (self.rules_only and not isinstance(part, ast.FunctionDef)):
                self.visit(part)
        self.owner.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        at_module_level = not self.owner
        if node.name in MESSAGES or (
            self.rules_only and at_module_level and node.name in self.public
        ):
            return
        self.owner.append(node.name)
        self.function.append(node.name)
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(default)
        for part in node.body:
            self.visit(part)
        self.function.pop()
        self.owner.pop()

    def visit_Assign(self, node: ast.Assign) -> None:
        targets = _targets(node)
        if "msg" in targets or (targets & WORDS and not self.function):
            return
        if any(isinstance(t, ast.Attribute | ast.Subscript) for t in node.targets):
            self.note(node, "a statement removed", "pass")
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        alias = "TypeAlias" in ast.unparse(node.annotation)
        if node.value is not None and not alias and not _targets(node) & {"msg", *WORDS}:
            self.visit(node.value)

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) == "TYPE_CHECKING":
            return
        self.negated(node.test)
        self.generic_visit(node)

    # ---- statements

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.note(node, "a statement removed", "pass")
        other = ARITHMETIC.get(type(node.op))
        if other is not None and not _is_text(node.value):
            made = ast.AugAssign(target=node.target, op=other, value=node.value)
            self.note(node, "another operator", ast.unparse(made))
        self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.note(node, "a statement removed", "pass")
            self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.note(node, "a statement removed", "pass")

    visit_Break = visit_Continue = visit_Delete = visit_Raise

    def visit_Return(self, node: ast.Return) -> None:
        value = node.value
        if value is None:
            self.note(node, "a statement removed", "pass")
            return
        parts = value.elts if isinstance(value, ast.Tuple) else [value]
        if len(parts) == 2 and isinstance(value, ast.Tuple):
            self.instead(value, "results swapped", ast.Tuple([parts[1], parts[0]], ast.Load()))
        if self.function and "backward" in self.function[-1]:
            for part in parts:
                if not isinstance(part, ast.Constant):
                    self.instead(part, "a sign changed", ast.UnaryOp(ast.USub(), part))
        self.visit(value)

    # ---- conditions

    def negated(self, test: ast.expr) -> None:
        flipped = isinstance(test, ast.Compare) and isinstance(test.ops[0], OPPOSITES)
        if not flipped and not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
            self.instead(test, "a condition negated", ast.UnaryOp(ast.Not(), test))

    def visit_While(self, node: ast.While) -> None:
        self.negated(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.negated(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self.negated(test)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self.instead(node, "and for or", ast.BoolOp(other, node.values))
        for i in range(len(node.values)):
            rest = node.values[:i] + node.values[i + 1 :]
            made = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            self.instead(node, "a condition dropped", made)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for i, op in enumerate(node.ops):
            ops = [*node.ops[:i], COMPARISONS[type(op)], *node.ops[i + 1 :]]
            self.instead(node, "another comparison", ast.Compare(node.left, ops, node.comparators))
        self.generic_visit(node)

    # ---- expressions

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if not self.function or _is_text(node.left) or _is_text(node.right):
            return
        other = ARITHMETIC.get(type(node.op))
        if other is not None:
            self.instead(node, "another operator", ast.BinOp(node.left, other, node.right))
        if isinstance(node.op, ORDERED):
            self.instead(node, "operands swapped", ast.BinOp(node.right, node.op, node.left))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        logical = isinstance(node.op, ast.Not)
        self.instead(node, "a condition negated" if logical else "a sign changed", node.operand)
        if not isinstance(node.operand, ast.Constant):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.note(node, "True for False", repr(not value))
        elif isinstance(value, int) and (self.function or value < LARGE):
            self.note(node, "one more", repr(value + 1))
        elif isinstance(value, float):
            self.note(node, "one more", repr(value + 1.0))

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        name = getattr(called, "attr", getattr(called, "id", ""))
        of_library = isinstance(called, ast.Attribute) and ast.unparse(called.value).endswith("xp")
        method = isinstance(called, ast.Attribute) and not of_library
        if method and name in DROPPED:
            self.instead(node, "a call dropped", called.value)
        elif node.args and (of_library or name in DROPPED):
            self.instead(node, "a call dropped", node.args[0])
        if name == "where" and len(node.args) == 3:
            swapped = [node.args[0], node.args[2], node.args[1]]
            self.instead(node, "operands swapped", ast.Call(called, swapped, node.keywords))
        for keyword in node.keywords:
            if keyword.arg in KEYWORDS:
                rest = [one for one in node.keywords if one is not keyword]
                self.instead(node, "a keyword dropped", ast.Call(called, node.args, rest))
        self.generic_visit(node)


def _targets(node: ast.AST) -> set[str]:
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
