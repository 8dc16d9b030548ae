"""Versions of a rule side by side: what a change would find and drop, before it is made."""

import shutil
from pathlib import Path

import pytest

from hub.audit.comparing import Compared, compare
from hub.audit.editions import rules_of
from hub.errors import InputError
from hub.settings import default_config_dir
from tests.conftest import wait_for
from tests.sync_builders import Hub

CODE = "nik_not_matched"
FACT = '\n[[when.fact]]\nunknown_to = ["dukcapil", "dukcapil_kk", "dukcapil_lookup"]'

NOW = rules_of(default_config_dir(), [CODE])[CODE].version


def compared(hub: Hub, before: int, after: int) -> Compared:
    async def work() -> Compared:
        async with hub.database.connect() as connection:
            return await compare(connection, hub.settings, CODE, before, after)

    return wait_for(work())


@pytest.fixture
def narrower(pulled: Hub, tmp_path: Path) -> Hub:
    """The same hub under a configuration whose rule has another version that looks at a fact less."""
    config = tmp_path / "config"
    shutil.copytree(default_config_dir(), config)
    path = config / "rules" / f"{CODE}.toml"
    text = path.read_text()
    assert FACT in text
    path.write_text(text.replace(f"version = {NOW}", f"version = {NOW + 1}").replace(FACT, ""))
    return pulled.with_config(config)


def test_a_version_beside_itself_differs_in_nothing(pulled: Hub) -> None:
    assert {each["outcome"] for each in compared(pulled, NOW, NOW).outcomes} == {"same"}


def test_a_fact_less_drops_findings_and_adds_none(narrower: Hub) -> None:
    before = narrower.ask("select count(*) from finding")
    found = {each["outcome"]: each["findings"] for each in compared(narrower, NOW, NOW + 1).outcomes}
    assert found["dropped"] > 0
    assert "added" not in found
    assert "added" in {each["outcome"] for each in compared(narrower, NOW + 1, NOW).outcomes}
    assert narrower.ask("select count(*) from finding") == before


def test_a_version_that_nobody_knows_is_refused(pulled: Hub) -> None:
    with pytest.raises(InputError) as caught:
        compared(pulled, NOW, NOW + 9)
    assert caught.value.code == "unknown_version"
