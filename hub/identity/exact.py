"""Exact links of a run's new mentions: the same valid NIK and an agreeing name, and nothing less.

The NIK holds the birth date, so a birth date that agrees proves nothing: a wife's row may bear her husband's
NIK. The same NIK under names that do not agree founds a person of its own and opens an `unsure` edge to the
one that was there; nothing is merged. Works on the stage of the run, in its transaction, and leaves
`stage_link`: (ordinal, slot, record_id, mention_id, person_id, founded_by, event_area_key, home_area_key, method).

Only the few NIK that stand under several names are decided in Python (`settle`); all else is one set.
"""

from csv import writer
from io import StringIO

from hub.identity.letting_go import let_go
from hub.identity.moving import PUBLIC_ID
from hub.identity.names import Decision, NameOfNik, settle
from hub.store.copying import copy_csv
from hub.store.script import Script
from hub.store.tables.claims import MENTION_SLOTS

_MENTION = f"v.entry_id * {MENTION_SLOTS} + p.slot"
_KEPT = f"cluster_member m on v.version > 1 and m.mention_id = {_MENTION} and upper_inf(m.recorded)"


def _mentions(known: bool) -> str:
    """The mentions of the run, each with the person it keeps; the first load of a source has none to keep."""
    return f"""
        create temp table stage_mention on commit drop as
        select p.ordinal, p.slot, v.record_id, {_MENTION} as mention_id,
               {"m.person_id" if known else "null::bigint"} as kept, p.nik, p.name_key,
               coalesce(p.area_key, nullif(p.event_area_key, 0), 0) as area_key, p.event_area_key
        from stage_claim_person p
        join stage_version v on v.ordinal = p.ordinal
        {f"left join {_KEPT}" if known else ""}
        """


