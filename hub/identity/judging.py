"""Writes judgements into the log and puts them to effect as edges; takes them back; lets thresholds judge candidates.

Nothing here is deleted: an edge ends, a line of the log is followed by another that takes it back. Every act leaves
`judged_mention`, the ends of whatever came or ended, for `hub.identity.clusters`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hub.errors import InputError
from hub.store.sql import AsyncConnection, text

JUDGEMENTS = ("same", "different", "unsure")

TOUCHED = "create temp table judged_mention (mention_id bigint) on commit drop"
_PAID = "exists (select from benefit t where t.person_id = {one}.person_id and upper_inf(t.recorded))"
_CONFIRMED = """
    exists (select from person_state t
            where t.person_id = {one}.person_id and upper_inf(t.recorded) and t.nik_grade = 4)
"""
# One list that paid both for the same; two lists that tell of one payment do not pay twice.
_PAID_TWICE = """
    exists (select from benefit t join benefit u on u.program_id = t.program_id and u.source_id = t.source_id
                and u.entry_id <> t.entry_id and u.period && t.period and upper_inf(u.recorded)
            where t.person_id = a.person_id and u.person_id = b.person_id and upper_inf(t.recorded))
"""
#: What may be at stake between the persons of two mentions, `a` and `b`, by the name that the configuration uses.
AT_STAKE: Final[Mapping[str, str]] = {
    "paid_twice": _PAID_TWICE,
    "paid_in_both": f"{_PAID.format(one='a')} and {_PAID.format(one='b')}",
    "both_confirmed": f"{_CONFIRMED.format(one='a')} and {_CONFIRMED.format(one='b')}",
}
# The two persons that a pair of mentions stands for now, and what makes the pair one for two reviewers.
STAKES = text(
    f"""
    select a.person_id as one, b.person_id as other, {", ".join(f"{held} as {name}" for name, held in AT_STAKE.items())}
    from cluster_member a, cluster_member b
    where a.mention_id = :a and b.mention_id = :b and upper_inf(a.recorded) and upper_inf(b.recorded)
    """
)
_UNDONE = "exists (select from judging u where u.undoes = j.id)"


def _of_persons(line: str) -> str:
    """SQL: whether a line speaks of the two persons, by whichever of their mentions."""
    return f"""
    exists (select from cluster_member a, cluster_member b where a.mention_id = {line}.mention_a
            and b.mention_id = {line}.mention_b and upper_inf(a.recorded) and upper_inf(b.recorded)
            and least(a.person_id, b.person_id) = least(cast(:one as bigint), cast(:other as bigint))
            and greatest(a.person_id, b.person_id) = greatest(cast(:one as bigint), cast(:other as bigint)))
    """


# The line of somebody else who says so of the two and waits for another to say it: the last that he said of them, and
# nobody has said otherwise since with effect.
SECONDED = text(
    f"""
    select max(j.id) from judging j
    where j.judgement = :judgement and not j.in_force and not {_UNDONE} and j.actor <> :actor and {_of_persons("j")}
      and not exists (
        select from judging n
        where n.id > j.id and n.event = 'judged' and {_of_persons("n")}
          and not exists (select from judging u where u.undoes = n.id)
          and (n.actor = j.actor or n.in_force and n.judgement <> 'same'))
    """
)
STANDING = text(
    f"""
    select j.id, j.in_force from judging j
    where j.mention_a = :a and j.mention_b = :b and j.judgement = :judgement and not {_UNDONE}
      and (j.in_force or j.actor = :actor)
      and not exists (select from judging n where n.mention_a = j.mention_a and n.mention_b = j.mention_b
                      and n.id > j.id and n.in_force and n.event = 'judged'
                      and not exists (select from judging u where u.undoes = n.id))
    order by j.in_force desc, j.id desc limit 1
    """
)
UNDONE = {"event": "undone", "in_force": True, "rests_on": None}
LINE = text(
    """
    insert into judging (mention_a, mention_b, event, judgement, undoes, at, actor, agency, reason, in_force, run_id,
        rests_on, account)
    values (:a, :b, :event, :judgement, :undoes, :at, :actor, :agency, :reason, :in_force, :run, :rests_on, :account)
    returning id
    """
)
_ENDS = "insert into judged_mention values (:a), (:b)"
END_EARLIER = """
    update edge set recorded = tstzrange(lower(recorded), :at)
    where upper_inf(recorded) and method = 'reviewer' and mention_a = :a and mention_b = :b
"""
EDGE = """
    insert into edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
        event_area_key, home_area_key, judging_id)
    select a.mention_id, b.mention_id, :judgement, 'reviewer', null,
           coalesce((select c.evidence from candidate c where c.mention_a = :a and c.mention_b = :b
                     and upper_inf(c.recorded) order by c.score desc limit 1), '{}'),
           :actor, tstzrange(:at, null), b.home_area_key, a.home_area_key, :line
    from cluster_member a, cluster_member b
    where a.mention_id = :a and b.mention_id = :b and upper_inf(a.recorded) and upper_inf(b.recorded)
