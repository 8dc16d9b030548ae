"""`hub runs revert`: a whole run taken back, from its records to the graph, in one transaction.

The graph of whom the run touched is put back as it stood before the run and then folded again, so that what
other sources have said since stays said.
"""

from dataclasses import dataclass
from typing import Any

from hub.domain.clock import day_of
from hub.errors import InputError
from hub.graph.fold import fold_run
from hub.graph.timeline import Fold
from hub.identity.clusters import gather
from hub.identity.letting_go import RENAMED_KIND
from hub.identity.moving import move
from hub.ingest import runs
from hub.ingest.revert import HELD, Back, restore, settle
from hub.ingest.stage import open_stage
from hub.registry.attributes import AttributeSet, attributes_of
from hub.registry.sources import load_sources
from hub.settings import Settings
from hub.store.database import Database
from hub.store.script import Script
from hub.store.sql import AsyncConnection, text
from hub.store.tables import graph
from hub.workflow.judged_cases import tell_cases
from hub.workflow.sync import survivorship_of
from hub.workflow.unlinking import NEAR, UNLINKED
from hub.workflow.untying import FOUNDED, untie

RUN = text(
    """
    select r.id, r.source_id, s.code, r.status, r.started, r.detail ->> 'kind' as kind,
           r.stored + r.closed + r.quarantined as landed
    from run r join source s on s.id = r.source_id where r.id = :run
    """
)
# Runs of the source after this one that landed something and were not taken back.
LATER = text(
    """
    select id from run
    where source_id = :source and id > :run and coalesce(detail ->> 'kind', '') <> 'revert'
      and (status in ('complete', 'partial') or status = 'failed' and stored + closed + quarantined > 0)
    order by id
    """
)
# Told before the fold, which leaves out what a revert has closed.
KIND = text(
    "update run set detail = jsonb_build_object('kind', 'revert', 'reverts', cast(:run as int)) where id = :by"
)
MARK = text(
    """
    update run set status = 'reverted', detail = detail || jsonb_build_object('reverted_by', cast(:by as int))
    where id = :run
    """
)
_IN_SPAN = "exists (select from revert_span s where lower({row}.recorded) <@ s.span or upper({row}.recorded) <@ s.span)"
# Mentions of the source's records that stand for somebody else than before the run, or for nobody then.
MENTIONS = (
    f"""
    create temp table revert_mention on commit drop as
    select distinct m.mention_id from cluster_member m
    join source_record r on r.entry_id = m.mention_id >> 4 and r.source_id = :source
    where {_IN_SPAN.format(row="m")}
    """,
    f"""
    create temp table revert_member on commit drop as
    select h.* from cluster_member h join revert_mention m on m.mention_id = h.mention_id
    where {HELD.format(row="h")}
    """,
    """
    update cluster_member n set recorded = tstzrange(lower(n.recorded), :at) from revert_mention m
    where n.mention_id = m.mention_id and upper_inf(n.recorded) and not exists (
        select from revert_member h where h.mention_id = n.mention_id and h.person_id = n.person_id)
    """,
    """
    insert into cluster_member (mention_id, person_id, method, recorded, event_area_key, home_area_key)
    select h.mention_id, h.person_id, h.method, tstzrange(:at, null), h.event_area_key, h.home_area_key
    from revert_member h
    where not exists (select from cluster_member n where n.mention_id = h.mention_id and upper_inf(n.recorded))
    """,
)
_EDGE = "mention_a, mention_b, judgement, method, score, evidence, actor, event_area_key, home_area_key, judging_id"
_SAME_EDGE = " and ".join(
    f"n.{name} = h.{name}" for name in ("mention_a", "mention_b", "judgement", "method")
)
# Judgements that those runs made or ended, also of people where a mention spoke of somebody else; what people judged
# between and since stays.
EDGES = (
    f"""
    create temp table revert_edge on commit drop as
    select h.* from edge h where {_IN_SPAN.format(row="h")} and {HELD.format(row="h")}
    """,
    # The hub took those back in the log: they stand in it again, and the edge rests on that line.
    """
    insert into judging (mention_a, mention_b, event, judgement, at, actor, agency, reason, in_force, run_id, account)
    select distinct on (j.id) j.mention_a, j.mention_b, j.event, j.judgement, :at, j.actor, j.agency,
           'stands again: the run that ended it was taken back', true, cast(:by as int), j.account
    from judging j join revert_edge h on h.judging_id = j.id join judging u on u.undoes = j.id and u.actor = 'hub'
    order by j.id
    """,
    """
    update revert_edge h set judging_id = j.id from judging j
    where h.judging_id is not null and j.run_id = cast(:by as int) and j.judgement = h.judgement
      and j.mention_a = h.mention_a and j.mention_b = h.mention_b
    """,
    f"""
    update edge n set recorded = tstzrange(lower(n.recorded), :at)
    where upper_inf(n.recorded) and {_IN_SPAN.format(row="n")}
      and not exists (select from revert_edge h where {_SAME_EDGE})
    """,
    f"""
    insert into edge ({_EDGE}, recorded)
    select {", ".join("h." + name for name in _EDGE.split(", "))}, tstzrange(:at, null) from revert_edge h
    where not exists (select from edge n where upper_inf(n.recorded) and {_SAME_EDGE})
    """,
    f"""
    update candidate c set recorded = tstzrange(lower(c.recorded), :at)
    where c.kind = '{RENAMED_KIND}' and upper_inf(c.recorded) and {_IN_SPAN.format(row="c")}
    """,
)
# Which person each of those mentions founded before the runs, whoever it stood for by then, goes with it again; those
# that it founded in them go with nobody. Then everybody touched is clustered by the judgements of now.
FOUNDERS = (
    """
    create temp table revert_founder on commit drop as
    select distinct on (t.person_id) t.person_id, t.mention_id, now.person_id as stands_for from (
      select distinct on (h.mention_id) h.mention_id, h.person_id, h.method
      from cluster_member h join revert_mention m on m.mention_id = h.mention_id
      where h.method in ('founder', 'nik_name')
        and lower(h.recorded) < (select min(lower(span)) from revert_span)
      order by h.mention_id, lower(h.recorded) desc) t
    left join cluster_member now on now.mention_id = t.mention_id and upper_inf(now.recorded)
    where t.method = 'founder' order by t.person_id, t.mention_id
    """,
    """
    update person p set founded_by = 0
    where p.founded_by <> 0 and (
      p.id in (select person_id from revert_founder)
      or p.founded_by in (select mention_id from revert_mention) and not exists (
        select from revert_member h where h.mention_id = p.founded_by and h.person_id = p.id))
    """,
    """
    update person p set founded_by = f.mention_id, merged_into = nullif(f.stands_for, p.id)
    from revert_founder f where p.id = f.person_id
    """,
    """
    create temp table judged_mention on commit drop as
    select mention_id from revert_mention
    union select mention_a from revert_edge union select mention_b from revert_edge
    """,
)
FOLDED_TOO = text(
    "insert into stage_link (ordinal, slot, person_id) select 0, 0, person_id from judged_person"
)
#: Golden tables by the key under which the fold writes them; cards and dwellings last, for members hold them.
GOLDEN = (
    *((table, "person_id") for table in (
        graph.person_state, graph.membership, graph.household_member, graph.enrollment, graph.benefit,
        graph.benefit_event, graph.status, graph.score, graph.person_attributes, graph.group_member,
    )),
    (graph.family_attributes, "family_key"),
    (graph.social_group, "group_id"),
    (graph.institution, "institution_id"),
    (graph.observation, "record_id"),
    (graph.family_card, "card_id"),
    (graph.household, "household_id"),
)  # fmt: skip
MEMBERS = {"family_card": "membership", "household": "household_member"}
# Whom to fold anew: whoever the runs touched, and who stands on a card or lives in a dwelling that they touched.
TOUCHED = """
    create temp table stage_link on commit drop as
    select 0 as ordinal, 0::smallint as slot, 0::bigint as mention_id, t.person_id, 0::bigint as area_key,
           null::text as nik, 0::bigint as home_area_key, false as is_new, 'kept'::text as method
    from ({persons}
          union select person_id from claim_person where record_id in (
              select record_id from stage_version union select record_id from stage_closing)
          union select m.person_id from membership m join revert_key_family_card k using (card_id)
                where upper_inf(m.recorded)
          union select m.person_id from household_member m join revert_key_household k using (household_id)
                where upper_inf(m.recorded)) t
    where t.person_id is not null
"""


