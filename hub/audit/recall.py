"""What the rules find of faults that were planted: held against the simulator's truth, rule by rule.

The truth says which row bears which fault; the hub says what it made of that row. A fault counts once a person and
rule. Either a finding that stands names him, or the row says nothing that could be found, for a reason told here by
name; what is left is missed, and nothing may be. What a rule finds of others is told by the evidence of its findings.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from hub.errors import InputError
from hub.registry.rules import Rule
from hub.store.copying import copy_csv
from hub.store.database import Database
from hub.store.sql import text

COLUMNS: Final = ("source", "month", "file", "row", "person", "defects")
#: Names that the hub gives to listings, by those of the simulator.
LISTINGS: Final = {"dapodik/peserta-didik": "dapodik", "pip/penerima": "pip"}


@dataclass(frozen=True)
class Sought:
    """What a kind of fault comes to in the graph.

    Args:
        kind: Of fault, as the truth has it.
        rule: Code of the rule that looks for it.
        unless: By reason, in order: SQL that is true of a planted row `p` in which the fault can't be seen.
        only: Sources in which that rule looks for it; all but those that another rule takes when blank.
    """

    kind: str
    rule: str
    unless: Mapping[str, str]
    only: tuple[str, ...] = ()


_STANDS = "join source_record r on r.id = c.record_id and upper_inf(r.recorded)"
_STATED = (
    "(select c.{0} from claim_person c where c.record_id = p.record_id and c.person_id = p.person_id limit 1)"
)
_DIED = (
    "(select distinct on (s.person_id) s.died_on from person_state s where s.person_id = p.person_id"
    " and upper_inf(s.recorded) order by s.person_id, lower(s.valid) desc nulls last)"
)
_NO_PROGRAM = {
    "holds no program that the rule looks at": (
        "not exists (select from enrollment e join program g on g.id = e.program_id"
        " where e.person_id = p.person_id and upper_inf(e.recorded) and g.code = any(p.programs))"
    )
}
_NOT_LISTED = {
    "the row lists nobody for a program that the rule looks at": (
        "not exists (select from enrollment e join program g on g.id = e.program_id where e.record_id = p.record_id"
        " and e.person_id = p.person_id and upper_inf(e.recorded) and g.code = any(p.programs))"
    )
}
_REGISTER = "from claim_person c join source o on o.id = c.source_id and o.code = any(array['dukcapil', 'dukcapil_kk',"
_REGISTER += f" 'dukcapil_lookup']) {_STANDS}"
_BEARS = f"(select count(distinct c.person_id) from claim_person c {_STANDS} where c.nik = {_STATED.format('nik')})"
_ONE_PERSON = _NO_PROGRAM | {"all rows with the number are taken for one person": f"{_BEARS} < 2"}
_PAIR = (
    "from {0} c " + _STANDS + " join {0} d on d.person_id = c.person_id and d.source_id = c.source_id"
    " and d.record_id <> c.record_id and d.{1} && c.{1} join source_record q on q.id = d.record_id"
    " and upper_inf(q.recorded) where c.person_id = p.person_id and c.source_id = p.source_id and {2}"
)
_ROW_ALONE = "no second row of the same days is taken for the same person"
SOUGHT: Final = (
    Sought(
        "dead_listed",
        "after_death",
        _NO_PROGRAM
        | {
            "no register tells of the death": f"{_DIED} is null",
            "listed for no period that begins after the death": (
                f"not exists (select from claim_enrollment c {_STANDS} where c.person_id = p.person_id"
                f" and c.program = any(p.programs) and lower(c.period) > {_DIED})"
            ),
        },
    ),
    Sought(
        "listed_twice",
        "listed_twice",
        {
            _ROW_ALONE: "not exists (select "
            + _PAIR.format("claim_benefit", "period", "c.program = any(p.programs) and d.program = c.program")
            + " and d.component is not distinct from c.component)"
        },
    ),
    Sought(
        "listed_twice",
        "psnoka_twice",
        {
            _ROW_ALONE: "not exists (select "
            + _PAIR.format("claim_identifier", "valid", "d.scheme = c.scheme and d.value = c.value")
            + ")"
        },
        only=("bpjs_segments",),
    ),
    Sought(
        "excluded_overlap",
        "excluding_programs",
        {
            "no family card joins the two": (
                "not exists (select from membership m join enrollment e on e.person_id = m.person_id"
                " and upper_inf(e.recorded) and e.valid && m.valid join program g on g.id = e.program_id"
                " and g.code in ('PKH', 'BPNT') join membership n on n.card_id = m.card_id and upper_inf(n.recorded)"
                " join enrollment b on b.person_id = p.person_id and upper_inf(b.recorded) and b.valid && e.valid"
                " join program h on h.id = b.program_id and h.code = 'BLT-DD'"
                " where n.person_id = p.person_id and upper_inf(m.recorded) and n.valid && m.valid)"
            )
        },
    ),
    Sought("nik_invalid", "nik_not_matched", _NO_PROGRAM),
    Sought(
        "nik_unmatched",
        "nik_not_matched",
        _NOT_LISTED
        | {
            "a register has this person under this number": (
                f"exists (select {_REGISTER} where c.nik = {_STATED.format('nik')} and c.person_id = p.person_id)"
            )
        },
    ),
    Sought(
        "not_registered",
        "nik_not_matched",
        _NOT_LISTED
        | {"a register speaks of him": f"exists (select {_REGISTER} where c.person_id = p.person_id)"},
    ),
    Sought("nik_spouse", "shared_nik", _ONE_PERSON),
    Sought("nik_duplicate", "shared_nik", _ONE_PERSON),
    Sought(
        "kk_invalid",
        "kk_unusable",
        _NO_PROGRAM
        | {
            "the row states a number of the form of one": f"{_STATED.format('no_kk_grade')} > 1",
            "the list has no number of family cards": (
                "not exists (select from claim_person c where c.source_id = p.source_id and c.no_kk is not null)"
            ),
            "the row states none at all, and is of a register": (
                f"{_STATED.format('no_kk_grade')} = 0 and {next(iter(_NOT_LISTED.values()))}"
            ),
        },
    ),
    Sought("flag_wrong", "company_officer", _NO_PROGRAM),
)
"""The kinds that a rule looks for; of all others the linkage and the quality of data take care."""

ASIDE = text(
    "create temp table planted (source text, month int, file text, row int, person text, kind text, rule text)"
    " on commit drop"
)
# Which version each row wrote. The first run of a source that brought rows is month 1, the next month 2; a row that is
# as it was wrote nothing, and the row of the month before stands for it.
ROWS = text(
    """
    create temp table planted_row on commit drop as
    with wrote as (
      select source_id, run_id from source_record union select source_id, run_id from quarantine),
    month as (
      select w.source_id, w.run_id, row_number() over (partition by w.source_id order by w.run_id) as month
      from wrote w),
    read as (
      select m.source_id, m.month, f.name as file, r.row_no, r.id as record_id, r.person_id,
             upper_inf(r.recorded) as stands, false as refused
      from source_record r join month m on m.source_id = r.source_id and m.run_id = r.run_id
      join source_file f on f.id = r.file_id
      union all
      select m.source_id, m.month, f.name, q.row_no, null, null, false, true
      from quarantine q join month m on m.source_id = q.source_id and m.run_id = q.run_id
      join source_file f on f.id = q.file_id)
    select p.rule, p.kind, p.person, r.source_id, r.record_id, r.person_id, r.stands, r.refused,
           array(select jsonb_array_elements_text(cast(:programs as jsonb) -> p.rule)) as programs
    from planted p join source o on o.code = p.source
    join read r on r.source_id = o.id and r.month = p.month and r.file = p.file and r.row_no = p.row
    """
)
FINDS = text(
    "create temp table planted_found on commit drop as"
    " select distinct f.rule, n.id as person_id from finding f cross join lateral unnest(f.person_ids) n(id)"
    " where upper_inf(f.recorded)"
)
_FOUND = "exists (select from planted_found f where f.rule = p.rule and f.person_id = p.person_id)"
OUTCOMES = """
    select t.rule, t.kind, t.outcome, count(*) as persons from (
      select distinct on (p.rule, p.kind, p.person) p.rule, p.kind, p.person, p.outcome from (
        select p.rule, p.kind, p.person, case {cases} end as outcome from planted_row p where p.rule is not null) p
      order by p.rule, p.kind, p.person,
               case p.outcome when 'found' then 0 when 'missed' then 1 else 2 end, p.outcome) t
    group by 1, 2, 3 order by 1, 2, 3
