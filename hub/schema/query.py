"""The roots of the schema: what one can ask first."""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Yields, one
from hub.schema.across import AcrossQuery
from hub.schema.aggregates import AggregateQuery
from hub.schema.audit import AfterDeath, ExcludingPrograms, ProgramCombination, SameNik, WilayahLevel
from hub.schema.changes import ChangesQuery
from hub.schema.declaring import argument, declared
from hub.schema.families import FamilyCard, Household
from hub.schema.feed import FeedQuery
from hub.schema.filtering import filtered
from hub.schema.filters.families import HouseholdFilter
from hub.schema.filters.people import PersonFilter
from hub.schema.lists import ListQuery
from hub.schema.ordering import order_by
from hub.schema.orders import PEOPLE, PersonSort
from hub.schema.paging import AREA, MOMENT, PAGE, WILAYAH, Connection, Node, since
from hub.schema.person import Person
from hub.schema.record_lists import RecordQuery
from hub.schema.reference import Program, Run, Source, Wilayah
from hub.schema.registers import RegisterQuery
from hub.schema.scalars import Kk, Nik


@strawberry.enum(description="Penerbit kode wilayah. / Who issues an area code.")
class WilayahSystem(Enum):
    """Who issues an area code: 164 BPS codes equal another area's Kemendagri code."""

    KEMENDAGRI = strawberry.enum_value("kemendagri", description="Kementerian Dalam Negeri. / Home Affairs.")
    BPS = strawberry.enum_value("bps", description="Badan Pusat Statistik. / Statistics Indonesia.")


PROGRAM = argument(
    "program", str | None, "Hanya program ini, menurut kode. / In this program only, by its code."
)


@strawberry.type(description="Semua yang dapat ditanyakan. / All that can be asked.")
class Query(RegisterQuery, ListQuery, RecordQuery, AggregateQuery, AcrossQuery, FeedQuery, ChangesQuery):
    """The roots of the schema; each takes asOf and knownAt."""

    rows: ClassVar[Rows | None] = None

    node: Node | None = declared(
        one(""),
        "Benda dengan id global ini. / The thing with this global id; null: there is none, or not for you.",
        [argument("id", strawberry.ID, "Id global. / Global id."), *MOMENT],
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
    )
    person: Person | None = declared(
        one("{t}.nik = {arg[nik]}", order=[Key("{t}.person_id")]),
        "Orang dengan NIK ini. / The person with this NIK; where several bear it, the one known longest.",
        [argument("nik", Nik, "NIK. / NIK."), *MOMENT],
    )
    people: Connection[Person] = declared(
        Relation(Arity.CONNECTION, order=PEOPLE["AREA"].keys, orders=PEOPLE, large=True),
        "Orang, menurut wilayah tempat tinggal. / Persons, in order of the area where they live.",
        [filtered(PersonFilter), order_by(PersonSort), *PAGE, *MOMENT],
    )
    family_card: FamilyCard | None = declared(
        one("{t}.no_kk = {arg[kk]}"),
        "Kartu keluarga dengan nomor ini. / The family card with this number.",
        [argument("kk", Kk, "No KK. / Number of the card."), *MOMENT],
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
            " else {arg[code.kemendagri]} end"
        ),
        "Wilayah dengan kode ini. / The area with this code.",
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
    sources: list[Source] = declared(
        Relation(Arity.MANY, order=[Key("{t}.code", "text")]), "Sumber data. / Sources.", MOMENT
    )
    runs: Connection[Run] = declared(
        Relation(
            Arity.CONNECTION,
            order=[Key("{t}.id", down=True)],
            when={"source": "{t}.source_id = (select s.id from hub.source s where s.code = {arg[source]})"},
        ),
        "Tarikan, yang terbaru lebih dulu. / Runs, newest first.",
        [argument("source", str | None, "Hanya sumber ini. / Of this source only."), *PAGE, *MOMENT],
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
