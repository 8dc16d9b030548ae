"""Which programs and flags come together: every combination by area, desil and quarter, as the audit counted them."""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Yields, one
from hub.compiler.needs import Need
from hub.schema.audit import WilayahLevel
from hub.schema.declaring import argument, column, declared
from hub.schema.findings import LATEST_EDITION, Rule, by_then
from hub.schema.paging import MOMENT, PAGE, WILAYAH, inside
from hub.schema.reference import Wilayah, wilayah_of
from hub.schema.scalars import Day, Rupiah
from hub.schema.scoping import ENROLLMENT, EXCLUSION, FAMILY, PAYMENT


@strawberry.enum(description="Yang digabungkan. / What is combined.")
class MatrixKind(Enum):
    """What persons carry together."""

    PROGRAM = strawberry.enum_value("program", description="Program yang dipegang. / Programs that are held.")
    FLAG = strawberry.enum_value("flag", description="Aturan yang menemukan. / Rules that found something.")


# The quarter of the day in force, or the last one counted where that is earlier; none where none was counted by then.
_QUARTER = (
    "(select least(date_trunc('quarter', {today}::timestamp)::date, k.quarter) from hub.overlap_mark k where "
    + by_then("k.at")
    + ")"
)
# Whoever may not see everybody is counted for from the persons that he may see; for all others the kept counts hold.
_HINDERED = "((select hub.withheld('persons')) is not null or (select hub.grown_since()) is not null)"


def _where(alias: str) -> str:
    """The rows of an alias that are asked for."""
    return f"{alias}.kind = {{arg[kind]}} and {alias}.quarter = {_QUARTER} and {inside(f'{alias}.home_area_key')}"


def _united(column: str) -> str:
    """What the persons of a card in one area have together, in order."""
    return (
        f"array(select distinct n from unnest(string_to_array(string_agg(array_to_string(s.{column}, '+'), '+'), '+'))"
        " n(n) order by n)"
    )


_SEEN = (
    "seen as (select p.home_area_key, p.desil, p.codes, p.card_id, p.amount_idr from hub.overlap_person p"
    f" where {_HINDERED} and {_where('p')})"
)
_COUNTED = (
    "counted as (select c.unit, c.home_area_key, c.desil, c.codes, c.units, c.amount_idr from hub.overlap_cell c"
    f" where {_where('c')}"
    " union all select 'person', s.home_area_key, s.desil, s.codes, 1, s.amount_idr from seen s"
    " union all select 'family', s.home_area_key, coalesce(min(nullif(s.desil, 0)), 0),"
    f" {_united('codes')}, 1, sum(s.amount_idr)::bigint from seen s where s.card_id is not null"
    " group by s.card_id, s.home_area_key)"
)
MATRIX = Rows(
    f"(with {_SEEN}, {_COUNTED} select c.home_area_key / u.unit * u.unit as area_key, c.codes,"
    f" array_to_string(c.codes, '+') as combination, {_QUARTER} as quarter,"
    " case when {arg[byDesil]} then c.desil end as desil,"
    " coalesce(sum(c.units) filter (where c.unit = 'person'), 0)::bigint as persons,"
    " coalesce(sum(c.units) filter (where c.unit = 'family'), 0)::bigint as families,"
    " coalesce(sum(c.amount_idr) filter (where c.unit = 'person'), 0)::bigint as amount"
    " from counted c cross join (select coalesce({arg[level.unit]}, 10000::bigint) as unit) u"
    " where ({arg[desil]} is null or c.desil = any({arg[desil]}))"
    " and ({arg[holding]} is null or c.codes @> {arg[holding]})"
    " group by 1, 2, 3, 4, 5)"
)


