"""Filters of persons, by what they are and by what other sources tell of them."""

import strawberry

from hub.compiler.declare import Compare, Holds, Rows, Time
from hub.schema import scoping
from hub.schema.filtering import DatedLinkFilter, LinkFilter, by, filters, linked
from hub.schema.filters.names import (
    ENROLLMENT,
    FAMILY_CARD,
    GROUP,
    HOUSEHOLD,
    LIVES_IN,
    OF_PERSON,
    PAYMENT,
    SCORE,
    STATUS,
)
from hub.schema.operators import ChoiceFilter, CodeFilter, DayFilter, NameFilter, NikFilter
from hub.schema.scalars import WilayahCode
from hub.schema.words import Sex, VitalStatus

_HELD = (
    "exists (select from hub.enrollment e where e.person_id = {t}.person_id and {state[e]}"
    " and e.program_id = (select g.id from hub.program g where g.code = {v}))"
)
_CARDS = (
    "(select f.card_id, f.no_kk, f.home_area_key, m.person_id, m.valid, m.recorded from hub.membership m"
    " join hub.family_card f on f.card_id = m.card_id and {recorded[f]})"
)
_HOUSEHOLDS = (
    "(select h.household_id, h.basis, h.home_area_key, m.person_id, m.valid, m.recorded from hub.household_member m"
    " join hub.household h on h.household_id = m.household_id and {recorded[h]})"
)
_GROUPS = (
    "(select g.group_id, g.kind, g.number, g.name, g.size, g.source_id, g.program_id, g.event_area_key,"
    " m.person_id, m.valid, m.recorded from hub.group_member m"
    " join hub.social_group g on g.group_id = m.group_id and {recorded[g]})"
)
_NUMBERS = (
    "(select i.person_id, i.scheme, i.value from hub.claim_identifier i where {known} is null or exists"
    " (select from hub.source_record r where r.id = i.record_id and lower(r.recorded) <= {known}))"
)


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


@filters(
    "Saringan nomor pengenal. / Filter of identifiers.",
    scoping.IDENTITY + scoping.FAMILY + scoping.PROVENANCE,
)
class IdentifierFilter:
    """Filter of identifiers."""

    scheme: CodeFilter | None = by(Compare("{t}.scheme"), "Jenis: nisn, kip, … / Scheme.")
    value: CodeFilter | None = by(Compare("{t}.value", leads=False), "Nomornya. / The number.")


@filters(
    "Saringan orang; semua yang diberikan harus berlaku. / Filter of persons; all that is given has to hold.",
    scoping.IDENTITY,
)
class PersonFilter:
    """Filter of persons."""

    nik: NikFilter | None = by(
        Compare("{t}.nik"), "NIK. / NIK.", need=scoping.IDENTITY + scoping.NUMBERED + scoping.BORN
    )
    name: NameFilter | None = by(
        Compare("{t}.name_key", converter="match_key"),
        "Nama. / Name.",
        need=scoping.IDENTITY + scoping.name("name"),
    )
    birth_date: DayFilter | None = by(
        Compare("{t}.birth_date", "date"),
        "Tanggal lahir. / Birth date.",
        need=scoping.IDENTITY + scoping.BORN,
    )
    sex: ChoiceFilter[Sex] | None = by(Compare("{t}.sex", leads=False), "Jenis kelamin. / Sex.")
    vital: ChoiceFilter[VitalStatus] | None = by(
        Compare("{t}.vital", leads=False), "Status hidup. / Vital status."
    )
    died_on: DayFilter | None = by(
        Compare("{t}.died_on", "date", leads=False), "Tanggal meninggal. / Day of death."
    )
    wilayah: WilayahCode | None = by(LIVES_IN, "Tinggal di wilayah ini. / Lives in this area.")
    program: ProgramFilter | None = by(
        Holds(_HELD), "Program yang dipegang. / Programs held.", need=scoping.ENROLLMENT
    )
    identifiers: LinkFilter[IdentifierFilter] | None = linked(
        Rows(_NUMBERS),
        OF_PERSON,
        "Nomor selain NIK dan No KK, menurut sumber mana pun. / Numbers but NIK and No KK, as any source has them.",
    )
    family_cards: DatedLinkFilter[FAMILY_CARD] | None = linked(
        Rows(_CARDS, Time.STATE), OF_PERSON, "Kartu keluarganya. / Family cards on which the person stands."
    )
    households: DatedLinkFilter[HOUSEHOLD] | None = linked(
        Rows(_HOUSEHOLDS, Time.STATE), OF_PERSON, "Rumah tangganya. / Households of the person."
    )
    groups: DatedLinkFilter[GROUP] | None = linked(
        Rows(_GROUPS, Time.STATE), OF_PERSON, "Kelompoknya. / Groups of which the person is a member."
    )
    enrollments: DatedLinkFilter[ENROLLMENT] | None = linked(
        Rows("enrollment", Time.STATE), OF_PERSON, "Kepesertaannya. / Enrollments."
    )
    payments: LinkFilter[PAYMENT] | None = linked(
        Rows("benefit", Time.RECORDED), OF_PERSON, "Pembayarannya. / Payments."
    )
    statuses: DatedLinkFilter[STATUS] | None = linked(
        Rows("status", Time.STATE), OF_PERSON, "Status sosialnya. / Social statuses."
    )
    scores: DatedLinkFilter[SCORE] | None = linked(
        Rows("score", Time.STATE), OF_PERSON, "Peringkatnya. / Welfare ranks."
    )
