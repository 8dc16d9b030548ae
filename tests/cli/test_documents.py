"""The registry of trusted documents by the command line."""

import json
import shutil
from pathlib import Path

import pytest

from hub.registry.documents import document_id
from hub.settings import default_config_dir
from tests.cli.conftest import Shell


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration of one's own with the documents of the house."""
    shutil.copytree(default_config_dir() / "documents", tmp_path / "config" / "documents")
    return tmp_path / "config"


def test_documents_are_listed_with_their_ids_and_whether_they_are_public(shell: Shell, config: Path) -> None:
    rows = json.loads(shell("documents", "list", "--json", HUB_CONFIG_DIR=str(config)).stdout)
    public = {row["name"]: row["public"] for row in rows}
    assert public == {"person_programs": False, "programs": True, "sources": True, "wilayah": True}
    assert "sha256:" in shell("documents", "list", HUB_CONFIG_DIR=str(config)).stdout


def test_a_document_is_added_once_it_can_be_answered(shell: Shell, config: Path, tmp_path: Path) -> None:
    file = tmp_path / "count.graphql"
    file.write_text("{ people { totalCount } }\n")
    for _ in range(2):
        done = shell("documents", "add", file, HUB_CONFIG_DIR=str(config))
        assert (done.code, done.stdout.strip()) == (0, document_id("{ people { totalCount } }"))
    file.write_text("{ people { nodes { name } } }")
    assert "another document" in shell("documents", "add", file, HUB_CONFIG_DIR=str(config)).stderr
    file.write_text("{ nothing }")
    refused = shell("documents", "add", file, "--name", "other", HUB_CONFIG_DIR=str(config))
    assert (refused.code, "bad_document" in refused.stderr) == (2, True)
    assert not (config / "documents" / "other.graphql").exists()


def test_a_check_ends_with_1_where_a_document_cannot_be_answered(shell: Shell, config: Path) -> None:
    assert shell("documents", "check", HUB_CONFIG_DIR=str(config)).code == 0
    (config / "documents" / "old.graphql").write_text("{ gone { code } }")
    done = shell("documents", "check", "--json", HUB_CONFIG_DIR=str(config))
    assert (done.code, "old: Cannot query field 'gone'" in done.stderr) == (1, True)
    assert [row["name"] for row in json.loads(done.stdout) if row["faults"]] == ["old"]