# Each NIK of new mentions that bear a name too, and whether several do. One that nobody shares, as nearly all of a
# register, founds a person at the end (LINKS) without another look.
NUMBERS = """
    create temp table link_nik on commit drop as
    select nik, count(*) > 1 as shared from stage_mention
    where kept is null and nik is not null and name_key is not null group by nik
"""
# Persons that bear those NIK already, also those of whom no source speaks now; who was merged counts as who he is now,
# and is told beside (`bearer`).
_KNOWN = """
    create temp table link_known on commit drop as
    select distinct s.nik, s.name_key, s.person_id, s.person_id as bearer
    from person_state s join link_nik n on n.nik = s.nik
    where upper_inf(s.recorded){settled}
    union
    select s.nik, s.name_key, p.merged_into, p.id
    from person p join person_state s on s.person_id = p.id join link_nik n on n.nik = s.nik
    where p.merged_into is not null{settled}
"""
KNOWN = _KNOWN.format(settled="")
# The graph of those whom the run has just parted is not folded yet: they bear what their records say.
KNOWN_ANEW = (
    _KNOWN.format(settled=" and s.person_id not in (select person_id from judged_person)")
    + """
    union
    select c.nik, c.name_key, m.person_id, m.person_id
    from judged_person j join cluster_member m on m.person_id = j.person_id and upper_inf(m.recorded)
    join claim_person c on c.mention_id = m.mention_id join link_nik n on n.nik = c.nik
    join source_record r on r.id = c.record_id
    where c.name_key is not null
      and r.version = (select max(v.version) from source_record v where v.entry_id = r.entry_id)
    """
)
# The names of the shared and of the known NIK. One that its NIK has to itself founds a person here and now; the others
# are `contested`. They stand in the order of their first mention, and persons are numbered in it, so that rows written
# in the order of their records touch the indices of persons in order too.
NAMES = """
    create temp table link_name on commit drop as
    select nik, name_key, contested, case when not contested then nextval('person_ids') end as person_id,
           null::text as leader
    from (
      select n.nik, n.name_key, n.first,
             count(*) over (partition by n.nik) > 1 or n.nik in (select k.nik from link_known k) as contested
      from (select nik, name_key, min(mention_id) as first from stage_mention
            where kept is null and name_key is not null
              and nik in (select nik from link_nik where shared union all select nik from link_known)
            group by nik, name_key) n) d
    order by first
"""
SAME_NAME = """
    update link_name n set person_id = k.person_id
    from (select nik, replace(name_key, ' ', '') as squeezed, min(person_id) as person_id
          from link_known group by 1, 2) k
    where n.contested and k.nik = n.nik and k.squeezed = replace(n.name_key, ' ', '')
"""
# NIK with a name that is still without a person although the NIK has another name or person.
SEVERAL_NAMES = """
    with todo as (
      select nik from link_name where contested group by nik having count(*) > 1 and count(person_id) < count(*)
      union
      select n.nik from link_name n join link_known k on k.nik = n.nik where n.person_id is null)
    select nik, name_key, person_id, false as known from link_name where nik in (select nik from todo)
    union all
    select nik, name_key, person_id, true from link_known where nik in (select nik from todo)
    order by 1, 2, 3
"""
DECISIONS = (
    "create temp table link_decision (nik text, name_key text, person_id bigint, leader text) on commit drop"
)
DECIDE = """
    update link_name n set person_id = d.person_id, leader = d.leader
    from link_decision d where d.nik = n.nik and d.name_key = n.name_key
"""
FOUND = "update link_name set person_id = nextval('person_ids') where person_id is null and leader is null"
FOLLOW = """
    update link_name n set person_id = l.person_id
    from link_name l where l.nik = n.nik and l.name_key = n.leader and n.person_id is null
"""
# Every mention with its person; one without a usable NIK and name is a person of its own until more is known, and so is
# the only one under a NIK that nobody bore before.
# A new person's home is for now that of the mention that founds it, on all of its rows.
LINKS = """
    create temp table stage_link on commit drop as
    with told as (
      select m.*, coalesce(m.kept, n.person_id, nextval('person_ids')) as person_id
      from stage_mention m
      left join link_name n on m.kept is null and n.nik = m.nik and n.name_key = m.name_key
      order by m.mention_id)
    select t.ordinal, t.slot, t.record_id, t.mention_id, t.person_id, t.area_key, t.event_area_key,
           coalesce(nullif(p.founded_by, 0), first_value(t.mention_id) over person) as founded_by,
           coalesce(p.home_area_key, first_value(t.area_key) over person) as home_area_key,
           p.id is null as is_new,
           case when t.kept is not null then 'kept' when p.id is not null then 'nik_name' end as method
    from told t left join person p on p.id = t.person_id
    window person as (partition by t.person_id order by t.mention_id)
"""
# Whom nothing stood for is founded anew by the first mention that finds the person.
FOUNDED = """
    update person p set founded_by = l.founded_by from stage_link l where p.founded_by = 0 and p.id = l.person_id
"""
UNFOUNDED = "select exists (select from person where founded_by = 0)"
MERGED_BEARERS = "select exists (select from link_known where bearer <> person_id)"
# A number that only a merged person bears ties to that person's own mention, and goes along when the two are parted.
TIED_TO_MERGED = """
    update stage_link l set founded_by = p.founded_by
    from stage_mention m
    join (select nik, person_id, min(bearer) as bearer from link_known group by 1, 2
          having bool_and(bearer <> person_id)) k on k.nik = m.nik
    join person p on p.id = k.bearer and p.founded_by <> 0
    where m.mention_id = l.mention_id and k.person_id = l.person_id and l.method = 'nik_name'
"""
NEW_PERSONS = f"""
    insert into person (id, uid, founded_by, event_area_key, home_area_key)
    select person_id, {PUBLIC_ID.format(number="person_id")}, mention_id, area_key, area_key
    from stage_link where is_new and mention_id = founded_by order by person_id
"""
JOIN_CLUSTERS = """
    insert into cluster_member (mention_id, person_id, method, recorded, event_area_key, home_area_key)
    select mention_id, person_id,
           coalesce(method, case when founded_by = mention_id then 'founder' else 'nik_name' end),
           tstzrange(:at, null), area_key, home_area_key
    from stage_link where method is distinct from 'kept' order by mention_id
"""
SAME_EDGES = """
    insert into edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
        event_area_key, home_area_key)
    select least(founded_by, mention_id), greatest(founded_by, mention_id), 'same', 'nik_name', 1,
           '{"nik": "equal", "name": "agrees"}', 'hub', tstzrange(:at, null), area_key, home_area_key
    from stage_link where method is distinct from 'kept' and founded_by <> mention_id
"""
# One edge from each new person to the first person under the same NIK: a reason to look, never a merge.
UNSURE_EDGES = """
    insert into edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
        event_area_key, home_area_key)
    with several as materialized (
      select nik from link_name where contested group by nik having min(person_id) <> max(person_id)
      union
      select n.nik from link_name n join link_known k on k.nik = n.nik and k.person_id <> n.person_id),
    bearer as materialized (
      select nik, person_id from link_name where nik in (select nik from several)
      union select nik, person_id from link_known where nik in (select nik from several)),
    first_bearer as (select nik, min(person_id) as person_id from bearer group by nik)
    select least(a.founded_by, b.founded_by), greatest(a.founded_by, b.founded_by), 'unsure', 'nik_conflict', null,
           '{"nik": "equal", "name": "differs"}', 'hub', tstzrange(:at, null), b.event_area_key, a.home_area_key
    from first_bearer f
    join bearer o on o.nik = f.nik and o.person_id <> f.person_id
    join person a on a.id = f.person_id
    join person b on b.id = o.person_id
    where not exists (select from edge e where upper_inf(e.recorded) and e.method = 'nik_conflict'
                      and e.mention_a = least(a.founded_by, b.founded_by)
                      and e.mention_b = greatest(a.founded_by, b.founded_by))
"""
# Whoever was parted is folded with the run.
FOLDED_TOO = """
    insert into stage_link (ordinal, slot, person_id, is_new, method)
    select -1, 0, person_id, false, 'kept' from judged_person
"""