"""
# Whatever waits between the two persons is answered; of what is one person still, the pair alone.
DISMISS = """
    update candidate c set dismissed = :at, dismissed_by = :actor
    from cluster_member a, cluster_member b
    where c.dismissed is null and upper_inf(c.recorded)
      and a.mention_id = c.mention_a and b.mention_id = c.mention_b and upper_inf(a.recorded) and upper_inf(b.recorded)
      and (c.mention_a = :a and c.mention_b = :b
           or cast(:one as bigint) <> cast(:other as bigint)
           and least(a.person_id, b.person_id) = least(cast(:one as bigint), cast(:other as bigint))
           and greatest(a.person_id, b.person_id) = greatest(cast(:one as bigint), cast(:other as bigint))
           and (c.mention_a in (select mention_id from cluster_member where person_id in (:one, :other))
                or c.mention_b in (select mention_id from cluster_member where person_id in (:one, :other))))
"""
UNDOABLE = text(
    f"""
    select j.*, {_UNDONE} as undone, (
             select min(n.id) from judging n
             where (n.mention_a = j.mention_a and n.mention_b = j.mention_b or n.rests_on = j.id)
             and n.id > j.id and n.event = 'judged' and n.in_force
             and not exists (select from judging u where u.undoes = n.id)) as rested_on_by
    from judging j where j.id = :line
    """
)
END_OF_LINE = """
    update edge set recorded = tstzrange(lower(recorded), :at) where upper_inf(recorded) and judging_id = :line
"""
_EDGE = "mention_a, mention_b, judgement, method, score, evidence, actor, event_area_key, home_area_key, judging_id"
# What the line had ended stands again.
AGAIN = f"""
    insert into edge ({_EDGE}, recorded)
    select {_EDGE}, tstzrange(:at, null) from edge
    where upper(recorded) = :then and method = 'reviewer' and mention_a = :a and mention_b = :b
"""
WAITS_AGAIN = "update candidate set dismissed = null, dismissed_by = null where dismissed = :then"

_HELD = " or ".join(f"'{name}' = any(cast(:held_if as text[])) and {held}" for name, held in AT_STAKE.items())
# Candidates that score what their detector needs to link by itself, unless somebody dismissed them, or people have to
# look: two persons that stand apart now and meet a condition wait for them.
LINKED = f"""
    create temp table judged_link on commit drop as
    select distinct on (c.mention_a, c.mention_b) c.mention_a, c.mention_b, c.kind, c.score, c.evidence
    from candidate c join unnest(cast(:kinds as text[]), cast(:scores as float[])) t (kind, score) on t.kind = c.kind
    join cluster_member a on a.mention_id = c.mention_a and upper_inf(a.recorded)
    join cluster_member b on b.mention_id = c.mention_b and upper_inf(b.recorded)
    where upper_inf(c.recorded) and c.dismissed is null and c.score >= t.score
      and (a.person_id = b.person_id or not ({_HELD}))
    order by c.mention_a, c.mention_b, c.score desc, c.kind
"""
_STILL = """
    w.mention_a = e.mention_a and w.mention_b = e.mention_b and w.kind = e.method and w.score = e.score
    and w.evidence = e.evidence
"""
_BY_SCORE = "upper_inf(e.recorded) and e.actor = 'hub' and e.judgement = 'same' and e.method <> 'nik_name'"
UNLINK = f"""
    with ended as (
      update edge e set recorded = tstzrange(lower(e.recorded), :at)
      where {_BY_SCORE} and not exists (select from judged_link w where {_STILL})
      returning e.mention_a, e.mention_b)
    insert into judged_mention select mention_a from ended union select mention_b from ended
"""
LINK = f"""
    with made as (
      insert into edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
          event_area_key, home_area_key)
      select w.mention_a, w.mention_b, 'same', w.kind, w.score, w.evidence, 'hub', tstzrange(:at, null),
             b.home_area_key, a.home_area_key
      from judged_link w
      join cluster_member a on a.mention_id = w.mention_a and upper_inf(a.recorded)
      join cluster_member b on b.mention_id = w.mention_b and upper_inf(b.recorded)
      where not exists (select from edge e where {_BY_SCORE} and {_STILL})
      order by 1, 2
      returning mention_a, mention_b)
    insert into judged_mention select mention_a from made union select mention_b from made
