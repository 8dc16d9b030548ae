"""Typed identifiers beside the NIK: who bears the same number of a register, and whether the rest agrees.

The same number under an agreeing name is a candidate of the kind `identifier`, whose score says how much agrees; the
threshold of `config/judging.toml` decides whether it links by itself. The same number under names that do not agree
opens an `unsure` edge and never a merge. Both are a function of what the newest records say, never of the clusters,
so that a link does not take away what it rests on. Pairs under one NIK are left to the exact stage.
"""

import json
from collections.abc import Iterable
from csv import writer
from datetime import datetime
from io import StringIO
from typing import Any, NamedTuple

from hub.domain.grades import Grade
from hub.domain.names import keys_agree
from hub.identity.candidates import Search, propose, stage
from hub.store.copying import copy_csv
from hub.store.sql import AsyncConnection, text

KIND, CONFLICT = "identifier", "identifier_conflict"
#: Numbers of one person, by what sources call them; those of a household or an account tell of nobody by themselves.
SCHEMES = {
    "nisn": "nisn", "idartbdt": "idartbdt", "idsemesta": "idsemesta", "iddtks": "iddtks", "psnoka": "psnoka",
    "psnoka_bpjs": "psnoka", "pkh": "pkh", "no_peserta_pkh": "pkh", "kks": "kks",
}  # fmt: skip
OF_HOUSEHOLDS = frozenset({"pkh", "kks"})
"""Of whoever stands for a household: who holds the card may change, so that it counts for less."""
CROWD = 20
"""A number that more records bear is a filler and names nobody."""
BATCH = 5_000

# The newest version of each record that bears such a number, with what it says of the person. Of each number the
# smallest mention is held against the others, in one reading: the planner joined all bearers with
# themselves row by row.
PAIRS = text(
    f"""
    with bearer as (
      select distinct on (k.scheme, i.value, i.mention_id) k.scheme, i.value, i.mention_id, c.name_key,
             c.birth_date, c.sex, case when c.nik_grade >= {Grade.WELL_FORMED:d} then c.nik end as nik
      from unnest(cast(:named as text[]), cast(:schemes as text[])) k (named, scheme)
      join claim_identifier i on i.scheme = k.named and i.grade >= {Grade.WELL_FORMED:d}
      join claim_person c on c.record_id = i.record_id and c.mention_id = i.mention_id
      join source_record r on r.id = i.record_id and upper_inf(r.recorded)
      where c.name_key is not null
      order by 1, 2, 3, r.version desc),
    several as (
      select b.*, count(*) over number as bearers, first_value(mention_id) over number as first,
             first_value(name_key) over number as first_name, first_value(birth_date) over number as first_born,
             first_value(sex) over number as first_sex, first_value(nik) over number as first_nik
      from bearer b
      window number as (partition by scheme, value order by mention_id
                        rows between unbounded preceding and unbounded following))
    select first as mention_a, mention_id as mention_b, scheme, first_name as one, name_key as other,
           first_born = birth_date as born, first_sex = sex as sex, first_nik = nik as nik
    from several
    where bearers between 2 and {CROWD} and mention_id <> first and (first_nik = nik) is not true
    order by 1, 2, 3
    """
)
CONFLICTS = "create temp table identifier_conflict (mention_a bigint, mention_b bigint, evidence jsonb) on commit drop"
_STANDS = """
    e.mention_a = w.mention_a and e.mention_b = w.mention_b and e.evidence = w.evidence
"""
END = text(
    f"""
    update edge e set recorded = tstzrange(lower(e.recorded), :at)
    where upper_inf(e.recorded) and e.method = '{CONFLICT}'
      and not exists (select from identifier_conflict w where {_STANDS})
    """
)
OPEN = text(
    f"""
    insert into edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
        event_area_key, home_area_key)
    select w.mention_a, w.mention_b, 'unsure', '{CONFLICT}', null, w.evidence, 'hub', tstzrange(:at, null),
           b.home_area_key, a.home_area_key
    from identifier_conflict w
    join cluster_member a on a.mention_id = w.mention_a and upper_inf(a.recorded)
    join cluster_member b on b.mention_id = w.mention_b and upper_inf(b.recorded)
    where not exists (select from edge e where upper_inf(e.recorded) and e.method = '{CONFLICT}' and {_STANDS})
    order by 1, 2
    """
)


class Shared(NamedTuple):
    """Two records that bear one number: what agrees is True, what differs False, what one does not state None."""

    scheme: str
    name: bool
    born: bool | None
    sex: bool | None
    nik: bool | None

    def evidence(self) -> dict[str, str]:
        """Verdict by field; what one of them does not state is left out."""
        found = {"birth_date": self.born, "sex": self.sex, "nik": self.nik}
        told = {field: "equal" if same else "other" for field, same in found.items() if same is not None}
        return {self.scheme: "equal", "name": "agrees" if self.name else "differs"} | told

    def score(self) -> float:
        """How likely the two are one person, given that their names agree."""
        against = [self.born, self.sex, self.nik].count(False)
        most = 0.9 if self.scheme in OF_HOUSEHOLDS else 0.99
        if self.born is None:
            most -= 0.1
        return round(max(most - 0.25 * against, 0.1), 2)


async def judge_identifiers(connection: AsyncConnection, at: datetime) -> None:
    """Makes candidates and `unsure` edges those of the typed identifiers that stand now.

    Args:
        connection: In a transaction with the lock of syncs.
        at: Instant of recording, UTC, later than all before.
    """
    await connection.execute(text(CONFLICTS))
    relation = await stage(connection, b"")
    given = {"named": list(SCHEMES), "schemes": list(SCHEMES.values())}
    rows = (await connection.execute(PAIRS, given)).partitions(BATCH)
    for batch in rows:
        await _take(connection, batch)
    await propose(connection, relation, Search([KIND], within=True), at)
    for statement in (END, OPEN):
        await connection.execute(statement, {"at": at})
    await connection.execute(text(f"drop table {relation}, identifier_conflict"))


async def _take(connection: AsyncConnection, batch: Iterable[Any]) -> None:
    """Parts the pairs of a batch into candidates and conflicts."""
    likely, unlike = StringIO(), StringIO()
    for row in batch:
        shared = Shared(row.scheme, keys_agree(row.one, row.other), row.born, row.sex, row.nik)
        pair, evidence = (row.mention_a, row.mention_b), json.dumps(shared.evidence())
        if shared.name:
            writer(likely).writerow((*pair, KIND, shared.score(), evidence))
        else:
            writer(unlike).writerow((*pair, evidence))
    await stage(connection, likely.getvalue().encode())
    columns = ("mention_a", "mention_b", "evidence")
    await copy_csv(connection, CONFLICT, columns, unlike.getvalue().encode())
