"""Releases by their schedule: the month that is over, for each data set whose schedule wants one of it.

`monthly` wants one of each month, `quarterly` and `yearly` of the last month of a quarter and a year, `once` a single
one ever. What was missed is made up for what was over last, and for nothing before.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from hub.domain import clock
from hub.errors import FatalError
from hub.registry.datasets import Dataset, load_datasets
from hub.settings import Settings
from hub.sharing.releasing import Order, Released, release
from hub.store.database import Database
from hub.store.sql import text

RELEASED = text("select dataset, max(period) as period from dataset_release group by dataset")
MONTHS: Mapping[str, int] = {"monthly": 1, "quarterly": 3, "yearly": 12}
"""How many months one release stands for, by schedule."""
ONCE = "once"


def wanted(dataset: Dataset, latest: str | None, today: date) -> str | None:
    """The month that a data set is to be released for now, where its newest release is of `latest`; None: of none.

    Raises:
        FatalError: `config_invalid`, nobody knows its schedule.
    """
    over = today.replace(day=1) - timedelta(days=1)
    if dataset.schedule == ONCE:
        return None if latest else f"{over:%Y-%m}"
    months = MONTHS.get(dataset.schedule)
    if months is None:
        raise FatalError("config_invalid", f"{dataset.name}: schedule: one of {', '.join((*MONTHS, ONCE))}")
    last = over.year * 12 + over.month - over.month % months
    period = f"{(last - 1) // 12:04d}-{(last - 1) % 12 + 1:02d}"
    return None if latest is not None and latest >= period else period


async def release_due(database: Database, settings: Settings) -> list[Released]:
    """Releases what its schedule wants; those that others show cells of first.

    Raises:
        FatalError: `config_invalid`.
        InputError: As `release` has it.
    """
    async with database.connect() as connection:
        latest = {row.dataset: row.period for row in await connection.execute(RELEASED)}
    made = []
    for one in load_datasets(settings.config_dir).values():
        period = wanted(one, latest.get(one.name), clock.today())
        if period is not None:
            made += await release(database, settings, [one.name], Order(period))
    return made
