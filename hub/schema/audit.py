"""The first audit answers, as views over the graph. A finding is a reason to look, never a decision."""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.schema import scoping
from hub.schema.benefits import Enrollment, Payment
from hub.schema.declaring import column, declared
from hub.schema.families import FamilyCard
from hub.schema.paging import inside
from hub.schema.person import Person
from hub.schema.reference import Program, Wilayah
from hub.schema.scalars import Day, Nik, Rupiah
from hub.schema.scoping import ENROLLMENT, FAMILY, IDENTITY, PAYMENT
from hub.schema.words import Unit


@strawberry.enum(description="Tingkat wilayah. / Level of areas.")
class WilayahLevel(Enum):
    """The depth of an area below the country."""

    PROVINSI = strawberry.enum_value(1, description="Provinsi. / Province.")
    KABUPATEN = strawberry.enum_value(2, description="Kabupaten atau kota. / Regency or city.")
    KECAMATAN = strawberry.enum_value(3, description="Kecamatan. / District.")
    DESA = strawberry.enum_value(4, description="Desa atau kelurahan. / Village.")


def program_of(name: str) -> Relation:
    """The relation from a program's number to the program."""
    return one(f"{{t}}.id = {{p}}.{name}")


#: A program's number from its code in the argument `program`; null where it wasn't given.
_PROGRAM = "(select g.id from hub.program g where g.code = {arg[program]})"

SAME_NIK = Rows(
    "(select g.nik, g.program_id, g.persons, g.enrollment_ids, g.enrollment_ids[1] as first_id,"
    " g.area_key from ("
    " select s.nik, e.program_id, count(distinct e.person_id) as persons, min(e.home_area_key) as area_key,"
    " array_agg(distinct e.enrollment_id) as enrollment_ids"
    " from hub.enrollment e join hub.person_state s on s.person_id = e.person_id and {state[s]}"
    f" where {{ever[e]}} and s.nik is not null and ({{arg[program]}} is null or e.program_id = {_PROGRAM})"
    " group by s.nik, e.program_id having count(*) > 1) g"
    " where exists (select from hub.enrollment a join hub.enrollment b on b.valid && a.valid"
    " and b.enrollment_id > a.enrollment_id"
    " and (b.person_id <> a.person_id"
    " or (b.source_id = a.source_id and b.component_id is not distinct from a.component_id))"
    " where a.enrollment_id = any(g.enrollment_ids) and b.enrollment_id = any(g.enrollment_ids)"
    " and {ever[a]} and {ever[b]}))"
)


@strawberry.type(
    description=(
        "Satu NIK dengan beberapa kepesertaan dalam satu program pada masa yang sama. / "
        "One NIK with several enrollments in one program over the same days."
    )
)
class SameNik:
    """One NIK with several enrollments in one program over the same days: of several persons, or doubled in a list.

    One person whom several sources name as enrolled is enrolled once, and no finding.
    """

    needs: ClassVar[Need] = IDENTITY + ENROLLMENT
    subject: ClassVar[str] = (
        "(select string_agg(distinct e.person_id::text, ' ') from hub.enrollment e"
        " where e.enrollment_id = any({t}.enrollment_ids))"
    )
    rows: ClassVar[Rows] = SAME_NIK

    nik: Nik = column("nik", "NIK yang sama. / The shared NIK.", need=IDENTITY + ENROLLMENT + scoping.nik())
    program: Program | None = declared(program_of("program_id"), "Programnya. / The program.")
    persons: int = column("persons", "Banyaknya orang berbeda. / Distinct persons who bear it; 1: doubled.")
    enrollments: list[Enrollment] = declared(
        Relation(
            Arity.MANY,
            "{t}.enrollment_id = any({p}.enrollment_ids)",
            order=[Key("{t}.enrollment_id"), Key("lower({t}.valid)", "date")],
            size=3,
        ),
        "Semua kepesertaan itu, juga yang masanya tidak beririsan. / All of its enrollments in the program.",
    )


