"""Scores pairs of the hub's persons: which may be one, seen from everything their records say.

Works on a table `mention` of DuckDB: mention_id, person_id, anchored (the population register speaks of the person, or
confirmed the number under this name), refused (it refused the number for this name), touched, and the columns that the
model compares. Two anchored persons are two: the register has each person once. So a
person who is not anchored can be one of the anchored only, and those who fit share the odds between them: where the
evidence fits two, neither is likely. That is what "singled out" means here.
"""

from typing import Any

from hub.identity.linkage.engine import DIGITS, duckdb_api, linker_of, scored
from hub.identity.linkage.learning import parameters
from hub.identity.linkage.levels import blocks, verdicts
from hub.identity.linkage.model import Guard, Model
from hub.identity.linkage.parts import column_of, prepared

PROBABLE, DOUBTFUL = "probable", "doubtful"
"""Detectors of this module: a pair whose verdicts meet the guard of the model, and one whose verdicts do not."""

MOST_ODDS = 60
TWO = "l.person_id <> r.person_id and not (l.anchored and r.anchored)"
APART = f"{TWO} and (l.touched or r.touched)"
"""Which pairs of profiles are compared: of two persons, not both in the register, one of them looked at."""

# A number that others have for their card, beside a card that others have for their number: two columns were exchanged.
# One other row does not tell which of the two is wrong, unless it is the register's.
KNOWN = """
    create or replace table known_{what} as
    select {column} as value from mention where {column} is not null
    group by 1 having bool_or(anchored) or count(*) >= 2
"""
EXCHANGED = """
    create or replace table mention as
    select m.* replace (case when exchanged then {kk} else {number} end as {number},
                        case when exchanged then {number} else {kk} end as {kk})
    from (select m.* exclude (exchanged), not m.anchored and {number} in (select value from known_kk)
                 and {kk} in (select value from known_number) as exchanged from mention m) m
"""
# What a person's records say, each combination once; the smallest mention speaks for it.
PROFILES = """
    create or replace table profile as
    select min(mention_id) as {id}, person_id, bool_or(anchored) as anchored, bool_or(touched) as touched,
           bool_or(exchanged) as exchanged, bool_or(refused) as refused, {columns}
    from (select * replace (bool_or(anchored) over person as anchored, bool_or(touched) over person as touched)
          from mention window person as (partition by person_id))
    group by person_id, {columns}
"""
KEPT = ("person_id", "anchored", "touched", "exchanged", "refused")
# Of whom the register does not speak and who are compared with somebody looked at: their odds are shared anew.
NEXT = """
    update frame set touched = true where not touched and person_id in (
      select l.person_id from frame l join frame r on {rule} where {two} and r.touched and not l.anchored)
"""
# The best pair of profiles of each pair of persons.
BEST = """
    create or replace table best as
    select s.*, l.person_id as person_a, r.person_id as person_b, l.anchored as anchored_a, r.anchored as anchored_b,
           l.refused or r.refused as refused
    from scored s join frame l on l.unique_id = s.a join frame r on r.unique_id = s.b
    qualify row_number() over (partition by least(l.person_id, r.person_id), greatest(l.person_id, r.person_id)
                               order by s.weight desc, s.a, s.b) = 1
"""
# Of whom the register does not speak, with all whom they may be: the odds of each against all others and nobody.
SHARED = f"""
    create or replace table shared as
    with turned as (
      select *, case when anchored_a then person_a when anchored_b then person_b end as anchor,
             case when anchored_a then person_b else person_a end as loose, pow(2, least(weight, {MOST_ODDS})) as odds
      from best)
    select * exclude (odds),
           round(case when anchor is null then odds / (1 + odds)
                      else odds / (1 + sum(odds) over (partition by loose, anchor is null)) end, {DIGITS}) as score
    from turned
"""
# Who may be somebody of the register is left to that: two such are one only through whom they are. Who is somebody of
# it needs no other pair. A number that the register refused for the name of one links nobody to the other who bears it.
JUDGED = """
    create or replace table judged as
    with waiting as (select distinct loose from shared where anchor is not null and score >= {look}),
    settled as (select distinct loose from shared
                where anchor is not null and score >= {link} and {anchored} and {own})
    select *, case when not {own} then 'doubtful' when anchor is not null and {anchored} then 'probable'
                   when anchor is null and {loose} and person_a not in (from waiting) and person_b not in (from waiting)
                     then 'probable' else 'doubtful' end as kind
    from shared where score >= {look}
      and (anchor is not null or (person_a not in (from settled) and person_b not in (from settled)))
"""


