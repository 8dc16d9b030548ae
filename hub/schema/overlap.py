"""Who holds several programs at once, counted by area: how far programs overlap, or leave each other out."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Yields
from hub.compiler.needs import Need
from hub.schema.audit import WilayahLevel
from hub.schema.declaring import argument, column, declared, expression
from hub.schema.paging import MOMENT, PAGE, WILAYAH, at_least, at_most, inside
from hub.schema.reference import Wilayah, wilayah_of
from hub.schema.scoping import ENROLLMENT, FAMILY

# What was asked, once: the programs by number, how many there are to hold, and the bounds of the area. A code that no
# program has is one more to hold, so that nobody holds all.
_ASKED = (
    "select {arg[level.unit]} as unit,"
    " array(select g.id from hub.program g where g.code = any({arg[programs]})) as ids,"
    " (select count(distinct c) from unnest({arg[programs]}) c) as wanted,"
    f" {at_least('{arg[wilayah.lo]}')} as lo, {at_most('{arg[wilayah.hi]}')} as hi"
)
_HELD = (
    "select e.person_id, e.home_area_key, count(distinct e.program_id) as held from hub.enrollment e"
    f" where e.program_id = any(a.ids) and {{state[e]}} and {inside('e.home_area_key')}"
    " group by e.person_id, e.home_area_key"
)
_COUNTED = (
    "select a.unit, a.ids, a.wanted, a.lo, a.hi, h.home_area_key / a.unit * a.unit as area_key, count(*) as holders,"
    " count(*) filter (where h.held = a.wanted) as persons"
    f" from ({_ASKED}) a cross join lateral ({_HELD}) h group by 1, 2, 3, 4, 5, 6"
)
OVERLAP = Rows(
    "(select c.*, greatest(c.area_key, c.lo) as first_key, least(c.area_key + c.unit - 1, c.hi) as last_key"
    f" from ({_COUNTED}) c offset 0)"
)
_FAMILIES = (
    "select count(*) from (select m.card_id from hub.enrollment e"
    " join hub.membership m on m.person_id = e.person_id and {state[m]}"
    " where e.program_id = any({t}.ids) and {state[e]} and e.home_area_key between {t}.first_key and {t}.last_key"
    " group by m.card_id having count(distinct e.program_id) = {t}.wanted) f"
)


@strawberry.type(
    description="Pemegang beberapa program sekaligus di satu wilayah. / Who holds several programs at once, in an area."
)
class ProgramOverlap:
    """Counts of the persons of one area who hold any or all of some programs on one day."""

    needs: ClassVar[Need] = ENROLLMENT
    rows: ClassVar[Rows] = OVERLAP

    wilayah: Wilayah | None = declared(
        wilayah_of("area_key"), "Tempat tinggal. / Where they live; null: unknown."
    )
    holders: int = column(
        "holders", "Orang yang memegang paling sedikit satu. / Persons who hold at least one of them."
    )
    persons: int = column("persons", "Orang yang memegang semuanya. / Persons who hold all of them.")
    families: int = expression(
        _FAMILIES,
        "Keluarga yang anggotanya bersama-sama memegang semuanya. / Families whose members together hold all.",
        need=ENROLLMENT + FAMILY,
    )


OVERLAPPING = Relation(Arity.CONNECTION, order=[Key("{t}.area_key")], yields=Yields.NUMBERS)
OVERLAPPING_ARGUMENTS = (
    argument("programs", list[str], "Program yang dihitung, menurut kode. / The programs, by code."),
    WILAYAH,
    argument(
        "level",
        WilayahLevel,
        "Tingkat wilayah yang dihitung. / Level of the areas counted.",
        WilayahLevel.KECAMATAN,
    ),
    *PAGE,
    *MOMENT,
)
