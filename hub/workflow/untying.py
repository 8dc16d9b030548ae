"""Exact links since a run that is taken back, to mentions that spoke of nobody, or of somebody else, before it.

Whoever came since and bore the number and a name of such a mention was tied to it alone. These ties end with the run;
those whom they held together stay tied to each other as far as their names agree, and the first of them goes on as the
person whom the mention had founded.
"""

from collections.abc import Iterable, Iterator
from csv import writer
from datetime import datetime
from io import StringIO
from typing import Any

from hub.identity.names import NameOfNik, settle
from hub.store.copying import copy_csv
from hub.store.sql import AsyncConnection, text

_SINCE = "(select min(lower(span)) from revert_span)"
_RUN = "(select mention_id from revert_mention)"
# Ties that others made to mentions of the run since; those that the run itself ended and that stand again are younger.
TIES = (
    f"""
    create temp table revert_tie on commit drop as
    select e.id, m.mention_id as gone, lower(e.recorded) as tied,
           case when e.mention_a = m.mention_id then e.mention_b else e.mention_a end as mention_id
    from revert_mention m join edge e on m.mention_id in (e.mention_a, e.mention_b)
    where upper_inf(e.recorded) and e.judgement = 'same' and e.method = 'nik_name'
      and lower(e.recorded) >= {_SINCE} and lower(e.recorded) < :at
    """,
    "update edge set recorded = tstzrange(lower(recorded), :at) where id in (select id from revert_tie)",
    """
    create temp table revert_orphan on commit drop as
    select p.id as person_id, p.founded_by as gone from person p where p.founded_by in (select gone from revert_tie)
    """,
    "create temp table revert_heir (gone bigint, mention_id bigint, heir bigint) on commit drop",
)
# What those who stay said when they were tied.
LEFT = text(
    f"""
    select t.gone, t.mention_id, c.nik, c.name_key
    from revert_tie t
    join source_record r on r.entry_id = t.mention_id / 16 and r.recorded @> t.tied
    join claim_person c on c.record_id = r.id and c.mention_id = t.mention_id
    where t.mention_id not in {_RUN}
    order by 1, 3, 4, 2
    """
)
_EDGE = (
    "mention_a, mention_b, judgement, method, score, evidence, actor, recorded, event_area_key, home_area_key"
)
_AREAS = """
    join cluster_member a on a.mention_id = {one} and upper_inf(a.recorded)
    join cluster_member b on b.mention_id = {other} and upper_inf(b.recorded)
"""
_NONE = """
    not exists (select from edge e where upper_inf(e.recorded) and e.method = '{method}'
                and e.mention_a = least({one}, {other}) and e.mention_b = greatest({one}, {other}))
"""


def _tie(told: str, method: str, relation: str, one: str, other: str) -> str:
    """SQL: an edge for each row of a relation, where there is none of the method."""
    pair = {"one": one, "other": other}
    return f"""
        insert into edge ({_EDGE})
        select distinct least({one}, {other}), greatest({one}, {other}), {told}, 'hub', tstzrange(:at, null),
               b.event_area_key, a.home_area_key
        from {relation} {_AREAS.format(**pair)}
        where {_NONE.format(method=method, **pair)}
    """


TIED = (
    _tie(
        """'same', 'nik_name', 1::float, '{"nik": "equal", "name": "agrees"}'::jsonb""", "nik_name",
        "(select * from revert_heir where mention_id <> heir) h", "h.heir", "h.mention_id",
    ),
    _tie(
        """'unsure', 'nik_conflict', null::float, '{"nik": "equal", "name": "differs"}'::jsonb""", "nik_conflict",
        "(select gone, min(heir) as first from revert_heir group by 1) f"
        " join revert_heir h on h.gone = f.gone and h.heir <> f.first",
        "f.first", "h.heir",
    ),
)  # fmt: skip
# After everybody goes with a mention again: whom the run alone had founded goes on with the first of those who stay.
FOUNDED = (
    """
    update person p set founded_by = n.heir, merged_into = null
    from (select distinct on (h.heir) h.heir, o.person_id
          from revert_orphan o
          join (select gone, min(heir) as heir from revert_heir group by gone) h on h.gone = o.gone
          order by 1, 2) n
    where p.id = n.person_id and p.founded_by = 0 and not exists (select from person q where q.founded_by = n.heir)
    """,
    f"""
    insert into judged_mention
    select mention_id from revert_tie
    union
    select unnest(array[e.mention_a, e.mention_b]) from edge e
    where upper_inf(e.recorded) and e.judgement = 'same' and (e.mention_a in {_RUN} or e.mention_b in {_RUN})
    """,
)


async def untie(connection: AsyncConnection, at: datetime) -> None:
    """Ends those ties and ties those who stay; leaves `revert_tie`, `revert_orphan` and `revert_heir` for `FOUNDED`.

    Args:
        connection: In the transaction of a revert, with `revert_span`, `revert_mention` and edges as before the run.
        at: Instant of the revert, UTC.
    """
    for statement in TIES:
        await connection.execute(text(statement), {"at": at} if ":at" in statement else {})
    out = StringIO()
    writer(out).writerows(_heirs((await connection.execute(LEFT)).all()))
    await copy_csv(connection, "revert_heir", ("gone", "mention_id", "heir"), out.getvalue().encode())
    for statement in TIED:
        await connection.execute(text(statement), {"at": at})


def _heirs(rows: Iterable[Any]) -> Iterator[tuple[int, int, int]]:
    """Each mention that stays, with the first of those of its number whose names agree; without a name it is alone."""
    left = [
        (row.gone, row.mention_id, row.name_key and (f"{row.gone} {row.nik}", row.name_key)) for row in rows
    ]
    names = sorted({name for _, _, name in left if name})
    leaders = {
        (told.nik, told.name_key): (told.nik, told.leader)
        for told in settle(NameOfNik(nik, name, None, known=False) for nik, name in names)
    }
    first: dict[object, int] = {}
    for gone, mention, name in sorted(left, key=lambda each: each[1]):
        of = leaders.get(name, name) if name else mention
        yield gone, mention, first.setdefault(of, mention)