def profiles(connection: Any, model: Model) -> str:
    """Makes `frame`, the prepared profiles; returns its name."""
    named: dict[str, str] = {each.kind: column_of(each) for each in model.compare}
    for what, kind in (("number", "number"), ("kk", "digits")):
        connection.execute(KNOWN.format(what=what, column=named[kind]))
    connection.execute(EXCHANGED.format(number=named["number"], kk=named["digits"]))
    columns = ", ".join(dict.fromkeys(column_of(each) for each in model.compare))
    connection.execute(PROFILES.format(id=model.id, columns=columns))
    for statement in prepared(model, "profile", "frame", KEPT):
        connection.execute(statement)
    return "frame"


def widen(connection: Any, model: Model, hops: int = 2) -> None:
    """Makes `looked_at` (person_id) of whoever is touched or shares odds with them, and touches their own neighbours.

    What is scored then for whom is looked at is what a run over everybody would score.
    """
    for hop in range(hops):
        for rule in blocks(model.blocks, "duckdb"):
            connection.execute(NEXT.format(rule=rule["blocking_rule"], two=TWO))
        if hop == 0:
            connection.execute(
                "create or replace table looked_at as select distinct person_id from frame where touched"
            )


def judge(connection: Any, model: Model) -> Model:
    """Makes `judged` of `mention`: pairs of persons with kind, score (0 to 1), weight and a verdict by comparison.

    Returns:
        The model with the parameters that were used.
    """
    frame = profiles(connection, model)
    widen(connection, model)
    records = connection.execute(f"select count(*) from {frame}").fetchall()[0][0]
    known = model if model.trained is None else sized(model, records)
    linker = linker_of(duckdb_api(connection), [frame], known, besides=APART)
    if known.trained is None:
        told = parameters(linker, model) | {"records": records}
        known = model.model_copy(update={"trained": told})
    scored(connection, linker, known)
    connection.execute(BEST)
    connection.execute(SHARED)
    guard = model.guard or Guard()
    anchored, loose = (_met(asked, guard.sure) for asked in (guard.anchored, guard.loose))
    own = f"not (refused and {_among(_number(model), ('equal',))})"
    connection.execute(
        JUDGED.format(look=model.costs.look, link=model.costs.link, anchored=anchored, loose=loose, own=own)
    )
    return known


def _number(model: Model) -> str:
    """The comparison of NIK."""
    return next(each.name for each in model.compare if each.kind == "number")


def sized(model: Model, records: int) -> Model:
    """The model for a frame of another size: a person has so many records, and not so many of all pairs."""
    trained = dict(model.trained or {})
    trained["prior"] = min(trained["prior"] * trained.get("records", records) / max(records, 1), 0.01)
    return model.model_copy(update={"trained": trained})


def _met(asked: dict[str, tuple[str, ...]], sure: dict[str, tuple[str, ...]]) -> str:
    """The condition that all verdicts are among those asked for, and one among those that are sure."""
    each = [_among(name, allowed) for name, allowed in asked.items()]
    one = " or ".join(_among(name, allowed) for name, allowed in sure.items())
    return " and ".join([*each, *([f"({one})"] if one else [])]) or "true"


def _among(name: str, allowed: tuple[str, ...]) -> str:
    """The condition that a verdict is one of these; `untold` stands for a missing value."""
    return f"coalesce({name}, 'untold') in ({', '.join(repr(verdict) for verdict in allowed)})"


def evidence(model: Model, alias: str = "") -> str:
    """The expression of a pair's verdicts as JSON text; what is missing has none."""
    parts = [f"'\"{name}\":\"' || {alias}{name} || '\"'" for name in verdicts(model)]
    return f"'{{' || concat_ws(',', {', '.join(parts)}) || '}}'"
