"""The command line from outside: help, versions, exit codes, and what an error says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hub import __version__
from tests.cli.conftest import Shell
from tests.cli.running import hub
from tests.house.tree import ROOT

COMMANDS = (
    "init",
    "simulate",
    "sync",
    "serve",
    "demo",
    "doctor",
    "query",
    "export",
    "documents",
    "dump",
    "backup",
    "restore",
    "audit",
    "sources",
)


def test_help_lists_every_command_and_what_the_exit_codes_mean() -> None:
    done = hub("--help")
    assert done.returncode == 0
    assert [name for name in COMMANDS if not re.search(rf"│ {name} ", done.stdout)] == []
    assert "130 interrupted" in done.stdout


def test_help_imports_nothing_that_a_command_alone_needs() -> None:
    heavy = {"polars", "sqlalchemy", "pydantic", "graphql", "uvicorn", "httpx"}
    code = f"import sys, hub.cli; print(sorted(sys.modules.keys() & {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_version_is_the_package_s() -> None:
    assert hub("--version").stdout == f"hub {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"\n## hub {command}" in (ROOT / "docs/cli.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        (["nonsense"], {}, 2, "No such command"),
        (["serve", "--host", "0.0.0.0"], {}, 2, "hub: not_loopback: "),  # noqa: S104  # what is refused
        (["serve", "--host", "192.0.2.1"], {}, 2, "HUB_ACCESS is not `tokens`"),
        (["simulate", "--host", "0.0.0.0"], {}, 1, "hub: not_loopback: "),  # noqa: S104  # what is refused
        (["simulate", "--once", "--persons", "5"], {}, 2, "hub: plan_invalid: "),
        (["demo", "--once", "--date", "2999-01-01"], {}, 2, "hub: bad_date: "),
        (["query", "--variables", "[]"], {}, 2, "hub: bad_variables: "),
        (["query", "no-such-file.graphql"], {}, 2, "hub: bad_document: "),
        (["export", "--out", "people.ods"], {}, 2, "hub: bad_file_name: "),
        (["doctor"], {"HUB_BOGUS": "secret"}, 1, "hub: bad_setting: "),
        (
            ["sync"],
            {"HUB_DATABASE_URL": "postgresql://hub:secret@127.0.0.1:1/hub"},
            1,
            "database_unreachable",
        ),
        (["sources", "list"], {"HUB_CONFIG_DIR": "nowhere"}, 1, "config_invalid: "),
        (["sources", "list"], {"HUB_DATABASE_URL": "secret"}, 1, "bad_setting: HUB_DATABASE_URL: "),
        (["init"], {"HUB_DATA_DIR": "/dev/null/nowhere"}, 1, "path_unusable: "),
        (["query", "--language", "xx"], {}, 2, "--language"),
        (["sources", "list"], {"HUB_CONFIG_DIR": "nowhere", "HUB_LOG_LEVEL": "secret"}, 1, "HUB_LOG_LEVEL"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_asked_wrongly_ends_with_one_clear_line(
    shell: Shell, tmp_path: Path, arguments: list[str], environment: dict[str, str], code: int, said: str
) -> None:
    done = shell(*arguments, **{"HUB_DATA_DIR": str(tmp_path)} | environment)
    assert (done.code, done.stdout) == (code, "")
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr
