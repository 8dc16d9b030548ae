"""Clusters: the components of what was judged the same, with what was judged different kept apart.

Which mentions are one person is a function of the edges in force; which id the person bears, of the mentions that
persons go with (`person.founded_by`): of the persons whose mention lies in a cluster the oldest stays, the others
are merged into it, and each is there again as soon as its mention stands apart. Nothing is remembered beside, so
that a judgement that is taken back leaves what was before it.

Works on the clusters that are touched, set by set; memory is flat but for contradictory components, which are parted
one at a time in Python (`hub.identity.cutting`).
"""

from itertools import groupby

from hub.identity.cutting import Tie, part
from hub.store.copying import copy_csv
from hub.store.sql import AsyncConnection, text
from hub.store.tables.claims import MENTION_SLOTS

_OPEN = "upper_inf(m.recorded)"
NODES = "create temp table cluster_node (mention_id bigint, person_id bigint, label bigint) on commit drop"
EVERYBODY = (
    f"insert into cluster_node select mention_id, person_id, mention_id from cluster_member m where {_OPEN}"
)
# All mentions of whom the given mentions stand for.
BEGIN = f"""
    insert into cluster_node
    select m.mention_id, m.person_id, m.mention_id from cluster_member m
    where {_OPEN} and m.person_id in (
      select k.person_id from judged_mention j join cluster_member k on k.mention_id = j.mention_id
      and upper_inf(k.recorded))
"""
_SAME = "upper_inf(e.recorded) and e.judgement = 'same'"
# All mentions of those to whom they are tied, until none is added.
REACH = f"""
    insert into cluster_node
    select m.mention_id, m.person_id, m.mention_id from cluster_member m
    where {_OPEN} and m.person_id in (
      select o.person_id from cluster_node n
      join edge e on e.mention_a = n.mention_id and {_SAME}
      join cluster_member o on o.mention_id = e.mention_b and upper_inf(o.recorded)
      union
      select o.person_id from cluster_node n
      join edge e on e.mention_b = n.mention_id and {_SAME}
      join cluster_member o on o.mention_id = e.mention_a and upper_inf(o.recorded)
      except select person_id from cluster_node)
"""
TIES = f"""
    create temp table cluster_tie on commit drop as
    select e.mention_a, e.mention_b, e.method, e.score from edge e
    join cluster_node a on a.mention_id = e.mention_a join cluster_node b on b.mention_id = e.mention_b
    where {_SAME}
"""
# Every mention takes the smallest label of those to which it is tied, then that of its label's: in a few rounds all of
# a component bear its smallest mention.
SPREAD = """
    update cluster_node n set label = x.label
    from (select mention_id, min(label) as label from (
            select t.mention_a as mention_id, b.label
            from cluster_tie t join cluster_node b on b.mention_id = t.mention_b
            union all
            select t.mention_b, a.label
            from cluster_tie t join cluster_node a on a.mention_id = t.mention_a) y
          group by mention_id) x
    where x.mention_id = n.mention_id and x.label < n.label
"""
JUMP = """
    update cluster_node n set label = p.label from cluster_node p where p.mention_id = n.label and p.label < n.label
"""
# Pairs that were judged different and are tied all the same.
CUTS = """
    create temp table cluster_cut on commit drop as
    select distinct a.label, e.mention_a, e.mention_b from edge e
    join cluster_node a on a.mention_id = e.mention_a join cluster_node b on b.mention_id = e.mention_b
    where upper_inf(e.recorded) and e.judgement = 'different' and a.label = b.label
"""
PAIRS_APART = text("select label, mention_a, mention_b from cluster_cut order by 1, 2, 3")


def _named(mention: str) -> str:
    """SQL of what a mention is called by its source, whenever it came."""
    return (
        f"(select array[s.code, r.record_key, r.occurrence::text, ({mention} % {MENTION_SLOTS})::text]"
        f" from source_record r join source s on s.id = r.source_id where r.id = {mention} / {MENTION_SLOTS})"
    )


