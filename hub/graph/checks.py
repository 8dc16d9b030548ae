"""What must hold of every golden table: one state of a thing at a time, and no hole in what was recorded.

The tables have no exclusion constraints (they are twenty to sixty times slower to fill), so this is where
overlaps and holes are found: set-based, of everything for the tests, and at the end of each fold of whom it touched.
"""

from collections.abc import Collection
from typing import NamedTuple

from hub.errors import FatalError
from hub.store.script import Script
from hub.store.sql import AsyncConnection, text


class Thing(NamedTuple):
    """What the rows of a table are states of.

    Args:
        table: Golden table.
        key: Columns that name the thing.
        valid: Whether its states are told apart by `valid` too.
        lasting: Whether the hub, once it knows the thing, always has a state of it.
        parts: Further columns of the key that may be null.
        only: Condition on each row `{}` that says which rows are meant; empty: all.
    """

    table: str
    key: tuple[str, ...]
    valid: bool
    lasting: bool = False
    parts: tuple[str, ...] = ()
    only: str = ""


class Fault(NamedTuple):
    """A kind of fault (`overlap`, `hole`, `backward`) in a table and how many rows show it."""

    table: str
    kind: str
    rows: int


THINGS = (
    Thing("person_state", ("person_id",), valid=True, lasting=True),
    Thing("family_card", ("card_id",), valid=True),
    Thing("household", ("household_id",), valid=True),
    Thing("membership", ("person_id",), valid=True),
    Thing("household_member", ("person_id",), valid=True, only="{}.scheme is null"),
    Thing("household_member", ("person_id", "household_id"), valid=True, only="{}.scheme is not null"),
    Thing("enrollment", ("enrollment_id",), valid=True),
    Thing("enrollment", ("person_id", "source_id", "program_id"), valid=True, parts=("component_id",)),
    Thing("benefit", ("benefit_id",), valid=False),
    Thing("benefit_event", ("benefit_id", "event"), valid=False),
    Thing("status", ("person_id", "scheme", "code", "source_id"), valid=True, parts=("unit", "unit_number")),
    Thing(
        "score", ("person_id", "register", "unit", "edition", "source_id"), valid=True, parts=("unit_number",)
    ),
    *(
        Thing(table, ("record_id", *key), valid=True, parts=("unit_number",), only="{}.person_id is null")
        for table, key in (("status", ("scheme", "code")), ("score", ("register", "unit", "edition")))
    ),
    Thing("person_attributes", ("person_id",), valid=True),
    Thing("family_attributes", ("family_key",), valid=True),
    Thing("social_group", ("group_id",), valid=True),
    Thing("group_member", ("group_id", "person_id"), valid=True),
    Thing("institution", ("institution_id",), valid=True),
    Thing(
        "observation",
        ("record_id", "dataset", "measure", "dimensions"),
        valid=True,
        parts=("area_key", "unit"),
    ),
    Thing("cluster_member", ("mention_id",), valid=False, lasting=True),
    Thing("source_record", ("entry_id",), valid=False),
)


def _same(thing: Thing) -> str:
    plain = [f"a.{name} = b.{name}" for name in thing.key]
    plain += [thing.only.format(alias) for alias in ("a", "b") if thing.only]
    return " and ".join([*plain, *(f"a.{name} is not distinct from b.{name}" for name in thing.parts)])


def _overlaps(thing: Thing) -> str:
    """Rows that state one thing twice for one moment."""
    days = " and a.valid && b.valid" if thing.valid else ""
    return (
        f"select count(*) from {thing.table} a join {thing.table} b on {_same(thing)} and a.ctid < b.ctid"
        f" where a.recorded && b.recorded{days}"
    )


def _holes(thing: Thing) -> str:
    """Rows closed without a successor at the same instant, where no run was taken back and no person merged."""
    return (
        f"select count(*) from {thing.table} a where not upper_inf(a.recorded)"
        f" and not exists (select from {thing.table} b where {_same(thing)} and b.recorded @> upper(a.recorded))"
        " and upper(a.recorded) not in (select unnest(array[v.started, v.finished]) from run v"
        " where v.detail ->> 'kind' in ('revert', 'judgement') and v.finished is not null)"
    )


def _backward(thing: Thing) -> str:
    """Rows that hold for no moment or no day."""
    return f"select count(*) from {thing.table} where isempty(recorded){' or isempty(valid)' if thing.valid else ''}"


async def faults(connection: AsyncConnection) -> list[Fault]:
    """Faults in the recorded intervals of the golden tables; empty when all is well."""
    asked = []
    for thing in THINGS:
        kinds = {"overlap": _overlaps(thing), "backward": _backward(thing)}
        if thing.lasting:
            kinds["hole"] = _holes(thing)
        asked += [f"select '{thing.table}', '{kind}', ({query})" for kind, query in kinds.items()]
    found = await connection.execute(text(" union all ".join(asked)))
    return [Fault(table, kind, rows) for table, kind, rows in found if rows]


#: Golden tables whose states are of persons, by the kinds of claims that fill them; none: every fold writes them.
OF_PERSONS = {
    "person_state": frozenset[str](), "membership": frozenset[str](), "household_member": frozenset[str](),
    "enrollment": frozenset({"enrollment", "benefit"}), "benefit": frozenset({"enrollment", "benefit"}),
    "status": frozenset({"status"}), "score": frozenset({"score"}), "group_member": frozenset({"group"}),
}  # fmt: skip


def _twice(thing: Thing) -> str:
    """States of touched persons that begin before the one before them has ended; the next one in order is enough."""
    key = ", ".join((*thing.key, *thing.parts))
    days = "valid" if thing.valid else "recorded"
    only = f" and {thing.only.format('t')}" if thing.only else ""
    return (
        f"select '{thing.table}' as found, count(*) as rows from (select t.{days} && lag(t.{days}) over"
        f" (partition by {key} order by t.{days}) as twice from {thing.table} t"
        f" where upper_inf(t.recorded) and t.person_id in (select person_id from fold_touched){only}) s where twice"
    )


async def check_touched(script: Script, kinds: Collection[str]) -> None:
    """Stops a run that would state one thing of a person twice for one day.

    Args:
        script: Of a fold, before its `fold_touched` goes.
        kinds: Kinds of claims that it folded.

    Raises:
        FatalError: `overlapping_states`; nothing of the run lands.
    """
    written = [
        thing for thing in THINGS
        if thing.table in OF_PERSONS and "person_id" not in thing.only
        and (not OF_PERSONS[thing.table] or OF_PERSONS[thing.table] & set(kinds))
    ]  # fmt: skip
    found = await script.ask(" union all ".join(_twice(thing) for thing in written))
    if faulty := sorted({name for name, rows in found if rows}):
        raise FatalError(
            "overlapping_states",
            f"{', '.join(faulty)}: one thing would be stated twice for one day; nothing landed. This is a fault of the"
            " hub: keep what came and report it",
        )
