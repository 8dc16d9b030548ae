"""Typed identifiers beside the NIK: who bears the same number of a register, and whether the rest agrees.

Which numbers name a person, a family or a card is said by `config/identifiers.toml`. The same number under an agreeing
name is a candidate of the kind `identifier`, whose score says how much agrees; the threshold of `config/judging.toml`
decides whether it links by itself. The same number of a person under names that do not agree opens an `unsure` edge and
never a merge. Both are a function of what the newest records say, never of the clusters, so that a link does not take
away what it rests on. Pairs under one NIK are left to the exact stage.
"""

import json
from collections.abc import Iterable, Iterator
from csv import writer
from datetime import datetime
from io import StringIO
from itertools import groupby, islice
from typing import Any

from hub.domain.grades import Grade
from hub.domain.names import keys_agree
from hub.identity.candidates import Search, propose, stage
from hub.identity.shared import Bearer, Kind, Proposed, Says, proposals
from hub.registry.identifiers import Identifiers
from hub.store.copying import copy_csv
from hub.store.sql import AsyncConnection, text

KIND, CONFLICT = "identifier", "identifier_conflict"
BATCH = 5_000

# The newest version of each record that bears such a number, with what it says of the person. Bearers are counted in
# one reading: the planner joins them with their counts row by row.
BEARERS = f"""
    create temp table identifier_bearer on commit drop as
    with bearer as (
      select distinct on (k.scheme, i.value, i.mention_id) k.scheme, k.personal, i.value, i.mention_id, c.record_id,
             c.name_key, c.birth_date, c.sex, case when c.nik_grade >= {Grade.WELL_FORMED:d} then c.nik end as nik,
             case when c.no_kk_grade >= {Grade.WELL_FORMED:d} then c.no_kk end as no_kk
      from unnest(cast(:called as text[]), cast(:schemes as text[]), cast(:personal as bool[]))
           k (called, scheme, personal)
      join claim_identifier i on i.scheme = k.called and i.grade >= {Grade.WELL_FORMED:d}
      join claim_person c on c.record_id = i.record_id and c.mention_id = i.mention_id
      join source_record r on r.id = i.record_id and upper_inf(r.recorded)
      where c.name_key is not null
      order by 1, 3, 4, r.version desc)
    select * from (
      select b.*, count(*) over number as bearers, count(nik) over number as stated, min(nik) over number as least_nik,
             max(nik) over number as most_nik
      from bearer b window number as (partition by scheme, value)) n
    where bearers between 2 and cast(:crowd as int)
      and (stated < bearers or personal and least_nik <> most_nik)
"""
# What the register says of the numbers of these: under which names it has them, and for which it refused them.
REGISTER = f"""
    create temp table identifier_register on commit drop as
    select c.nik, array_agg(distinct c.name_key) filter (where c.nik_grade = {Grade.CONFIRMED:d}) as confirmed,
           array_agg(distinct c.name_key) filter (where c.nik_grade < {Grade.WELL_FORMED:d}) as refused
    from (select distinct nik from identifier_bearer where nik is not null) b
    join claim_person c on c.nik = b.nik and c.name_key is not null
    join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    join source s on s.id = c.source_id
    where c.nik_grade = {Grade.CONFIRMED:d}
       or c.nik_grade < {Grade.WELL_FORMED:d} and s.family = 'population'
    group by c.nik
"""
NUMBERS = text(
    f"""
    select b.*, g.confirmed, g.refused, (
             select array_agg(distinct i.scheme || ':' || i.value) from claim_identifier i
             where i.record_id = b.record_id and i.mention_id = b.mention_id and i.grade >= {Grade.WELL_FORMED:d}
               and i.scheme = any(cast(:shared as text[]))) as families
    from identifier_bearer b left join identifier_register g on g.nik = b.nik
    order by b.scheme, b.value, b.mention_id
    """
)
CONFLICTS = "create temp table identifier_conflict (mention_a bigint, mention_b bigint, evidence jsonb) on commit drop"
_STANDS = """
    e.mention_a = w.mention_a and e.mention_b = w.mention_b and e.evidence = w.evidence
"""
END = text(
    f"""
    update edge e set recorded = tstzrange(lower(e.recorded), :at)
    where upper_inf(e.recorded) and e.judgement = 'unsure' and e.method = '{CONFLICT}'
      and not exists (select from identifier_conflict w where {_STANDS})
    """
)
OPEN = text(
    f"""
    insert into edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
        event_area_key, home_area_key)
    select distinct w.mention_a, w.mention_b, 'unsure', '{CONFLICT}', null::float, w.evidence, 'hub',
           tstzrange(:at, null), b.home_area_key, a.home_area_key
    from identifier_conflict w
    join cluster_member a on a.mention_id = w.mention_a and upper_inf(a.recorded)
    join cluster_member b on b.mention_id = w.mention_b and upper_inf(b.recorded)
    where not exists (select from edge e where upper_inf(e.recorded) and e.judgement = 'unsure'
                      and e.method = '{CONFLICT}' and {_STANDS})
    order by 1, 2
    """
)


