"""Filters of family cards and households."""

from hub.compiler.declare import Compare, Rows, Time
from hub.schema import scoping
from hub.schema.filtering import DatedLinkFilter, by, filters, linked
from hub.schema.filters.names import FAMILY_CARD, LIVES_IN, PERSON, SCORE
from hub.schema.operators import ChoiceFilter, KkFilter
from hub.schema.scalars import WilayahCode
from hub.schema.words import HouseholdBasis

WHO = "s.person_id, s.nik, s.name_key, s.birth_date, s.sex, s.vital, s.died_on, s.home_area_key"
"""Columns of a person `s` that filters of persons look at."""
_ON_CARD = (
    f"(select {WHO}, m.card_id, m.valid, m.recorded from hub.membership m"
    " join hub.person_state s on s.person_id = m.person_id and {state[s]})"
)
_IN_HOUSEHOLD = (
    f"(select {WHO}, m.household_id, m.valid, m.recorded from hub.household_member m"
    " join hub.person_state s on s.person_id = m.person_id and {state[s]})"
)
IN_GROUP = (
    f"(select {WHO}, m.group_id, m.valid, m.recorded from hub.group_member m"
    " join hub.person_state s on s.person_id = m.person_id and {state[s]})"
)
# A card is of a household while somebody who stands on it lives there.
_CARDS_OF_HOUSEHOLD = (
    "(select f.card_id, f.no_kk, f.home_area_key, h.household_id, h.valid * m.valid as valid, m.recorded"
    " from hub.household_member h join hub.membership m on m.person_id = h.person_id and m.valid && h.valid"
    " join hub.family_card f on f.card_id = m.card_id and {recorded[f]} where {recorded[h]})"
)


@filters("Saringan kartu keluarga. / Filter of family cards.", scoping.FAMILY)
class FamilyCardFilter:
    """Filter of family cards."""

    kk: KkFilter | None = by(
        Compare("{t}.no_kk"), "No KK. / Number of the card.", need=scoping.FAMILY + scoping.NUMBERED
    )
    wilayah: WilayahCode | None = by(LIVES_IN, "Di wilayah ini. / In this area.")
    members: DatedLinkFilter[PERSON] | None = linked(
        Rows(_ON_CARD, Time.STATE), "{t}.card_id = {p}.card_id", "Anggotanya. / Its members."
    )
    scores: DatedLinkFilter[SCORE] | None = linked(
        Rows("score", Time.STATE),
        "{t}.unit = 'family' and {t}.unit_number = {p}.no_kk and {t}.person_id is null",
        "Peringkatnya menurut daftar keluarga. / Its ranks, from lists of families.",
    )


@filters("Saringan rumah tangga. / Filter of households.", scoping.FAMILY)
class HouseholdFilter:
    """Filter of households."""

    wilayah: WilayahCode | None = by(LIVES_IN, "Di wilayah ini. / In this area.")
    basis: ChoiceFilter[HouseholdBasis] | None = by(
        Compare("{t}.basis", leads=False), "Dasar pengelompokannya. / What it was told from."
    )
    members: DatedLinkFilter[PERSON] | None = linked(
        Rows(_IN_HOUSEHOLD, Time.STATE),
        "{t}.household_id = {p}.household_id",
        "Penghuninya. / Who lives there.",
    )
    family_cards: DatedLinkFilter[FAMILY_CARD] | None = linked(
        Rows(_CARDS_OF_HOUSEHOLD, Time.STATE),
        "{t}.household_id = {p}.household_id",
        "Kartu keluarga penghuninya. / Family cards of who lives there.",
    )