@strawberry.type(
    description="Satu gabungan di satu wilayah dan triwulan. / One combination in one area and quarter."
)
class MatrixCell:
    """Persons and families that carry exactly this combination in the quarter of the day in force, as last counted."""

    needs: ClassVar[Need] = ENROLLMENT + EXCLUSION
    rows: ClassVar[Rows] = MATRIX

    wilayah: Wilayah | None = declared(
        wilayah_of("area_key"),
        "Tempat tinggal. / Where they live; null: unknown.",
        need=ENROLLMENT + EXCLUSION,
    )
    quarter: Day = column("quarter", "Hari pertama triwulannya. / First day of the quarter.")
    desil: int | None = column(
        "desil",
        "Desil terakhir, yang termiskin dalam keluarga; 0: tanpa peringkat. / By the latest rank, of a family the"
        " poorest; 0: not ranked; null: all together.",
    )
    combination: str = column("combination", "Kodenya, dipisah tanda +. / Codes joined by +.")
    codes: list[str] = column("codes", "Tepat kode-kode ini. / Exactly these codes.")
    persons: int = column("persons", "Orang yang memegang tepat ini. / Persons who carry exactly these.")
    families: int = column(
        "families",
        "Keluarga yang anggotanya di sana bersama-sama memegang tepat ini. / Families whose members there together"
        " carry exactly these, counted by desa: one whose members live in two counts in both.",
        need=ENROLLMENT + EXCLUSION + FAMILY,
    )
    amount: Rupiah = column(
        "amount",
        "Rupiah untuk masa yang mulai dalam triwulan itu; satu bantuan sekali. / Whole rupiah for periods that begin"
        " in the quarter: of programs all that these persons were given, of flags what is at risk; each benefit once.",
        need=ENROLLMENT + EXCLUSION + PAYMENT,
    )


MATRIX_CELLS = Relation(
    Arity.CONNECTION,
    order=[Key("{t}.area_key"), Key("{t}.combination", "text"), Key("coalesce({t}.desil, -1)")],
    yields=Yields.NUMBERS,
)
LEVEL = argument(
    "level",
    WilayahLevel,
    "Tingkat wilayah yang dihitung. / Level of the areas counted.",
    WilayahLevel.KECAMATAN,
)
MATRIX_ARGUMENTS = (
    argument("kind", MatrixKind, "Program atau temuan. / Programs or flags.", MatrixKind.PROGRAM),
    WILAYAH,
    LEVEL,
    argument("byDesil", bool, "Dipisah menurut desil. / Told apart by desil.", False),  # noqa: FBT003
    argument("desil", list[int] | None, "Hanya desil ini; 0: tanpa peringkat. / These only; 0: not ranked."),
    argument("holding", list[str] | None, "Yang memuat semua kode ini. / That hold all of these codes."),
    *PAGE,
    *MOMENT,
)

EXCLUDED = Rows(
    "(select f.rule, f.home_area_key / u.unit * u.unit as area_key, count(distinct f.person_id) as persons,"
    " count(distinct f.card_id) as cards, count(*) as findings"
    " from hub.finding f cross join (select coalesce({arg[level.unit]}, 1::bigint) as unit) u"
    f" where {{recorded[f]}} and {inside('f.home_area_key')}"
    " and f.rule in (select o.code from hub.rule_edition o where o.kind = 'exclusion')"
    " and ({arg[rule]} is null or f.rule = {arg[rule]}) group by 1, 2)"
)


@strawberry.type(
    description="Yang terlewat di satu wilayah, untuk diperiksa. / Who is left out in one area, to be verified."
)
class Exclusion:
    """Persons and families of an area whom a rule finds left out: what a visit there has to look at."""

    needs: ClassVar[Need] = EXCLUSION
    rows: ClassVar[Rows] = EXCLUDED

    rule: Rule | None = declared(
        one("{t}.code = {p}.rule and " + LATEST_EDITION),
        "Aturannya. / The rule as it was last run.",
        need=EXCLUSION,
    )
    wilayah: Wilayah | None = declared(
        wilayah_of("area_key"), "Tempat tinggal. / Where they live; null: unknown.", need=EXCLUSION
    )
    findings: int = column("findings", "Banyaknya temuan. / Findings that stand.")
    persons: int = column("persons", "Banyaknya orang. / Distinct persons whom they are about.")
    cards: int = column("cards", "Banyaknya keluarga. / Distinct family cards, where the rule looks at such.")


EXCLUSIONS = Relation(
    Arity.CONNECTION, order=[Key("{t}.area_key"), Key("{t}.rule", "text")], yields=Yields.NUMBERS
)
EXCLUSION_ARGUMENTS = (
    argument("rule", str | None, "Hanya aturan ini. / Of this rule only."),
    WILAYAH,
    argument(
        "level",
        WilayahLevel,
        "Tingkat wilayah yang dihitung. / Level of the areas counted.",
        WilayahLevel.DESA,
    ),
    *PAGE,
    *MOMENT,
)
