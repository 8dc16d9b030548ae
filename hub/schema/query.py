"""The roots of the schema: what one can ask first."""

from enum import Enum
from typing import ClassVar, Optional

import strawberry

from hub.compiler.declare import Arity, Clause, Compare, Filter, Holds, Key, Relation, Rows, Yields, one
from hub.schema.across import AcrossQuery
from hub.schema.audit import AfterDeath, ExcludingPrograms, ProgramCombination, SameNik, WilayahLevel
from hub.schema.changes import ChangesQuery
from hub.schema.declaring import argument, declared
from hub.schema.families import FamilyCard, Household
from hub.schema.feed import FeedQuery
from hub.schema.paging import AREA, MOMENT, PAGE, WILAYAH, Connection, Node
from hub.schema.person import Person
from hub.schema.reference import Program, Run, Source, Wilayah
from hub.schema.registers import RegisterQuery
from hub.schema.scalars import Day, Kk, Nik, WilayahCode

HOME = [Key("{t}.home_area_key"), Key("{t}.person_id")]


@strawberry.enum(description="Penerbit kode wilayah. / Who issues an area code.")
class WilayahSystem(Enum):
    """Who issues an area code: 164 BPS codes equal another area's Kemendagri code."""

    KEMENDAGRI = strawberry.enum_value("kemendagri", description="Kementerian Dalam Negeri. / Home Affairs.")
    BPS = strawberry.enum_value("bps", description="Badan Pusat Statistik. / Statistics Indonesia.")


@strawberry.input(description="Saringan NIK. / Filter of NIK; all that is given has to hold.")
class NikFilter:
    """Operators on a NIK."""

    eq: Nik | None = strawberry.field(default=strawberry.UNSET, description="Sama dengan. / Equal to.")
    in_: list[Nik] | None = strawberry.field(
        name="in", default=strawberry.UNSET, description="Salah satu dari. / One of."
    )
    is_null: bool | None = strawberry.field(default=strawberry.UNSET, description="Kosong. / Not known.")


@strawberry.input(description="Saringan nama. / Filter of names.")
class NameFilter:
    """Operators on a name."""

    eq: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "Sama menurut bentuk baku: ejaan, gelar dan tanda baca diabaikan. / "
            "Equal in the form for matching: spelling, titles and punctuation are set aside."
        ),
    )


@strawberry.input(description="Saringan tanggal. / Filter of days; all that is given has to hold.")
class DayFilter:
    """Operators on a day."""

    eq: Day | None = strawberry.field(default=strawberry.UNSET, description="Sama dengan. / Equal to.")
    gte: Day | None = strawberry.field(
        default=strawberry.UNSET, description="Sejak, termasuk. / From, inclusive."
    )
    lt: Day | None = strawberry.field(
        default=strawberry.UNSET, description="Sebelum, tidak termasuk. / Before, exclusive."
    )
    is_null: bool | None = strawberry.field(default=strawberry.UNSET, description="Kosong. / Not known.")


@strawberry.input(description="Saringan kode. / Filter of codes; all that is given has to hold.")
class CodeFilter:
    """Operators on a code."""

    eq: str | None = strawberry.field(default=strawberry.UNSET, description="Sama dengan. / Equal to.")
    in_: list[str] | None = strawberry.field(
        name="in", default=strawberry.UNSET, description="Salah satu dari. / One of."
    )
    is_null: bool | None = strawberry.field(default=strawberry.UNSET, description="Kosong. / Not known.")


@strawberry.input(description="Saringan kepesertaan. / Filter of programs held on the day in force.")
class ProgramFilter:
    """Programs held, and not held, on the day in force."""

    has: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Memegang semua program ini. / Holds all of these programs."
    )
    not_: list[str] | None = strawberry.field(
        name="not",
        default=strawberry.UNSET,
        description="Tidak memegang satu pun dari ini. / Holds none of these.",
    )