#: Benefits of the enrollment `e` for periods that begin after the death of `s`.
_LATE = "b.enrollment_id = e.enrollment_id and {recorded[b]} and lower(b.period) > s.died_on"
#: Periods of the enrollment `e` that begin after the death of `s`, as the lists have them one by one: lists
#: that touch are one enrollment, which then may have begun in life.
_LISTED_LATE = (
    "select min(lower(c.period)) as first_on from hub.claim_enrollment c"
    " join hub.source_record r on r.id = c.record_id and {recorded[r]}"
    " join hub.program g on g.code = c.program and g.id = e.program_id"
    " left join hub.component k on k.program_id = g.id and k.code = c.component"
    " where c.person_id = e.person_id and c.source_id = e.source_id"
    " and k.id is not distinct from e.component_id and lower(c.period) > s.died_on and c.period && e.valid"
)
AFTER_DEATH = Rows(
    "(select e.enrollment_id, e.person_id, e.program_id, e.home_area_key, s.died_on, f.payments,"
    " f.amount, f.paid,"
    " lower(e.valid) as begins, coalesce(lower(e.valid) > s.died_on, false) as began_after,"
    " least(case when lower(e.valid) > s.died_on then lower(e.valid) end, f.first_on, l.first_on) as since"
    " from hub.person_state s join hub.enrollment e on e.person_id = s.person_id and {ever[e]}"
    " cross join lateral (select count(*) as payments, sum(b.amount_idr)::bigint as amount,"
    " sum(b.amount_idr) filter (where b.paid_on is not null)::bigint as paid, min(lower(b.period))"
    " as first_on"
    f" from hub.benefit b where {_LATE}) f cross join lateral ({_LISTED_LATE}) l"
    " where s.died_on is not null and {state[s]}"
    " and (lower(e.valid) > s.died_on or f.payments > 0 or l.first_on is not null))"
)


@strawberry.type(
    description=(
        "Kepesertaan, atau bantuannya, untuk masa yang mulai sesudah pesertanya meninggal. / "
        "An enrollment, or benefits of it, for a period that begins after the person's death."
    )
)
class AfterDeath:
    """An enrollment with periods that begin after the person's death."""

    needs: ClassVar[Need] = IDENTITY + ENROLLMENT + PAYMENT
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = AFTER_DEATH

    person: Person | None = declared(one("{t}.person_id = {p}.person_id"), "Orangnya. / The person.")
    program: Program | None = declared(program_of("program_id"), "Programnya. / The program.")
    enrollment: Enrollment | None = declared(
        one("{t}.enrollment_id = {p}.enrollment_id", order=[Key("lower({t}.valid)", "date", down=True)]),
        "Kepesertaannya. / The enrollment.",
    )
    died_on: Day = column("died_on", "Tanggal meninggal. / Day of death.")
    began_after: bool = column(
        "began_after", "Kepesertaannya sendiri mulai sesudah itu. / The enrollment itself began after it."
    )
    since: Day = column("since", "Masa pertama sesudah meninggal. / First day of the first such period.")
    payments: list[Payment] = declared(
        Relation(
            Arity.MANY,
            "{t}.enrollment_id = {p}.enrollment_id and lower({t}.period) > {p}.died_on",
            order=[Key("lower({t}.period)", "date"), Key("{t}.benefit_id")],
            size=6,
        ),
        "Bantuan untuk masa sesudah meninggal. / Benefits for periods after the death.",
    )
    amount: Rupiah | None = column("amount", "Nilainya. / Their value; null: none.")
    paid: Rupiah | None = column("paid", "Yang sudah dibayar. / What was paid of it; null: nothing.")


_EXCLUDING = (
    "(select x.program_a from hub.program_exclusion x union select x.program_b from hub.program_exclusion x)"
)
# Every card with what its members hold, as lists side by side: pairs are then sought within each card alone, so
# that no estimate of the planner, which knows little of rows under a policy, makes it compare all with all.
_CARDS = (
    "card as materialized (select m.card_id, min(e.home_area_key) as area_key,"
    " array_agg(e.person_id) as persons, array_agg(e.program_id) as programs,"
    " array_agg(e.valid * m.valid) as spans"
    " from hub.enrollment e join hub.membership m on m.person_id = e.person_id and m.valid && e.valid"
    f" where {{ever[e]}} and {{ever[m]}} and e.program_id in {_EXCLUDING}"
    " group by m.card_id having min(e.program_id) < max(e.program_id))"
)
EXCLUDING = Rows(
    f"(with {_CARDS} select c.card_id, x.program_a, x.program_b, x.unit, min(x.legal_basis) as legal_basis,"
    " min(lower(a.span * b.span * x.valid)) as since,"
    " case when bool_or(upper_inf(a.span * b.span * x.valid)) then null"
    " else max(upper(a.span * b.span * x.valid)) end as until, min(c.area_key) as home_area_key,"
    " array_agg(distinct a.person_id) || array_agg(distinct b.person_id) as person_ids"
    " from card c cross join lateral unnest(c.persons, c.programs, c.spans) a(person_id, program_id, span)"
    " join hub.program_exclusion x on x.program_a = a.program_id"
    " join lateral unnest(c.persons, c.programs, c.spans) b(person_id, program_id, span)"
    " on b.program_id = x.program_b and b.span && a.span"
    " where a.span * b.span && x.valid and (x.unit = 'family' or b.person_id = a.person_id)"
    " group by c.card_id, x.program_a, x.program_b, x.unit)"
)


