"""A caller's own list held against the hub: found by NIK, under an agreeing name, holding what since when.

The list travels as one value of the statement. It is stored nowhere, and no error or log line repeats it.
"""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Yields, one
from hub.compiler.needs import Need
from hub.schema.agreeing import agree
from hub.schema.declaring import argument, column, declared
from hub.schema.paging import MOMENT
from hub.schema.person import Person
from hub.schema.reference import Program
from hub.schema.scalars import Day
from hub.schema.scoping import ENROLLMENT, IDENTITY, WORDS


@strawberry.input(description="Satu baris yang dicocokkan. / One row to match.")
class MatchRow:
    """One row of the caller's list."""

    nik: str = strawberry.field(
        description="NIK sebagaimana tertulis. / NIK as written; a bad one is told as such."
    )
    name: str | None = strawberry.field(default=strawberry.UNSET, description="Nama. / Name.")
    birth_date: Day | None = strawberry.field(
        default=strawberry.UNSET, description="Tanggal lahir. / Birth date."
    )


@strawberry.enum(description="Hasil pencocokan satu baris. / What became of one row.")
class MatchResult(Enum):
    """What became of one row."""

    AGREES = strawberry.enum_value("AGREES", description="NIK ada, namanya cocok. / Found, the name agrees.")
    OTHER_NAME = strawberry.enum_value(
        "OTHER_NAME",
        description="NIK ada, namanya lain atau kosong. / Found under another name, or none given.",
    )
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="NIK tidak ada. / Nobody bears the NIK.")
    BAD_NIK = strawberry.enum_value("BAD_NIK", description="Bukan NIK. / Not a NIK.")


# Of several who bear a NIK, one whose name agrees, then the one known longest.
_BEARER = (
    "select s.person_id, s.birth_date, count(*) over () as bearers, exists (select from unnest(q.keys) k(key)"
    f" where {agree('k.key', 's.name_key')}) as agrees from hub.person_state s"
    " where s.nik = q.nik and {state[s]} order by agrees desc, s.person_id limit 1"
)
MATCHED = Rows(
    "(select q.place as row_no, f.person_id, coalesce(f.bearers, 0) as bearers, {arg[program]} as wanted,"
    " q.born = f.birth_date as same_birth_date,"
    " case when q.nik is null then 'BAD_NIK' when f.person_id is null then 'NOT_FOUND'"
    " when f.agrees then 'AGREES' else 'OTHER_NAME' end as result"
    " from rows from (json_to_recordset({arg[rows.match_rows]}) as (nik text, keys text[], born date))"
    f" with ordinality q(nik, keys, born, place) left join lateral ({_BEARER}) f on true)"
)


@strawberry.type(description="Kepesertaan orang yang cocok. / A program that the person holds.")
class MatchedProgram:
    """A program that a matched person holds on the day in force."""

    needs: ClassVar[Need] = ENROLLMENT
    rows: ClassVar[Rows] = Rows(
        "(select g.id as program_id, g.code, case when not bool_or(lower_inf(e.valid)) then min(lower(e.valid)) end"
        " as since from hub.enrollment e join hub.program g on g.id = e.program_id"
        " where e.person_id = {p}.person_id and {state[e]} and ({p}.wanted is null or g.code = any({p}.wanted))"
        " group by g.id, g.code)"
    )

    program: Program | None = declared(one("{t}.id = {p}.program_id"), "Programnya. / The program.")
    since: Day | None = column("since", "Peserta sejak. / Held since, inclusive; null: not known.")


@strawberry.type(description="Hasil satu baris. / What became of one row of the list.")
class Matched:
    """What became of one row of the caller's list."""

    needs: ClassVar[Need] = IDENTITY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = MATCHED

    row: int = column("row_no", "Nomor baris, mulai 1. / Number of the row in the list, from 1.")
    result: MatchResult = column("result", "Hasilnya. / What became of it.")
    bearers: int = column("bearers", "Banyaknya orang dengan NIK ini. / Persons who bear the NIK.")
    birth_date_agrees: bool | None = column(
        "same_birth_date", "Tanggal lahirnya sama. / Same birth date; null: one of the two is not known."
    )
    person: Person | None = declared(one("{t}.person_id = {p}.person_id"), "Orangnya. / The person.")
    programs: list[MatchedProgram] = declared(
        Relation(Arity.MANY, order=[Key("{t}.code", "text")], size=3),
        "Program yang dipegang hari itu, sejak kapan. / Programs held that day, by code, and since when.",
    )


MATCH = Relation(Arity.MANY, order=[Key("{t}.row_no")], size=1000, yields=Yields.MATCHES)
MATCH_ARGUMENTS = (
    argument(
        "rows", list[MatchRow], "Barisnya, paling banyak 1.000. / The rows, at most 1,000 a call.", need=WORDS
    ),
    argument("program", list[str] | None, "Hanya program ini, menurut kode. / These programs only, by code."),
    *MOMENT,
)