# People are believed first, then exact links, then what scored higher; equal ones by what the sources call them.
CONTESTED = text(
    f"""
    select n.label, t.mention_a, t.mention_b,
           case t.method when 'reviewer' then 0 when 'nik_name' then 1 else 2 end as kind,
           -coalesce(t.score, 0) as score, {_named("t.mention_a")} as name_a, {_named("t.mention_b")} as name_b
    from cluster_tie t join cluster_node n on n.mention_id = t.mention_a
    where n.label in (select label from cluster_cut) order by n.label
    """
)
LONELY = "update cluster_node set label = mention_id where label in (select label from cluster_cut)"
PARTS = "create temp table cluster_part (mention_id bigint, label bigint) on commit drop"
PARTED = "update cluster_node n set label = p.label from cluster_part p where p.mention_id = n.mention_id"
# Who goes with which cluster: the persons of its mentions and those that were merged into one of them.
HEIRS = """
    create temp table cluster_heir on commit drop as
    with standing as materialized (select distinct person_id from cluster_node)
    select p.id, p.founded_by, n.label
    from (select p.id, p.founded_by from standing s join person p on p.id = s.person_id
          union select p.id, p.founded_by from standing s join person p on p.merged_into = s.person_id) p
    join cluster_node n on n.mention_id = p.founded_by
"""
PERSONS = """
    create temp table cluster_person on commit drop as
    select l.label, coalesce(min(h.id), nextval('person_ids')) as person_id, min(h.id) is null as is_new
    from (select distinct label from cluster_node) l left join cluster_heir h on h.label = l.label
    group by l.label
"""
MOVES = """
    create temp table cluster_move on commit drop as
    select n.mention_id, n.person_id as before, c.person_id as after
    from cluster_node n join cluster_person c on c.label = n.label where n.person_id <> c.person_id
"""
REFUSED = "cluster_node, cluster_tie, cluster_cut, cluster_part, cluster_heir, cluster_person, cluster_move"


async def gather(connection: AsyncConnection, *, everybody: bool = False) -> int:
    """Leaves `cluster_move`: which mentions stand for somebody else under the edges in force; returns how many.

    Beside it stand `cluster_person` (the person of each cluster, with `is_new`) and `cluster_heir` (every person with
    the cluster that its mention lies in). Nothing is written.

    Args:
        connection: In a transaction with `judged_mention` (mention_id), the ends of edges that came or ended.
        everybody: All clusters, whatever was touched; `judged_mention` is not read.
    """
    await _run(connection, "set local work_mem = '128MB'")
    await _run(connection, NODES)
    await _run(connection, EVERYBODY if everybody else BEGIN)
    while not everybody and await _run(connection, REACH):
        pass
    await _run(connection, "create index on cluster_node (mention_id)")
    await _run(connection, "analyze cluster_node")
    await _run(connection, TIES)
    await _run(connection, "analyze cluster_tie")
    await _spread(connection)
    await _run(connection, CUTS)
    await _part(connection)
    for statement in (HEIRS, PERSONS, MOVES):
        await _run(connection, statement)
    return int(await connection.scalar(text("select count(*) from cluster_move")) or 0)


async def forget(connection: AsyncConnection) -> None:
    """Drops what `gather` left, so that it can be called again in the transaction."""
    await _run(connection, f"drop table if exists {REFUSED}")


async def _run(connection: AsyncConnection, statement: str) -> int:
    return int((await connection.execute(text(statement))).rowcount)


async def _spread(connection: AsyncConnection) -> None:
    while await _run(connection, SPREAD):
        await _run(connection, JUMP)


async def _part(connection: AsyncConnection) -> None:
    """Gives the contradictory components the labels of their parts."""
    cuts = (await connection.execute(PAIRS_APART)).all()
    await _run(connection, PARTS)
    if not cuts:
        return
    apart = {
        label: [(row[1], row[2]) for row in rows] for label, rows in groupby(cuts, key=lambda row: row[0])
    }
    ties = (await connection.execute(CONTESTED)).all()
    lines: list[str] = []
    for label, rows in groupby(ties, key=lambda row: row.label):
        found = part((_tie(row) for row in rows), apart[label])
        lines += [f"{mention},{smallest}\n" for mention, smallest in found.items()]
    await copy_csv(connection, "cluster_part", ("mention_id", "label"), "".join(lines).encode())
    await _run(connection, LONELY)
    await _run(connection, PARTED)


def _tie(row: object) -> Tie:
    kind, score, *names = row.kind, row.score, row.name_a or [], row.name_b or []  # type: ignore[attr-defined]  # a row of CONTESTED
    return Tie((kind, score, sorted(names)), row.mention_a, row.mention_b)  # type: ignore[attr-defined]  # the same
