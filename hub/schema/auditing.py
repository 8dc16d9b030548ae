"""The roots over what the audit found: the rule book, findings, cases, and money at risk by rule and area."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Choice, Key, Order, Relation, Rows, Yields, one
from hub.compiler.needs import Need
from hub.schema.audit import WilayahLevel
from hub.schema.declaring import argument, column, declared
from hub.schema.filtering import filtered
from hub.schema.filters.findings import CaseFilter, FindingFilter
from hub.schema.findings import LATEST_EDITION, Case, Finding, Rule, by_then
from hub.schema.matrix import (
    EXCLUSION_ARGUMENTS,
    EXCLUSIONS,
    MATRIX_ARGUMENTS,
    MATRIX_CELLS,
    Exclusion,
    MatrixCell,
)
from hub.schema.ordering import order_by
from hub.schema.paging import MOMENT, PAGE, WILAYAH, Connection, inside
from hub.schema.reference import Wilayah, wilayah_of
from hub.schema.scalars import Rupiah
from hub.schema.scoping import EXCLUSION, PAYMENT

# A benefit counts once for each rule and area, as it was found.
_STANDING = (
    "standing as materialized (select f.rule, f.home_area_key / u.unit * u.unit as area_key, f.person_id, f.card_id,"
    " f.benefit_ids, f.amounts, f.paids"
    " from hub.finding f cross join (select coalesce({arg[level.unit]}, 10000::bigint) as unit) u"
    f" where {{recorded[f]}} and {inside('f.home_area_key')}"
    " and ({arg[rule]} is null or f.rule = {arg[rule]}))"
)
_GIVEN = (
    "given as (select b.rule, b.area_key, sum(b.amount)::bigint as amount, sum(b.paid)::bigint as paid"
    " from (select distinct f.rule, f.area_key, b.* from standing f"
    " cross join lateral unnest(f.benefit_ids, f.amounts, f.paids) b(id, amount, paid)) b group by 1, 2)"
)
EXPOSURE = Rows(
    f"(with {_STANDING}, {_GIVEN},"
    " counted as (select f.rule, f.area_key, count(*) as findings, count(distinct f.person_id) as persons,"
    " count(distinct f.card_id) as cards from standing f group by 1, 2)"
    " select c.*, g.amount, g.paid from counted c left join given g on g.rule = c.rule and g.area_key = c.area_key)"
)


@strawberry.type(description="Rupiah berisiko menurut aturan dan wilayah. / Money at risk by rule and area.")
class Exposure:
    """What stands found by one rule in one area. A benefit counts once, in however many findings it stands."""

    needs: ClassVar[Need] = EXCLUSION
    rows: ClassVar[Rows] = EXPOSURE

    rule: Rule | None = declared(
        one("{t}.code = {p}.rule and " + LATEST_EDITION),
        "Aturannya. / The rule as it was last run.",
        need=EXCLUSION,
    )
    wilayah: Wilayah | None = declared(
        wilayah_of("area_key"), "Tempat tinggal. / Where the persons live; null: unknown.", need=EXCLUSION
    )
    findings: int = column("findings", "Banyaknya temuan. / Findings that stand.")
    persons: int = column("persons", "Banyaknya orang. / Distinct persons whom they are about.")
    cards: int = column(
        "cards", "Banyaknya kartu keluarga. / Distinct family cards, where the rule looks at such."
    )
    amount: Rupiah | None = column(
        "amount",
        "Rupiah berisiko; satu bantuan dihitung sekali. / Whole rupiah at risk, each benefit counted once; null: none.",
        need=EXCLUSION + PAYMENT,
    )
    paid: Rupiah | None = column(
        "paid",
        "Yang sudah dibayar. / What was paid of it; null: nothing.",
        need=EXCLUSION + PAYMENT,
    )


_FINDING = Key("{t}.finding_id")


@strawberry.enum(description="Urutan temuan. / Orders of findings.")
class FindingSort(Choice):
    """What findings are ordered by."""

    AREA = strawberry.enum_value("AREA", description="Wilayah tempat tinggal. / Area where the person lives.")
    AMOUNT = strawberry.enum_value("AMOUNT", description="Rupiah berisiko. / Rupiah at risk.")


FINDINGS = {
    "AREA": Order((Key("{t}.home_area_key"), _FINDING)),
    "AMOUNT": Order((Key("{t}.amount_idr", nullable=True), _FINDING), leads=False, need=PAYMENT),
}


@strawberry.type(description="Yang dapat ditanyakan tentang pemeriksaan. / What can be asked of the audit.")
class AuditingQuery:
    """Roots that `Query` takes over."""

    rows: ClassVar[Rows | None] = None

    rule_book: list[Rule] = declared(
        Relation(
            Arity.MANY,
            LATEST_EDITION,
            order=[Key("{t}.code", "text")],
            when={"code": "{t}.code = {arg[code]}"},
            size=40,
        ),
        "Aturan pemeriksaan yang pernah dijalankan, menurut kode. / Rules as they were last run, by code.",
        [argument("code", str | None, "Hanya aturan ini. / This rule only."), *MOMENT],
    )
    findings: Connection[Finding] = declared(
        Relation(Arity.CONNECTION, order=FINDINGS["AREA"].keys, orders=FINDINGS, large=True),
        "Temuan yang berlaku, menurut wilayah. / Findings that stand, in order of the area.",
        [filtered(FindingFilter), order_by(FindingSort), *PAGE, *MOMENT],
    )
    cases: Connection[Case] = declared(
        Relation(
            Arity.CONNECTION,
            by_then("{t}.opened"),
            order=[Key("{t}.home_area_key"), Key("{t}.case_id")],
            large=True,
        ),
        "Kasus, menurut wilayah. / Cases, in order of the area.",
        [filtered(CaseFilter), *PAGE, *MOMENT],
    )
    exposure: Connection[Exposure] = declared(
        Relation(
            Arity.CONNECTION, order=[Key("{t}.area_key"), Key("{t}.rule", "text")], yields=Yields.NUMBERS
        ),
        "Rupiah berisiko menurut aturan dan wilayah. / Money at risk by rule and area.",
        [
            argument("rule", str | None, "Hanya aturan ini. / Of this rule only."),
            WILAYAH,
            argument(
                "level",
                WilayahLevel,
                "Tingkat wilayah yang dihitung. / Level of the areas counted.",
                WilayahLevel.KECAMATAN,
            ),
            *PAGE,
            *MOMENT,
        ],
    )
    matrix: Connection[MatrixCell] = declared(
        MATRIX_CELLS,
        "Gabungan program atau temuan, menurut wilayah. / Combinations of programs or of flags, by area.",
        MATRIX_ARGUMENTS,
    )
    exclusions: Connection[Exclusion] = declared(
        EXCLUSIONS, "Yang terlewat, menurut wilayah. / Who is left out, by area.", EXCLUSION_ARGUMENTS
    )
