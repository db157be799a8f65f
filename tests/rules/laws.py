"""The laws as functions of source text, so that tests can feed them a broken example, too."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hub.core.settings import ROOT
from wsgi import ROOMS

TOP_LEVEL = ("hub", "challenges", "badges", "leaderboard")
SQL_HOMES = {"queries", "models", "actions"}
# Files that hold SQL under a noun of their room's own: each is a set of queries and actions that outgrew one file.
EDGE_FURNITURE = {"views", "desk", "sales", "forms", "jobs", "listeners", "api", "cli"}


def sources() -> Iterator[tuple[Path, str]]:
    """Every Python file of the product."""
    for top in TOP_LEVEL:
        for path in sorted((ROOT / top).rglob("*.py")):
            yield path.relative_to(ROOT), path.read_text()


def room_of(module: str) -> str | None:
    """The room a module belongs to, or None outside the house."""
    for room in ROOMS:
        if module == room or module.startswith(room + "."):
            return room
    return None


def uphill_imports(path: str, source: str) -> list[str]:
    """Law 1: imports of rooms further down, and imports hidden in functions."""
    tree = ast.parse(source)
    here = room_of(path.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    if here is None:
        return []
    found = [
        f"{path}:{node.lineno} imports {name}, which sits downhill of {here}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported(node)
        if (room := room_of(name)) is not None and ROOMS.index(room) > ROOMS.index(here)
    ]
    return found + [
        f"{path}:{inner.lineno} hides an import in a function"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def imported(node: ast.AST) -> list[str]:
    """The modules that an import statement names; `from hub import x` names hub.x."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        if node.module in TOP_LEVEL:
            return [f"{node.module}.{alias.name}" for alias in node.names]
        return [node.module]
    return []


def stray_commits(path: str, source: str) -> list[str]:
    """Law 2: only the edges commit."""
    if path == "hub/core/edges.py":
        return []
    return [
        f"{path}:{node.lineno} commits by itself"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and ast.unparse(node.func.value).endswith("session")
    ]


def stray_sql(path: str, source: str) -> list[str]:
    """Law 3: views, desks, forms, jobs and commands never touch the session."""
    parts = Path(path).with_suffix("").parts
    if not EDGE_FURNITURE & set(parts):
        return []
    return [
        f"{path}:{node.lineno} touches the session"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr == "session" and ast.unparse(node.value) == "db"
    ]
