"""What to ask the population register: numbers that lists name and the register did not, each asked once.

Retrieval by NIK asks for persons, retrieval by No KK for families, verification for whether what lists say of a
person agrees. A run asks for so many at most (option `most`), what was never asked first.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import Any

from hub.domain import clock
from hub.registry.sources import SourceConfig
from hub.store.sql import AsyncConnection, text
from hub.store.tables.graph import PERSON_FIELDS
from hub.toolkit.asking import Question
from hub.toolkit.verification import allowed_fields

POPULATION, VERIFICATION = "population", "dukcapil_verify"
KK_AT = PERSON_FIELDS.index("no_kk") + 1
NIK_AT = PERSON_FIELDS.index("nik") + 1
#: Days after which the same values are verified again, unless the option `again_after_days` says otherwise.
AGAIN_AFTER_DAYS = 90

# NIK that some list states and no source of the register does, never answered before.
WANTED_NIK = f"""
    select distinct s.nik as question
    from person_state s
    where upper_inf(s.recorded) and upper_inf(s.valid) and s.nik is not null
      and not s.stated_by[{NIK_AT}] = any (cast(:population as smallint[]))
      and not exists (select from person_state d where d.nik = s.nik and upper_inf(d.recorded)
                      and d.stated_by[{NIK_AT}] = any (cast(:population as smallint[])))
      and not exists (select from source_record r where r.source_id = :asked and r.record_key = s.nik
                      and upper_inf(r.recorded))
    order by s.nik limit :most
"""
# No KK that some list states and no source of the register ever did, never answered before.
WANTED_KK = f"""
    with asked as (
      select distinct split_part(record_key, '|', 1) as no_kk from source_record
      where source_id = :asked and upper_inf(recorded)),
    registered as (
      select distinct no_kk from person_state
      where upper_inf(recorded) and no_kk is not null
        and stated_by[{KK_AT}] = any (cast(:population as smallint[])))
    select distinct s.no_kk as question
    from person_state s
    where upper_inf(s.recorded) and upper_inf(s.valid) and s.no_kk is not null
      and not exists (select from registered r where r.no_kk = s.no_kk)
      and not exists (select from asked a where a.no_kk = s.no_kk)
    order by s.no_kk limit :most
"""
# What lists say of persons whose NIK no other source of the register states, in the words of the service; only
# where it was never asked, was asked with other values, or long ago.
WANTED_VALUES = f"""
    with listed as (
      select distinct on (s.nik, s.name) s.nik, s.name, jsonb_build_object(
        'NAMA_LGKP', s.name, 'TMPT_LHR', s.birth_place, 'TGL_LHR', to_char(s.birth_date, 'DD-MM-YYYY'),
        'JENIS_KLMIN', (select label_id from code where scheme = 'sex' and code = s.sex),
        'STATUS_KAWIN', (select label_id from code where scheme = 'marital' and code = s.marital),
        'JENIS_PKRJN', (select label_id from code where scheme = 'occupation' and code = s.occupation),
        'NAMA_LGKP_IBU', s.mother_name, 'ALAMAT', s.address, 'NO_KK', s.no_kk,
        'NO_RT', ltrim(s.rt, '0'), 'NO_RW', ltrim(s.rw, '0'),
        'NO_PROP', nullif(s.area_key / 100000000, 0)::text,
        'NO_KAB', nullif(s.area_key / 1000000 % 100, 0)::text,
        'NO_KEC', nullif(s.area_key / 10000 % 100, 0)::text, 'NO_KEL', nullif(s.area_key % 10000, 0)::text
        ) as given
      from person_state s
      where upper_inf(s.recorded) and upper_inf(s.valid) and s.nik is not null and s.name is not null
        and not coalesce(s.stated_by[{NIK_AT}] = any (cast(:population as smallint[])), false)
      order by s.nik, s.name, s.birth_date, s.sex, s.no_kk, s.address, s.person_id),
    asking as (
      select nik, name, (select coalesce(jsonb_object_agg(v.key, v.value), '{{}}') from jsonb_each_text(given) v
                         where v.key = any (cast(:fields as text[])) and v.value <> '') as given
      from listed)
    select a.nik, a.name, a.given
    from asking a
    left join source_record r on r.source_id = :asked and r.record_key = a.nik || '|' || a.name
         and upper_inf(r.recorded)
    where r.id is null or cast(r.payload as jsonb) -> 'DITANYA' is distinct from a.given
       or cast(cast(r.payload as jsonb) ->> 'TANGGAL' as date) <= :before
    order by r.id is not null, a.nik, a.name limit :most
"""


def _number(row: Mapping[str, Any]) -> Question:
    return str(row["question"])


def _values(row: Mapping[str, Any]) -> Question:
    return {"NIK": row["nik"], "NAMA": row["name"], "values": row["given"]}


#: The question of each transport that answers one at a time, and how a row of it is asked.
WANTED: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Question]]] = {
    "dukcapil": (WANTED_NIK, _number),
    "dukcapil_kk": (WANTED_KK, _number),
    VERIFICATION: (WANTED_VALUES, _values),
}


def looks_up(config: SourceConfig) -> bool:
    """Whether a source answers single questions, which the graph gives rise to."""
    return config.transport in WANTED


def gives_data(config: SourceConfig) -> bool:
    """Whether a source brings what the population register holds; a verification repeats what was asked of it."""
    return config.family == POPULATION and config.transport != VERIFICATION


def turn(config: SourceConfig) -> int:
    """When a source is pulled: lists first (0), then persons, then families, then what is still in doubt."""
    return [*WANTED].index(config.transport) + 1 if looks_up(config) else 0


async def wanted(
    connection: AsyncConnection, sources: Mapping[str, SourceConfig], config: SourceConfig
) -> AsyncIterator[Question]:
    """What to ask a look-up source, in order; at most as many questions as its option `most` says.

    Args:
        connection: To read with; left free when the first question is given.
        sources: All sources: what the population register itself states needs no question.
        config: The look-up source. What it has answered is not asked again, but for values that changed or were
            verified `again_after_days` ago.

    Raises:
        FatalError: `agreement_lacks_fields`, see `hub.toolkit.verification.allowed_fields`.
    """
    statement, question = WANTED[config.transport]
    population = [each.number for each in sources.values() if gives_data(each)]
    given: dict[str, Any] = {"asked": config.number, "most": config.options.get("most")}
    if config.transport == VERIFICATION:
        days = timedelta(days=int(config.options.get("again_after_days", AGAIN_AFTER_DAYS)))
        given |= {"fields": list(allowed_fields(config)), "before": clock.today() - days}
    found = await connection.execute(text(statement), {**given, "population": population})
    rows = found.mappings().all()
    await connection.rollback()
    for row in rows:
        yield question(dict(row))