@strawberry.type(
    description=(
        "Keluarga (satu kartu keluarga) dengan dua program yang tidak boleh bersamaan. / "
        "A family, by family card, with two programs that exclude each other over the same days."
    )
)
class ExcludingPrograms:
    """A family with two programs that exclude each other over the same days."""

    needs: ClassVar[Need] = FAMILY + ENROLLMENT
    subject: ClassVar[str] = "'c' || {t}.card_id"
    rows: ClassVar[Rows] = EXCLUDING

    family_card: FamilyCard | None = declared(
        one("{t}.card_id = {p}.card_id"), "Keluarganya. / The family card."
    )
    program_a: Program | None = declared(program_of("program_a"), "Program pertama. / The first program.")
    program_b: Program | None = declared(program_of("program_b"), "Program kedua. / The second program.")
    unit: Unit = column("unit", "Satuan larangannya. / The unit for which they exclude each other.")
    legal_basis: str | None = column("legal_basis", "Dasar hukum. / Legal basis.")
    since: Day | None = column("since", "Hari pertama bersamaan. / First day held together.")
    until: Day | None = column("until", "Akhirnya, tidak termasuk. / End, exclusive; null: still open.")
    persons: list[Person] = declared(
        Relation(Arity.MANY, "{t}.person_id = any({p}.person_ids)", order=[Key("{t}.person_id")], size=3),
        "Anggota keluarga yang memegangnya. / Members of the family who hold them.",
    )


_COMBINED = (
    "held as materialized (select e.person_id, m.card_id, g.code, (e.home_area_key / u.unit) *"
    " u.unit as area_key"
    " from hub.enrollment e join hub.program g on g.id = e.program_id"
    " cross join (select coalesce({arg[level.unit]}, 10000::bigint) as unit) u"
    " left join hub.membership m on m.person_id = e.person_id and {state[m]}"
    f" where {{state[e]}} and {inside('e.home_area_key')})"
)


def _counted(unit: str) -> str:
    """Distinct units by the exact set of programs that each of them holds."""
    return (
        "(select area_key, programs, count(*) as counted from (select area_key, "
        f"{unit}, array_agg(distinct code order by code) as programs from held where {unit} is not null"
        f" group by area_key, {unit}) c group by area_key, programs)"
    )


COMBINATIONS = Rows(
    f"(with {_COMBINED} select area_key, programs, array_to_string(programs, '+') as combination,"
    " coalesce(n.counted, 0) as persons, coalesce(f.counted, 0) as families"
    f" from {_counted('person_id')} n full join {_counted('card_id')} f using (area_key, programs))"
)


@strawberry.type(
    description=(
        "Banyaknya orang dan keluarga yang memegang tepat gabungan program ini. / "
        "Counts of persons and of families that hold exactly this combination of programs in an area."
    )
)
class ProgramCombination:
    """Counts of distinct persons and families by exact combination of programs and area, on one day."""

    needs: ClassVar[Need] = FAMILY + ENROLLMENT
    rows: ClassVar[Rows] = COMBINATIONS

    wilayah: Wilayah | None = declared(
        one("{t}.system = 'kemendagri' and {t}.area_key = {p}.area_key"),
        "Wilayah tempat tinggal. / Area where the persons live; null: unknown.",
    )
    combination: str = column("combination", "Kode program, dipisah tanda +. / Codes joined by +.")
    programs: list[Program] = declared(
        Relation(Arity.MANY, "{t}.code = any({p}.programs)", order=[Key("{t}.code", "text")], size=3),
        "Programnya. / The programs.",
    )
    persons: int = column(
        "persons", "Orang yang memegang tepat gabungan ini. / Persons who hold exactly these."
    )
    families: int = column(
        "families",
        "Keluarga yang anggotanya bersama-sama memegang tepat gabungan ini. / "
        "Families whose members together hold exactly these.",
    )
