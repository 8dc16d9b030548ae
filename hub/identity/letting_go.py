"""Lets go of mentions whose new version speaks of somebody else, as a key that a list gives to another person does.

Whatever was judged of the mention was judged of the person it spoke of before: its edges end, what waits between it and
others is closed, and judgements of people are taken back in the log by the hub and wait again, for somebody to see it.
Those who stay are tied to each other as they were through it, and everybody is clustered anew before the run goes on.
"""

from hub.domain.names import keys_agree
from hub.identity.clusters import gather
from hub.identity.moving import move
from hub.store.script import Script
from hub.store.sql import AsyncConnection, text

RENAMED_KIND = "renamed"
"""Kind of the candidates that ask again what people had judged."""

# Known mentions whose new version bears another name, with another NIK or under a key that several rows share:
# it may speak of another person.
RENAMED = """
    select m.mention_id, m.name_key, c.name_key as before
    from stage_mention m
    join stage_version v on v.ordinal = m.ordinal
    join source_record r on r.entry_id = v.entry_id and r.version = v.version - 1
    join claim_person c on c.record_id = r.id and c.mention_id = m.mention_id
    where m.kept is not null and m.nik is not null and c.nik is not null and m.name_key <> c.name_key
      and (m.nik <> c.nik or v.occurrence > 1
           or exists (select from source_record o where o.source_id = r.source_id
                      and o.record_key = r.record_key and o.occurrence > 1)
           or exists (select from stage_version w join stage_row s on s.ordinal = w.ordinal
                      where s.record_key = r.record_key and w.occurrence > 1))
"""
_GONE = "(select mention_id from link_gone)"
_OF_GONE = f"({{0}}.mention_a in {_GONE} or {{0}}.mention_b in {_GONE})"
_END = "set recorded = tstzrange(lower(recorded), :at)"
LET_GO = (
    """
    create temp table link_gone on commit drop as
    select mention_id from stage_mention where mention_id = any(cast(:mentions as bigint[]))
    """,
    f"update stage_mention set kept = null where mention_id in {_GONE}",
    f"update cluster_member {_END} where upper_inf(recorded) and mention_id in {_GONE}",
    f"""
    create temp table link_ended on commit drop as
    select e.* from edge e
    where upper_inf(e.recorded) and e.judgement in ('same', 'different') and {_OF_GONE.format("e")}
    """,
    f"update edge {_END} where id in (select id from link_ended)",
    f"update candidate c {_END} where upper_inf(c.recorded) and {_OF_GONE.format('c')}",
    f"""
    insert into judging (mention_a, mention_b, event, undoes, at, actor, reason, in_force, run_id)
    select j.mention_a, j.mention_b, 'undone', j.id, :at, 'hub', 'a record speaks of somebody else now', true, :run
    from judging j
    where j.event = 'judged' and j.judgement in ('same', 'different') and {_OF_GONE.format("j")}
      and not exists (select from judging u where u.undoes = j.id)
    order by j.id
    """,
)
# Persons whose mention left go on with the smallest of those that an exact link tied to it and that no other person
# goes with; where there is none, nobody stands for them, and they are merged into nobody either.
FOUND_ANEW = (
    f"""
    create temp table link_left on commit drop as
    select t.*, case when not t.founds and row_number() over (partition by t.heir order by t.person_id) = 1
                     then t.heir end as founded_by
    from (
      select p.id as person_id, p.founded_by as left_by, h.mention_id as heir, h.founds
      from person p
      left join lateral (
        select x.mention_id, exists (select from person q where q.founded_by = x.mention_id) as founds
        from (select case when e.mention_a = p.founded_by then e.mention_b else e.mention_a end as mention_id
              from link_ended e where e.method = 'nik_name' and p.founded_by in (e.mention_a, e.mention_b)) x
        where x.mention_id not in {_GONE} order by 2, 1 limit 1) h on true
      where p.founded_by in {_GONE}) t
    """,
    """
    update person p set founded_by = coalesce(l.founded_by, 0),
           merged_into = case when l.founded_by is not null then p.merged_into end
    from link_left l where p.id = l.person_id
    """,
    f"""
    insert into edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
        event_area_key, home_area_key)
    select distinct least(l.heir, x.mention_id), greatest(l.heir, x.mention_id), 'same', 'nik_name', 1.0,
           e.evidence, 'hub', tstzrange(:at, null), e.event_area_key, e.home_area_key
    from link_left l
    join link_ended e on e.method = 'nik_name' and l.left_by in (e.mention_a, e.mention_b)
    cross join lateral (select case when e.mention_a = l.left_by then e.mention_b else e.mention_a end as mention_id) x
    where x.mention_id <> l.heir and x.mention_id not in {_GONE}
    """,
)
# What people had judged is asked again, of those who stay where the mention left some.
ASKED_AGAIN = f"""
    insert into candidate (mention_a, mention_b, kind, score, evidence, run_id, recorded)
    select distinct on (1, 2) least(t.a, t.b), greatest(t.a, t.b), '{RENAMED_KIND}', 0.5,
           t.evidence || jsonb_build_object('name', 'renamed', 'judged', t.judgement), cast(:run as int),
           tstzrange(:at, null)
    from (
      select e.id, e.evidence, e.judgement, coalesce(a.heir, e.mention_a) as a, coalesce(b.heir, e.mention_b) as b
      from link_ended e
      left join link_left a on a.left_by = e.mention_a left join link_left b on b.left_by = e.mention_b
      where e.method = 'reviewer') t
    where t.a <> t.b and not exists (
      select from candidate c where upper_inf(c.recorded) and c.kind = '{RENAMED_KIND}'
      and c.mention_a = least(t.a, t.b) and c.mention_b = greatest(t.a, t.b))
    order by 1, 2, t.id desc
"""
TOUCHED = f"""
    create temp table judged_mention on commit drop as
    select m.mention_id from (
      select mention_a as mention_id from link_ended union select mention_b from link_ended) m
    where m.mention_id not in {_GONE}
"""
MOVED = (
    """
    update stage_mention s set kept = m.after from cluster_move m
    where m.mention_id = s.mention_id and s.kept = m.before
    """,
    "drop table link_gone, link_ended, link_left, judged_mention",
)


async def let_go(script: Script) -> bool:
    """Parts the renamed mentions whose names do not agree from their persons, as if they came for the first time.

    Leaves `judged_person`, `fold_kin` and `cluster_move` (`hub.identity.moving`) where it returns True.

    Args:
        script: In the run's transaction, with `stage_mention`; given `run` and the instant of recording `at` (UTC).
    """
    found = await script.ask(RENAMED)
    mentions = [mention for mention, name, before in found if not keys_agree(name, before)]
    if not mentions:
        return False
    connection, at = script.connection, script.at
    given = {"mentions": mentions, "at": at, "run": script.given["run"]}
    await _run(connection, (*LET_GO, *FOUND_ANEW, ASKED_AGAIN, TOUCHED), given)
    await gather(connection)
    await move(connection, at)
    await _run(connection, MOVED, given)
    return True


async def _run(connection: AsyncConnection, statements: tuple[str, ...], given: dict[str, object]) -> None:
    for statement in statements:
        used = {name: value for name, value in given.items() if f":{name}" in statement}
        await connection.execute(text(statement), used)
