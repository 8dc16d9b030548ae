"""The window of time that an incremental listing is asked for, and the instant that its rows reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.domain import clock
from hub.errors import FatalError
from hub.registry.sources import SourceConfig
from hub.toolkit.connector import Listing, Since
from hub.toolkit.layout import header_form


@dataclass(slots=True)
class Window:
    """What is asked for by instant in one run of a listing.

    Args:
        since: How the listing is asked; None when it is not asked by instant.
        begin: First instant asked for, inclusive; None for the beginning of all.
        reached: Latest instant of a row so far, this run's and earlier ones'.
    """

    since: Since | None
    begin: datetime | None = None
    reached: datetime | None = None

    @classmethod
    def after(cls, listing: Listing, source: SourceConfig, kept: Mapping[str, str]) -> "Window":
        """The window after what the last run kept.

        Raises:
            FatalError: `cursor_impossible`: what was kept is no instant, or its window begins in the future.
        """
        since, text = listing.since, kept.get("since")
        if since is None or text is None:
            return cls(since)
        reached = _instant(text)
        hours = source.options.get("lag_hours")
        begin = reached and reached - (since.lag if hours is None else timedelta(hours=float(hours)))
        if begin is None or begin > clock.now():
            raise FatalError(
                "cursor_impossible",
                f"{source.name}: the instant that the last run kept lies in the future or is none; check the "
                "clock, or delete the row of this source from source_state to read from the beginning",
            )
        return cls(since, begin, reached)

    def query(self) -> dict[str, str | int]:
        """The parameter of the window; none for the whole listing."""
        if self.since is None or self.begin is None:
            return {}
        if self.since.form == "date":
            return {self.since.parameter: clock.day_of(self.begin).isoformat()}
        return {self.since.parameter: self.begin.isoformat(timespec="seconds")}

    def see(self, rows: list[dict[str, Any]]) -> None:
        """Takes note of the instants of some rows; a row without a readable one moves nothing."""
        if self.since is None:
            return
        name = header_form(self.since.field)
        texts = {value for row in rows for key, value in row.items() if header_form(key) == name}
        found = [instant for text in texts if isinstance(text, str) and (instant := _instant(text))]
        self.reached = max(filter(None, (self.reached, *found)), default=None)

    def state(self) -> dict[str, str | None]:
        """What the next run needs: the instant reached, never later than the hub's clock."""
        reached = self.reached and min(self.reached, clock.now())
        return {"since": reached.isoformat() if reached else None}


def _instant(text: str) -> datetime | None:
    """An ISO 8601 instant in UTC; one without a zone is in WIB."""
    try:
        found = datetime.fromisoformat(text.strip())
        return clock.in_utc(found if found.tzinfo else found.replace(tzinfo=clock.WIB))
    except (ValueError, OverflowError):
        return None
