"""Each way in which a registry misbehaves ends in the right error, or harms nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.connectors import CONNECTORS
from hub.errors import FatalError, HubError, RetriableError
from hub.registry.sources import SourceConfig, load_sources
from hub.settings import Settings, adopt
from hub.simulator import spoiling
from hub.simulator.faults import MODES
from hub.toolkit.http import Patience
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from hub.toolkit.records import prepare
from tests.sync_builders import CREDENTIALS, Registries

LISTING = "/dapodik"
FOREVER = 99
HURRIED = Patience(attempts=2, first_wait=0.0, longest_wait=0.0, longest_retry_after=1.0)
#: What ends the pull when the fault stays.
ENDS: dict[str, tuple[type[HubError], str]] = {
    "429": (RetriableError, "busy"),
    "429_skewed": (RetriableError, "busy"),
    "500": (RetriableError, "busy"),
    "503": (RetriableError, "busy"),
    "204": (RetriableError, "answer_odd"),
    "redirect": (FatalError, "redirected"),
    "html200": (RetriableError, "html_instead"),
    "truncate": (RetriableError, "connection_broken"),
    "reset": (RetriableError, "connection_broken"),
    "hang": (RetriableError, "timeout"),
    "drip": (RetriableError, "timeout"),
    "garbage": (RetriableError, "json_unreadable"),
    "empty": (RetriableError, "json_unreadable"),
    "short_json": (RetriableError, "json_unreadable"),
    "bad_gzip": (RetriableError, "answer_odd"),
    "bomb": (RetriableError, "answer_odd"),
    "cp1252": (RetriableError, "json_unreadable"),
    "utf16": (RetriableError, "json_unreadable"),
    "nan": (RetriableError, "json_unreadable"),
    "key_twice": (RetriableError, "json_unreadable"),
    "deep": (RetriableError, "json_unreadable"),
    "doubled": (FatalError, "listing_incomplete"),
    "emptied": (RetriableError, "page_empty"),
    "no_rows": (FatalError, "listing_odd"),
    "next_stuck": (RetriableError, "page_empty"),
    "page_before": (RetriableError, "page_moved"),
    "page_after": (RetriableError, "page_moved"),
    "page_repeated": (RetriableError, "page_repeated"),
    "page_missing": (FatalError, "listing_incomplete"),
}
#: What is no fault of the transport: the rows come, and what they say is judged row by row.
COMES = (
    "bom",
    "reordered",
    "big_int",
    "nul",
    "surrogate",
    "field_gone",
    "type_changed",
    "vanished",
    "halved",
)


@pytest.fixture
def registries(village: Registries) -> Iterator[Registries]:
    village.server.month(1)
    village.server.heal()
    adopt(Settings(credentials=CREDENTIALS))
    yield village
    adopt(None)
    village.server.heal()


@pytest.fixture(scope="session")
def source(hurried_config: Path) -> SourceConfig:
    entry = load_sources(hurried_config / "sources")["kip"]
    return entry.model_copy(update={"limits": entry.limits.model_copy(update={"timeout_seconds": 0.4})})


async def pulled(registries: Registries, source: SourceConfig) -> list[Page]:
    found = pages(CONNECTORS["kip"], source, base_url_override=registries.server.url, patience=HURRIED)
    return [page async for page in found]


def payloads(found: list[Page]) -> list[str]:
    return sorted(text for page in found if page.payloads is not None for text in page.payloads)


def test_every_fault_is_tried() -> None:
    assert sorted([*ENDS, *COMES]) == sorted(MODES)


@pytest.mark.parametrize("mode", ENDS)
async def test_a_fault_that_stays_ends_in_the_right_error(
    registries: Registries, source: SourceConfig, mode: str
) -> None:
    registries.server.fault(LISTING, mode, times=FOREVER, after=1)
    with pytest.raises(HubError) as caught:
        await pulled(registries, source)
    assert (type(caught.value), caught.value.code) == ENDS[mode]
    assert "kip" in caught.value.message


@pytest.mark.parametrize("mode", [mode for mode, (kind, _) in ENDS.items() if kind is RetriableError])
async def test_a_fault_that_passes_changes_nothing(
    registries: Registries, source: SourceConfig, mode: str
) -> None:
    undisturbed = await pulled(registries, source)
    registries.server.fault(LISTING, mode, after=1, retry_after=0)
    assert payloads(await pulled(registries, source)) == payloads(undisturbed)


@pytest.mark.parametrize("mode", ["bom", "reordered"])
async def test_what_is_no_fault_is_read_as_ever(
    registries: Registries, source: SourceConfig, mode: str
) -> None:
    undisturbed = await pulled(registries, source)
    registries.server.fault(LISTING, mode, times=FOREVER)
    assert payloads(await pulled(registries, source)) == payloads(undisturbed)


async def test_a_longer_wait_than_patience_ends_the_run(registries: Registries, source: SourceConfig) -> None:
    registries.server.fault(LISTING, "503", retry_after=3600)
    with pytest.raises(FatalError) as caught:
        await pulled(registries, source)
    assert caught.value.code == "busy_for_long"


async def test_a_number_beyond_every_integer_is_kept_with_all_its_digits(
    registries: Registries, source: SourceConfig
) -> None:
    undisturbed = payloads(await pulled(registries, source))
    registries.server.fault(LISTING, "big_int")
    digits = "9" * spoiling.DIGITS
    [big] = [text for text in payloads(await pulled(registries, source)) if text not in undisturbed]
    assert orjson.loads(big)["nik"] == digits


async def test_a_cell_that_became_an_object_is_no_value_of_its_own(
    registries: Registries, source: SourceConfig
) -> None:
    undisturbed = [cell for page in await pulled(registries, source) for cell in page.frame["nisn"]]
    registries.server.fault(LISTING, "type_changed", times=FOREVER)
    found = [cell for page in await pulled(registries, source) for cell in page.frame["nisn"]]
    pupils = [cell for cell in found if cell.startswith("{")]
    assert pupils
    assert [orjson.loads(cell)["value"] for cell in pupils] == undisturbed[: len(pupils)]
    assert found[len(pupils) :] == undisturbed[len(pupils) :]


@pytest.mark.parametrize("mode", ["nul", "surrogate"])
async def test_a_text_that_cannot_be_kept_refuses_its_row_alone(
    registries: Registries, source: SourceConfig, mode: str
) -> None:
    registries.server.fault(LISTING, mode)
    found = [prepare(page, CONNECTORS["kip"]) for page in await pulled(registries, source)]
    refused: list[Any] = [cell for records in found for cell in records["refused"].drop_nulls()]
    assert len(refused) == 1