@strawberry.input(description="Saringan orang. / Filter of persons; all that is given has to hold.")
class PersonFilter:
    """Filter of persons."""

    nik: NikFilter | None = strawberry.field(default=strawberry.UNSET, description="NIK. / NIK.")
    name: NameFilter | None = strawberry.field(default=strawberry.UNSET, description="Nama. / Name.")
    birth_date: DayFilter | None = strawberry.field(
        default=strawberry.UNSET, description="Tanggal lahir. / Birth date."
    )
    sex: CodeFilter | None = strawberry.field(default=strawberry.UNSET, description="L atau P. / Sex.")
    vital: CodeFilter | None = strawberry.field(
        default=strawberry.UNSET, description="hidup, meninggal, … / Code list vital."
    )
    wilayah: WilayahCode | None = strawberry.field(
        default=strawberry.UNSET, description="Tinggal di wilayah ini. / Lives in this area."
    )
    program: ProgramFilter | None = strawberry.field(
        default=strawberry.UNSET, description="Program yang dipegang. / Programs held."
    )
    and_: Optional[list["PersonFilter"]] = strawberry.field(  # noqa: UP045  # a forward name
        name="and", default=strawberry.UNSET, description="Semuanya. / All of these hold."
    )
    or_: Optional[list["PersonFilter"]] = strawberry.field(  # noqa: UP045  # a forward name
        name="or", default=strawberry.UNSET, description="Salah satunya. / At least one of these holds."
    )
    not_: Optional["PersonFilter"] = strawberry.field(  # a forward name
        name="not", default=strawberry.UNSET, description="Kebalikannya. / This does not hold."
    )


@strawberry.input(description="Saringan rumah tangga. / Filter of households.")
class HouseholdFilter:
    """Filter of households."""

    wilayah: WilayahCode | None = strawberry.field(
        default=strawberry.UNSET, description="Di wilayah ini. / In this area."
    )


IN_AREA = Clause("{t}.home_area_key between {v[lo]} and {v[hi]}")
PEOPLE: dict[str, Filter] = {
    "nik": Compare("{t}.nik"),
    "name": Compare("{t}.name_key", converter="match_key"),
    "birthDate": Compare("{t}.birth_date", "date"),
    "sex": Compare("{t}.sex"),
    "vital": Compare("{t}.vital"),
    "wilayah": IN_AREA,
    "program": Holds(
        "exists (select from hub.enrollment e where e.person_id = {t}.person_id and {state[e]}"
        " and e.program_id = (select g.id from hub.program g where g.code = {v}))"
    ),
}
PROGRAM = argument(
    "program", str | None, "Hanya program ini, menurut kode. / In this program only, by its code."
)


@strawberry.type(description="Semua yang dapat ditanyakan. / All that can be asked.")
class Query(RegisterQuery, AcrossQuery, FeedQuery, ChangesQuery):
    """The roots of the schema; each takes asOf and knownAt."""

    rows: ClassVar[Rows | None] = None

    node: Node | None = declared(
        one(""),
        "Benda dengan id global ini. / The thing with this global id; null: there is none, or not for you.",
        [argument("id", strawberry.ID, "Id global. / Global id."), *MOMENT],
    )
    person: Person | None = declared(
        one("{t}.nik = {arg[nik]}", order=[Key("{t}.person_id")]),
        "Orang dengan NIK ini. / The person with this NIK; where several bear it, the one known longest.",
        [argument("nik", Nik, "NIK. / NIK."), *MOMENT],
    )
    people: Connection[Person] = declared(
        Relation(Arity.CONNECTION, order=HOME, filters=PEOPLE),
        "Orang, menurut wilayah tempat tinggal. / Persons, in order of the area where they live.",
        [argument("filter", PersonFilter | None, "Saringan. / Filter."), *PAGE, *MOMENT],
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
            filters={"wilayah": IN_AREA},
        ),
        "Rumah tangga tempat orang tinggal, menurut wilayah. / Households where people live, in order of their area.",
        [argument("filter", HouseholdFilter | None, "Saringan. / Filter."), *PAGE, *MOMENT],
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
            order=[Key("{t}.home_area_key"), Key("{t}.enrollment_id")],
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
