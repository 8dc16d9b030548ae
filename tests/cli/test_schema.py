"""`hub schema` prints the schema, holds it against a release, and makes one."""

import json
from pathlib import Path

from hub.schema.build import federated, printed
from tests.cli.conftest import Shell

PAGE = Path(__file__).parents[2] / "docs" / "schema.md"


def test_the_schema_is_printed_as_committed(shell: Shell) -> None:
    assert shell("schema", "print").stdout == printed()
    assert shell("schema", "print", "--federation").stdout == federated().text


def test_the_reference_is_printed_as_committed(shell: Shell) -> None:
    assert shell("schema", "reference").stdout == PAGE.read_text(encoding="utf-8")


def test_a_release_is_made_and_checked_against(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "released.graphql"
    unborn = shell("schema", "check", "--file", path)
    assert (unborn.code, unborn.stdout) == (0, "")
    assert "no release yet" in unborn.stderr
    assert shell("schema", "release", "--file", path).code == 0
    kept = shell("schema", "check", "--file", path, "--json")
    assert (kept.code, json.loads(kept.stdout)) == (0, {"refused": [], "told": [], "released": True})


def test_a_promise_that_is_broken_ends_with_1_and_is_named(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "released.graphql"
    path.write_text("# hub 0.0.1, 2020-01-01\n\ntype Query { gone: Int }\n", encoding="utf-8")
    broken = shell("schema", "check", "--file", path)
    assert broken.code == 1
    assert broken.stdout == "refused  FIELD_REMOVED: Field Query.gone was removed.\n"
    made = shell("schema", "release", "--file", path)
    assert (made.code, "schema_breaks" in made.stderr) == (2, True)
    assert "gone: Int" in path.read_text(encoding="utf-8")
