"""Expectations of what came: how full columns are, how many rows repeat, match nobody or changed.

A run outside them lands nothing. Each message names the figure, the limit and the key of the entry. The shares
are 0 to 1; a share of rows so few that a slip of the pen explains them (`runs.FEW`) stops nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from hub.errors import FatalError
from hub.ingest.runs import FEW
from hub.registry.sources import SourceConfig
from hub.store.sql import AsyncConnection, text
from hub.toolkit.pages import Page

DUPLICATES = text(
    "select (select count(*) from stage_row)"
    " - (select count(*) from (select distinct record_key, content_hash from stage_row) d) as rows"
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

    def check(self) -> None:
        """Looks at the counts after the last page.

        Raises:
            FatalError: `too_few_filled`.
        """
        for column, least in self.config.expectations.min_filled.items():
            blank = self.rows - self.counts[column]
            if blank > max(FEW, (1 - least) * self.rows):
                raise _outside(
                    self.config, "too_few_filled", f"min_filled.{column}",
                    f"{column} is filled in {self.counts[column] / self.rows:.1%} of {self.rows} rows, at least"
                    f" {least:.1%} were expected",
                )  # fmt: skip


async def check_shares(connection: AsyncConnection, config: SourceConfig, population: Sequence[int]) -> None:
    """Looks at the stage of a run whose versions are settled.

    Args:
        connection: In the run's transaction.
        config: Entry of the source.
        population: Ids of the population sources that are not this one; with none of their rows, no row is
            held unmatched.

    Raises:
        FatalError: `too_many_duplicates`, `too_many_unmatched`, `too_many_changed`.
    """
    expected = config.expectations
    if expected.max_duplicates is not None:
        repeated = int(await connection.scalar(DUPLICATES) or 0)
        rows = int(await connection.scalar(text("select count(*) from stage_row")) or 0)
        _within(config, "duplicates", "rows that repeat another", repeated, rows)
    if expected.max_unmatched is not None and await _known(connection, population):
        found = (await connection.execute(UNMATCHED, {"population": list(population)})).one()
        _within(config, "unmatched", "new rows whose NIK no population register has", found.rows, found.told)
    if expected.max_changed is not None:
        found = (await connection.execute(CHANGED)).one()
        _within(config, "changed", "known records that changed", found.rows, found.told)


async def _known(connection: AsyncConnection, population: Sequence[int]) -> bool:
    return bool(population) and bool(
        await connection.scalar(POPULATION_KNOWN, {"population": list(population)})
    )


def _within(config: SourceConfig, what: str, told: str, rows: int, of: int) -> None:
    limit = getattr(config.expectations, f"max_{what}")
    if rows > max(FEW, limit * of):
        raise _outside(
            config, f"too_many_{what}", f"max_{what}",
            f"{rows} of {of} are {told} ({rows / of:.1%}), at most {limit:.1%} were expected",
        )  # fmt: skip


def _outside(config: SourceConfig, code: str, key: str, told: str) -> FatalError:
    return FatalError(
        code,
        f"{config.name}: {told}; nothing landed. If this is right, mend expectations.{key} in"
        f" config/sources/{config.name}.toml",
    )
