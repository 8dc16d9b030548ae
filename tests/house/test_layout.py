"""The top of the repository holds what the README's map names, and no more."""

import tomllib

from tests.house.tree import ROOT, files

TOP = {
    ".ci", ".gitattributes", ".gitignore", ".importlinter", "CHANGELOG.md", "LICENSE", "Makefile",
    "README.md", "config", "docker", "docs", "hub", "pyproject.toml", "requirements-bench.lock",
    "requirements-run.lock", "requirements.lock", "tests",
}  # fmt: skip


def test_the_top_level_holds_what_is_agreed() -> None:
    assert {path.parts[0] for path in files()} - TOP == set()


def test_every_folder_of_the_package_has_an_init() -> None:
    """Alembic loads migrations by path, so theirs needs none."""
    ours = [path for path in files() if path.parts[0] == "hub" and "migrations" not in path.parts]
    folders = {path.parent for path in ours if path.suffix == ".py"}
    assert [str(folder) for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()] == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lock = (ROOT / "requirements.lock").read_text()
    names = [requirement.split(">")[0].split("[")[0].strip() for requirement in wanted]
    assert [name for name in names if f"\n{name}==" not in f"\n{lock}"] == []
