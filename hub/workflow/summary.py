"""What a run of a sync tells: its summary at the end, and its progress to whoever watches."""

from dataclasses import dataclass, field
from typing import Protocol

from hub.workflow.preview import Preview

COUNTED = ("rows_in", "stored", "unchanged", "quarantined", "closed", "conflicting", "persons")
"""Counts of a summary by name, as landing counts them."""


@dataclass(frozen=True)
class Summary:
    """What a run did: rows_in = stored + unchanged + quarantined; closed records are apart.

    `reasons` counts the source's open quarantine by reason; `seconds` is by stage; `code` and `message` tell
    why a run failed or ended early. `preview` is that of a dry run, which has the run number 0.
    """

    source: str
    run: int
    status: str
    rows_in: int = 0
    stored: int = 0
    unchanged: int = 0
    quarantined: int = 0
    closed: int = 0
    conflicting: int = 0
    persons: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    message: str | None = None
    code: str | None = None
    preview: Preview | None = None


class Watcher(Protocol):
    """Whoever shows the progress of a sync."""

    def begin(self, source: str) -> None:
        """A run begins."""

    def rows(self, source: str, read: int, quarantined: int, total: int | None) -> None:
        """So many rows are staged, so many of them refused."""

    def stage(self, source: str, name: str) -> None:
        """A stage of the run begins."""

    def end(self, summary: Summary) -> None:
        """A run ended."""


class Silent:
    """Shows nothing."""

    def begin(self, source: str) -> None:
        """See Watcher."""

    def rows(self, source: str, read: int, quarantined: int, total: int | None) -> None:
        """See Watcher."""

    def stage(self, source: str, name: str) -> None:
        """See Watcher."""

    def end(self, summary: Summary) -> None:
        """See Watcher."""