"""


@dataclass(frozen=True)
class Act:
    """By whom and when something is judged.

    Args:
        actor: Account of the reviewer.
        at: Instant of recording, UTC, later than all before.
        run: The hub's run that writes it.
        agency: For which agency, where it is known.
        reason: In the reviewer's words.
        account: Account of this machine that writes it; None: it came through the graph.
    """

    actor: str
    at: datetime
    run: int
    agency: str | None = None
    reason: str | None = None
    account: str | None = None


@dataclass(frozen=True)
class Line:
    """A line of the log, and whether it took effect.

    Args:
        id: Number of the line.
        in_force: False: another reviewer has to say the same.
        written: False: it stood there already.
    """

    id: int
    in_force: bool
    written: bool = True


async def judge(
    connection: AsyncConnection, pair: tuple[int, int], judgement: str, act: Act, two_if: tuple[str, ...]
) -> Line:
    """Writes a judgement of two mentions; one that makes one person of two may need a second reviewer.

    Args:
        connection: In a transaction with the lock of syncs.
        pair: Two mentions, in any order.
        judgement: same, different, unsure.
        act: By whom and when.
        two_if: What makes a pair one for two reviewers, of `AT_STAKE`.

    Raises:
        InputError: `unknown_judgement`, `unknown_pair`.
    """
    await connection.execute(text(TOUCHED))
    a, b = min(pair), max(pair)
    if judgement not in JUDGEMENTS:
        raise InputError("unknown_judgement", f"a judgement is one of {', '.join(JUDGEMENTS)}")
    stakes = (await connection.execute(STAKES, {"a": a, "b": b})).mappings().one_or_none()
    if stakes is None or a == b:
        raise InputError("unknown_pair", "these are no two mentions that stand for somebody now")
    said: dict[str, Any] = {"a": a, "b": b, "judgement": judgement, "actor": act.actor}
    stands = (await connection.execute(STANDING, said)).one_or_none()
    if stands is not None:
        return Line(int(stands.id), bool(stands.in_force), written=False)
    persons = {"one": stakes["one"], "other": stakes["other"]}
    high = (
        judgement == "same"
        and persons["one"] != persons["other"]
        and any(stakes[condition] for condition in two_if)
    )
    asked = persons | {"judgement": judgement, "actor": act.actor}
    first = await connection.scalar(SECONDED, asked) if high else None
    in_force = not high or first is not None
    told = {"event": "judged", "undoes": None, "in_force": in_force, "rests_on": first}
    line = await _line(connection, said | told, act)
    if in_force:
        await _run(connection, (END_EARLIER, EDGE, _ENDS), said | {"at": act.at, "line": line})
        if judgement != "same":
            await _run(connection, (DISMISS,), persons | said | {"at": act.at})
    return Line(line, in_force)


async def undo(connection: AsyncConnection, line: int, act: Act) -> Line:
    """Takes back what a line of the log says: what stood before it stands again.

    Raises:
        InputError: `unknown_line`, `undone_already`, `judgement_rested_on` (a later line rests on it).
    """
    await connection.execute(text(TOUCHED))
    found = (await connection.execute(UNDOABLE, {"line": line})).mappings().one_or_none()
    if found is None or found["event"] != "judged":
        raise InputError("unknown_line", f"the log has no judgement {line}")
    if found["undone"]:
        raise InputError("undone_already", f"judgement {line} was taken back already")
    if found["rested_on_by"]:
        raise InputError(
            "judgement_rested_on",
            f"judgement {found['rested_on_by']} of this pair is newer or rests on it: take it back first",
        )
    said = {"a": found["mention_a"], "b": found["mention_b"], "judgement": None, "actor": act.actor}
    made = await _line(connection, said | UNDONE | {"undoes": line}, act)
    if found["in_force"]:
        given = said | {"at": act.at, "line": line, "then": found["at"]}
        await _run(connection, (END_OF_LINE, AGAIN, WAITS_AGAIN, _ENDS), given)
    return Line(made, in_force=True)


async def apply_thresholds(
    connection: AsyncConnection, thresholds: Mapping[str, float], at: datetime, held_if: tuple[str, ...]
) -> None:
    """Makes the hub's own links those candidates that reach the threshold of their detector.

    A pair of two persons that is held waits for people; one that is linked already is held against its threshold
    alone, for what stood between two persons cannot be told of one any longer.

    Args:
        connection: In a transaction with the lock of syncs.
        thresholds: Score from which on a detector's candidates are linked, by kind; a kind that is missing links none.
        at: Instant of recording, UTC, later than all before.
        held_if: What keeps a pair from being linked without people, of `AT_STAKE`.
    """
    await connection.execute(text(TOUCHED))
    given = {
        "kinds": list(thresholds), "scores": list(thresholds.values()), "at": at, "held_if": list(held_if),
    }  # fmt: skip
    await _run(connection, (LINKED, "analyze judged_link", UNLINK, LINK, "drop table judged_link"), given)


async def _line(connection: AsyncConnection, said: Mapping[str, Any], act: Act) -> int:
    told = {
        "at": act.at, "agency": act.agency, "reason": act.reason, "run": act.run, "account": act.account,
    }  # fmt: skip
    return int(await connection.scalar(LINE, {**said, **told}))


async def _run(connection: AsyncConnection, statements: tuple[str, ...], given: Mapping[str, Any]) -> None:
    """Runs statements with the parameters that each names."""
    for statement in statements:
        clause = text(statement)
        named = clause.compile().params
        await connection.execute(clause, {name: given[name] for name in named})
