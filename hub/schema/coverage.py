"""Who of those meant for a program holds it: counts of persons and families by area and desil."""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Yields
from hub.compiler.needs import Need
from hub.schema.declaring import argument, column, declared, expression
from hub.schema.dimensions import area, dimension
from hub.schema.paging import MOMENT, PAGE, WILAYAH, inside
from hub.schema.reference import Wilayah, wilayah_of
from hub.schema.scoping import ENROLLMENT, FAMILY, IDENTITY, SCORE
from hub.schema.standing import DESIL, REGISTER, in_desil, living, ranks


@strawberry.enum(description="Pengelompokan cakupan. / What coverage is told apart by.")
class CoverageGroup(Enum):
    """What coverage is told apart by; of several levels of areas the smallest counts."""

    PROVINSI = strawberry.enum_value("PROVINSI", description="Per provinsi. / By province.")
    KABUPATEN = strawberry.enum_value(
        "KABUPATEN", description="Per kabupaten atau kota. / By regency or city."
    )
    KECAMATAN = strawberry.enum_value("KECAMATAN", description="Per kecamatan. / By district.")
    DESA = strawberry.enum_value("DESA", description="Per desa atau kelurahan. / By village.")
    DESIL = strawberry.enum_value("DESIL", description="Per desil. / By desil.")


_AREA_KEY = area("home_area_key", "by")
_PEOPLE = (
    "people as materialized (select s.person_id, s.home_area_key, m.card_id from hub.person_state s"
    " left join hub.membership m on m.person_id = s.person_id and {state[m]}"
    f" where {living('s')} and {inside('s.home_area_key')})"
)
# The families of the area, and those of its people whose card lies elsewhere.
_CARDS = (
    "cards as materialized (select card_id from people where card_id is not null"
    f" union select f.card_id from hub.family_card f where {{recorded[f]}} and {inside('f.home_area_key')})"
)
_KIN = (
    "kin as materialized (select m.card_id, m.person_id, s.home_area_key from cards k"
    " join hub.membership m on m.card_id = k.card_id and {state[m]}"
    f" join hub.person_state s on s.person_id = m.person_id and {living('s')}"
    " union all select null, p.person_id, p.home_area_key from people p where p.card_id is null)"
)
# What is known of one person, and then of one card, is brought together by sorting and not by joining: how many rows
# an area has is known to nobody when the statement is planned, and a join in loops would take the square of them.
_TOLD = (
    "select 'kin' as kind, person_id, card_id, home_area_key, null::smallint as desil, null::date as since,"
    " null::text as edition, false as covered from kin"
    " union all select 'rank', c.person_id, null, null, c.desil, lower(c.valid), c.edition, false"
    f" from (select distinct person_id from kin) k join hub.score c on c.person_id = k.person_id and {ranks('c')}"
    " union all select 'held', e.person_id, null, null, null, null, null, true from hub.enrollment e"
    " where e.program_id = (select g.id from hub.program g where g.code = {arg[program]}) and {state[e]}"
)
_LATEST = "order by desil is null, since desc nulls last, edition desc, desil"
_PERSONS = (
    "persons as materialized (select * from (select kind, person_id, card_id, home_area_key,"
    " first_value(desil) over ranked as desil, first_value(since) over ranked as since,"
    " first_value(edition) over ranked as edition, bool_or(covered) over mine as covered,"
    f" min(card_id) over mine as first_card from ({_TOLD}) t"
    f" window mine as (partition by person_id), ranked as (partition by person_id {_LATEST})) w where kind = 'kin')"
)
_OF_CARD = (
    "select 'person' as kind, card_id, home_area_key, desil, since, edition, covered from persons"
    " where card_id is not distinct from first_card"
    " union all select 'other', card_id, null, desil, since, edition, covered from persons where card_id <> first_card"
    " union all select 'family', f.card_id, f.home_area_key, null, null, null, false"
    " from cards k join hub.family_card f on f.card_id = k.card_id and {recorded[f]}"
    " union all select 'rank', f.card_id, null, c.desil, lower(c.valid), c.edition, false"
    " from cards k join hub.family_card f on f.card_id = k.card_id and {recorded[f]}"
    " join hub.score c on c.person_id is null and c.unit = 'family' and c.unit_number = f.no_kk"
    f" and {ranks('c')}"
)
_SHARED = (
    "select kind, card_id, home_area_key, desil, covered,"
    " case when card_id is not null then first_value(desil) over ranked end as shared,"
    " bool_or(covered) over ours as any_covered, bool_or(kind in ('person', 'other')) over ours as lived"
    f" from ({_OF_CARD}) o window ours as (partition by card_id), ranked as (partition by card_id {_LATEST})"
)
_COUNTED = (
    "select kind, home_area_key, case kind when 'person' then coalesce(desil, shared) else shared end as desil,"
    " case kind when 'person' then covered else any_covered end as covered"
    f" from ({_SHARED}) a where (kind = 'person' or kind = 'family' and lived) and {inside('a.home_area_key')}"
)
_BY_DESIL = dimension("DESIL", "desil", "by")
COVERAGE = Rows(
    f"(with {_PEOPLE}, {_CARDS}, {_KIN}, {_PERSONS}"
    f" select {_AREA_KEY} as area_key, {_BY_DESIL} as desil,"
    " count(*) filter (where kind = 'person') as persons,"
    " count(*) filter (where kind = 'person' and covered) as covered_persons,"
    " count(*) filter (where kind = 'family') as families,"
    " count(*) filter (where kind = 'family' and covered) as covered_families"
    f" from ({_COUNTED}) u where {in_desil('desil')} group by 1, 2)"
)


@strawberry.type(
    description=(
        "Cakupan satu program di satu wilayah dan desil. / "
        "How far a program reaches those meant for it, in an area and a desil."
    )
)
class Coverage:
    """How many are meant for a program, and how many of them hold it, on one day."""

    needs: ClassVar[Need] = IDENTITY + FAMILY + ENROLLMENT + SCORE
    rows: ClassVar[Rows] = COVERAGE

    wilayah: Wilayah | None = declared(
        wilayah_of("area_key"), "Tempat tinggal. / Where they live; null: over all, or unknown."
    )
    desil: int | None = column("desil", "Desilnya. / The desil; null: over all, or not ranked.")
    persons: int = column("persons", "Orang yang berhak menurut desil. / Persons within the bounds of desil.")
    covered_persons: int = column("covered_persons", "Yang menjadi peserta. / How many of them hold it.")
    families: int = column("families", "Keluarga yang berhak menurut desil. / Families within the bounds.")
    covered_families: int = column(
        "covered_families",
        "Yang salah satu anggotanya peserta. / How many of them have a member who holds it.",
    )
    share: float | None = expression(
        "{t}.covered_families::float8 / nullif({t}.families, 0)",
        "Bagian keluarga yang tercakup, 0 sampai 1. / Share of the families that it covers; null: no family.",
    )


REACH = Relation(
    Arity.CONNECTION,
    "exists (select from hub.program g where g.code = {arg[program]})",
    order=[Key("coalesce({t}.area_key, 0)"), Key("coalesce({t}.desil, 0)")],
    yields=Yields.NUMBERS,
)

REACH_ARGUMENTS = (
    argument("program", str, "Program yang dihitung, menurut kode. / The program, by its code."),
    REGISTER,
    *DESIL,
    argument(
        "by",
        list[CoverageGroup],
        "Yang membedakan. / What tells them apart; none: one count over all.",
        [CoverageGroup.KECAMATAN, CoverageGroup.DESIL],
    ),
    WILAYAH,
    *PAGE,
    *MOMENT,
)
