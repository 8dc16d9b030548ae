"""Groups that receive together, and who belongs to them: each group by source, kind and number.

A record may tell of a group and name nobody, so that the groups touched are found through the run's records;
who belongs to a group is folded with the touched persons.
"""

from hub.graph.telling import BY_KEY, STANDS, lasting
from hub.graph.timeline import Fold
from hub.store.tables.graph import group_member, social_group

# The groups of which the run's records speak, known ones under their number and new ones.
TOUCHED = """
    select n.source_id, n.kind, n.number, coalesce(g.group_id, nextval('group_ids')) as group_id,
           coalesce(g.uid, gen_random_uuid()) as uid
    from (select distinct c.source_id, c.kind, c.number
          from fold_record t join claim_group c on c.record_id = t.record_id) n
    left join lateral (
      select g.group_id, g.uid from social_group g
      where g.source_id = n.source_id and g.kind = n.kind and g.number = n.number
      order by lower(g.recorded) desc limit 1) g on true
"""


_ORDER = f"upper_inf(r.recorded) desc, lower(c.valid) desc nulls last, {BY_KEY}"


def _latest(column: str, name: str, stated: bool = False) -> str:
    """SQL of what the latest record says; with `stated`, the latest that says anything."""
    where = f" filter (where {column} is not null)" if stated else ""
    return f"(array_agg({column} order by {_ORDER}){where})[1] as {name}"


WANTED = f"""
    select g.group_id, g.uid, g.kind, g.number, g.source_id, unnest(range_agg({lasting("c.valid")})) as valid,
           coalesce((array_agg(c.name order by {_ORDER}) filter (where c.name is not null))[1], g.number)
               as name,
           {_latest("c.size", "size", stated=True)}, {_latest("p.id", "program_id", stated=True)},
           {_latest("c.record_id", "record_id")}, {_latest("c.event_area_key", "event_area_key")},
           {_latest("c.event_area_key", "home_area_key")}
    from fold_group g
    join claim_group c on c.source_id = g.source_id and c.kind = g.kind and c.number = g.number
    join source_record r on r.id = c.record_id and {STANDS}
    left join program p on p.code = c.program
    group by g.group_id, g.uid, g.kind, g.number, g.source_id
"""
# Records that give the person no role tell of the group alone.
MEMBERS = f"""
    select g.group_id, c.person_id, unnest(range_agg({lasting("c.valid")})) as valid, {_latest("c.role", "role")},
           {_latest("c.event_area_key", "event_area_key")}, {_latest("c.home_area_key", "home_area_key")}
    from fold_touched t
    join claim_group c on c.person_id = t.person_id and c.role is not null
    join source_record r on r.id = c.record_id and {STANDS}
    join (select distinct group_id, source_id, kind, number from social_group where upper_inf(recorded)) g
         on g.source_id = c.source_id and g.kind = c.kind and g.number = c.number
    group by g.group_id, c.person_id
"""


async def fold_groups(fold: Fold) -> None:
    """Folds the groups of `fold_record` and the members among `fold_touched`."""
    await fold.make("fold_group", TOUCHED)
    await fold.make("wanted_group", WANTED)
    await fold.write(social_group, "wanted_group", "fold_group", "group_id")
    await fold.make("wanted_group_member", MEMBERS)
    await fold.write(group_member, "wanted_group_member", "fold_touched")
