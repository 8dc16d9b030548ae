"""Up to where the hub's record is whole, and how cursors carry instants: what every feed stands on.

Runs record at ascending instants, so all that was ever to be recorded has been committed up to the last instant of
the runs that have ended, and before the first of one that is under way.
"""

SETTLED = (
    "(select least(max(greatest(n.started, n.finished)) filter (where n.status <> 'running'),"
    " min(n.started) filter (where n.status = 'running') - interval '1 microsecond') from hub.run n)"
)
"""SQL of that instant, UTC, inclusive; null before the first run has ended. It never goes back."""


def micros(instant: str) -> str:
    """SQL: microseconds since 1970 of an instant, as a cursor carries them."""
    return f"(extract(epoch from {instant}) * 1000000)::bigint"


def instant(number: str) -> str:
    """SQL: the instant so many microseconds after 1970."""
    return f"(timestamptz 'epoch' + {number} * interval '1 microsecond')"


def opaque(numbers: str) -> str:
    """SQL: the opaque cursor of a JSON array."""
    return f"translate(encode(convert_to(({numbers})::text, 'UTF8'), 'base64'), E'\\n', '')"
