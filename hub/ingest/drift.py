"""Drift: columns and codes that a source sends and nobody declared, and what its entry wants done about them.

The options `unknown_columns` and `unknown_code` say `accept`, `quarantine` or `stop` (of codes, `null` and
`reject` are older words for the first two). Whatever the choice, what was seen stands in the run's book.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from hub.domain.reasons import Reason
from hub.errors import FatalError
from hub.registry.sources import SourceConfig
from hub.store.sql import AsyncConnection, text
from hub.toolkit.claims import Claims
from hub.toolkit.pages import REFUSED_SCHEMA, Page
from hub.toolkit.records import array_texts

UNKNOWN_CODES = text(
    """
    select t.field, count(*) as rows from stage_reject r, unnest(r.reasons, r.fields) as t(reason, field)
    where t.reason = :reason group by t.field order by t.field
    """
)
#: Distinct codes of one column that are counted apart; a column of prose would have a code a row.
MANY_CODES = 200
#: Codes of one column that are told, the most frequent first.
TOLD_CODES = 20


@dataclass
class LeftOut:
    """Cells that no table knows and that were read as blank, counted over the rows whose content was new.

    Args:
        rows: Rows by column.
        codes: Rows by code, by column; a code that may not be told is in `rows` alone.
    """

    rows: Counter[str] = field(default_factory=Counter)
    codes: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, claims: Claims) -> None:
        """Counts the notes of some rows; a row that was refused lands no blank and counts elsewhere."""
        if claims.notes is None or claims.notes.is_empty():
            return
        landed = claims.notes.join(claims.rejects, on="row", how="anti").unique(["row", "field"])
        for name, code, rows in landed.group_by("field", "code").len().sort("field", "code").iter_rows():
            self.rows[name] += rows
            known = self.codes.setdefault(name, Counter())
            if code is not None and (code in known or len(known) < MANY_CODES):
                known[code] += rows

    def told(self) -> dict[str, Any]:
        """`rows` and the most frequent `codes` by column."""
        return {name: {"rows": self.rows[name], "codes": self._codes(name)} for name in sorted(self.rows)}

    def _codes(self, name: str) -> dict[str, int]:
        ordered = sorted(self.codes[name].items(), key=lambda item: (-item[1], item[0]))
        return dict(ordered[:TOLD_CODES])


@dataclass
class Drift:
    """What the pages of one run had that nobody declared.

    Args:
        config: Entry of the source.
        columns: Names of unknown columns by file.
        missing: Names of declared columns that did not come, by file.
        refused: Rows that were refused for an unknown code, by column, over all that landed so far.
        left_out: Unknown codes that were read as blank, where the entry wants it so.
    """

    config: SourceConfig
    columns: dict[str, list[str]] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    left_out: LeftOut = field(default_factory=LeftOut)

    def seen(self, page: Page) -> Page:
        """Notes the page's drift and gives it back, with all rows refused where the entry wants them held."""
        detail = page.file.detail
        if detail.get("missing_columns"):
            self.missing[page.file.name] = list(detail["missing_columns"])
        unknown = detail.get("unknown_columns")
        if not unknown:
            return page
        self.columns[page.file.name] = list(unknown)
        if self.config.options.get("unknown_columns") != "quarantine" or not page.frame.height:
            return page
        return replace(page, refused=_all_refused(page, str(unknown[0])))

    async def codes(self, connection: AsyncConnection) -> dict[str, int]:
        """Staged rows that were refused for a code that no table knows, by column.

        Raises:
            FatalError: `code_drift`, where the entry wants the run stopped.
        """
        found = await connection.execute(UNKNOWN_CODES, {"reason": Reason.CODE_UNKNOWN.value})
        codes = {row.field: int(row.rows) for row in found}
        if codes and self.config.options.get("unknown_code") == "stop":
            name, told = (
                self.config.name,
                ", ".join(f"{column} ({rows} rows)" for column, rows in codes.items()),
            )
            raise FatalError(
                "code_drift",
                f"{name}: codes that no table knows came in {told}; nothing landed. Add them to the code table, or"
                f" set options.unknown_code in config/sources/{name}.toml",
            )
        return codes

    async def report(self, connection: AsyncConnection) -> dict[str, Any]:
        """All of it for the run's book, with what is on the stage; empty where nothing drifted."""
        self.refused.update(await self.codes(connection))
        told = {
            "unknown_columns": self.columns,
            "missing_columns": self.missing,
            "unknown_codes": dict(self.refused),
            "codes_read_as_blank": self.left_out.told(),
        }
        return {name: value for name, value in told.items() if value}


def _all_refused(page: Page, column: str) -> pl.DataFrame:
    """Every row of a page refused for an unknown column; rows that the reader refused keep their own reason."""
    payloads = page.payloads if page.payloads is not None else array_texts(page.frame)
    height = page.frame.height
    held = pl.DataFrame(
        {
            "row": range(height),
            "reason": [Reason.COLUMN_UNKNOWN.value] * height,
            "field": [column] * height,
            "payload": payloads,
        },
        schema=REFUSED_SCHEMA,
    )
    return pl.concat([page.refused, held.join(page.refused, on="row", how="anti")])
