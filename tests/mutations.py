"""Which small changes to the code `make mutants` tries: all that are possible, and a sample of them."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cosmic_ray.plugins
import parso.python.tree as tree
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.operators.operator import Example, Operator
from parso.tree import NodeOrLeaf

CHECKOUT = Path(__file__).parents[1]
TURNED = ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_GtE", "GtE_Lt", "Gt_LtE", "LtE_Gt", "Eq_NotEq", "NotEq_Eq")
CALCULATED = ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Add", "BitAnd_BitOr")
KINDS = (
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in (*TURNED, "Is_IsNot", "IsNot_Is")),
    *(f"core/ReplaceBinaryOperator_{pair}" for pair in CALCULATED),
    *(f"core/Replace{pair}" for pair in ("TrueWithFalse", "FalseWithTrue", "AndWithOr", "OrWithAnd")),
    *(f"core/Replace{pair}" for pair in ("BreakWithContinue", "ContinueWithBreak", "UnaryOperator_Delete_Not")),
    *(f"core/{name}" for name in ("AddNot", "ExceptionReplacer", "NumberReplacer", "ZeroIterationForLoop")),
    "ours/LineLeftOut",
)


class LineLeftOut(Operator):  # type: ignore[misc]  # of Any
    """Leaves out a statement of a function."""

    def mutation_positions(self, node: tree.PythonNode) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        if node.type == "simple_stmt" and in_function(node) and not idle(node.children[0]) and not ends_anyway(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: tree.PythonNode, index: int) -> tree.PythonNode:
        node.children = [tree.Keyword("pass", node.start_pos, node.get_first_leaf().prefix), node.children[-1]]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("def f():\n    g()", "def f():\n    pass"),)


class Ours:
    """Operators that Cosmic Ray does not have, as it wants them."""

    operators = {"LineLeftOut": LineLeftOut}

    def __iter__(self) -> Iterator[str]:
        return iter(self.operators)

    def __getitem__(self, name: str) -> type[Operator]:
        return self.operators[name]


cosmic_ray.plugins.OPERATOR_PROVIDERS["ours"] = Ours()


def in_function(node: tree.PythonNode) -> bool:
    """Whether it is within one, and no class within that."""
    return getattr(node.search_ancestor("funcdef", "classdef"), "type", "") == "funcdef"


def in_body(node: NodeOrLeaf) -> bool:
    """Whether it is run when somebody calls a function, and not when its module is imported."""
    suite = node.search_ancestor("suite")
    return suite is not None and (getattr(suite.parent, "type", "") == "funcdef" or in_body(suite))


def is_spelling(node: tree.PythonNode) -> bool:
    """Whether it says how something may be called or made, which changes no run: the `*` of parameters, `frozen`."""
    parent = node.parent.type if node.parent is not None else ""
    return parent == "parameters" or node.search_ancestor("decorator") is not None


def idle(statement: tree.PythonNode) -> bool:
    """Whether it does nothing by itself."""
    kinds = ("string", "strings", "import", "global", "nonlocal")
    return statement.type.startswith(kinds) or statement.get_code(include_prefix=False) == "pass"


def ends_anyway(node: tree.PythonNode) -> bool:
    """Whether it returns nothing where its function ends by itself, so that left out it changes no run."""
    return node.get_code(include_prefix=False).strip() in ("return", "return None") and is_last(node)


def is_last(node: NodeOrLeaf) -> bool:
    """Whether nothing of its function is run after it: in no loop, and in no `try` with an `else`."""
    suite = node.parent
    if suite is None or suite.type != "suite" or suite.children[-1] is not node:
        return False
    around = suite.parent
    through = around.type in ("if_stmt", "with_stmt") or (around.type == "try_stmt" and "else" not in around.children)
    return around.type == "funcdef" or (through and is_last(around))


@dataclass(frozen=True)
class Mutant:
    """One change."""

    path: str
    """From the top of the checkout."""
    line: int
    kind: str
    """The name of Cosmic Ray's operator."""
    occurrence: int
    """The how manyth of its kind in the file, from 0."""
    called: bool
    """Whether it is in a function, where a test has to call that to notice it."""


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All that can be made of a file."""
    nodes = list(ast_nodes(get_ast((CHECKOUT / path).read_text())))
    for kind in KINDS:
        operator = cosmic_ray.plugins.get_operator(kind)()
        places = ((node, start) for node in nodes for start, _ in operator.mutation_positions(node))
        for occurrence, (node, (line, _)) in enumerate(places):
            if not is_spelling(node):
                yield Mutant(path.as_posix(), line, kind, occurrence, in_body(node))


def sample(modules: Iterable[Path], many: int, seed: int) -> list[Mutant]:
    """So many, each in a line of its own."""
    chance = random.Random(seed)
    places = defaultdict(list)
    for mutant in (each for path in modules for each in mutants_of(path)):
        places[mutant.path, mutant.line].append(mutant)
    lines = chance.sample(sorted(places), min(many, len(places)))
    return [chance.choice(places[line]) for line in lines]


def python_files(names: Iterable[str]) -> list[Path]:
    """Modules of the package, from the top of the checkout; a name is a room, or a file or folder in the package."""
    found: set[Path] = set()
    for name in names:
        place = CHECKOUT / "asyncdemo" / name
        found |= set(place.rglob("*.py")) if place.is_dir() else {place}
    return sorted(path.relative_to(CHECKOUT) for path in found)
