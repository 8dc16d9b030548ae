"""When a source is due: its schedule as five cron fields in WIB, or a word.

`yearly`, `quarterly` and `monthly` are the 2nd of the first month at 02:00, `weekly` is Monday at 02:00, `daily`
02:00 and `hourly` minute 10, all WIB: when registries have closed their day (inferred; write cron fields where an
agreement says otherwise).
`on_demand` is never due.
"""

from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from hub.domain.clock import WIB
from hub.errors import FatalError
from hub.registry.sources import SourceConfig

WORDS = {
    "hourly": "10 * * * *",
    "daily": "0 2 * * *",
    "weekly": "0 2 * * 1",
    "monthly": "0 2 2 * *",
    "quarterly": "0 2 2 1,4,7,10 *",
    "yearly": "0 2 2 1 *",
}
"""Cron fields (WIB) of each word but `on_demand`."""
NEVER = "on_demand"


def next_due(config: SourceConfig, after: datetime) -> datetime | None:
    """The first instant (UTC) later than `after` at which the source is due; None when it never is.

    Args:
        config: Entry of the source.
        after: An instant, aware.

    Raises:
        FatalError: `config_invalid`: the schedule is neither a word nor five cron fields.
    """
    if config.schedule == NEVER:
        return None
    # The library counts wall-clock time; WIB has no summer time, so its clock never jumps.
    wall = after.astimezone(WIB).replace(tzinfo=None)
    try:
        found = next(CronSim(WORDS.get(config.schedule, config.schedule), wall), None)
    except CronSimError:
        raise FatalError(
            "config_invalid",
            f"config/sources/{config.name}.toml: schedule is none of {', '.join((*WORDS, NEVER))} and no five cron"
            " fields",
        ) from None
    return None if found is None else found.replace(tzinfo=WIB).astimezone(UTC)