async def judge_identifiers(connection: AsyncConnection, rules: Identifiers, at: datetime) -> None:
    """Makes candidates and `unsure` edges those of the typed identifiers that stand now.

    Args:
        connection: In a transaction with the lock of syncs.
        rules: The kinds of numbers.
        at: Instant of recording, UTC, later than all before.
    """
    relation = await stage(connection, b"")
    await _bear(connection, rules)
    shared = [name for one in rules.identifiers if not one.personal for name in one.called]
    found = await connection.execute(NUMBERS, {"shared": shared})
    kinds = {one.scheme: Kind(one.scheme, one.personal, one.score or 0) for one in rules.identifiers}
    pairs = _pairs(found, kinds)
    while batch := list(islice(pairs, BATCH)):
        await _take(connection, batch)
    await propose(connection, relation, Search([KIND], within=True), at)
    for statement in (END, OPEN):
        await connection.execute(statement, {"at": at})
    left = f"{relation}, identifier_conflict, identifier_bearer, identifier_register"
    await connection.execute(text(f"drop table {left}"))


async def _bear(connection: AsyncConnection, rules: Identifiers) -> None:
    """Leaves `identifier_bearer`, `identifier_register` and an empty `identifier_conflict`."""
    scored = [(name, one) for one in rules.identifiers if one.score is not None for name in one.called]
    called, schemes = [name for name, _ in scored], [one.scheme for _, one in scored]
    asked = {"called": called, "schemes": schemes, "personal": [one.personal for _, one in scored]}
    await connection.execute(text(BEARERS), asked | {"crowd": rules.crowd})
    await connection.execute(text("analyze identifier_bearer"))
    await connection.execute(text(REGISTER))
    await connection.execute(text(CONFLICTS))


def _pairs(rows: Iterable[Any], kinds: dict[str, Kind]) -> Iterator[Proposed]:
    for (scheme, value), bearers in groupby(rows, key=lambda row: (row.scheme, row.value)):
        own = f":{value}"
        told = [Bearer(row.mention_id, _says(row, own)) for row in bearers]
        yield from proposals(kinds[scheme], told)


def _says(row: Any, own: str) -> Says:
    """What a row says; the number itself speaks for nobody twice."""
    families = {shared for shared in row.families or () if not shared.endswith(own)}
    if row.no_kk:
        families.add(f"kk:{row.no_kk}")
    return Says(row.name_key, row.birth_date, row.sex, row.nik, _register(row), frozenset(families))


def _register(row: Any) -> str | None:
    """What the register says of a NIK under a name: a number that it refused for it or has for another is not his."""
    if row.name_key in (row.refused or ()):
        return "refused"
    if not row.confirmed:
        return None
    return "confirmed" if any(keys_agree(row.name_key, name) for name in row.confirmed) else "refused"


async def _take(connection: AsyncConnection, batch: Iterable[Proposed]) -> None:
    """Parts the pairs of a batch into candidates and doubts, the smaller mention first."""
    likely, unlike = StringIO(), StringIO()
    for pair in batch:
        a, b = sorted((pair.one, pair.other))
        evidence = json.dumps(pair.evidence)
        if pair.score is None:
            writer(unlike).writerow((a, b, evidence))
        else:
            writer(likely).writerow((a, b, KIND, pair.score, evidence))
    await stage(connection, likely.getvalue().encode())
    columns = ("mention_a", "mention_b", "evidence")
    await copy_csv(connection, CONFLICT, columns, unlike.getvalue().encode())
