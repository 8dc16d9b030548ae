"""The vocabulary of rules as SQL: what is true of whom, over which days, by which record.

Each fact is a select of `person_id, valid, record_id, said`; `said` is what the evidence says of it.
A template has these places, filled by `hub.audit.statement`:

    {recorded[e]}   the rows of alias e that the hub held true: now, or at an instant
    {told[r]}       the record versions r that had come by then, whether they stand or not
    {heard[r]}      the same without those of runs that were taken back by then
    {touched[e]}    the rows of alias e of the persons looked at; all in a full audit
    {cards[m]}      the rows of alias m of the family cards looked at
    {p[x]}          parameter x of the rule
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.registry.rules import AgeFact, Fact, RankFact, StatusFact, When

_DAYS = "'from', lower({0}.valid), 'to', upper({0}.valid)"


def quoted(*values: str) -> str:
    """Codes of the configuration as a list of SQL literals."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def _status(fact: StatusFact) -> str:
    above, limit = "", ""
    if fact.above is not None:
        number = f"(s.detail ->> {quoted(fact.above.detail)})"
        above = (
            f" join lateral (select m.amount from jsonb_to_recordset({{p[{fact.above.limits}]}}) as m(lo bigint,"
            ' hi bigint, "from" date, "to" date, amount bigint)'
            ' where s.event_area_key between m.lo and m.hi and daterange(m."from", m."to") && s.valid'
            ' order by m.hi - m.lo, m."from" desc limit 1) m'
            f" on {number} ~ '^[0-9]{{1,15}}$' and {number}::bigint > m.amount"
        )
        limit = ", 'limit', m.amount"
    return (
        "select s.person_id, s.valid, s.record_id, jsonb_build_object('fact', 'status',"
        f" 'scheme', s.scheme, 'code', s.code, 'stated', s.detail, {_DAYS.format('s')}{limit}) as said"
        f" from hub.status s{above}"
        f" where {{recorded[s]}} and s.person_id is not null and s.scheme = {quoted(fact.scheme)}"
        f" and s.code in ({quoted(*fact.codes)})"
    )


def _state(column: str, codes: tuple[str, ...]) -> str:
    """A field of the golden person; behind it stands the latest record of the source that is believed for it."""
    return (
        f"select s.person_id, s.valid, {_BEHIND.format(column)} as record_id,"
        f" jsonb_build_object('fact', '{column}', 'code', s.{column}, {_DAYS.format('s')}) as said"
        f" from hub.person_state s where {{recorded[s]}} and s.{column} in ({quoted(*codes)})"
    )


#: Which of several records: rows that say the same are told apart by their keys, not by the ids that arrival gave.
_FIRST = 'r.source_id, r.content_hash, r.record_key collate "C", r.occurrence'
#: One record in which somebody states a field of a person `s` as it is held; which of several, arrival does not tell.
_BEHIND = (
    "(select c.record_id from hub.claim_person c join hub.source_record r on r.id = c.record_id and {{recorded[r]}}"
    " where c.person_id = s.person_id and c.{0} = s.{0} order by " + _FIRST + " limit 1)"
)


def _rank(fact: RankFact, whom: str) -> str:
    """Most people have a rank: only what is said of those looked at is put together."""
    said = (
        "jsonb_build_object('fact', 'rank', 'register', s.register, 'edition', s.edition, 'unit', s.unit,"
        f" 'desil', s.desil, {_DAYS.format('s')}) as said"
    )
    where = f"{{recorded[s]}} and s.register = {quoted(fact.register_)} and s.desil > {fact.above}"
    return (
        f"select s.person_id, s.valid, s.record_id, {said} from hub.score s"
        f" where {where} and s.person_id is not null and {whom.format('s')}"
        " union all"
        f" select m.person_id, s.valid * m.valid, s.record_id, {said} from hub.score s"
        " join hub.family_card c on c.no_kk = s.unit_number and {recorded[c]}"
        " join hub.membership m on m.card_id = c.card_id and {recorded[m]} and m.valid && s.valid"
        f" where {where} and s.person_id is null and s.unit = 'family' and {whom.format('m')}"
    )


def _age(fact: AgeFact) -> str:
    years = fact.under or fact.from_
    turned = f"(s.birth_date + interval '{years} years')::date"
    valid = f"daterange(null, {turned})" if fact.under else f"daterange({turned}, null)"
    return (
        f"select s.person_id, s.valid * {valid} as valid, {_BEHIND.format('birth_date')} as record_id,"
        " jsonb_build_object('fact', 'age', 'born', s.birth_date) as said"
        " from hub.person_state s where {recorded[s]} and s.birth_date is not null"
    )


def _nik() -> str:
    """No number at all, or one that is none by its form."""
    return (
        "select s.person_id, s.valid, (select c.record_id from hub.claim_person c join hub.source_record r"
        " on r.id = c.record_id and {recorded[r]} where c.person_id = s.person_id and c.nik is null"
        f" order by {_FIRST} limit 1) as record_id,"
        " jsonb_build_object('fact', 'nik', 'grade', s.nik_grade) as said"
        " from hub.person_state s where {recorded[s]} and s.nik is null"
    )


def _unknown_to(sources: tuple[str, ...], programs: str) -> str:
    """Nobody of these sources has ever spoken of the person, and at least one of them has been heard."""
    named = f"select o.id from hub.source o where o.code in ({quoted(*sources)})"
    return (
        "select e.person_id, daterange(null, null) as valid, null::bigint as record_id,"
        f" jsonb_build_object('fact', 'unknown_to', 'sources', jsonb_build_array({quoted(*sources)})) as said"
        " from hub.enrollment e where {recorded[e]} and {touched[e]}"
        f" and e.program_id in {programs}"
        f" and exists (select from hub.source_record r where r.source_id in ({named}) and {{heard[r]}})"
        " and not exists (select from hub.claim_person c join hub.source_record r on r.id = c.record_id and {heard[r]}"
        f" where c.person_id = e.person_id and c.source_id in ({named})) group by e.person_id"
    )


