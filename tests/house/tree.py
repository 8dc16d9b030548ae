"""The repository as the house tests read it: its files, and its Python as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".png", ".jpg", ".gz", ".xlsx", ".parquet", ".woff2", ".ico"}


@dataclass(frozen=True)
class Module:
    """One Python file.

    Args:
        path: From the root of the repository.
        text: What stands in it.
    """

    path: Path
    text: str

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.text.count("\n")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """Dotted name (`hub.domain.nik`)."""
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    @property
    def is_package(self) -> bool:
        """Whether it is the `__init__` of a folder."""
        return self.path.name == "__init__.py"

    @cached_property
    def imports(self) -> tuple[tuple[str, str | None], ...]:
        """Every import anywhere in the file, also late ones and those for type checkers: (module, name)."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[tuple[str, str | None]]:
        for node in self._statements():
            if isinstance(node, ast.Import):
                yield from ((alias.name, None) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield from ((base, alias.name) for alias in node.names)

    def _statements(self) -> Iterator[ast.AST]:
        """Every statement, without the many nodes of its expressions."""
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                waiting += getattr(node, name, ())
            yield node

    def _absolute(self, node: ast.ImportFrom) -> str:
        if node.level == 0:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*parts, *([node.module] if node.module else [])])


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed, from the root of the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(Path(name) for name in set(told.split("\0")) if name and (ROOT / name).is_file()))


@cache
def modules(*tops: str) -> tuple[Module, ...]:
    """The Python files below these top-level folders."""
    found = [path for path in files() if path.suffix == ".py" and path.parts[0] in tops]
    return tuple(Module(path, (ROOT / path).read_text()) for path in found)


def texts(*tops: str) -> Iterator[tuple[Path, str]]:
    """The text files below these top-level folders or files."""
    for path in files():
        if path.parts[0] in tops and path.suffix not in BINARY:
            yield path, (ROOT / path).read_text(errors="replace")
