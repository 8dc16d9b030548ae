"""Expectations of what came: how full columns are, how many rows repeat, match nobody, changed or were refused.

A run outside them lands nothing; of a run that lands piece by piece, the piece that leads outside does not land,
and what came before it stays. Shares are counted over all that the run has brought so far. Each message names the
figure, the limit and the key of the entry. The shares are 0 to 1; a share of rows so few that a slip of the pen
explains them (`runs.FEW`) stops nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from hub.errors import FatalError
from hub.ingest.runs import FEW
from hub.ingest.stage import Verdict, stage_name
from hub.registry.sources import SourceConfig
from hub.store.sql import AsyncConnection, text
from hub.store.tables.claims import CLAIMS
from hub.toolkit.pages import Page

# Rows that repeat another of the same piece, or one that an earlier piece of the run has stored.
DUPLICATES = text(
    """
    select (select count(*) from stage_row) as told,
           (select count(*) from stage_row)
           - (select count(*) from (select distinct record_key, content_hash from stage_row) d)
           + (select count(distinct s.record_id) from stage_row s join source_record r on r.id = s.record_id
              where r.run_id = :run) as rows
    """
)
REFUSED = text(
    f"""
    select count(*) as told,
           count(*) filter (where verdict in ({Verdict.REFUSED_BEFORE:d}, {Verdict.REFUSED:d})) as rows
    from stage_row
    """
)
# New rows whose NIK no population source bears, among the new rows with a NIK.
UNMATCHED = text(
    """
    select count(*) as told, count(*) filter (where not exists (
        select from person_state s where s.nik = p.nik and upper_inf(s.recorded)
        and s.stated_by[1] = any (cast(:population as smallint[])))) as rows
    from stage_claim_person p join stage_version v on v.ordinal = p.ordinal
    where p.slot = 0 and p.nik is not null
    """
)
# Records that stood and of which nothing is said any longer: what a listing of changes has for one that has gone.
EMPTIED = text(
    "select count(*) from stage_version v where v.replaces is not null"
    + "".join(
        f" and not exists (select from {stage_name(table)} c where c.ordinal = v.ordinal)" for table in CLAIMS
    )
)
STANDING = text("select count(*) from source_record where source_id = :source and upper_inf(recorded)")
POPULATION_KNOWN = text(
    "select exists (select from claim_person where source_id = any (cast(:population as smallint[])))"
)
# Records whose content is another than before, among those that stood before the run.
CHANGED = text(
    """
    select (select count(*) from stage_version where replaces is not null) as rows,
           (select count(*) from stage_row where record_id is not null)
           + (select count(*) from stage_version where replaces is not null) as told
    """
)


@dataclass
class Filled:
    """Counts, over the pages of a run, the rows in which a column that the entry names is filled."""

    config: SourceConfig
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, page: Page) -> None:
        """Counts one page; a column that did not come is filled nowhere."""
        self.rows += page.frame.height
        for column in self.config.expectations.min_filled:
            if column in page.frame.columns:
                filled = page.frame.select((pl.col(column).str.strip_chars() != "").sum()).item()
                self.counts[column] += int(filled or 0)

    def check(self, *, piecewise: bool = False) -> None:
        """Looks at the counts after the last page, or the last one of a piece.

        Raises:
            FatalError: `too_few_filled`.
        """
        for column, least in self.config.expectations.min_filled.items():
            blank = self.rows - self.counts[column]
            if blank > max(FEW, (1 - least) * self.rows):
                raise _outside(
                    self.config, "too_few_filled", f"min_filled.{column}",
                    f"{column} is filled in {self.counts[column] / self.rows:.1%} of {self.rows} rows, at least"
                    f" {least:.1%} were expected", piecewise=piecewise,
                )  # fmt: skip


@dataclass
class Shares:
    """Counts, over the pieces of a run, the rows of which the entry allows a share.

    Args:
        config: Entry of the source.
        run_id: The run.
        population: Ids of the population sources that are not this one; with none of their rows, no row is
            held unmatched.
        piecewise: Whether the run lands piece by piece; else `max_reject_share` and `max_closed_share` are held
            elsewhere.
    """

    config: SourceConfig
    run_id: int
    population: Sequence[int]
    piecewise: bool
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def check(self, connection: AsyncConnection) -> None:
        """Adds what is on the stage, whose versions are settled, and looks at the sums.

        Raises:
            FatalError: `too_many_duplicates`, `too_many_unmatched`, `too_many_changed`, `too_many_refused`,
                `too_many_closed`.
        """
        expected = self.config.expectations
        if expected.max_duplicates is not None:
            found = (await connection.execute(DUPLICATES, {"run": self.run_id})).one()
            self._add("duplicates", "max_duplicates", "rows that repeat another", found)
        if expected.max_unmatched is not None and await _known(connection, self.population):
            found = (await connection.execute(UNMATCHED, {"population": list(self.population)})).one()
            told = "new rows whose NIK no population register has"
            self._add("unmatched", "max_unmatched", told, found)
        if expected.max_changed is not None:
            found = (await connection.execute(CHANGED)).one()
            self._add("changed", "max_changed", "known records that changed", found)
        if self.piecewise:
            found = (await connection.execute(REFUSED)).one()
            self._add("refused", "max_reject_share", "rows that would go to quarantine", found)
            await self._check_emptied(connection)

    async def _check_emptied(self, connection: AsyncConnection) -> None:
        """Counts the records that ended; what stood is counted only where they are more than few."""
        before, _ = self.counts.get("closed", (0, 0))
        ended = before + int(await connection.scalar(EMPTIED) or 0)
        self.counts["closed"] = (ended, 0)
        if ended > FEW:
            stood = await connection.scalar(STANDING, {"source": self.config.number})
            self._hold(
                "closed",
                "max_closed_share",
                "records of which nothing is said any longer",
                (ended, int(stood or 0)),
            )

    def _add(self, what: str, key: str, told: str, row: Any) -> None:
        before, of_before = self.counts.get(what, (0, 0))
        self.counts[what] = (before + int(row.rows), of_before + int(row.told))
        self._hold(what, key, told, self.counts[what])

    def _hold(self, what: str, key: str, told: str, counted: tuple[int, int]) -> None:
        (rows, of), limit = counted, float(getattr(self.config.expectations, key))
        if rows > max(FEW, limit * of):
            raise _outside(
                self.config, f"too_many_{what}", key,
                f"{rows} of {of} are {told} ({rows / of:.1%}), at most {limit:.1%} were expected",
                piecewise=self.piecewise,
            )  # fmt: skip


async def _known(connection: AsyncConnection, population: Sequence[int]) -> bool:
    return bool(population) and bool(
        await connection.scalar(POPULATION_KNOWN, {"population": list(population)})
    )


def _outside(config: SourceConfig, code: str, key: str, told: str, *, piecewise: bool) -> FatalError:
    landed = (
        "these rows did not land, what the run brought before them stays" if piecewise else "nothing landed"
    )
    return FatalError(
        code,
        f"{config.name}: {told}; {landed}. If this is right, mend expectations.{key} in"
        f" config/sources/{config.name}.toml",
    )
