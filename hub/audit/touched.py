"""Whom a run of the audit has to look at again: those of whom the hub learned anything, and whoever stands beside them.

What a rule finds of a person rests on that person's rows and on those of the people on the same cards, of the bearers
of the same number, of the same group, and of everybody in the evidence of what was found before. What it finds of a
family card rests on the people who stand or stood on it. So these are the persons and cards looked at, and no others.
"""

from datetime import UTC, datetime

from hub.store.meeting import meets
from hub.store.sql import AsyncConnection, text

#: Tables whose rows, opened or ended, change what a rule may find of their person.
TOLD = (
    "person_state",
    "membership",
    "enrollment",
    "benefit",
    "benefit_event",
    "status",
    "score",
    "group_member",
)
DOUBT = "identifier_conflict"
"""Method of the edges on which `shared_identifier` rests."""
_NEWS = "(lower({0}.recorded) > :since or not upper_inf({0}.recorded) and upper({0}.recorded) > :since)"
_UNITS = "select t.unit_number as no_kk from score t where {0} and t.person_id is null and t.unit_number is not null"
# Whoever the hub heard of, or heard of no longer, since an instant.
NEWS = " union ".join(
    [
        *(
            f"select t.person_id from {name} t where {_NEWS.format('t')} and t.person_id is not null"
            for name in TOLD
        ),
        (
            "select c.person_id from source_record r join claim_person c on c.record_id = r.id"
            f" where {_NEWS.format('r')} and c.person_id is not null"
        ),
        (
            "select m.person_id from social_group t join group_member m on m.group_id = t.group_id"
            f" where {_NEWS.format('t')}"
        ),
        # Numbers of which somebody doubts whose they are: whether a record came does not tell of it.
        (
            "select m.person_id from edge t join cluster_member m on m.mention_id in (t.mention_a, t.mention_b)"
            f" and upper_inf(m.recorded) where t.judgement = 'unsure' and t.method = '{DOUBT}' and {_NEWS.format('t')}"
        ),
    ]
)
# Family cards of which a list speaks without naming anybody.
CARDS_TOLD = f"""
    select c.card_id from family_card c where c.no_kk in (
      {_UNITS.format(_NEWS.format("t"))}
      union select t.no_kk from family_attributes t where {_NEWS.format("t")} and t.no_kk is not null)
    union select t.card_id from family_card t where {_NEWS.format("t")}
"""
_STOOD = "(upper_inf(m.recorded) or upper(m.recorded) > :since)"
CARDS = f"""
    select m.card_id from membership m where m.person_id in (select person_id from audit_core) and {_STOOD}
    union {{told}}
    union select f.card_id from finding f where upper_inf(f.recorded) and f.card_id is not null
      and {{met}}
"""
PERSONS = f"""
    select person_id from audit_core
    union select m.person_id from membership m where m.card_id in (select card_id from audit_card) and {_STOOD}
    union select s.person_id from person_state s where upper_inf(s.recorded) and s.nik in (
      select o.nik from person_state o where o.person_id in (select person_id from audit_core)
        and (upper_inf(o.recorded) or upper(o.recorded) > :since))
    union select o.person_id from group_member m join group_member o on o.group_id = m.group_id
      where m.person_id in (select person_id from audit_core)
    union select unnest(f.person_ids) from finding f where upper_inf(f.recorded)
      and {{met}}
"""
NIKS = """
    select distinct s.nik from person_state s
    where s.nik is not null and s.person_id in (select person_id from audit_person)
"""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything was recorded."""


async def _keep(
    connection: AsyncConnection, table: str, query: str, since: datetime | None, key: str
) -> None:
    given = {} if since is None or ":since" not in query else {"since": since}
    await connection.execute(text(f"create temp table {table} on commit drop as {query}"), given)
    await connection.execute(text(f"create index on {table} ({key})"))
    await connection.execute(text(f"analyze {table}"))


async def touch(connection: AsyncConnection, since: datetime) -> int:
    """Makes `audit_person`, `audit_card` and `audit_nik` of whom to look at after an instant; returns how many."""
    await _keep(connection, "audit_core", NEWS, since, "person_id")
    return await _around(connection, since, CARDS_TOLD)


async def touch_persons(
    connection: AsyncConnection, persons: list[int], cards: list[int], since: datetime
) -> int:
    """The same of given persons and cards, whatever the hub has heard of them.

    Args:
        connection: In a transaction.
        persons: Persons.
        cards: Family cards.
        since: Who stood on a card with them at this instant or later counts.
    """
    await connection.execute(
        text(
            "create temp table audit_core on commit drop as select unnest(cast(:persons as bigint[])) as person_id"
        ),
        {"persons": persons},
    )
    named = ", ".join(str(int(card)) for card in cards)
    return await _around(connection, since, f"select unnest(array[{named}]::bigint[])")


async def _around(connection: AsyncConnection, since: datetime, told: str) -> int:
    core = int(await connection.scalar(text("select count(*) from audit_core")) or 0)
    met = meets("audit_core", core)
    await _keep(connection, "audit_card", CARDS.format(told=told, met=met), since, "card_id")
    await _keep(connection, "audit_person", PERSONS.format(met=met), since, "person_id")
    await _keep(connection, "audit_nik", NIKS, None, "nik")
    return int(await connection.scalar(text("select count(*) from audit_person")) or 0)


async def forget(connection: AsyncConnection) -> None:
    """Drops what `touch` made, so that it can be made anew in the same transaction."""
    await connection.execute(text("drop table if exists audit_core, audit_card, audit_person, audit_nik"))
