"""Summaries of a sync for people and for scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.workflow.summary import Summary

PARTIAL = 3
COUNTS = {"rows_in": "in", "stored": "stored", "unchanged": "unchanged", "quarantined": "quarantined"}
"""The identity in = stored + unchanged + quarantined, by the names that scripts read."""
APART = ("closed", "conflicting", "persons")
SHOWN_REASONS = 3
WIDEST = 120
"""Columns that the table may need."""


def figures(summary: "Summary") -> dict[str, Any]:
    """One run as scripts read it."""
    counts = {name: getattr(summary, field) for field, name in COUNTS.items()}
    return {
        "source": summary.source,
        "run": summary.run,
        "status": summary.status,
        **counts,
        **{name: getattr(summary, name) for name in APART},
        "seconds": summary.seconds,
        "reasons": summary.reasons,
        "code": summary.code,
        "message": summary.message,
        **({"preview": asdict(summary.preview)} if summary.preview else {}),
    }


def exit_code(summaries: "Sequence[Summary]") -> int:
    """0 when all went through, 1 when one failed, 3 when one ended early."""
    found = {summary.status for summary in summaries}
    return 1 if "failed" in found else PARTIAL if "partial" in found else 0


def totals(syncs: "Sequence[Sequence[Summary]]") -> dict[str, dict[str, int]]:
    """Counts of each source over several syncs."""
    found: dict[str, dict[str, int]] = {}
    for summary in (one for one_sync in syncs for one in one_sync):
        into = found.setdefault(summary.source, dict.fromkeys((*COUNTS.values(), "closed", "conflicting"), 0))
        told: Mapping[str, Any] = figures(summary)
        for name in into:
            into[name] += told[name]
    return found


def show(summaries: "Sequence[Summary]", to_stderr: bool = False) -> None:
    """The table in which in = stored + unchanged + quarantined; closed and conflicting stand apart."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source", no_wrap=True)
    table.add_column("status", no_wrap=True)
    for name in (
        "in",
        "= stored",
        "+ unchanged",
        "+ quarantined",
        "closed",
        "conflicting",
        "persons",
        "seconds",
    ):
        table.add_column(name, justify="right", no_wrap=True)
    for one in summaries:
        counts = [getattr(one, name) for name in (*COUNTS, *APART)]
        seconds = f"{one.seconds.get('total', 0.0):,.1f}"
        table.add_row(one.source, one.status, *(f"{count:,}" for count in counts), seconds)
    console = Console(stderr=to_stderr)
    # A figure that is cut is a wrong figure: a narrow terminal wraps the line instead.
    console.width = max(console.width, WIDEST)
    console.print(table)
    for one in summaries:
        for line in remarks(one):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def remarks(one: "Summary") -> list[str]:
    """Lines below the table: why a run did not go through, and what its quarantine is for."""
    lines = [f"{one.source}: {one.code}: {one.message}"] if one.message else []
    if one.preview:
        lines.append(
            f"{one.source}: would add {one.preview.added:,} records and change {one.preview.changed:,}"
        )
        lines += [
            f"{one.source}: would change {each.field}: {each.before or '-'} -> {each.after or '-'}"
            for each in one.preview.examples
        ]
    if one.reasons:
        most = list(one.reasons.items())[:SHOWN_REASONS]
        rest = len(one.reasons) - len(most)
        told = ", ".join(f"{reason} {count:,}" for reason, count in most)
        lines.append(f"{one.source}: in quarantine: {told}{f', and {rest} more reasons' if rest else ''}")
    return lines