@dataclass(frozen=True)
class Reverted:
    """What a revert did.

    Args:
        source: Name of the source.
        run: The run that was taken back.
        by: The run that took it back.
        stored: Records that stand again.
        closed: Records that the run had opened.
        persons: Persons whose graph was folded again.
    """

    source: str
    run: int
    by: int
    stored: int
    closed: int
    persons: int


async def revert(database: Database, settings: Settings, run_id: int) -> Reverted:
    """Takes back the newest landed run of a source; the next sync of the same data lands it again.

    Raises:
        InputError: `unknown_run`, `run_not_landed`, `run_not_newest` (with the later runs).
        RetriableError: `sync_running`.
    """
    order = survivorship_of(settings.config_dir, load_sources(settings.config_dir / "sources"))
    attributes = attributes_of(settings.config_dir)
    async with runs.only_sync(database):
        found = await _revertible(database, run_id)
        by, at = await runs.begin(database, found["source_id"])
        back = Back(found["source_id"], run_id, by, at)
        try:
            async with database.connect() as connection:
                counts = await _take_back(connection, back, order, attributes)
                await connection.commit()
        except BaseException as error:
            await runs.fail(database, by, at, f"revert_failed: {type(error).__name__}")
            raise
    return Reverted(found["code"], run_id, by, counts["stored"], counts["closed"], counts["persons"])


