"""Family cards and households: two different units, with their members as intervals."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Time, one
from hub.compiler.needs import Need
from hub.schema import scoping
from hub.schema.benefits import Payment
from hub.schema.declaring import begins, column, declared, ends, expression, global_id, label
from hub.schema.filtering import filtered
from hub.schema.filters.families import FamilyCardFilter
from hub.schema.filters.members import HouseholdMemberFilter, MembershipFilter
from hub.schema.filters.welfare import ScoreFilter
from hub.schema.ordering import order_by
from hub.schema.orders import MEMBERSHIPS, SCORES, MembershipSort, ScoreSort
from hub.schema.paging import CURRENT, Connection, Node
from hub.schema.people import BY_PERSON, PERSON
from hub.schema.reference import Source, Wilayah, placed, source_of, wilayah_of
from hub.schema.scalars import Day, Instant, Kk
from hub.schema.scoping import CONTACT, FAMILY
from hub.schema.totals import BenefitTotal, benefit_history, benefit_totals, of_card
from hub.schema.welfare import FamilyAttributes, Score
from hub.schema.words import HouseholdBasis

FROM_FIRST = [Key("lower({t}.valid)", "date"), Key("{t}.person_id")]


@strawberry.type(
    description="Seseorang pada satu kartu keluarga selama satu masa. / A person on a family card,"
    " as an interval."
)
class Membership:
    """A person on a family card, as an interval."""

    needs: ClassVar[Need] = FAMILY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("membership", Time.HISTORY)

    relation: str | None = column("relation", "Kode hubungan dengan kepala keluarga. / Code list shdk.")
    relation_label: str | None = label("'shdk'", "{t}.relation", "Sebutannya. / Wording of the relation.")
    from_: Day | None = begins()
    to: Day | None = ends()
    recorded_from: Instant = expression(
        "lower({t}.recorded)", "Diketahui hub sejak. / Held true by the hub from."
    )
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    person: object = declared(BY_PERSON, "Orangnya. / The person.", of=PERSON | None)
    family_card: "FamilyCard | None" = declared(
        one("{t}.card_id = {p}.card_id"), "Kartu keluarganya. / The family card."
    )


@strawberry.type(
    description="Kartu keluarga; nomornya berganti bila keluarga pindah atau pecah. / Family card by No KK."
)
class FamilyCard(Node):
    """A family card; its number changes when the family moves or splits."""

    needs: ClassVar[Need] = FAMILY
    subject: ClassVar[str] = "'c' || {t}.card_id"
    rows: ClassVar[Rows] = Rows("family_card", Time.RECORDED, node="{t}.uid :: uuid")

    id: strawberry.ID = global_id("FamilyCard")
    kk: Kk = column("no_kk", "No KK. / Number of the card.", need=FAMILY + scoping.kk())
    from_: Day | None = begins()
    to: Day | None = ends()
    wilayah: Wilayah | None = declared(
        wilayah_of("home_area_key"), "Wilayahnya. / Its area.", need=FAMILY + placed("home_area_key")
    )
    members: list[Membership] = declared(
        Relation(Arity.MANY, "{t}.card_id = {p}.card_id", order=FROM_FIRST, orders=MEMBERSHIPS, size=5),
        "Anggota sepanjang waktu, menurut tanggal masuk. / Members over time, by the day they joined.",
        [filtered(MembershipFilter), order_by(MembershipSort), CURRENT],
    )
    scores: list[Score] = declared(
        Relation(
            Arity.MANY,
            "{t}.unit = 'family' and {t}.unit_number = {p}.no_kk and {t}.person_id is null",
            order=[Key("lower({t}.valid)", "date"), Key("{t}.register", "text"), Key("{t}.record_id")],
            orders=SCORES,
            size=4,
        ),
        "Peringkat keluarga menurut daftar keluarga. / Ranks of the family, from lists of families.",
        [filtered(ScoreFilter), order_by(ScoreSort), CURRENT],
    )
    benefit_history: Connection[Payment] = benefit_history(of_card)
    benefit_totals: list[BenefitTotal] = benefit_totals(of_card)
    attributes: FamilyAttributes | None = declared(
        one("{t}.no_kk = {p}.no_kk"), "Atribut kesejahteraan. / Welfare attributes, of the day in force."
    )


@strawberry.type(
    description="Seseorang dalam satu rumah tangga selama satu masa. / A person in a household, as"
    " an interval."
)
class HouseholdMember:
    """A person in a household, as an interval."""

    needs: ClassVar[Need] = FAMILY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("household_member", Time.HISTORY)

    scheme: str | None = column(
        "scheme",
        "Penomoran survei yang mendapatinya; null: tempat tinggal. / Numbering of the survey that found it so.",
    )
    family_no: str | None = column(
        "family_no", "Keluarga ke berapa. / Which family of the household, as surveyed."
    )
    relation: str | None = column(
        "relation", "Kode hubungan dengan kepala rumah tangga. / Code list shdk, as surveyed."
    )
    from_: Day | None = begins()
    to: Day | None = ends()
    person: object = declared(BY_PERSON, "Orangnya. / The person.", of=PERSON | None)
    household: "Household | None" = declared(
        one("{t}.household_id = {p}.household_id"), "Rumah tangganya. / The household."
    )


@strawberry.type(
    description="Rumah tangga: satu tempat tinggal, satu keluarga atau lebih. / One dwelling, one"
    " family or more."
)
class Household(Node):
    """One dwelling with one or more families."""

    needs: ClassVar[Need] = FAMILY
    subject: ClassVar[str] = "'h' || {t}.household_id"
    rows: ClassVar[Rows] = Rows("household", Time.RECORDED, node="{t}.uid :: uuid")

    id: strawberry.ID = global_id("Household")
    basis: HouseholdBasis = column("basis", "Dasar pengelompokannya. / What the household was told from.")
    scheme: str | None = expression(
        "case when {t}.basis = 'ruta' then split_part({t}.dwelling, ':', 2) end",
        "Penomoran survei, untuk ruta. / Numbering of the survey, where the basis is ruta.",
    )
    number: str | None = expression(
        "case when {t}.basis = 'ruta' then substr({t}.dwelling, length(split_part({t}.dwelling, ':', 2)) + 7) end",
        "Nomor dalam survei itu. / Number in that survey.",
        need=FAMILY + scoping.NUMBERED,
    )
    address: str | None = column("address", "Alamat. / Address.", need=CONTACT + scoping.PLACED)
    rt: str | None = column("rt", "RT. / Neighbourhood.", need=CONTACT + scoping.PLACED)
    rw: str | None = column("rw", "RW. / Ward.", need=CONTACT + scoping.PLACED)
    from_: Day | None = begins()
    to: Day | None = ends()
    wilayah: Wilayah | None = declared(
        wilayah_of("home_area_key"), "Wilayahnya. / Its area.", need=FAMILY + placed("home_area_key")
    )
    members: list[HouseholdMember] = declared(
        Relation(Arity.MANY, "{t}.household_id = {p}.household_id", order=FROM_FIRST, size=5),
        "Penghuni sepanjang waktu. / Who lives there, over time.",
        [filtered(HouseholdMemberFilter), CURRENT],
    )
    family_cards: list[FamilyCard] = declared(
        Relation(
            Arity.MANY,
            "{t}.card_id in (select m.card_id from hub.household_member h"
            " join hub.membership m on m.person_id = h.person_id"
            " where h.household_id = {p}.household_id and {state[h]} and {state[m]})",
            order=[Key("{t}.card_id")],
            size=2,
        ),
        "Kartu keluarga para penghuni pada hari itu. / Family cards of who lives there on the day in force.",
        [filtered(FamilyCardFilter)],
    )
