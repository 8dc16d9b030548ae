"""Exact links of a NIK that stands under several names, as a function of these names.

A sync links what comes to what is there, so that a name between two others joins whichever came first. Here all names
of such a NIK are settled at once: each joins the one fuller name that it agrees with, and one that agrees with two that
do not agree with each other stands alone, whatever the order. Edges between mentions of one such NIK are made to say
that; everybody else's are left alone, and what people judged goes before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from csv import writer
from datetime import datetime
from io import StringIO
from itertools import groupby
from typing import NamedTuple

from hub.identity.names import NameOfNik, settle
from hub.store.copying import copy_csv
from hub.store.sql import AsyncConnection, text

# NIK of which the hub heard since an instant.
HEARD = """
    create temp table settled_heard on commit drop as
    select distinct c.nik from source_record r join claim_person c on c.record_id = r.id and c.nik is not null
    where r.opened >= :since or not upper_inf(r.recorded) and upper(r.recorded) >= :since
"""
# What each mention that stands for somebody said last, where its NIK stands under several names.
SAID = """
    create temp table settled_name on commit drop as
    with said as materialized (
      select distinct on (c.mention_id) c.mention_id, c.nik, c.name_key
      from claim_person c
      join source_record r on r.id = c.record_id
      join cluster_member m on m.mention_id = c.mention_id and upper_inf(m.recorded)
      where {heard}
      order by c.mention_id, r.version desc)
    select * from (
      select s.*, min(name_key) over one as least_name, max(name_key) over one as most_name
      from said s where nik is not null and name_key is not null and {asked} window one as (partition by nik)) n
    where least_name <> most_name
"""
_OF_HEARD = "c.mention_id in (select x.mention_id from claim_person x join settled_heard h on h.nik = x.nik)"
NAMES = text(
    """
    select s.nik, s.mention_id, s.name_key, array_agg(o.mention_id) filter (where o.mention_id is not null) as tied
    from settled_name s
    left join edge e on e.mention_a = s.mention_id and upper_inf(e.recorded) and e.judgement = 'same'
         and e.method = 'nik_name'
    left join settled_name o on o.mention_id = e.mention_b and o.nik = s.nik
    group by 1, 2, 3 order by 1, 2
    """
)
MADE = "create temp table settled_member (nik text, mention_id bigint, leader bigint, tied_to bigint) on commit drop"
MOVED = text("insert into judged_mention select mention_id from settled_moved")
#: Columns of `settled_member`: the first mention of its group, and whom a mention is to be tied to anew.
MEMBER = ("nik", "mention_id", "leader", "tied_to")
_PAIR = "e.mention_a = a.mention_id and e.mention_b = b.mention_id and a.nik = b.nik"
_END = (
    "update edge e set recorded = tstzrange(lower(e.recorded), :at) from settled_member a, settled_member b"
)
PARTED = f"""
    with ended as (
      {_END} where upper_inf(e.recorded) and e.judgement = 'same' and e.method = 'nik_name' and {_PAIR}
      and a.leader <> b.leader
      returning e.mention_a, e.mention_b)
    insert into settled_moved select mention_a from ended union select mention_b from ended
"""
JOINED = """
    with made as (
      insert into edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
          event_area_key, home_area_key)
      select least(s.tied_to, s.mention_id), greatest(s.tied_to, s.mention_id), 'same', 'nik_name', 1,
             '{"nik": "equal", "name": "agrees"}', 'hub', tstzrange(:at, null), b.event_area_key, a.home_area_key
      from settled_member s
      join cluster_member a on a.mention_id = s.tied_to and upper_inf(a.recorded)
      join cluster_member b on b.mention_id = s.mention_id and upper_inf(b.recorded)
      order by 1, 2
      returning mention_a, mention_b)
    insert into settled_moved select mention_a from made union select mention_b from made
"""
# Doubts between two of one group are answered; each further group has one with the first.
ANSWERED = f"""
    {_END} where upper_inf(e.recorded) and e.judgement = 'unsure' and e.method = 'nik_conflict' and {_PAIR}
      and a.leader = b.leader