async def link(script: Script, known: bool) -> bool:
    """Settles the person of every mention of the run and writes persons, clusters and edges.

    Returns whether mentions that speak of somebody else now were let go: `fold_kin` tells then from whom persons take
    over, and the fold has to follow (`Fold.kin`).

    Args:
        script: In the run's transaction, with versions settled; given `run`, the instant of recording `at` (UTC) and
            `secret`, bytes that no one keeps (`hub.identity.moving.PUBLIC_ID`).
        known: Whether the source has stored anything before.
    """
    await script.run(_mentions(known))
    await script.counted("stage_mention")
    parted = known and await let_go(script)
    await script.run(NUMBERS)
    await script.counted("link_nik")
    await script.run(KNOWN_ANEW if parted else KNOWN, NAMES)
    await script.counted("link_name")
    await script.run(SAME_NAME)
    await _decide(script)
    await script.run(LINKS)
    await script.counted("stage_link")
    if script.few or await _any(script, UNFOUNDED):
        await script.run(FOUNDED)
    if script.few or await _any(script, MERGED_BEARERS):
        await script.run(TIED_TO_MERGED)
    await script.run(NEW_PERSONS, JOIN_CLUSTERS, SAME_EDGES, UNSURE_EDGES)
    if parted:
        await script.run(FOLDED_TOO)
    return parted


async def _any(script: Script, question: str) -> bool:
    """Whether there is any of a kind that is rare; a few rows are sooner looked at than asked about."""
    return bool((await script.ask(question)).scalar_one())


async def _decide(script: Script) -> None:
    """Gives every name its person; the NIK that stand under several names are settled first."""
    found = await script.ask(SEVERAL_NAMES)
    decisions = settle(NameOfNik(nik, name, person, known) for nik, name, person, known in found)
    if decisions:
        await script.ask(DECISIONS)
        await copy_csv(script.connection, "link_decision", Decision._fields, _csv(decisions))
        await script.counted("link_decision")
        await script.run(DECIDE)
    await script.run(FOUND)
    if decisions:
        await script.run(FOLLOW)


def _csv(decisions: list[Decision]) -> bytes:
    """Decisions as CSV; an empty field is null."""
    out = StringIO()
    writer(out).writerows(decisions)
    return out.getvalue().encode()
