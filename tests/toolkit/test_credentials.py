"""Credentials come from the variable or the file that an entry names, and from nowhere else."""

from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.settings import settings
from hub.toolkit.credentials import credential, where_to_look
from tests.toolkit.builders import entry

AUTH = {"kind": "api_key", "token_env": "HUB_CREDENTIAL_LIST_KEY"}


def test_a_variable_gives_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CREDENTIAL_LIST_KEY", "open-sesame")
    settings.cache_clear()
    assert credential(entry(auth=AUTH), "HUB_CREDENTIAL_LIST_KEY") == "open-sesame"
    settings.cache_clear()


@pytest.mark.parametrize("text", ["HUB_CREDENTIAL_LIST_KEY = open-sesame\n", "open-sesame\n"])
def test_a_file_gives_the_secret(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret").write_text(text.replace(" = ", "="))
    source = entry(auth={**AUTH, "secret_file": str(tmp_path / "secret")})
    assert credential(source, "HUB_CREDENTIAL_LIST_KEY") == "open-sesame"
    assert "secret file" in where_to_look(source)


@pytest.mark.parametrize("variable", ["HUB_CREDENTIAL_OTHER", "PATH"])
def test_other_variables_are_not_read(variable: str) -> None:
    settings.cache_clear()
    with pytest.raises(FatalError) as caught:
        credential(entry(auth=AUTH), variable)
    assert caught.value.code == "credential_missing"


def test_a_file_without_the_line_is_named_not_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("A=open-sesame\nB=2\n")
    with pytest.raises(FatalError) as caught:
        credential(entry(auth={**AUTH, "secret_file": str(tmp_path / "secret")}), "HUB_CREDENTIAL_LIST_KEY")
    assert "open-sesame" not in caught.value.message
