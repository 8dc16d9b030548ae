"""From a rule to the one statement that finds: its condition, with the evidence of each hit put together beside it.

A condition yields a row a subject: `subject, person_id, card_id, program_id, span` (days), `said` (jsonb),
`enrollment_ids`, `benefit_ids` (null: those of the enrollments whose periods meet the days), `record_ids`,
`person_ids`, `event_area_key`.
The evidence is a function of what the hub held true at one instant, and of nothing else: no id, no today, no home area.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.audit.words import limits, when_sql
from hub.errors import FatalError
from hub.registry.programs import Program
from hub.registry.rules import Rule

_PLACE = re.compile(r"\{(\w+)\[(\w+)\]\}")
FOUND = (
    "subject", "person_id", "card_id", "program_id", "program_ids", "since", "until", "amount_idr", "paid_idr",
    "person_ids", "enrollment_ids", "benefit_ids", "amounts", "paids", "record_ids", "proof", "freshness",
    "event_area_key", "home_area_key",
)  # fmt: skip
"""Columns of what a statement finds, those of `finding`."""


@dataclass(frozen=True)
class Sight:
    """What a statement looks at.

    Args:
        known: At the instant `:known`; else now.
        touched: The persons of `audit_person` and the cards of `audit_card`; else all.
    """

    known: bool = False
    touched: bool = False

    def fill(self, template: str, parameters: Mapping[str, Any]) -> str:
        """The statement of a template; values travel in the parameter `:parameters`.

        Raises:
            FatalError: `config_invalid`, a place that nothing fills.
        """

        def filled(place: re.Match[str]) -> str:
            word, name = place[1], place[2]
            if word == "p" and name in parameters:
                return _parameter(name, parameters[name])
            if word not in _WORDS:
                raise FatalError(
                    "config_invalid", f"a rule's SQL has the place {place[0]}, which nothing fills"
                )
            return _WORDS[word](self, name)

        return _PLACE.sub(filled, template)

    def recorded(self, alias: str) -> str:
        """The rows that the hub held true."""
        return (
            f"{alias}.recorded @> cast(:known as timestamptz)"
            if self.known
            else f"upper_inf({alias}.recorded)"
        )

    def told(self, alias: str) -> str:
        """What had come by then, whether it stands or not."""
        return f"lower({alias}.recorded) <= cast(:known as timestamptz)" if self.known else "true"

    def heard(self, alias: str) -> str:
        """What had come by then, without the runs that were taken back by then: their records never counted."""
        then = " and v.started <= cast(:known as timestamptz)" if self.known else ""
        return (
            f"{self.told(alias)} and {alias}.run_id <> all(array(select w.id from hub.run v"
            " join hub.run w on w.source_id = v.source_id and w.id < v.id and w.id >= (v.detail ->> 'reverts')::int"
            f" where v.detail ->> 'kind' = 'revert'{then}))"
        )

    def among(self, alias: str, column: str, table: str) -> str:
        """The rows whose column is among those looked at."""
        return f"{alias}.{column} in (select t.{column} from {table} t)" if self.touched else "true"


_WORDS: Mapping[str, Callable[[Sight, str], str]] = {
    "recorded": Sight.recorded,
    "told": Sight.told,
    "heard": Sight.heard,
    "touched": lambda sight, alias: sight.among(alias, "person_id", "audit_person"),
    "cards": lambda sight, alias: sight.among(alias, "card_id", "audit_card"),
    "niks": lambda sight, alias: sight.among(alias, "nik", "audit_nik"),
}


def _parameter(name: str, value: object) -> str:
    """A parameter as SQL, of the type that its value has: texts and numbers as arrays, tables as JSON."""
    given = f"((select r.p from rule r) -> '{name}')"
    if isinstance(value, (list, tuple)):
        if value and isinstance(value[0], Mapping):
            return given
        array = f"array(select jsonb_array_elements_text({given}))"
        return f"{array}::bigint[]" if value and isinstance(value[0], int) else array
    return f"({given} #>> '{{}}')::bigint" if isinstance(value, int) else f"({given} #>> '{{}}')"


def parameters_of(rule: Rule, programs: Mapping[str, Program]) -> dict[str, Any]:
    """The parameters of a rule: its own, its days, and what the programs' files add; as JSON has them."""
    own = dict(rule.definition().get("parameters", {}))
    for name, value in own.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and "area" in value[0]:
            own[name] = limits(value)
    days = {"rule_from": rule.since.isoformat()} | ({"rule_to": rule.until.isoformat()} if rule.until else {})
    added = {name: _FROM_PROGRAMS[name](programs) for name in rule.from_programs}
    return own | added | days