def _number_unlike(sources: tuple[str, ...], programs: str) -> str:
    """The row of the list states a number, and these sources know the person by another one alone."""
    of_register = (
        "select c.person_id, array_agg(c.nik) as niks from hub.claim_person c"
        " join hub.source_record r on r.id = c.record_id and {recorded[r]}"
        f" where c.source_id in (select o.id from hub.source o where o.code in ({quoted(*sources)}))"
        " and c.nik is not null and {touched[c]} group by c.person_id"
    )
    return (
        "select e.person_id, range_merge(range_agg(e.valid)) as valid, e.record_id, jsonb_build_object("
        f"'fact', 'number_unlike', 'sources', jsonb_build_array({quoted(*sources)})) as said"
        " from hub.enrollment e join hub.claim_person n on n.record_id = e.record_id and n.person_id = e.person_id"
        f" join ({of_register}) k on k.person_id = e.person_id and n.nik <> all(k.niks)"
        f" where {{recorded[e]}} and {{touched[e]}} and e.program_id in {programs}"
        " group by e.person_id, e.record_id"
    )


def fact_sql(fact: Fact, programs: str, whom: str) -> str:
    """The template of one fact.

    Args:
        fact: Of the rule.
        programs: SQL of those whose participants are looked at.
        whom: Condition on an alias for whose facts are asked.
    """
    if fact.status:
        return _status(fact.status)
    if fact.rank:
        return _rank(fact.rank, whom)
    if fact.age:
        return _age(fact.age)
    if fact.sex:
        return _state("sex", (fact.sex,))
    if fact.nik:
        return _nik()
    if fact.unknown_to:
        return _unknown_to(fact.unknown_to, programs)
    if fact.number_unlike:
        return _number_unlike(fact.number_unlike, programs)
    return _state("vital", fact.vital) if fact.vital else _state("occupation", fact.occupation or ())


def _of_family(facts: str) -> str:
    """A fact of anybody on a card, for everybody on it on the same days; `relation` tells whose it is."""
    return (
        "select n.person_id, f.valid * m.valid * n.valid as valid, f.record_id,"
        f" f.said || jsonb_build_object('relation', m.relation) as said, f.person_id as bearer from ({facts}) f"
        " join hub.membership m on m.person_id = f.person_id and {recorded[m]} and m.valid && f.valid"
        " join hub.membership n on n.card_id = m.card_id and {recorded[n]} and n.valid && (f.valid * m.valid)"
        " where {touched[n]}"
    )


#: The days of an enrollment `e` up to the last that its list tells: who stands on a list by now is not yet met on it at
#: an age to which he comes years later.
_TOLD_DAYS = (
    " cross join lateral (select e.valid * daterange(null, case when bool_or(upper_inf(c.period)) then null"
    " else max(upper(c.period)) end) as valid from hub.claim_enrollment c"
    " join hub.source_record r on r.id = c.record_id and {recorded[r]}"
    " join hub.program g on g.id = e.program_id and g.code = c.program"
    " where c.person_id = e.person_id and c.source_id = e.source_id and c.period && e.valid) d"
)


_A_HOLDER = "{0}.person_id in (select h.person_id from holder h)"


def _holders(programs: str) -> str:
    return (
        "with holder as materialized (select distinct e.person_id from hub.enrollment e"
        f" where {{recorded[e]}} and {{touched[e]}} and e.program_id in {programs}) "
    )


def when_sql(when: When) -> str:
    """The template of a condition: one row a person and program."""
    programs = f"(select g.id from hub.program g where g.code = any({{p[{when.holds}]}}))"
    whom = "true" if when.of == "family" else _A_HOLDER
    facts = " union all ".join(fact_sql(one, programs, whom) for one in when.facts)
    if when.of == "family":
        borne = _of_family(facts)
    else:
        borne = f"select f.*, f.person_id as bearer from ({facts}) f where {{touched[f]}}"
    further = ""
    if when.roles:
        further += f" and e.role in ({quoted(*when.roles)})"
    if when.components:
        named = quoted(*when.components)
        further += f" and e.component_id in (select k.id from hub.component k where k.code in ({named}))"
    told, days = (_TOLD_DAYS, "d.valid") if any(one.age for one in when.facts) else ("", "e.valid")
    holders = _holders(programs) if any(one.rank for one in when.facts) and when.of != "family" else ""
    return (
        f"{holders}select 'person:' || e.person_id || ':' || e.program_id as subject, e.person_id,"
        f" null::bigint as card_id, e.program_id, range_merge(range_agg({days} * f.valid)) as span,"
        " jsonb_agg(distinct f.said) as said,"
        " array_agg(distinct e.enrollment_id) as enrollment_ids, null::bigint[] as benefit_ids,"
        " array_agg(distinct f.record_id) filter (where f.record_id is not null) as record_ids,"
        " array_agg(distinct f.bearer) as person_ids, min(e.event_area_key) as event_area_key"
        f" from hub.enrollment e{told} join ({borne}) f on f.person_id = e.person_id and f.valid && {days}"
        f" where {{recorded[e]}} and {{touched[e]}} and e.program_id in {programs}{further}"
        " group by e.person_id, e.program_id"
    )


def limits(tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Limits by area and day, with the area as the first and last key of what lies in it."""
    found = []
    for one in tables:
        digits = str(one["area"]).replace(".", "")
        found.append({**one, "lo": int(digits.ljust(10, "0")), "hi": int(digits.ljust(10, "9"))})
    return found
