"""The roots of the schema: what one can ask first."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Yields, one
from hub.schema.across import AcrossQuery
from hub.schema.aggregates import AggregateQuery
from hub.schema.audit import AfterDeath, ExcludingPrograms, ProgramCombination, SameNik, WilayahLevel
from hub.schema.auditing import AuditingQuery
from hub.schema.breaching import BreachQuery
from hub.schema.changes import ChangesQuery
from hub.schema.datasets import DataSetQuery
from hub.schema.declaring import argument, declared
from hub.schema.families import FamilyCard, Household
from hub.schema.feed import FeedQuery
from hub.schema.filtering import filtered
from hub.schema.filters.areas import RetiredWilayahFilter, WilayahFilter
from hub.schema.filters.families import HouseholdFilter
from hub.schema.filters.people import PersonFilter
from hub.schema.filters.running import RunFilter, SourceFilter
from hub.schema.judging import JudgingQuery
from hub.schema.lists import ListQuery
from hub.schema.officer import OfficerQuery
from hub.schema.ordering import order_by
from hub.schema.orders import PEOPLE, RUNS, SOURCES, PersonSort, RunSort, SourceSort, WilayahSort
from hub.schema.orders import WILAYAH as AREAS
from hub.schema.paging import AREA, MOMENT, PAGE, WILAYAH, Connection, Node, since
from hub.schema.person import Person
from hub.schema.record_lists import RecordQuery
from hub.schema.reference import Program, RetiredWilayah, Run, Source, Wilayah, WilayahSystem
from hub.schema.registers import RegisterQuery
from hub.schema.rights import RightsQuery
from hub.schema.scalars import Kk, Nik
from hub.schema.scoping import BORN, NUMBERED, needs

# A code in force on a day, or in force or retired on any where no day is named; no code is two areas' over time.
_AREA_OF_CODE = (
    "(select c.code from (select k.code, daterange((select max(upper(s.valid)) from hub.wilayah_successor s"
    " where s.successor_code = k.code), null) as valid from hub.wilayah k"
    " where k.system = 'kemendagri' and k.code = {arg[code.kemendagri]}"
    " union all select s.successor_code, s.valid from hub.wilayah_successor s where s.code = {arg[code.kemendagri]}) c"
    " where {arg[asOf]} is null or c.valid @> {arg[asOf]} limit 1)"
)
PROGRAM = argument(
    "program", str | None, "Hanya program ini, menurut kode. / In this program only, by its code."
)


@strawberry.type(description="Semua yang dapat ditanyakan. / All that can be asked.")
class Query(
    RegisterQuery,
    ListQuery,
    RecordQuery,
    AggregateQuery,
    AcrossQuery,
    FeedQuery,
    ChangesQuery,
    AuditingQuery,
    RightsQuery,
    OfficerQuery,
    BreachQuery,
    DataSetQuery,
    JudgingQuery,
):
    """The roots of the schema; each takes asOf and knownAt."""

    rows: ClassVar[Rows | None] = None

    node: Node | None = declared(
        one(""),
        "Benda dengan id global ini. / The thing with this global id; null: there is none, or not for you.",
        [argument("id", strawberry.ID, "Id global. / Global id."), *MOMENT],
        need=needs(pseudonym=""),
    )
    nodes: list[Node | None] = declared(
        Relation(Arity.MANY),
        "Benda dengan id global ini, menurut urutannya. / The things with these global ids, in their order.",
        [
            argument(
                "ids",
                list[strawberry.ID],
                "Id global, paling banyak 100; null: tidak ada. / Global ids, at most 100; null: there is none.",
            ),
            *MOMENT,
        ],
        need=needs(pseudonym=""),
    )
    person: Person | None = declared(
        one("{t}.nik = {arg[nik]}", order=[Key("{t}.person_id")]),
        "Orang dengan NIK ini. / The person with this NIK; where several bear it, the one known longest.",
        [argument("nik", Nik, "NIK. / NIK.", need=NUMBERED + BORN), *MOMENT],
    )
    people: Connection[Person] = declared(
        Relation(Arity.CONNECTION, order=PEOPLE["AREA"].keys, orders=PEOPLE, large=True),
        "Orang, menurut wilayah tempat tinggal. / Persons, in order of the area where they live.",
        [filtered(PersonFilter), order_by(PersonSort), *PAGE, *MOMENT],
    )
    family_card: FamilyCard | None = declared(
        one("{t}.no_kk = {arg[kk]}"),
        "Kartu keluarga dengan nomor ini. / The family card with this number.",
        [argument("kk", Kk, "No KK. / Number of the card.", need=NUMBERED), *MOMENT],
    )
    households: Connection[Household] = declared(
        Relation(
            Arity.CONNECTION,
            "{t}.basis <> 'ruta'",
            order=[Key("{t}.home_area_key"), Key("{t}.household_id")],
            large=True,
        ),
        "Rumah tangga tempat orang tinggal, menurut wilayah. / Households where people live, in order of their area.",
        [filtered(HouseholdFilter), *PAGE, *MOMENT],
    )
    programs: list[Program] = declared(
        Relation(
            Arity.MANY, order=[Key("{t}.code", "text")], when={"code": "{t}.code = {arg[code]}"}, size=15
        ),
        "Program bantuan, menurut kode. / Programs, by code.",
        [argument("code", str | None, "Hanya kode ini. / This code only."), *MOMENT],
    )
    wilayah: Wilayah | None = declared(
        one(
            "{t}.system = 'kemendagri' and {t}.code = case {arg[system]} when 'bps' then"
            " (select k.code from hub.wilayah b join hub.wilayah k on k.system = 'kemendagri'"
            " and k.area_key = b.area_key and k.level = b.level"
            " where b.system = 'bps' and b.code = {arg[code.bps]} order by k.code limit 1)"
            f" else {_AREA_OF_CODE} end"
        ),
        "Wilayah dengan kode ini; asOf: kode pada hari itu, juga yang sudah dicabut. / "
        "The area with this code, also a retired one; asOf: the code as it was in force on that day.",
        [
            argument("code", str, "Kode. / Code; Kemendagri's with or without dots."),
            argument(
                "system",
                WilayahSystem,
                "Penerbit kodenya. / Who issued the code; the two systems differ.",
                WilayahSystem.KEMENDAGRI,
            ),
            *MOMENT,
        ],
    )
    wilayah_list: Connection[Wilayah] = declared(
        Relation(Arity.CONNECTION, "{t}.system = 'kemendagri'", order=AREAS["CODE"].keys, orders=AREAS),
        "Wilayah yang berlaku, menurut kode. / Areas in force, by code.",
        [filtered(WilayahFilter), order_by(WilayahSort), *PAGE, *MOMENT],
    )
    retired_wilayah: Connection[RetiredWilayah] = declared(
        Relation(Arity.CONNECTION, order=[Key("{t}.code", "text")]),
        "Kode wilayah yang dicabut sejak 2016, menurut kode. / Area codes retired since 2016, by code.",
        [filtered(RetiredWilayahFilter), *PAGE, *MOMENT],
    )
    sources: list[Source] = declared(
        Relation(Arity.MANY, order=SOURCES["CODE"].keys, orders=SOURCES, size=40),
        "Sumber data, menurut kode. / Sources, by code.",
        [filtered(SourceFilter), order_by(SourceSort), *MOMENT],
    )
    runs: Connection[Run] = declared(
        Relation(
            Arity.CONNECTION,
            order=[Key("{t}.id", down=True)],
            orders=RUNS,
            when={"source": "{t}.source_id = (select s.id from hub.source s where s.code = {arg[source]})"},
        ),
        "Tarikan, yang terbaru lebih dulu. / Runs, newest first.",
        [
            filtered(RunFilter),
            order_by(RunSort),
            argument("source", str | None, "Hanya sumber ini. / Of this source only."),
            *PAGE,
            *MOMENT,
        ],
    )
    same_nik_twice: Connection[SameNik] = declared(
        Relation(Arity.CONNECTION, order=[Key("{t}.program_id"), Key("{t}.first_id")]),
        "NIK yang dua kali atau lebih dalam satu program. / One NIK twice or more in one program.",
        [PROGRAM, *PAGE, *MOMENT],
    )
    enrolled_after_death: Connection[AfterDeath] = declared(
        Relation(
            Arity.CONNECTION,
            order=[Key("{t}.home_area_key"), Key("{t}.enrollment_id"), since("{t}.begins")],
            when={
                "program": "{t}.program_id = (select g.id from hub.program g where g.code = {arg[program]})",
                "wilayah": AREA,
            },
        ),
        "Peserta yang sudah meninggal. / Enrolled or helped for periods that begin after death.",
        [PROGRAM, WILAYAH, *PAGE, *MOMENT],
    )
    excluding_programs: Connection[ExcludingPrograms] = declared(
        Relation(
            Arity.CONNECTION,
            order=[
                Key("{t}.card_id"),
                Key("{t}.program_a"),
                Key("{t}.program_b"),
                Key("{t}.unit", "text"),
            ],
            when={"wilayah": AREA},
        ),
        "Keluarga dengan dua program yang tidak boleh bersamaan. / Families in two excluding programs.",
        [WILAYAH, *PAGE, *MOMENT],
    )
    program_combinations: Connection[ProgramCombination] = declared(
        Relation(
            Arity.CONNECTION,
            order=[Key("{t}.area_key"), Key("{t}.combination", "text")],
            yields=Yields.NUMBERS,
        ),
        "Banyaknya orang dan keluarga menurut gabungan program dan wilayah, pada satu hari. / "
        "Persons and families by combination of programs and area, on one day.",
        [
            WILAYAH,
            argument(
                "level",
                WilayahLevel,
                "Tingkat wilayah yang dihitung. / Level of the areas counted.",
                WilayahLevel.KECAMATAN,
            ),
            *PAGE,
            *MOMENT,
        ],
    )
