"""Filters of who belongs to what: intervals of persons on cards, in households and in groups."""

from hub.compiler.declare import Compare, Linked, Rows, Time
from hub.schema import scoping
from hub.schema.filtering import by, filters
from hub.schema.filters.names import (
    END_DAY,
    FAMILY_CARD,
    FIRST_DAY,
    GROUP,
    HOUSEHOLD,
    OF_PERSON,
    PERSON,
    SOURCE,
)
from hub.schema.operators import ChoiceFilter, CodeFilter, DayFilter, ReferenceFilter
from hub.schema.words import GroupRole

_STATE_OF_PERSON = Linked(Rows("person_state", Time.STATE), OF_PERSON)
_RELATION = Compare("{t}.relation", leads=False)


@filters("Saringan keanggotaan kartu keluarga. / Filter of persons on family cards.", scoping.FAMILY)
class MembershipFilter:
    """Filter of persons on family cards."""

    relation: CodeFilter | None = by(_RELATION, "Kode hubungan, shdk. / Code list shdk.")
    source: ReferenceFilter | None = by(SOURCE, "Siapa yang menyatakan. / Who states it, by code.")
    from_: DayFilter | None = by(FIRST_DAY, "Hari pertama. / First day.", name="from")
    to: DayFilter | None = by(END_DAY, "Hari berakhir, tidak termasuk. / End, exclusive.")
    person: PERSON | None = by(_STATE_OF_PERSON, "Orangnya. / The person.")
    family_card: FAMILY_CARD | None = by(
        Linked(Rows("family_card", Time.RECORDED), "{t}.card_id = {p}.card_id"),
        "Kartu keluarganya. / The family card.",
    )


@filters("Saringan penghuni rumah tangga. / Filter of persons in households.", scoping.FAMILY)
class HouseholdMemberFilter:
    """Filter of persons in households."""

    scheme: CodeFilter | None = by(
        Compare("{t}.scheme", leads=False), "Penomoran survei. / Numbering of the survey."
    )
    family_no: CodeFilter | None = by(
        Compare("{t}.family_no", leads=False), "Keluarga ke berapa. / Which family of the household."
    )
    relation: CodeFilter | None = by(_RELATION, "Kode hubungan, shdk. / Code list shdk.")
    from_: DayFilter | None = by(FIRST_DAY, "Hari pertama. / First day.", name="from")
    to: DayFilter | None = by(END_DAY, "Hari berakhir, tidak termasuk. / End, exclusive.")
    person: PERSON | None = by(_STATE_OF_PERSON, "Orangnya. / The person.")
    household: HOUSEHOLD | None = by(
        Linked(Rows("household", Time.RECORDED), "{t}.household_id = {p}.household_id"),
        "Rumah tangganya. / The household.",
    )


@filters("Saringan anggota kelompok. / Filter of persons in groups.", scoping.FAMILY)
class GroupMemberFilter:
    """Filter of persons in groups."""

    role: ChoiceFilter[GroupRole] | None = by(
        Compare("{t}.role", leads=False), "Kedudukannya. / Chair or member."
    )
    from_: DayFilter | None = by(FIRST_DAY, "Hari pertama. / First day.", name="from")
    to: DayFilter | None = by(END_DAY, "Hari berakhir, tidak termasuk. / End, exclusive.")
    person: PERSON | None = by(_STATE_OF_PERSON, "Orangnya. / The person.")
    group: GROUP | None = by(
        Linked(Rows("social_group", Time.RECORDED), "{t}.group_id = {p}.group_id"),
        "Kelompoknya. / The group.",
    )