async def _revertible(database: Database, run_id: int) -> dict[str, Any]:
    async with database.connect() as connection:
        found = (await connection.execute(RUN, {"run": run_id})).mappings().one_or_none()
        if found is None:
            raise InputError("unknown_run", f"there is no run {run_id}; see `hub runs list`")
        landed = found["status"] in ("complete", "partial") or (
            found["status"] == "failed" and found["landed"]
        )
        if not landed or found["kind"] == "revert":
            told = "a revert" if found["kind"] == "revert" else found["status"]
            raise InputError("run_not_landed", f"run {run_id} is {told}: it holds nothing to take back")
        given = {"source": found["source_id"], "run": run_id}
        later = [str(row.id) for row in await connection.execute(LATER, given)]
    if later:
        raise InputError(
            "run_not_newest",
            f"{found['code']}: later runs rest on run {run_id}; revert them first, the last one first:"
            f" {', '.join(reversed(later))}",
        )
    return dict(found)


async def _take_back(
    connection: AsyncConnection, back: Back, order: dict[str, list[int]], attributes: AttributeSet
) -> dict[str, int]:
    await connection.execute(KIND, {"by": back.by, "run": back.run})
    await open_stage(connection)
    await settle(connection, back)
    keys = {"source": back.source, "at": back.at, "by": back.by}
    await _run(connection, (*NEAR, *MENTIONS, *EDGES), keys)
    await untie(connection, back.at)
    await _run(connection, (*FOUNDERS, *FOUNDED, *UNLINKED), keys)
    counts = await restore(connection, back)
    await _put_back(Fold(Script(connection, {"at": back.at, "today": day_of(back.at)})))
    later = back.at + runs.TICK
    moved = await gather(connection)
    await move(connection, later)
    await tell_cases(connection, later)
    await connection.execute(FOLDED_TOO)
    fold = Fold(Script(connection, {"at": later, "today": day_of(later)}), kin=bool(moved))
    counts["persons"] = await fold_run(fold, order, attributes)
    await connection.execute(MARK, {"run": back.run, "by": back.by})
    detail = {"kind": "revert", "reverts": back.run, "restored": counts["stored"]}
    await runs.finish(
        connection, back.by, later, {"closed": counts["closed"]},
        {"status": "partial", "error": None, "detail": detail},
    )  # fmt: skip
    return counts


async def _run(connection: AsyncConnection, statements: tuple[str, ...], keys: dict[str, Any]) -> None:
    for statement in statements:
        given = {name: value for name, value in keys.items() if f":{name}" in statement}
        await connection.execute(text(statement), given)


async def _put_back(fold: Fold) -> None:
    """Writes the golden rows that stood before over those of every key that the runs touched."""
    await fold.run("create index on stage_version (stood)")
    persons = []
    for table, key in GOLDEN:
        name, touched = table.name, f"revert_key_{table.name}"
        await fold.make(
            touched, f"select distinct t.{key} from {name} t where {_IN_SPAN.format(row='t')}", index=key
        )
        columns = [column.name for column in table.columns if column.name != "recorded"]
        again = "coalesce(v.record_id, t.record_id) as record_id"
        stated = [again if column == "record_id" else f"t.{column}" for column in columns]
        version = " left join stage_version v on v.stood = t.record_id" if "record_id" in columns else ""
        held = HELD.format(row="t")
        await fold.make(
            f"revert_{name}",
            f"select {', '.join(stated)} from {name} t join {touched} k on k.{key} = t.{key}{version} where {held}",
        )
        if name in MEMBERS:
            await fold.run(_keep_lived_in(name, key))
        await fold.write(table, f"revert_{name}", touched, key)
        if key == "person_id":
            persons.append(f"select person_id from {touched}")
    await fold.run(TOUCHED.format(persons=" union ".join(persons)))


def _keep_lived_in(name: str, key: str) -> str:
    """A card or dwelling that is younger than the run stays while somebody whom another source put there does."""
    return (
        f"delete from revert_key_{name} k where exists (select from {MEMBERS[name]} m where m.{key} = k.{key}"
        f" and upper_inf(m.recorded)) and not exists (select from revert_{name} h where h.{key} = k.{key})"
    )