def _amounts(programs: Mapping[str, Program]) -> list[dict[str, Any]]:
    return [
        {"program": code, **one.model_dump(mode="json", by_alias=True, exclude={"note"}, exclude_none=True)}
        for code, program in programs.items()
        for one in program.amounts
    ]


def _exclusions(programs: Mapping[str, Program]) -> list[dict[str, Any]]:
    """Each pair as its file has it, the lower number first; `by` is the program that says so."""
    found = []
    for program in programs.values():
        for one in program.excludes:
            first, second = sorted((program, programs[one.program]), key=lambda each: each.number)
            told = one.model_dump(mode="json", by_alias=True, exclude={"program"}, exclude_none=True)
            found.append({"a": first.code, "b": second.code, "by": program.code, **told})
    return found


def _caps(programs: Mapping[str, Program]) -> list[dict[str, Any]]:
    """Up to how many persons of a unit may hold one of two programs, or one program, at a time."""
    found = []
    for program in programs.values():
        for one in program.allows:
            if one.at_most is not None:
                first, second = sorted((program, programs[one.program]), key=lambda each: each.number)
                told = one.model_dump(mode="json", by_alias=True, exclude={"program"}, exclude_none=True)
                found.append({"a": first.code, "b": second.code, "by": program.code, **told})
    return found


_FROM_PROGRAMS = {"amounts": _amounts, "caps": _caps, "exclusions": _exclusions}


def template_of(rule: Rule, directory: Path) -> str:
    """The statement of a rule with its places unfilled.

    Args:
        rule: The rule.
        directory: `config/rules`.
    """
    return _STATEMENT.replace("--condition--", _condition(rule, directory))


def hits_of(rule: Rule, directory: Path) -> str:
    """The condition of a rule alone, with the days that the rule looks at; its places unfilled."""
    return f"{_RULE} {_HIT.replace('--condition--', _condition(rule, directory))}"


def _condition(rule: Rule, directory: Path) -> str:
    if rule.sql:
        return (directory / "sql" / rule.sql).read_text(encoding="utf-8")
    return when_sql(rule.when) if rule.when else ""


_HIT = """\
  select c.subject, c.person_id, c.card_id, c.program_id, c.said, c.enrollment_ids, c.benefit_ids, c.record_ids,
         c.person_ids, c.event_area_key, c.span * d.valid as span
  from (
--condition--
  ) c
  cross join (select daterange((r.p ->> 'rule_from')::date, (r.p ->> 'rule_to')::date) as valid from rule r) d
  where c.span && d.valid and c.person_id is not null"""
#: What the evidence says of an enrollment `e` of program `g`, component `k` and source `o`.
TOLD_ENROLLMENT = """jsonb_build_object('program', g.code, 'component', k.code, 'role', e.role, 'status', e.status,
             'from', lower(e.valid), 'to', upper(e.valid), 'source', o.code)"""
#: The same of a benefit `b`, and what was paid of it.
TOLD_BENEFIT = """jsonb_build_object('program', g.code, 'component', k.code, 'from', lower(b.period),
    'to', upper(b.period), 'amount', b.amount_idr, 'basis', b.amount_basis, 'status', b.status, 'paid_on', b.paid_on,
    'source', o.code)"""
PAID = "case when b.paid_on is not null or b.status in ('paid', 'cashed') then b.amount_idr end"
#: The same of a record version `r`.
TOLD_RECORD = "jsonb_build_object('source', o.code, 'version', r.version, 'hash', r.content_hash)"
#: When each source was last heard to the end, by `:at`, and how the evidence writes it of source `d`.
ENDED = """\
  select u.source_id, max(u.finished) as at from hub.run u
  where u.status in ('complete', 'partial', 'reverted') and u.finished <= cast(:at as timestamptz)
  group by u.source_id"""
