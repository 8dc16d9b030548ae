"""The canonical dump: what is in it, and what never shows."""

import json

import pytest

from hub.errors import InputError
from hub.store.database import Database
from hub.store.tables import metadata
from hub.workflow.dump import CHANCE, PARTS, lines
from tests.graph_builders import Graph

NIK = "3320014101909001"
KK = "3320010101209003"
#: They stand in other parts: mentions and persons name things; the key signs; the inbox is the ledger's;
#: what the audit found and what was said of it is history, never rebuilt from records; it counts overlaps anew.
ELSEWHERE = {
    "cluster_member", "person", "context_key", "ledger_inbox", "relocation", "withdrawal", "finding", "audit_case",
    "case_event", "overlap_person", "overlap_cell",
}  # fmt: skip


def story(first: int = 0) -> Graph:
    """A person on a card, enrolled and paid; ids begin after `first`."""
    graph = Graph(_numbers=dict.fromkeys(("person", "card", "enrollment", "benefit"), first)).basics()
    siti = graph.person("SITI AMINAH", NIK)
    graph.member(siti, graph.card(KK), "2024-06-01")
    pkh = graph.enrolled(siti, "PKH", "2024-01-01")
    graph.paid(siti, pkh, "PKH", "2025-01-01", "2025-04-01")
    return graph


async def dumped(database: Database, *chosen: str) -> list[str]:
    return "".join([batch async for batch in lines(database, chosen)]).splitlines()


async def test_every_table_that_grows_with_people_has_its_part() -> None:
    grown = {table.name for table in metadata.tables.values() if "home_area_key" in table.c} - ELSEWHERE
    assert [name for name in sorted(grown) if f"from {name} t" not in " ".join(PARTS.values())] == []


async def test_a_dump_is_json_lines_that_are_sorted_within_each_part(fresh_database: Database) -> None:
    await story().store(fresh_database)
    found = await dumped(fresh_database)
    parts = [json.loads(line)["part"] for line in found]
    assert list(dict.fromkeys(parts)) == [name for name in PARTS if name in parts]
    assert {"person_state", "membership", "enrollment", "benefit"} <= set(parts)
    for name in set(parts):
        own = [line for line, part in zip(found, parts, strict=True) if part == name]
        assert own == sorted(own, key=str.encode)


async def test_no_id_and_no_instant_shows(fresh_database: Database) -> None:
    await story().store(fresh_database)
    named = {"dwelling"}  # The key of a dwelling, written without ids.
    for line in await dumped(fresh_database):
        assert json.loads(line).keys() & (set(CHANCE) - named) == set()


async def test_graphs_that_differ_in_ids_alone_have_one_dump(
    fresh_database: Database, database: Database
) -> None:
    await story().store(fresh_database)
    await story(first=500).store(database)
    assert await dumped(fresh_database) == await dumped(database)


async def test_only_the_chosen_parts_are_dumped(fresh_database: Database) -> None:
    await story().store(fresh_database)
    found = [json.loads(line) for line in await dumped(fresh_database, "membership", "family_card")]
    assert [(row["part"], row.get("card") or row["no_kk"]) for row in found] == [
        ("family_card", KK),
        ("membership", KK),
    ]


async def test_a_part_that_does_not_exist_is_told_with_those_that_do(database: Database) -> None:
    with pytest.raises(InputError, match="membership"):
        await dumped(database, "nonsense")
