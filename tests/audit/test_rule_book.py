"""Every rule of the configuration passes its own cases, beside a hub that holds other people."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from hub.audit.editions import rules_of
from hub.audit.trying import try_rule
from hub.registry.rules import load_rules
from hub.settings import default_config_dir
from tests.conftest import wait_for
from tests.sync_builders import Hub, loaded, new_hub

__all__ = ["loaded"]

CONFIG = default_config_dir()
COUNT = text("select count(*) from person_state")
RULES = load_rules(CONFIG / "rules", CONFIG / "programs")


@pytest.fixture(scope="module")
def hub(loaded: Hub) -> Iterator[Hub]:
    with new_hub(loaded) as made:
        yield made


@pytest.mark.parametrize("code", RULES)
def test_a_rule_finds_what_its_own_cases_say_and_nothing_else(hub: Hub, code: str) -> None:
    async def tried() -> list[tuple[str, str]]:
        async with hub.database.connect() as connection:
            told = await try_rule(connection, CONFIG, rules_of(CONFIG, [code])[code])
            assert (await connection.scalar(COUNT)) == 0
            return [(each.name, each.wrong) for each in told]

    told = wait_for(tried())
    assert [each for each in told if each[1]] == []
    assert len(told) == len(RULES[code].cases)