FRESH = """to_char(d.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_RULE = "with rule as materialized (select cast(:parameters as jsonb) as p)"
_STATEMENT = f"""
{_RULE},
hit as materialized (
{_HIT}),
held as (
  select h.subject, jsonb_agg(x.told order by x.told::text collate "C") as told, array_agg(x.record_id) as record_ids,
         array_agg(x.program_id) as program_ids
  from hit h cross join lateral unnest(h.enrollment_ids) n(id)
  join lateral (
    select {TOLD_ENROLLMENT} as told, e.record_id, e.program_id
    from hub.enrollment e join hub.program g on g.id = e.program_id join hub.source o on o.id = e.source_id
    left join hub.component k on k.id = e.component_id
    where e.enrollment_id = n.id and {{recorded[e]}}) x on true
  group by h.subject),
benefit_of as (
  select h.subject, b.* from hit h cross join lateral unnest(h.enrollment_ids) n(id)
  join hub.benefit b on b.enrollment_id = n.id and {{recorded[b]}} and b.period && h.span
  where h.benefit_ids is null
  union all
  select h.subject, b.* from hit h cross join lateral unnest(h.benefit_ids) n(id)
  join hub.benefit b on b.benefit_id = n.id and {{recorded[b]}}),
given as (
  select b.subject, sum(b.amount_idr)::bigint as amount_idr,
         sum(x.paid)::bigint as paid_idr, array_agg(b.benefit_id order by b.benefit_id) as benefit_ids,
         array_agg(b.amount_idr order by b.benefit_id) as amounts, array_agg(x.paid order by b.benefit_id) as paids,
         array_agg(b.record_id) as record_ids,
         array_agg(b.program_id) as program_ids, jsonb_agg(x.told order by x.told::text collate "C") as told
  from benefit_of b join hub.program g on g.id = b.program_id join hub.source o on o.id = b.source_id
  left join hub.component k on k.id = b.component_id
  cross join lateral (select {TOLD_BENEFIT} as told,
    {PAID} as paid) x
  group by b.subject),
record_of as (
  select h.subject, n.id from hit h cross join lateral unnest(h.record_ids) n(id)
  union select v.subject, n.id from held v cross join lateral unnest(v.record_ids) n(id)
  union select v.subject, n.id from given v cross join lateral unnest(v.record_ids) n(id)),
ended as (
{ENDED}),
behind as (
  select n.subject, array_agg(r.id order by r.id) as record_ids,
         jsonb_object_agg(o.code, {FRESH}) as freshness,
         jsonb_agg(x.told order by x.told::text collate "C") as told
  from record_of n join hub.source_record r on r.id = n.id join hub.source o on o.id = r.source_id
  left join ended d on d.source_id = r.source_id
  cross join lateral (select {TOLD_RECORD}
    as told) x
  group by n.subject)
select h.subject, h.person_id, h.card_id, h.program_id,
       array(select distinct n.id from unnest(e.program_ids || v.program_ids || h.program_id) n(id)
             where n.id is not null order by 1) as program_ids, lower(h.span) as since, upper(h.span) as until,
       v.amount_idr, v.paid_idr, array(select distinct n.id from unnest(h.person_ids || h.person_id) n(id) order by 1)
         as person_ids,
       array(select distinct n.id from unnest(h.enrollment_ids) n(id) order by 1) as enrollment_ids,
       coalesce(v.benefit_ids, '{{}}') as benefit_ids, coalesce(v.amounts, '{{}}') as amounts,
       coalesce(v.paids, '{{}}') as paids, coalesce(b.record_ids, '{{}}') as record_ids,
       jsonb_build_object('facts', h.said, 'from', lower(h.span), 'to', upper(h.span),
         'enrollments', coalesce(e.told, '[]'), 'payments', coalesce(v.told, '[]'), 'records', coalesce(b.told, '[]'),
         'amount', v.amount_idr, 'paid', v.paid_idr)::text as proof,
       coalesce(b.freshness, '{{}}') as freshness, h.event_area_key,
       coalesce(nullif(w.home_area_key, 0), h.event_area_key) as home_area_key
from hit h
left join held e on e.subject = h.subject
left join given v on v.subject = h.subject
left join behind b on b.subject = h.subject
left join hub.person w on w.id = h.person_id
"""
