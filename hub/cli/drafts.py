"""A draft list before it is determined: audited, and given back with its flags in the layout in which it came."""

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING

from hub.cli.answers import opened
from hub.cli.begin import run, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hub.audit.drafts import Asked
    from hub.registry.calendar import Occasion
    from hub.registry.rules import Rule
    from hub.settings import Settings
    from hub.store.sql import AsyncConnection
    from hub.workflow.draft import Draft, Listed

ADDED = ("TEMUAN", "BERAT", "PENJELASAN")
"""Columns beside the producer's own: codes of the rules, the highest severity, the words for the person concerned."""
WEIGHT = ("high", "medium", "low")
REPEATED = "BARIS_BERULANG"
UNREAD = "TIDAK_TERBACA"


def audit_draft(settings: "Settings", asked: "Asked", path: Path, out: Path) -> None:
    """Audits a draft list and writes it with its flags.

    Raises:
        InputError: `no_round`, `file_there`, `unreadable_list`.
    """
    from hub.audit.drafts import flags_of
    from hub.errors import InputError
    from hub.workflow.draft import looked_at

    if out.exists():
        raise InputError("file_there", f"{out} is there already; name another with --out")
    occasion = _occasion(settings, asked)

    async def look(connection: "AsyncConnection", draft: "Draft", at: "datetime") -> "dict[int, list[Rule]]":
        persons = sorted({one.person for one in draft.listed if one.person is not None})
        return await flags_of(connection, settings, asked, persons, at)

    async def work() -> "tuple[Draft, dict[int, list[Rule]]]":
        async with opened(settings) as database:
            return await looked_at(database, settings, str(occasion.source), path, look)

    draft, flags = run(work)
    _write(out, draft, list(_rows(draft, flags)))
    flagged = sum(1 for one in draft.listed if _codes(one, flags))
    say(f"hub: {flagged:,} of {len(draft.listed):,} rows flagged in {out}; nothing of the list was stored")
    say(
        f"hub: {asked.program} is due on {occasion.opens} ({occasion.legal_basis}); the file holds personal data"
    )


def _occasion(settings: "Settings", asked: "Asked") -> "Occasion":
    from hub.errors import InputError
    from hub.registry.calendar import load_calendar, occasion_of
    from hub.registry.programs import load_programs
    from hub.registry.sources import load_sources

    config = settings.config_dir
    programs, sources = load_programs(config / "programs"), load_sources(config / "sources")
    rounds = load_calendar(config / "calendar.toml", programs, sources)
    if (found := occasion_of(rounds, asked.program, asked.since, asked.until)) is not None:
        return found
    raise InputError(
        "no_round",
        f"{asked.program} has no round for those days; see `hub audit calendar` and config/calendar.toml",
    )


def _codes(one: "Listed", flags: "dict[int, list[Rule]]") -> list[str]:
    rules = [] if one.person is None else [rule.id for rule in flags.get(one.person, ())]
    unread = [f"{UNREAD}:{reason}" for reason in one.reasons]
    return [*unread, *([REPEATED] if one.repeats else []), *rules]


def _rows(draft: "Draft", flags: "dict[int, list[Rule]]") -> "Iterator[list[str | None]]":
    """The rows as they came, each with what was found of it."""
    by_number = {one.number: one for one in draft.listed}
    for number, values in sorted(draft.rows.items()):
        one = by_number.get(number)
        rules = [] if one is None or one.person is None else flags.get(one.person, [])
        severities = [rule.severity for rule in rules]
        worst = next((each for each in WEIGHT if each in severities), "")
        words = " ".join(" ".join(rule.text_id.split()) for rule in rules)
        yield [*values, "; ".join(_codes(one, flags)) if one else "", worst, words]


def _write(out: Path, draft: "Draft", rows: "list[list[str | None]]") -> None:
    """Writes a workbook or a CSV of the producer's delimiter, readable by its owner alone."""
    header = [*draft.columns, *ADDED]
    if out.suffix.lower() == ".xlsx":
        from hub.toolkit.workbooks import write_sheets

        write_sheets(out, {"Daftar": (header, rows)})
        return
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=str(draft.detail.get("delimiter") or ","))
        writer.writerow(header)
        writer.writerows(rows)
