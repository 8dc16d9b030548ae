"""Who of those meant for a program holds it: counts of persons and families by area and desil."""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Yields
from hub.schema.declaring import argument, column, declared, expression
from hub.schema.paging import MOMENT, PAGE, WILAYAH
from hub.schema.reference import Wilayah, wilayah_of
from hub.schema.standing import DESIL, LATEST, REGISTER, in_desil, living, ranks


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


_UNITS = (("DESA", 1), ("KECAMATAN", 10**4), ("KABUPATEN", 10**6), ("PROVINSI", 10**8))
_AREA_STEPS = " ".join(
    f"when '{name}' = any({{arg[by]}}) then home_area_key / {unit}::bigint * {unit}" for name, unit in _UNITS
)
_AREA_KEY = f"case {_AREA_STEPS} end"
_INSIDE = (
    "({{arg[wilayah.lo]}} is null or {0}.home_area_key between {{arg[wilayah.lo]}} and {{arg[wilayah.hi]}})"
)
_PEOPLE = (
    "people as materialized (select distinct on (s.person_id) s.person_id, s.home_area_key, m.card_id"
    " from hub.person_state s left join hub.membership m on m.person_id = s.person_id and {state[m]}"
    f" where {living('s')} and {_INSIDE.format('s')} order by s.person_id, m.card_id)"
)
# The families of the area, and those of its people whose card lies elsewhere.
_CARDS = (
    "cards as materialized (select f.card_id, f.no_kk, f.home_area_key from hub.family_card f"
    f" where {{recorded[f]}} and ({_INSIDE.format('f')}"
    " or f.card_id in (select card_id from people where card_id is not null)))"
)
_MEMBERS = (
    "members as materialized (select k.card_id, m.person_id from cards k"
    " join hub.membership m on m.card_id = k.card_id and {state[m]}"
    f" join hub.person_state s on s.person_id = m.person_id and {living('s')})"
)
_OWN = (
    "own as (select distinct on (c.person_id) c.person_id, c.desil from people p"
    f" join hub.score c on c.person_id = p.person_id and {ranks('c')} order by c.person_id, {LATEST.format('c')})"
)
_SHARED = (
    "shared as materialized (select distinct on (r.card_id) r.card_id, r.desil from ("
    f" select m.card_id, c.valid, c.edition, c.desil from members m join hub.score c on c.person_id = m.person_id"
    f" and {ranks('c')} union all select k.card_id, c.valid, c.edition, c.desil from cards k join hub.score c"
    f" on c.person_id is null and c.unit = 'family' and c.unit_number = k.no_kk and {ranks('c')}) r"
    f" order by r.card_id, {LATEST.format('r')})"
)
_HOLDERS = (
    "holders as materialized (select distinct e.person_id from hub.enrollment e"
    " where e.program_id = (select g.id from hub.program g where g.code = {arg[program]}) and {state[e]})"
)
_BY_DESIL = "case when 'DESIL' = any({arg[by]}) then desil end"
_UNITS_COUNTED = (
    "select 'person' as unit, p.home_area_key, coalesce(o.desil, h.desil) as desil, e.person_id is not null as covered"
    " from people p left join own o on o.person_id = p.person_id left join shared h on h.card_id = p.card_id"
    " left join holders e on e.person_id = p.person_id"
    " union all select 'family', k.home_area_key, h.desil,"
    " exists (select from members m join holders e on e.person_id = m.person_id where m.card_id = k.card_id)"
    " from cards k left join shared h on h.card_id = k.card_id"
    f" where {_INSIDE.format('k')} and exists (select from members m where m.card_id = k.card_id)"
)
COVERAGE = Rows(
    f"(with {_PEOPLE}, {_CARDS}, {_MEMBERS}, {_OWN}, {_SHARED}, {_HOLDERS}"
    f" select {_AREA_KEY} as area_key, {_BY_DESIL} as desil,"
    " count(*) filter (where unit = 'person') as persons,"
    " count(*) filter (where unit = 'person' and covered) as covered_persons,"
    " count(*) filter (where unit = 'family') as families,"
    " count(*) filter (where unit = 'family' and covered) as covered_families"
    f" from ({_UNITS_COUNTED}) u where {in_desil('desil')} group by 1, 2)"
)


@strawberry.type(
    description=(
        "Cakupan satu program di satu wilayah dan desil. / "
        "How far a program reaches those meant for it, in an area and a desil."
    )
)
class Coverage:
    """How many are meant for a program, and how many of them hold it, on one day."""

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
