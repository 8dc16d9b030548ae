"""Whom the look-ups ask for, from what lists and the register have said."""

from hub.registry.sources import SourceConfig, load_sources
from hub.settings import default_config_dir
from hub.workflow.lookups import wanted
from tests.ingest.builders import Desk, nik, said
from tests.ingest.conftest import desk, prepared

__all__ = ["desk", "prepared"]


async def asked(desk: Desk, name: str) -> list[object]:
    """The questions of a look-up source, in order."""
    sources: dict[str, SourceConfig] = load_sources(default_config_dir() / "sources")
    return [question async for question in wanted(desk.connection, sources, sources[name])]


async def test_a_number_that_only_a_list_and_a_verification_state_is_retrieved(desk: Desk) -> None:
    await desk.absorb("pkh", [said("a", "SITI", nik(1)), said("b", "SARI", nik(2))])
    await desk.absorb("dukcapil", [said("b", "SARI", nik(2))])
    await desk.absorb("dukcapil_verify", [said("a", None, nik(1))])
    assert await asked(desk, "dukcapil_lookup") == [nik(1)]


async def test_a_number_that_the_register_states_is_not_verified(desk: Desk) -> None:
    await desk.absorb("pkh", [said("a", "SITI", nik(1)), said("b", "SARI", nik(2))])
    await desk.absorb("dukcapil", [said("b", "SARI", nik(2))])
    questions = await asked(desk, "dukcapil_verify")
    assert [question["NIK"] for question in questions if isinstance(question, dict)] == [nik(1)]