"""
DOUBTED = f"""
    insert into edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
        event_area_key, home_area_key)
    select f.first, f.leader, 'unsure', 'nik_conflict', null::float,
           '{{"nik": "equal", "name": "differs"}}'::jsonb, 'hub', tstzrange(:at, null),
           y.event_area_key, x.home_area_key
    from (select distinct nik, min(leader) over (partition by nik) as first, leader from settled_member) f
    join cluster_member x on x.mention_id = f.first and upper_inf(x.recorded)
    join cluster_member y on y.mention_id = f.leader and upper_inf(y.recorded)
    where f.leader <> f.first and not exists (
      select from settled_member a join settled_member b on b.nik = a.nik
      join edge e on upper_inf(e.recorded) and e.judgement = 'unsure' and e.method = 'nik_conflict' and {_PAIR}
      where a.nik = f.nik and (a.leader, b.leader) in ((f.first, f.leader), (f.leader, f.first)))
    order by 1, 2
"""


class Told(NamedTuple):
    """A mention with its name, and those later ones of its NIK that it is tied to by exact links."""

    mention: int
    name: str
    tied: Sequence[int]


async def settle_names(connection: AsyncConnection, at: datetime, since: datetime | None) -> None:
    """Makes the exact links of NIK under several names those of their names.

    Args:
        connection: In a transaction with the lock of syncs, with `judged_mention`, to which it adds whom it moves.
        at: Instant of recording, UTC, later than all before.
        since: NIK of which the hub heard since, inclusive; None: all.
    """
    await connection.execute(text("create temp table settled_moved (mention_id bigint) on commit drop"))
    await connection.execute(text(MADE))
    heard = asked = "true"
    if since is not None:
        await connection.execute(text(HEARD), {"since": since})
        heard, asked = _OF_HEARD, "nik in (select nik from settled_heard)"
    await connection.execute(text(SAID.format(heard=heard, asked=asked)))
    await connection.execute(text("create index on settled_name (mention_id)"))
    await connection.execute(text("analyze settled_name"))
    out = StringIO()
    for nik, rows in groupby(await connection.execute(NAMES), key=lambda row: row.nik):
        told = [Told(row.mention_id, row.name_key, row.tied or ()) for row in rows]
        writer(out).writerows((nik, *member) for member in members(told))
    await copy_csv(connection, "settled_member", MEMBER, out.getvalue().encode())
    await connection.execute(text("create index on settled_member (mention_id)"))
    await connection.execute(text("analyze settled_member"))
    for statement in (PARTED, JOINED, ANSWERED, DOUBTED):
        await connection.execute(text(statement), {"at": at})
    await connection.execute(MOVED)
    await connection.execute(text("drop table settled_name, settled_member, settled_moved"))
    await connection.execute(text("drop table if exists settled_heard"))


def members(told: Sequence[Told]) -> Iterator[tuple[int, int, int | None]]:
    """Each mention of a NIK with the first of its group, and whom it has to be tied to for the group to hold together.

    Args:
        told: By mention.
    """
    of = leaders(each.name for each in told)
    groups: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        groups[of[each.name]].append(each)
    for group in groups.values():
        first, label = group[0].mention, {each.mention: each.mention for each in group}
        for each in group:
            for other in each.tied:
                _join(label, each.mention, other)
        for each in group:
            apart = label[each.mention] != label[first]
            yield each.mention, first, first if apart else None
            if apart:
                _join(label, first, each.mention)


def leaders(names: Iterable[str]) -> Mapping[str, str]:
    """By name that whose person it is: its own, or the one fuller name that it agrees with."""
    fresh = sorted(set(names))
    found = {name: name for name in fresh}
    for decision in settle(NameOfNik("", name, None, known=False) for name in fresh):
        found[decision.name_key] = decision.leader or decision.name_key
    return found


def _join(label: dict[int, int], one: int, other: int) -> None:
    """Both, and whoever is tied to either, bear one label; a tie to somebody of another group is none."""
    if other in label and label[one] != label[other]:
        low, high = sorted((label[one], label[other]))
        label.update({mention: low for mention, own in label.items() if own == high})
