"""What a dry run shows of the changes that it takes back: counts are the run's own, values are masked."""

from dataclasses import dataclass

import orjson

from hub.domain.masking import masked
from hub.ingest import runs
from hub.store.sql import AsyncConnection, text

EXAMPLES = 10
# Records that would change, with the texts before and after and the names of their values.
CHANGED = text(
    """
    select o.payload as was, b.payload as will, ol.columns as was_columns, bl.columns as will_columns
    from stage_version v
    join source_record o on o.id = v.replaces
    join stage_body b on b.ordinal = v.ordinal
    left join layout ol on ol.id = o.layout_id
    left join layout bl on bl.id = b.layout_id
    order by v.record_id limit :examples
    """
)
KINDS = text(
    "select count(*) filter (where replaces is not null) as changed,"
    " count(*) filter (where replaces is null) as added from stage_version"
)


@dataclass(frozen=True)
class Change:
    """A field of a record that would change; both values are masked, None where there is none."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Preview:
    """What a run would do beside its counts.

    Args:
        added: Records that the hub does not hold now.
        changed: Records whose content would be another.
        examples: Up to ten changed fields.
        reasons: Quarantine that would be open, rows by reason.
    """

    added: int
    changed: int
    examples: list[Change]
    reasons: dict[str, int]


async def preview(connection: AsyncConnection, source_id: int) -> Preview:
    """Looks at a run that has landed and is to be rolled back, in its transaction."""
    kinds = (await connection.execute(KINDS)).one()
    found = await connection.execute(CHANGED, {"examples": EXAMPLES})
    changes = [
        each
        for row in found
        for each in differences(named(row.was, row.was_columns), named(row.will, row.will_columns))
    ]
    return Preview(kinds.added, kinds.changed, changes[:EXAMPLES], await runs.reasons(connection, source_id))


def named(payload: str, columns: list[str] | None) -> dict[str, object]:
    """A payload's values by name."""
    values = orjson.loads(payload)
    if isinstance(values, dict):
        return values
    return dict(zip(columns or map(str, range(len(values))), values, strict=False))


def differences(before: dict[str, object], after: dict[str, object]) -> list[Change]:
    """The fields in which two rows differ, masked, in the order in which they stand."""
    names = dict.fromkeys([*before, *after])
    return [
        Change(name, masked(before.get(name)), masked(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    ]
