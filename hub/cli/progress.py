"""What a sync shows while it runs: bars on a terminal, plain lines elsewhere; always on stderr."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from hub.cli.begin import say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID, TextColumn

    from hub.workflow.summary import Summary, Watcher

LINE_EVERY = 10.0
"""Seconds between two plain lines of one source."""


class Lines:
    """Plain lines: one when a source begins and ends, and one now and then."""

    def __init__(self) -> None:
        self._began = self._told = monotonic()

    def begin(self, source: str) -> None:
        """A run begins."""
        self._began = self._told = monotonic()
        say(f"{source}: pulling")

    def rows(self, source: str, read: int, quarantined: int, total: int | None) -> None:
        """So many rows are staged."""
        if monotonic() - self._told < LINE_EVERY:
            return
        self._told = monotonic()
        of = f" of {total:,}" if total else ""
        pace = read / (self._told - self._began)
        say(f"{source}: {read:,}{of} rows, {pace:,.0f} rows/s, {quarantined:,} quarantined")

    def stage(self, source: str, name: str) -> None:
        """A stage begins."""
        if name != "land":
            say(f"{source}: {name}")

    def end(self, summary: "Summary") -> None:
        """A run ended."""
        say(f"{summary.source}: {summary.status}{why(summary)}")


class Bars:
    """A bar a source: rows, rows a second, quarantined, time left where the total is known."""

    def __init__(self, progress: "Progress", expected: Mapping[str, int]) -> None:
        self._progress = progress
        self._expected = expected
        self._tasks: dict[str, TaskID] = {}

    def begin(self, source: str) -> None:
        """A run begins."""
        self._tasks[source] = self._progress.add_task(
            source, total=self._expected.get(source), stage="pull", quarantined=0
        )

    def rows(self, source: str, read: int, quarantined: int, total: int | None) -> None:
        """So many rows are staged."""
        expected = self._expected.get(source)
        whole = total or (max(expected, read) if expected else None)
        self._progress.update(self._tasks[source], completed=read, total=whole, quarantined=quarantined)

    def stage(self, source: str, name: str) -> None:
        """A stage begins."""
        self._progress.update(self._tasks[source], stage=name)

    def end(self, summary: "Summary") -> None:
        """A run ended."""
        task, read = self._tasks[summary.source], max(summary.rows_in, 1)
        self._progress.update(
            task, stage=summary.status, completed=summary.rows_in, total=read, quarantined=summary.quarantined
        )
        self._progress.stop_task(task)
        if summary.message:
            self._progress.console.print(f"{summary.source}: {summary.status}{why(summary)}", markup=False)


def why(summary: "Summary") -> str:
    """Code and message of a run that did not go through."""
    return f" ({summary.code}: {summary.message})" if summary.message else ""


@contextmanager
def watcher(expected: Mapping[str, int]) -> "Iterator[Watcher]":
    """Bars where stderr is a terminal, else lines.

    Args:
        expected: Rows of the last run by source, from which the time left is told where a source does not say
            how many rows will come.
    """
    if not sys.stderr.isatty():
        yield Lines()
    else:
        with _bars() as progress:
            yield Bars(progress, expected)


def _bars() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description:<16}"),
        TextColumn("{task.fields[stage]:<9}"),
        BarColumn(20),
        TextColumn("{task.completed:>10,.0f} rows"),
        _pace_column(),
        TextColumn("{task.fields[quarantined]:>7,} quarantined"),
        TimeElapsedColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _pace_column() -> "TextColumn":
    from rich.progress import Task, TextColumn
    from rich.text import Text

    class Pace(TextColumn):
        """Rows a second over the last moments, over the whole run when it ended."""

        def render(self, task: Task) -> Text:
            """The figure, or a dash before there is one."""
            pace = task.finished_speed or task.speed
            return Text(f"{pace:>8,.0f} rows/s" if pace else "       - rows/s")

    return Pace("")
