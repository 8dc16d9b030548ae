"""Trusted documents are known by the hash of their text."""

import hashlib
from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.registry.documents import read_documents


def written(folder: Path, name: str, text: bytes) -> None:
    (folder / "documents").mkdir(exist_ok=True)
    (folder / "documents" / name).write_bytes(text)


def test_the_id_is_the_hash_of_the_text_without_the_white_space_at_its_ends(tmp_path: Path) -> None:
    written(tmp_path, "b.graphql", b"\n{ a }\n")
    written(tmp_path, "a_1.graphql", b"{ b }")
    written(tmp_path, "note.md", b"no document")
    found = read_documents(tmp_path)
    assert [(one.name, one.text) for one in found] == [("a_1", "{ b }"), ("b", "{ a }")]
    assert found[1].id == "sha256:" + hashlib.sha256(b"{ a }").hexdigest()


def test_a_configuration_without_documents_has_none(tmp_path: Path) -> None:
    assert read_documents(tmp_path) == []


@pytest.mark.parametrize(("name", "text"), [("Big.graphql", b"{ a }"), ("a.graphql", b"\xff")])
def test_a_file_that_is_none_is_named(tmp_path: Path, name: str, text: bytes) -> None:
    written(tmp_path, name, text)
    with pytest.raises(FatalError, match=name):
        read_documents(tmp_path)