"""
# What a rule finds of people in whose rows it looks for nothing that was planted: by what the evidence says, with the
# sources that say so in how many of these findings, and the faults of any kind in the rows behind them.
BEYOND = text(
    """
    with other as (
      select f.finding_id, f.rule, f.record_ids, array(select jsonb_object_keys(f.freshness)) as sources,
             (select string_agg(distinct concat_ws(' ', x.fact ->> 'fact', x.fact ->> 'scheme', x.fact ->> 'code'),
                                ', ')
              from jsonb_array_elements(f.proof::jsonb -> 'facts') x(fact)) as evidence
      from finding f where upper_inf(f.recorded) and not exists (
        select from planted_row p where p.rule = f.rule and p.person_id = any(f.person_ids))),
    counted as (select o.rule, o.evidence, count(*) as findings from other o group by 1, 2),
    said as (
      select o.rule, o.evidence, n.source, count(*) as findings
      from other o cross join lateral unnest(o.sources) n(source) group by 1, 2, 3),
    faulty as (
      select o.rule, o.evidence, p.kind, count(distinct o.finding_id) as findings
      from other o cross join lateral unnest(o.record_ids) n(id) join planted_row p on p.record_id = n.id
      group by 1, 2, 3)
    select c.rule, c.evidence, c.findings,
           array(select s.source || ' ' || s.findings from said s where s.rule = c.rule and s.evidence = c.evidence
                 order by s.findings desc, s.source) as sources,
           array(select k.kind || ' ' || k.findings from faulty k where k.rule = c.rule and k.evidence = c.evidence
                 order by k.findings desc, k.kind) as faults
    from counted c order by 1, 3 desc, 2
    """
)


@dataclass(frozen=True)
class Recalled:
    """What came of the faults that one rule looks for.

    Args:
        rule: Its code.
        planted: Persons with such a fault in rows that the hub read.
        found: Of these, those whom a finding that stands names.
        missed: Of these, those of whom the evidence is there and nothing is found.
        unseen: The others, by the reason for which the fault can't be seen.
        beyond: Findings of others: `evidence`, `findings`, `sources` that say so, and `faults` of
            any kind in the rows behind them, each with the number of findings.
    """

    rule: str
    planted: int
    found: int
    missed: int
    unseen: Mapping[str, int]
    beyond: Sequence[dict[str, Any]]

    @property
    def recall(self) -> float | None:
        """The share found where the evidence is in the data; None: nothing is."""
        seen = self.found + self.missed
        return round(self.found / seen, 4) if seen else None


async def recalled(database: Database, rules: Mapping[str, Rule], truth: Path) -> list[Recalled]:
    """Holds what stands found against a truth of the simulator, rule by rule; writes nothing.

    Args:
        database: A hub that pulled what the simulator of that truth served, and was audited.
        rules: Those of the configuration.
        truth: The file that `hub simulate --truth` wrote.

    Raises:
        InputError: `bad_truth`.
    """
    rows = "".join(_planted(truth)).encode()
    programs = {code: rule.parameters.get("programs", ()) for code, rule in rules.items()}
    async with database.connect() as connection:
        await connection.execute(ASIDE)
        await copy_csv(connection, "planted", (*COLUMNS[:5], "kind", "rule"), rows)
        await connection.execute(text("analyze planted"))
        await connection.execute(ROWS, {"programs": json.dumps(programs)})
        await connection.execute(FINDS)
        for table in ("planted_row", "planted_found"):
            await connection.execute(text(f"create index on {table} (rule, person_id)"))
            await connection.execute(text(f"analyze {table}"))
        outcomes = (await connection.execute(text(OUTCOMES.format(cases=_cases())))).all()
        beyond = (await connection.execute(BEYOND)).all()
    return [_of_rule(code, outcomes, beyond) for code in sorted(rules)]


def _planted(truth: Path) -> Iterator[str]:
    """The faults that a rule looks for, one a line of CSV.

    Raises:
        InputError: `bad_truth`.
    """
    if not truth.is_file():
        raise InputError("bad_truth", f"there is no file {truth}")
    out = StringIO()
    writer = csv.writer(out)
    with truth.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        if tuple(next(reader, ())) != COLUMNS:
            raise InputError("bad_truth", f"a truth has the columns {', '.join(COLUMNS)}")
        for source, month, file, row, person, kinds in reader:
            place = (source, month, LISTINGS.get(file, file), row)
            for kind in filter(None, kinds.split("|")):
                writer.writerow((*place, person, kind, _rule_of(kind, source)))
                yield out.getvalue()
                out.seek(0)
                out.truncate()


def _rule_of(kind: str, source: str) -> str | None:
    """The rule that looks for a kind of fault in a source; None: no rule does."""
    looking = [one for one in SOUGHT if one.kind == kind]
    own = [one.rule for one in looking if source in one.only]
    return next(iter(own or [one.rule for one in looking if not one.only]), None)


def _cases() -> str:
    """SQL of what became of a planted row, as the branches of a case."""
    every = {
        "found": _FOUND,
        "the row was refused": "p.refused",
        "the row stands no longer": "not p.stands",
        "the row names nobody": "p.person_id is null",
    }
    branches = [f"when {true} then '{name}'" for name, true in every.items()]
    for one in SOUGHT:
        this = f"p.kind = '{one.kind}' and p.rule = '{one.rule}'"
        branches += [f"when {this} and {true} then '{name}'" for name, true in one.unless.items()]
    return " ".join([*branches, "else 'missed'"])


def _of_rule(code: str, outcomes: Sequence[Any], beyond: Sequence[Any]) -> Recalled:
    told: dict[str, int] = {}
    for row in outcomes:
        if row.rule == code:
            told[row.outcome] = told.get(row.outcome, 0) + row.persons
    planted, found, missed = sum(told.values()), told.pop("found", 0), told.pop("missed", 0)
    others = [
        {"evidence": row.evidence, "findings": row.findings, "sources": row.sources, "faults": row.faults}
        for row in beyond
        if row.rule == code
    ]
    return Recalled(code, planted, found, missed, told, others)
