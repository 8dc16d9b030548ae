"""Lets mentions stand for whom the edges say: clusters, persons, and whatever bears the person of a mention.

Cluster rows are closed and opened at one instant. Records and claims bear the person of now and the home of now, so
that they follow in place; as known at an earlier instant they are found through the clusters of then.
"""

from datetime import datetime
from secrets import token_bytes

from hub.store.sql import AsyncConnection, text
from hub.store.tables.claims import CLAIMS, MENTION_SLOTS

PUBLIC_ID = """
    overlay(overlay(encode(substring(sha256(int8send({number}) || cast(:secret as bytea)) for 16), 'hex')
            placing '8' from 13) placing 'a' from 17)::uuid
"""
"""A public id: the hash of the person's number under a secret that no one keeps, written as a UUID of one's own making
(RFC 9562, version 8). As good as a random one, and five times as quick to have for a whole register."""

# Parts that no person goes with: each is a new one, with the area of its smallest mention.
NEW_PERSONS = f"""
    insert into person (id, uid, founded_by, event_area_key, home_area_key)
    select c.person_id, {PUBLIC_ID.format(number="c.person_id")}, m.mention_id, m.event_area_key, m.home_area_key
    from cluster_person c
    join (select label, min(mention_id) as mention_id from cluster_node group by label) n on n.label = c.label
    join cluster_member m on m.mention_id = n.mention_id and upper_inf(m.recorded)
    where c.is_new order by c.person_id
"""
MERGED = """
    update person p set merged_into = nullif(c.person_id, p.id)
    from cluster_heir h join cluster_person c on c.label = h.label
    where p.id = h.id and p.merged_into is distinct from nullif(c.person_id, p.id)
"""
LEAVE = """
    update cluster_member c set recorded = tstzrange(lower(c.recorded), :at)
    from cluster_move m where c.mention_id = m.mention_id and upper_inf(c.recorded)
"""
JOIN = """
    insert into cluster_member (mention_id, person_id, method, recorded, event_area_key, home_area_key)
    select m.mention_id, m.after, case when p.founded_by = m.mention_id then 'founder' else 'judged' end,
           tstzrange(:at, null), c.event_area_key, p.home_area_key
    from cluster_move m
    join cluster_member c on c.mention_id = m.mention_id and upper(c.recorded) = :at
    join person p on p.id = m.after
    order by m.mention_id
"""
CLAIMED = """
    update {table} c set person_id = m.after, home_area_key = p.home_area_key
    from cluster_move m join person p on p.id = m.after
    where c.person_id = m.before and c.mention_id = m.mention_id
"""
# A record's subject is whom its first mention stands for.
RECORDED = f"""
    update source_record r set person_id = m.after, home_area_key = p.home_area_key
    from cluster_move m join person p on p.id = m.after
    where m.mention_id % {MENTION_SLOTS} = 0 and r.entry_id = m.mention_id / {MENTION_SLOTS}
"""
MOVED = """
    create temp table judged_person on commit drop as
    select before as person_id from cluster_move union select after from cluster_move
"""
# From whom each person may take over enrollments, payments, homes: whoever stood for one of the mentions before.
KIN = """
    create temp table fold_kin on commit drop as
    select distinct a.person_id, b.person_id as other
    from (select after as person_id, label from cluster_move m join cluster_node n using (mention_id)) a
    join (select before as person_id, label from cluster_move m join cluster_node n using (mention_id)) b
         on b.label = a.label and b.person_id <> a.person_id
"""
KIN_KEYS = "create index on fold_kin (person_id)"
COUNTED = "analyze fold_kin"
STATEMENTS = (
    NEW_PERSONS, MERGED, LEAVE, JOIN, *(CLAIMED.format(table=table.name) for table in CLAIMS), RECORDED, MOVED, KIN,
    KIN_KEYS, COUNTED,
)  # fmt: skip


async def move(connection: AsyncConnection, at: datetime) -> None:
    """Writes what `cluster_move` says; leaves `judged_person`, everybody whose graph has to be folded, and `fold_kin`.

    Args:
        connection: In a transaction, after `hub.identity.clusters.gather`.
        at: Instant of recording, UTC, later than all before.
    """
    given = {"secret": token_bytes(32), "at": at}
    await connection.execute(text("analyze cluster_move"))
    for statement in STATEMENTS:
        used = {name: value for name, value in given.items() if f":{name}" in statement}
        await connection.execute(text(statement), used)
