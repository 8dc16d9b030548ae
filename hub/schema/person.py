"""The person: golden fields, families, households and programs over time, and where each value comes from."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Time, one
from hub.compiler.needs import Need
from hub.schema import scoping
from hub.schema.benefits import NEWEST_PAYMENT, Enrollment, Payment, Status
from hub.schema.declaring import argument, begins, column, declared, ends, expression, global_id, label
from hub.schema.families import HouseholdMember, Membership
from hub.schema.filtering import filtered
from hub.schema.filters.members import GroupMemberFilter, HouseholdMemberFilter, MembershipFilter
from hub.schema.filters.people import IdentifierFilter
from hub.schema.filters.programs import EnrollmentFilter, PaymentFilter
from hub.schema.filters.welfare import ScoreFilter, StatusFilter
from hub.schema.groups import GroupMember
from hub.schema.linked import METHOD, LinkedRecord
from hub.schema.ordering import order_by
from hub.schema.orders import (
    ENROLLMENTS,
    PAYMENTS,
    SCORES,
    STATUSES,
    EnrollmentSort,
    PaymentSort,
    ScoreSort,
    StatusSort,
)
from hub.schema.paging import CURRENT, NEWEST, Connection, Node
from hub.schema.people import PERSON
from hub.schema.provenance import FIELD_ORDER, Grade, Identifier, PersonField, grade
from hub.schema.reference import Source, Wilayah, placed, source_of, wilayah_of
from hub.schema.scalars import Day, Instant, Kk, Nik
from hub.schema.scoping import CONTACT, EXCLUSION, FAMILY, IDENTITY, PROVENANCE
from hub.schema.statements import Statement, stated
from hub.schema.totals import BenefitTotal, benefit_history, benefit_totals, of_person
from hub.schema.welfare import PersonAttributes, Score
from hub.schema.words import Judgement, LinkMethod, Sex, VitalStatus

OF_PERSON = "{t}.person_id = {p}.person_id"
BY_START = [Key("lower({t}.valid)", "date")]

LINKS = Rows(
    "(select e.id, e.judgement, e.method, e.score, e.recorded, o.person_id from hub.cluster_member c"
    " cross join lateral (select x.*, x.mention_b as other from hub.edge x where x.mention_a = c.mention_id"
    " union all select x.*, x.mention_a from hub.edge x where x.mention_b = c.mention_id) e"
    " join hub.cluster_member o on o.mention_id = e.other"
    " where c.person_id = {p}.person_id and {recorded[c]} and {recorded[o]} and {recorded[e]}"
    " and o.person_id <> c.person_id)"
)


# Of each mention that stood for somebody else before, the person that goes with it.
MERGED = Rows(
    "(select distinct on (o.id) o.id, o.uid, c.recorded from hub.cluster_member c"
    " join hub.cluster_member h on h.mention_id = c.mention_id and h.person_id <> c.person_id"
    " join hub.person o on o.id = h.person_id and o.founded_by = c.mention_id"
    " where c.person_id = {p}.person_id and {recorded[c]} order by o.id)"
)
# Whom the id of a person who is held no longer stands for now; an id that is held stands for itself. A select of its
# own, for under row-level security no index is read by a `coalesce`.
SUCCESSOR = (
    "(select coalesce((select s.uid from hub.person o join hub.person s on s.id = o.merged_into where o.uid = {v}"
    " and not exists (select from hub.person_state x where x.uid = o.uid and {recorded[x]})), {v}))"
)


@strawberry.type(
    description="Penilaian tentang dua orang yang mungkin sama. / A judgement between this person"
    " and another."
)
class Link:
    """A judgement between a mention of this person and one of another."""

    needs: ClassVar[Need] = PROVENANCE
    rows: ClassVar[Rows] = LINKS

    judgement: Judgement = column("judgement", "Penilaiannya. / The judgement.")
    method: LinkMethod = expression(METHOD, "Caranya. / How it was come to.")
    score: float | None = column("score", "0 sampai 1. / 0 to 1; null: the method gives none.")
    since: Instant = expression("lower({t}.recorded)", "Sejak. / Judged so since.")
    other: object = declared(
        one("{t}.person_id = {p}.person_id"), "Orang lainnya. / The other person.", of=PERSON | None
    )


@strawberry.type(description="Id yang digabungkan. / An id that was merged.")
class Merged:
    """The id of a person that is held to be another one now, and since when."""

    needs: ClassVar[Need] = PROVENANCE
    rows: ClassVar[Rows] = MERGED

    person: strawberry.ID = global_id("Person")
    since: Instant = expression("lower({t}.recorded)", "Sejak. / Since.")


IS_CURRENT = expression(
    "not exists (select from hub.person x where x.id = {t}.person_id and x.merged_into is not null)",
    "false: id ini kini milik orang lain. / false: this id has been merged into another since.",
)
MERGED_FROM = declared(
    Relation(Arity.MANY, order=[Key("{t}.id")], size=1),
    "Id yang digabungkan ke orang ini. / Ids that were merged into this person.",
    need=PROVENANCE,
)
LINKED_RECORDS = declared(
    Relation(Arity.MANY, order=[Key("{t}.mention_id")], size=4),
    "Rekaman yang dianggap orang ini, dan penilaiannya. / Records held to be of this person, linked by what, with"
    " which score, decided by whom and when.",
    need=PROVENANCE,
)
_STATED = list(PersonField)
# Two states of a person with one address are one stay there; the hub holds all of it true at the instant in force.
ADDRESSES = Rows(
    "(select s.address, s.rt, s.rw, s.area_key, s.source_id, unnest(range_agg(s.valid)) as valid,"
    " '(,)'::tstzrange as recorded from (select x.*, coalesce("
    f"x.stated_by[{_STATED.index(PersonField.ADDRESS) + 1}], x.stated_by[{_STATED.index(PersonField.AREA) + 1}])"
    " as source_id from hub.person_state x where x.person_id = {p}.person_id and {recorded[x]}) s"
    " where coalesce(s.address, s.rt, s.rw, s.area_key::text) is not null group by 1, 2, 3, 4, 5)",
    Time.HISTORY,
)


@strawberry.type(description="Satu alamat selama satu masa. / An address, as an interval.")
class Address:
    """Where a person lived, as an interval, and who states it."""

    needs: ClassVar[Need] = CONTACT
    rows: ClassVar[Rows] = ADDRESSES

    street: str | None = column("address", "Jalan atau dukuh. / Street or hamlet.")
    rt: str | None = column("rt", "RT. / Neighbourhood.")
    rw: str | None = column("rw", "RW. / Ward.")
    wilayah: Wilayah | None = declared(wilayah_of("area_key"), "Wilayahnya. / Its area.")
    from_: Day | None = begins()
    to: Day | None = ends()
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")


@strawberry.type(
    description=(
        "Orang: gabungan pernyataan semua sumber menurut aturan kelayakan. / "
        "A person: what all sources state, folded by survivorship."
    )
)
class Person(Node):
    """A person as the hub holds it true: the fold of all claims."""

    needs: ClassVar[Need] = IDENTITY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("person_state", Time.STATE, node="{t}.uid :: uuid", follows=SUCCESSOR)

    id: strawberry.ID = global_id("Person")
    nik: Nik | None = column(
        "nik", "NIK. / Population number; null: no source states a usable one.", need=IDENTITY + scoping.nik()
    )
    nik_grade: Grade = expression(grade("{t}.nik_grade"), "Mutu NIK. / Grade of the NIK.")
    name: str | None = column("name", "Nama. / Name.", need=IDENTITY + scoping.name("name"))
    birth_date: Day | None = column(
        "birth_date", "Tanggal lahir. / Birth date.", need=IDENTITY + scoping.BIRTH_DATE
    )
    birth_place: str | None = column("birth_place", "Tempat lahir. / Birth place.")
    sex: Sex | None = column("sex", "Jenis kelamin. / Sex.")
    sex_label: str | None = label("'sex'", "{t}.sex", "Sebutannya. / Wording of the sex.")
    mother_name: str | None = column(
        "mother_name", "Nama ibu. / Mother's name.", need=FAMILY + scoping.name("mother_name")
    )
    father_name: str | None = column(
        "father_name", "Nama ayah. / Father's name.", need=FAMILY + scoping.name("father_name")
    )
    kk: Kk | None = column(
        "no_kk", "No KK sekarang. / Number of the family card.", need=FAMILY + scoping.kk()
    )
    relation: str | None = column("relation", "Kode hubungan dalam keluarga. / Code list shdk.", need=FAMILY)
    relation_label: str | None = label(
        "'shdk'", "{t}.relation", "Sebutannya. / Wording of the relation.", need=FAMILY
    )
    marital: str | None = column("marital", "Kode status kawin. / Code list marital.", need=FAMILY)
    marital_label: str | None = label("'marital'", "{t}.marital", "Sebutannya. / Wording of it.", need=FAMILY)
    religion: str | None = column("religion", "Kode agama. / Code list religion.")
    religion_label: str | None = label("'religion'", "{t}.religion", "Sebutannya. / Wording of it.")
    education: str | None = column("education", "Kode pendidikan. / Code list education.")
    education_label: str | None = label("'education'", "{t}.education", "Sebutannya. / Wording of it.")
    occupation: str | None = column("occupation", "Kode pekerjaan. / Code list occupation.", need=EXCLUSION)
    occupation_label: str | None = label(
        "'occupation'", "{t}.occupation", "Sebutannya. / Wording of it.", need=EXCLUSION
    )
    address: str | None = column("address", "Alamat. / Address.", need=CONTACT + scoping.PLACED)
    rt: str | None = column("rt", "RT. / Neighbourhood.", need=CONTACT + scoping.PLACED)
    rw: str | None = column("rw", "RW. / Ward.", need=CONTACT + scoping.PLACED)
    vital: VitalStatus | None = column("vital", "Status hidup. / Vital status.")
    vital_label: str | None = label("'vital'", "{t}.vital", "Sebutannya. / Wording of it.")
    died_on: Day | None = column("died_on", "Tanggal meninggal. / Day of death.")
    recorded_from: Instant = expression(
        "lower({t}.recorded)", "Diketahui hub begini sejak. / Held true in this form from."
    )
    wilayah: Wilayah | None = declared(
        wilayah_of("area_key"), "Tempat tinggal. / Area of residence.", need=IDENTITY + placed("area_key")
    )
    addresses: list[Address] = declared(
        Relation(Arity.MANY, order=[*BY_START, Key("{t}.area_key"), Key("{t}.source_id")], size=2),
        "Alamat sepanjang waktu. / Addresses over time, each with its interval.",
        [CURRENT],
        need=CONTACT + scoping.PLACED,
    )
    identifiers: list[Identifier] = declared(
        Relation(
            Arity.MANY,
            order=[Key("{t}.scheme", "text"), Key("{t}.value", "text"), Key("{t}.source_id"), *BY_START],
        ),
        "Nomor pengenal menurut tiap sumber. / Identifiers as each source has them.",
        [filtered(IdentifierFilter)],
    )
    family_cards: list[Membership] = declared(
        Relation(Arity.MANY, OF_PERSON, order=[*BY_START, Key("{t}.card_id")], size=2),
        "Kartu keluarga sepanjang waktu. / Family cards over time, each with its interval.",
        [filtered(MembershipFilter), CURRENT],
    )
    households: list[HouseholdMember] = declared(
        Relation(
            Arity.MANY,
            f"{OF_PERSON} and {{t}}.scheme is null",
            order=[*BY_START, Key("{t}.household_id")],
            size=2,
        ),
        "Rumah tangga sepanjang waktu. / Households over time, each with its interval.",
        [filtered(HouseholdMemberFilter), CURRENT],
    )
    survey_households: list[HouseholdMember] = declared(
        Relation(
            Arity.MANY,
            f"{OF_PERSON} and {{t}}.scheme is not null",
            order=[*BY_START, Key("{t}.scheme", "text"), Key("{t}.household_id")],
            when={"scheme": "{t}.scheme = {arg[scheme]}"},
            size=3,
        ),
        "Rumah tangga (ruta) tempat survei mendapatinya. / Households in which surveys found the person.",
        [
            filtered(HouseholdMemberFilter),
            CURRENT,
            argument("scheme", str | None, "Hanya penomoran ini. / This numbering only."),
        ],
    )
    groups: list[GroupMember] = declared(
        Relation(Arity.MANY, OF_PERSON, order=[*BY_START, Key("{t}.group_id")], size=1),
        "Kelompok sepanjang waktu. / Groups over time, each with its interval.",
        [filtered(GroupMemberFilter), CURRENT],
    )
    enrollments: list[Enrollment] = declared(
        Relation(
            Arity.MANY,
            OF_PERSON,
            order=[*BY_START, Key("{t}.enrollment_id")],
            orders=ENROLLMENTS,
            when={
                "program": "{t}.program_id = (select g.id from hub.program g where g.code = {arg[program]})"
            },
            size=4,
        ),
        "Kepesertaan sepanjang waktu, menurut tanggal mulai. / Enrollments over time, by their first day.",
        [
            filtered(EnrollmentFilter),
            order_by(EnrollmentSort),
            CURRENT,
            argument("program", str | None, "Kode program. / Code of a program."),
        ],
    )
    payments: list[Payment] = declared(
        Relation(Arity.MANY, OF_PERSON, order=NEWEST_PAYMENT, orders=PAYMENTS, size=12),
        "Semua pembayaran, yang terbaru lebih dulu. / All payments, newest first.",
        [filtered(PaymentFilter), order_by(PaymentSort), NEWEST],
    )
    benefit_history: Connection[Payment] = benefit_history(of_person)
    benefit_totals: list[BenefitTotal] = benefit_totals(of_person)
    statuses: list[Status] = declared(
        Relation(
            Arity.MANY,
            OF_PERSON,
            order=[*BY_START, Key("{t}.scheme", "text"), Key("{t}.code", "text")],
            orders=STATUSES,
            size=4,
        ),
        "Status sosial sepanjang waktu. / Social statuses over time.",
        [filtered(StatusFilter), order_by(StatusSort), CURRENT],
    )
    scores: list[Score] = declared(
        Relation(
            Arity.MANY,
            OF_PERSON,
            order=[
                *BY_START,
                Key("{t}.register", "text"),
                Key("{t}.edition", "text"),
                Key("{t}.unit", "text"),
            ],
            orders=SCORES,
            when={"register": "{t}.register = {arg[register]}"},
            size=4,
        ),
        "Peringkat kesejahteraan sepanjang waktu. / Welfare ranks over time, register by register.",
        [
            filtered(ScoreFilter),
            order_by(ScoreSort),
            CURRENT,
            argument("register", str | None, "Hanya register ini. / This register only."),
        ],
    )
    attributes: PersonAttributes | None = declared(
        one(OF_PERSON), "Atribut kesejahteraan pada hari itu. / Welfare attributes, of the day in force."
    )
    statements: list[Statement] = declared(
        Relation(
            Arity.MANY,
            order=[
                Key("{t}.field", "text"),
                Key("{t}.source_id"),
                Key("{t}.record_id"),
                Key("{t}.value", "text"),
            ],
            when={"field": "{t}.field = any({arg[field]})"},
            size=30,
        ),
        "Siapa menyatakan apa, sejak dan sampai kapan. / Who stated what, first and last seen.",
        [argument("field", list[PersonField] | None, "Hanya kolom ini. / These fields only.")],
    )
    stated: Connection[Statement] = stated()
    origin: Source | None = declared(
        one(f"{{t}}.id = {{p}}.stated_by[array_position({FIELD_ORDER}, {{arg[field]}})]"),
        "Sumber nilai yang dipakai hub. / Source whose value the hub holds golden.",
        [argument("field", PersonField, "Kolomnya. / The field.")],
        need=PROVENANCE,
    )
    is_current: bool = IS_CURRENT
    merged_from: list[Merged] = MERGED_FROM
    linked_records: list[LinkedRecord] = LINKED_RECORDS
    links: list[Link] = declared(
        Relation(Arity.MANY, order=[Key("{t}.id")], size=2),
        "Orang lain yang mungkin sama, dan penilaiannya. / Others who may be the same, and the judgements.",
    )
