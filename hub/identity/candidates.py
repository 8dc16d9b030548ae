"""Pairs that may be one person, as detectors propose them: written set by set, never judged here.

A proposal is idempotent: what is proposed again as it stands costs no row. What a detector finds no longer, or finds
otherwise, is closed and never deleted. A pair that was dismissed stays so, whichever detector names it, until its
evidence grows: until some field speaks for the first time, or the score rises by `GROWS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hub.store.copying import copy_csv
from hub.store.sql import AsyncConnection, text

COLUMNS = ("mention_a", "mention_b", "kind", "score", "evidence")
"""What a staged relation has to have: two mentions in any order, the detector, 0 to 1, verdict by field."""

GROWS = 0.1
"""By so much a score has to rise for a dismissed pair to be looked at again."""

STAGE = """
    create temp table stage_candidate
    (mention_a bigint, mention_b bigint, kind text, score float, evidence jsonb) on commit drop
"""
# Each pair once by detector, the smaller mention first; the higher score counts.
WANTED = """
    create temp table candidate_wanted on commit drop as
    select distinct on (1, 2, 3) least(mention_a, mention_b) as mention_a, greatest(mention_a, mention_b) as mention_b,
           kind, score, evidence
    from {relation} where mention_a <> mention_b and kind = any(cast(:kinds as text[]))
    order by 1, 2, 3, score desc, evidence
"""
_PAIR = "c.mention_a = w.mention_a and c.mention_b = w.mention_b"
_STANDS = f"{_PAIR} and c.kind = w.kind and upper_inf(c.recorded)"
_SAME = "c.score = w.score and c.evidence = w.evidence and c.model is not distinct from cast(:model as text)"
# What was dismissed of each pair, by any detector and at any time: the fields that spoke, and the highest score.
# Rows that only took a dismissal over are left out, so that no score creeps up under it.
DISMISSED = f"""
    create temp table candidate_dismissed on commit drop as
    select w.mention_a, w.mention_b, max(c.score) as score, max(c.dismissed) as dismissed,
           (array_agg(c.dismissed_by order by c.dismissed desc, c.id desc))[1] as dismissed_by,
           array_agg(distinct f.field) filter (where f.field is not null) as fields
    from (select distinct mention_a, mention_b from candidate_wanted) w
    join candidate c on {_PAIR} and c.dismissed >= lower(c.recorded)
    left join lateral jsonb_object_keys(c.evidence) f (field) on true
    group by 1, 2
"""
CLOSE = f"""
    update candidate c set recorded = tstzrange(lower(c.recorded), :at)
    where upper_inf(c.recorded) and c.kind = any(cast(:kinds as text[])) and {{touched}}
      and not exists (select from candidate_wanted w where {_STANDS} and {_SAME})
"""
ONE_PERSON = """
    exists (select from cluster_member a join cluster_member b on b.person_id = a.person_id and upper_inf(b.recorded)
            where a.mention_id = c.mention_a and b.mention_id = c.mention_b and upper_inf(a.recorded))
"""
OPEN = f"""
    insert into candidate
      (mention_a, mention_b, kind, score, evidence, model, run_id, dismissed, dismissed_by, recorded)
    select w.mention_a, w.mention_b, w.kind, w.score, w.evidence, :model, :run,
           case when not g.grown then d.dismissed end, case when not g.grown then d.dismissed_by end,
           tstzrange(:at, null)
    from candidate_wanted w
    left join candidate_dismissed d on d.mention_a = w.mention_a and d.mention_b = w.mention_b
    cross join lateral (
      select w.score >= d.score + cast(:grows as float)
             or exists (select from jsonb_object_keys(w.evidence) k
                        where k <> all(coalesce(d.fields, '{{}}'))) as grown) g
    where not exists (select from candidate c where {_STANDS})
    order by 1, 2, 3
"""


@dataclass(frozen=True)
class Search:
    """What was looked for, and where.

    Args:
        kinds: Detectors that ran.
        looked_at: Declared name of a relation whose `mention_id` tells whom they looked at: candidates that name none
            of these stay as they are. None: at everybody, so that what is not proposed is closed.
        model: Version of the model that scored, where one did.
        run: The run that it belongs to.
        within: Whether they looked at mentions of one person too. Else what stands between such is left as it is: a
            link must not take away the candidate that it rests on.
    """

    kinds: Sequence[str]
    looked_at: str | None = None
    model: str | None = None
    run: int | None = None
    within: bool = False


class Proposed(NamedTuple):
    """What a proposal wrote: rows opened (one that is found otherwise among them) and rows closed."""

    opened: int
    closed: int


async def stage(connection: AsyncConnection, rows: bytes) -> str:
    """Copies proposals to a temporary table of the transaction, made by the first call; returns its name.

    Args:
        connection: In a transaction as the writing role.
        rows: CSV of `COLUMNS` without header, evidence as JSON.
    """
    if await connection.scalar(text("select to_regclass('pg_temp.stage_candidate')")) is None:
        await connection.execute(text(STAGE))
    await copy_csv(connection, "stage_candidate", COLUMNS, rows)
    return "stage_candidate"


async def propose(connection: AsyncConnection, relation: str, search: Search, at: datetime) -> Proposed:
    """Makes the standing candidates of a search those of a relation.

    Args:
        connection: In a transaction as the writing role.
        relation: Declared name of a table or view with `COLUMNS`; rows of other kinds are left alone.
        search: What was looked for.
        at: Instant of recording, UTC.
    """
    touched = "true"
    if search.looked_at:
        those = f"(select mention_id from {search.looked_at})"
        touched = f"(c.mention_a in {those} or c.mention_b in {those})"
    if not search.within:
        touched += f" and not {ONE_PERSON}"
    given = {"kinds": list(search.kinds), "model": search.model, "run": search.run, "at": at, "grows": GROWS}
    counts = []
    for statement in (
        WANTED.format(relation=relation), "analyze candidate_wanted", DISMISSED,
        CLOSE.format(touched=touched), OPEN, "drop table candidate_wanted, candidate_dismissed",
    ):  # fmt: skip
        used = {name: value for name, value in given.items() if f":{name}" in statement}
        counts.append((await connection.execute(text(statement), used)).rowcount)
    return Proposed(opened=counts[4], closed=counts[3])
