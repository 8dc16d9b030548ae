"""`hub sources check`: whether the real endpoint answers, with which rights, and what its rows would become.

The first pages of rows are pulled and mapped, until ten persons are there to be shown; nothing is written. A look-up
asks for one person, which counts against its quota.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from hub.connectors import connector_of
from hub.domain.masking import masked
from hub.errors import HubError, InputError
from hub.registry.sources import SourceConfig, load_sources
from hub.settings import Settings
from hub.store.database import Database
from hub.toolkit.asking import Question
from hub.toolkit.cells import ROW
from hub.toolkit.claims import Claims
from hub.toolkit.earlier import Earlier
from hub.toolkit.http import Patience
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from hub.toolkit.records import prepare, with_all_columns
from hub.toolkit.reference import load_reference
from hub.toolkit.rows import Rows
from hub.workflow.lookups import looks_up
from hub.workflow.lookups import wanted as wanted_of

SHOWN = 10
MOST_PAGES = 20
"""Pages that are looked at, where few of their rows can be shown."""
IDENTIFYING = ("nik", "name", "no_kk", "birth_date", "address")
"""Stated columns of a person that are masked; what else is stated are codes of areas and lists."""


@dataclass
class Found:
    """What a check found.

    Args:
        source: Name of the source.
        answers: Whether the endpoint answered with rows or an empty list.
        credential: `none` where the entry has none, else `accepted`, `refused`, `missing` or `unknown`.
        code: Why it did not answer as it should; None when it did.
        message: The same in words.
        file: Name of the first file or listing that has rows.
        rows: Rows that were looked at.
        refused: Rows of them that would go to quarantine, by reason.
        unknown_columns: Columns that nobody declared.
        missing_columns: Declared columns that did not come.
        sample: Up to ten persons as they would be claimed, masked.
    """

    source: str
    answers: bool = False
    credential: str = "none"
    code: str | None = None
    message: str | None = None
    file: str | None = None
    rows: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    unknown_columns: list[str] = field(default_factory=list)
    missing_columns: list[str] = field(default_factory=list)
    sample: list[dict[str, Any]] = field(default_factory=list)


async def check(
    settings: Settings, name: str, registry_url: str | None, database: Database | None = None
) -> Found:
    """Pulls the first pages of a source and maps them; a failure of the source is told, not raised.

    Args:
        settings: Where the sources are declared.
        name: Of the source.
        registry_url: Scheme, host and port in place of the entry's.
        database: Where the question of a look-up comes from: the first that the next sync would ask.

    Raises:
        InputError: `unknown_source`.
    """
    sources = load_sources(settings.config_dir / "sources")
    if name not in sources:
        raise InputError("unknown_source", f"no such source: {name}; known: {', '.join(sources)}")
    config = sources[name]
    found = Found(name, credential="unknown" if config.auth.kind != "none" else "none")
    asked = await _question(database, sources, config)
    wanted = None if asked is None else _each(asked)
    try:
        pulled = pages(
            connector_of(config.read_by),
            config,
            base_url_override=registry_url,
            wanted=wanted,
            earlier=Earlier(glance=True),
            patience=Patience(),
        )
        async with aclosing(pulled) as arriving:
            looked = 0
            async for page in arriving:
                _look(found, page, config, settings)
                looked += 1
                if len(found.sample) >= SHOWN or looked == MOST_PAGES:
                    break
        found.answers = True
    except HubError as error:
        found.code, found.message = error.code, error.message
    found.credential = _credential(found)
    return found


async def _question(
    database: Database | None, sources: Mapping[str, SourceConfig], config: SourceConfig
) -> list[Question] | None:
    """The first question of a look-up, in a list; None for other sources."""
    if not looks_up(config):
        return None
    if database is None:
        return []
    async with database.connect() as connection:
        questions = wanted_of(connection, sources, config)
        return [question async for question in _first(questions)]


async def _first(questions: AsyncIterator[Question]) -> AsyncIterator[Question]:
    async for question in questions:
        yield question
        return


async def _each(questions: list[Question]) -> AsyncIterator[Question]:
    for question in questions:
        yield question


def _credential(found: Found) -> str:
    told = {"credential_refused": "refused", "credential_missing": "missing"}
    if found.credential == "none" or not (found.answers or found.code in told):
        return found.credential
    return told.get(found.code or "", "accepted")


def _look(found: Found, page: Page, config: SourceConfig, settings: Settings) -> None:
    """Maps one page into what was found."""
    detail = page.file.detail
    for told, name in (
        (found.unknown_columns, "unknown_columns"),
        (found.missing_columns, "missing_columns"),
    ):
        told.extend(column for column in detail.get(name, ()) if column not in told)
    if not page.frame.height:
        return
    found.file, found.rows = found.file or page.file.name, found.rows + page.frame.height
    connector = connector_of(config.read_by)
    records = prepare(page, connector)
    frame = with_all_columns(page.frame, connector.layout).with_row_index(ROW)
    reference = load_reference(settings.config_dir / "reference")
    claims = connector.claims(Rows(frame.filter(records["refused"].is_null()), config, reference))
    early = records["refused"].drop_nulls().to_list()
    refused = Counter(found.refused) + Counter([*early, *claims.rejects["reason"].to_list()])
    found.refused = dict(refused.most_common())
    found.sample = [*found.sample, *_sample(claims)][:SHOWN]


def _sample(claims: Claims) -> list[dict[str, Any]]:
    """The first persons as claimed, each with how many further claims its record makes by kind."""
    frames = claims.frames()
    persons = claims.person.head(SHOWN)
    beside = {
        kind: dict(frame[ROW].value_counts().rows())
        for kind, frame in frames.items()
        if kind != "person" and frame.height
    }
    return [
        {
            **{
                column: masked(value) if column in IDENTIFYING else value
                for column, value in person.items()
                if value is not None and column in (*IDENTIFYING, "nik_grade", "sex", "area_key")
            },
            **{kind: counts.get(person[ROW], 0) for kind, counts in beside.items()},
        }
        for person in persons.rows(named=True)
    ]
