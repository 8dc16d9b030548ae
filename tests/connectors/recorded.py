"""Recorded exchanges of each source, replayed through the real transports."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import respx

from hub.connectors import CONNECTORS
from hub.domain import clock
from hub.registry.sources import SourceConfig, load_sources
from hub.settings import default_config_dir
from hub.toolkit.asking import Question
from hub.toolkit.cells import ROW
from hub.toolkit.claims import Claims
from hub.toolkit.earlier import Earlier
from hub.toolkit.lookup import ASKINGS
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from hub.toolkit.records import prepare, with_all_columns
from hub.toolkit.reference import Reference, load_reference
from hub.toolkit.rows import Rows
from tests.toolkit.builders import HURRIED

CASES = Path(__file__).parent / "cases"
CONFIG = default_config_dir()
SOURCES = load_sources(CONFIG / "sources")
REFERENCE: Reference = load_reference(CONFIG / "reference")
TODAY = datetime(2026, 11, 21, 3, tzinfo=UTC)
BASE = "http://registry.test"


def entry(name: str, **changed: Any) -> SourceConfig:
    """The committed entry of a source, which reads its case from a directory where it reads files."""
    source = SOURCES[name]
    if source.transport in ("http_files", "directory"):
        changed = {"transport": "directory", "address": str(CASES / name), **changed}
    return source.model_copy(update=changed)


async def pulled(name: str, earlier: Earlier | None = None, **changed: Any) -> list[Page]:
    """The pages of the recorded case of a source."""
    with clock.pin(TODAY), respx.mock(assert_all_called=False) as router:
        _answer(router, name)
        asked = _wanted(name) if SOURCES[name].transport in ASKINGS else None
        found = pages(
            CONNECTORS[name],
            entry(name, **changed),
            base_url_override=BASE,
            wanted=asked,
            earlier=earlier,
            patience=HURRIED,
        )
        return [page async for page in found]


async def case(name: str) -> list[Page]:
    """As `pulled` without more said, once a run: pages are read by their tests and never changed."""
    if name not in _KNOWN:
        _KNOWN[name] = await pulled(name)
    return _KNOWN[name]


async def claimed_case(name: str) -> list[tuple[Page, pl.DataFrame, Claims]]:
    """The pages of `case` with their records and claims, once a run."""
    if name not in _CLAIMED:
        _CLAIMED[name] = [(page, *claimed(name, page)) for page in await case(name)]
    return _CLAIMED[name]


_KNOWN: dict[str, list[Page]] = {}
_CLAIMED: dict[str, list[tuple[Page, pl.DataFrame, Claims]]] = {}


def _answer(router: respx.MockRouter, name: str) -> None:
    if CONNECTORS[name].listings:
        answers = json.loads((CASES / name / "answers.json").read_text())
        for listing, described in CONNECTORS[name].listings:
            replies = [httpx.Response(200, json=page) for page in answers[listing]]
            router.get(f"{BASE}{described.path}").mock(side_effect=replies)
    if SOURCES[name].transport == "hub_feed":
        feed = json.loads((CASES / name / "answers.json").read_text())["feed"]
        replies = [httpx.Response(200, json=page) for page in feed]
        router.post(f"{BASE}/graphql").mock(side_effect=replies)
    if SOURCES[name].transport in ("ckan", "jabar"):
        for path, pages_of in json.loads((CASES / name / "answers.json").read_text()).items():
            replies = [httpx.Response(200, json=page) for page in pages_of]
            router.get(f"{BASE}/{name}{path}").mock(side_effect=replies)
    if SOURCES[name].transport in ASKINGS:
        asking = ASKINGS[SOURCES[name].transport](SOURCES[name])
        contents = {_sent(asking.body(each["ask"])): each["content"] for each in _exchanges(name)}

        def reply(request: httpx.Request) -> httpx.Response:
            body = json.loads(request.content)
            asked = {key: body[key] for key in body if key not in ("user_id", "password", "IP_USER")}
            return httpx.Response(200, json={"content": contents[_sent(asked)], "quotaLimiter": 100})

        router.post(url__regex=rf"{BASE}/dukcapil/.*/{asking.call}").mock(side_effect=reply)


def _sent(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


def _exchanges(name: str) -> list[dict[str, Any]]:
    exchanges: list[dict[str, Any]] = json.loads((CASES / name / "answers.json").read_text())
    return exchanges


async def _wanted(name: str) -> AsyncIterator[Question]:
    for each in _exchanges(name):
        yield each["ask"]


def claimed(name: str, page: Page) -> tuple[pl.DataFrame, Claims]:
    """The records of a page, and the claims of those that are not refused."""
    connector = CONNECTORS[name]
    records = prepare(page, connector)
    frame = with_all_columns(page.frame, connector.layout).with_row_index(ROW)
    with clock.pin(TODAY):
        claims = connector.claims(Rows(frame.filter(records["refused"].is_null()), SOURCES[name], REFERENCE))
    return records, claims


def told(name: str, page: Page) -> list[dict[str, Any]]:
    """A page as plain values, a row each: key, scope, refusals, and what each claim states."""
    return plain(*claimed(name, page))


def plain(records: pl.DataFrame, claims: Claims) -> list[dict[str, Any]]:
    """As `told`, of records and claims that are there."""
    rows: list[dict[str, Any]] = [
        {
            "key": record["record_key"],
            "scope": record["scope"],
            "refused": [record["refused"]] if record["refused"] else [],
            "claims": {},
        }
        for record in records.rows(named=True)
    ]
    for reject in claims.rejects.rows(named=True):
        rows[reject["row"]]["refused"].append(f"{reject['reason']} {reject['field']}")
    for kind, frame in claims.frames().items():
        for claim in frame.rows(named=True):
            stated = {
                column: _plain(value)
                for column, value in claim.items()
                if value is not None and column != ROW
            }
            rows[claim[ROW]]["claims"].setdefault(kind, []).append(stated)
    return rows


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


async def _show(name: str) -> None:
    rows = [row for page in await pulled(name) for row in told(name, page)]
    sys.stdout.write(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    asyncio.run(_show(sys.argv[1]))
