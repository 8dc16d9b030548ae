"""A person is told everything that is held of her and who saw it, nothing of anyone else, and that leaves its line."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest

from hub.access.breaches import Breach, Touched, Window
from hub.access.sealing import ledger_keys, lines_about, seal_waiting
from hub.domain import clock
from hub.errors import InputError
from hub.registry.agencies import load_agencies, load_terms
from hub.registry.rights import load_rights
from hub.settings import default_config_dir
from hub.store.database import Database
from hub.store.roles import Role
from hub.workflow.letters import access_letter, breach_letter, seen_letter
from hub.workflow.subject import everything_of, one_of
from tests.access.test_sealing import leave
from tests.conftest import wait_for
from tests.graph_builders import uid
from tests.schema.conftest import BUDI, NOW, SITI, story
from tests.schema.town import found

CONFIG = default_config_dir()
CONTROLLER = load_rights(CONFIG).controller
ALI = "3320010101809005"


@pytest.fixture(scope="module")
def hub(database: Database) -> Database:
    """The story, with a person whose name is markup and who was seen twice."""
    told = story()
    ali = told.person("<b>ALI</b>", ALI)
    told.enrolled(ali, "PIP", "2025-01-01")
    told.anchored(ali)
    found(told, 1, [2, 1])
    wait_for(told.store(database))
    wait_for(leave(database, [ali, 1], [1], [ali]))
    return database


async def told_of(hub: Database, nik: str, person: UUID | None = None) -> dict[str, Any]:
    with clock.pin(NOW):
        return await everything_of(hub, nik, person, "ani")


async def test_everything_is_told_with_who_states_it(hub: Database) -> None:
    told = await told_of(hub, SITI, uid("person", 1))
    assert {"person_state", "membership", "household_member", "enrollment", "benefit", "claim_person"} <= set(
        told["held"]
    )
    assert {row["program"] for row in told["held"]["enrollment"]} == {"Program PKH", "Program BPNT"}
    assert {row["source"] for row in told["held"]["claim_person"]} == {"Daftar pkh", "Daftar bpnt"}
    assert [row["source"] for row in told["records"]] == ["Daftar pkh", "Daftar bpnt"]
    text = str(told)
    assert "SITI AMINAH" in text
    assert all(other not in text for other in ("TINI", "BUDI", BUDI, "ALI"))


async def test_a_finding_is_told_to_everybody_in_its_evidence(hub: Database) -> None:
    for nik, person in ((BUDI, uid("person", 2)), (SITI, uid("person", 1))):
        assert [row["rule"] for row in (await told_of(hub, nik, person))["findings"]] == ["after_death"]
    assert (await told_of(hub, ALI))["findings"] == []


async def test_of_several_bearers_one_has_to_be_chosen(hub: Database) -> None:
    with pytest.raises(InputError) as refused:
        await told_of(hub, SITI)
    assert refused.value.code == "several_bearers"
    assert str(uid("person", 1)) in refused.value.message
    assert SITI not in refused.value.message
    assert (await told_of(hub, SITI, uid("person", 3)))["held"]["person_state"][0]["name"] == "TINI"


@pytest.mark.parametrize(("nik", "person", "code"), [
    ("123", None, "bad_nik"), ("3320014101909999", None, "unknown_person"), (SITI, uid("person", 2), "unknown_person"),
])  # fmt: skip
async def test_nobody_is_told_of_someone_else(
    hub: Database, nik: str, person: UUID | None, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        await told_of(hub, nik, person)
    assert refused.value.code == code
    assert nik not in refused.value.message


async def test_the_telling_itself_leaves_a_line(hub: Database) -> None:
    person = await _number(hub, BUDI)
    before = len((await told_of(hub, BUDI))["seen"])
    seen = (await told_of(hub, BUDI))["seen"]
    assert len(seen) == before + 1
    assert (seen[-1]["caller"], seen[-1]["purpose"]) == ("hub/ani", "hak-subjek")
    assert await _lines(hub, person) >= before + 1


async def _number(hub: Database, nik: str) -> int:
    async with hub.connect() as connection:
        return (await one_of(connection, nik, None))[0]


async def _lines(hub: Database, person: int) -> int:
    keys = ledger_keys(hub.roles)
    await seal_waiting(hub, keys)
    async with hub.connect(Role.LEDGER) as connection:
        return len(await lines_about(connection, keys, [person]))


class Words(HTMLParser):
    """The text of a page, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.elements = "", set[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Keeps an element."""
        self.elements.add(tag)

    def handle_data(self, data: str) -> None:
        """Keeps the text."""
        self.text += data


async def test_the_letter_tells_the_same_in_indonesian_and_escapes_every_value(hub: Database) -> None:
    told = await told_of(hub, ALI)
    page = Words(access_letter(told, CONTROLLER, load_agencies(CONFIG), load_terms(CONFIG)))
    assert "b" not in page.elements
    assert "script" not in page.elements
    for word in (
        "<b>ALI</b>",
        ALI,
        "Program PIP",
        "Verifikasi dan validasi data terpadu",
        "Pasal 32",
        CONTROLLER.contact,
    ):
        assert word in page.text
    assert "sejak 1 Januari 2025" in page.text
    assert "10 Januari 2026 pukul 10.00 WIB" in page.text


def test_a_letter_on_who_saw_names_agency_and_purpose() -> None:
    line = {"at": "2026-11-28T17:30:00Z", "caller": "dinsos-jepara/sistem", "purpose": "verivali",
            "agreement": "pks-1@1", "fields": ["Person.name"], "subjects": []}  # fmt: skip
    page = Words(seen_letter([line], NOW, CONTROLLER, load_agencies(CONFIG), load_terms(CONFIG))).text
    for word in (
        "29 November 2026 pukul 00.30 WIB",
        "Dinas Sosial Kabupaten Jepara",
        "pks-1@1",
        "Person.name",
    ):
        assert word in page
    assert "Belum ada" in seen_letter([], NOW, CONTROLLER, {}, load_terms(CONFIG))


@pytest.mark.parametrize("to_authority", [True, False])
def test_a_notice_of_a_breach_has_what_the_law_asks_for(to_authority: bool) -> None:
    known = datetime(2026, 11, 28, 1, tzinfo=UTC)
    window = Window(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC), "dinsos")
    breach = Breach(UUID(int=1), known, known.replace(day=30), window, "Kata sandi <bocor>", "Sudah diganti")
    touched = Touched((UUID(int=2),), 1, 4, {"Person.nik": 4}, {"dinsos/a": 4}, None, None)
    page = Words(breach_letter(breach, touched, CONTROLLER, to_authority=to_authority)).text
    for word in (
        "Pasal 46",
        "Person.nik",
        "20 November 2026",
        "Kata sandi <bocor>",
        "Sudah diganti",
        "30 November 2026",
    ):
        assert word in page
    assert ("2 orang" in page) == to_authority
    assert ("dinsos/a" in page) == to_authority


@pytest.mark.parametrize("number", [ALI, "20250101", "001", "2025"])
def test_a_number_is_never_read_as_a_day(number: str) -> None:
    told = {"told_at": NOW.isoformat(), "held": {"person_state": [{"nik": number}]}, "records": [], "findings": [],
            "restrictions": [], "cases": [], "seen": []}  # fmt: skip
    assert f"<td>{number}</td>" in access_letter(told, CONTROLLER, {}, load_terms(CONFIG))
