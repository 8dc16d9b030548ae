"""Sums of benefits: of a person or a family over its life, and of an area."""

from collections.abc import Callable
from enum import Enum
from typing import Any, ClassVar

import strawberry

from hub.compiler.declare import Arity, Column, Key, Relation, Rows, Yields, one
from hub.compiler.needs import Need
from hub.schema.declaring import argument, column, declared
from hub.schema.dimensions import area, dimension, month_or_year
from hub.schema.filtering import filtered
from hub.schema.filters.programs import PaymentFilter
from hub.schema.paging import PAGE, WILAYAH, inside, since
from hub.schema.reference import Program, Wilayah, wilayah_of
from hub.schema.scalars import Day, PeriodName, Rupiah
from hub.schema.scoping import PAYMENT
from hub.schema.words import BenefitKind

_YEAR = strawberry.enum_value("YEAR", description="Per tahun. / By calendar year.")
_MONTH = strawberry.enum_value("MONTH", description="Per bulan. / By calendar month.")


@strawberry.enum(description="Pengelompokan jumlah bantuan. / What sums of benefits are told apart by.")
class BenefitGroup(Enum):
    """What sums of benefits are told apart by."""

    PROGRAM = strawberry.enum_value("PROGRAM", description="Per program. / By program.")
    YEAR = _YEAR
    MONTH = _MONTH
    KIND = strawberry.enum_value("KIND", description="Uang, barang, layanan. / By money, goods, service.")


@strawberry.enum(description="Pengelompokan jumlah pembayaran. / What payments are told apart by.")
class PaymentGroup(Enum):
    """What payments of an area are told apart by; of several levels of areas the smallest counts."""

    PROGRAM = strawberry.enum_value("PROGRAM", description="Per program. / By program.")
    PROVINSI = strawberry.enum_value("PROVINSI", description="Per provinsi. / By province.")
    KABUPATEN = strawberry.enum_value(
        "KABUPATEN", description="Per kabupaten atau kota. / By regency or city."
    )
    KECAMATAN = strawberry.enum_value("KECAMATAN", description="Per kecamatan. / By district.")
    DESA = strawberry.enum_value("DESA", description="Per desa atau kelurahan. / By village.")
    MONTH = _MONTH
    YEAR = _YEAR


SPAN = (
    argument("from", Day | None, "Masanya mulai sejak hari ini. / Periods that begin on this day or later."),
    argument(
        "to",
        Day | None,
        "Masanya mulai sebelum hari ini, tidak termasuk. / Periods that begin before this day, exclusive.",
    ),
    argument(
        "period",
        PeriodName | None,
        "Masanya mulai dalam bulan, triwulan, semester atau tahun ini. / Periods that begin in this month, quarter,"
        " semester or year.",
    ),
)
"""Which benefits are meant, by the first day of their period: from inclusive, to exclusive, and in one named period."""


def in_span(start: str) -> str:
    """The condition that SPAN calls for over the first day of a period; null: open at its start."""
    since, until = ("from", "period.first"), ("to", "period.after")
    bounds = [f"({{arg[{one}]}} is null or {start} >= {{arg[{one}]}})" for one in since]
    bounds += [f"({{arg[{one}]}} is null or {start} < {{arg[{one}]}})" for one in until]
    return " and ".join(bounds)


_FIRST, _AFTER = month_or_year("lower(b.period)")
_PROGRAM = dimension("PROGRAM", "b.program_id")
_GOODS = (
    "jsonb_agg(jsonb_build_object('unit', i.unit, 'quantity', i.quantity) order by i.unit)"
    " filter (where i.quantity is not null)"
)


def _totals(of: Callable[[str], str]) -> Rows:
    """Sums over the benefits `b` that belong to `{p}`, with the running sum in the order of the list."""
    return Rows(
        "(select g.*, sum(coalesce(g.amount, 0)) over (order by g.first_on nulls first, g.program_id nulls first,"
        " g.kind nulls first)::bigint as running from ("
        " select i.first_on, i.until, i.program_id, i.kind, sum(i.payments)::bigint as payments,"
        f" sum(i.amount)::bigint as amount, sum(i.paid)::bigint as paid, {_GOODS} as goods from ("
        f" select {_FIRST} as first_on, {_AFTER} as until, {_PROGRAM} as program_id,"
        f" {dimension('KIND', 'b.kind')} as kind, b.unit, count(*) as payments,"
        " sum(b.amount_idr) as amount, sum(b.amount_idr) filter (where b.paid_on is not null) as paid,"
        " sum(b.quantity) as quantity"
        f" from hub.benefit b where {{recorded[b]}} and {of('b')} and {in_span('lower(b.period)')}"
        " group by 1, 2, 3, 4, 5) i group by 1, 2, 3, 4) g)"
    )


def of_person(benefit: str) -> str:
    """The condition that a benefit is of the person `{p}`."""
    return f"{benefit}.person_id = {{p}}.person_id"


def of_card(benefit: str) -> str:
    """The condition that who received a benefit stood on the card `{p}` on the first day of its period."""
    members = "from hub.membership m where m.card_id = {p}.card_id and {recorded[m]}"
    start = f"lower({benefit}.period)"
    return (
        f"{benefit}.person_id = any(array(select m.person_id {members})) and exists (select {members}"
        f" and m.person_id = {benefit}.person_id and coalesce(m.valid @> {start}, lower_inf(m.valid)))"
    )


@strawberry.type(description="Jumlah barang dalam satu satuan. / Quantity of goods in one unit.")
class GoodsTotal:
    """Quantity of goods in one unit."""

    needs: ClassVar[Need] = PAYMENT
    rows: ClassVar[Rows] = Rows(
        "(select x.unit, x.quantity from jsonb_to_recordset({p}.goods) as x(unit text, quantity numeric))"
    )

    unit: str | None = column("unit", "Satuannya. / The unit; null: not stated.")
    quantity: float = column("quantity", "Banyaknya. / How much.")


@strawberry.type(
    description="Jumlah bantuan menurut kelompoknya. / Sums of benefits, by what tells them apart."
)
class BenefitTotal:
    """Sums of the benefits of a person or family; a field that `groupBy` does not name is null."""

    needs: ClassVar[Need] = PAYMENT
    rows: ClassVar[Rows | None] = None

    program: Program | None = declared(
        one("{t}.id = {p}.program_id"), "Programnya. / The program; null: over all."
    )
    kind: BenefitKind | None = column("kind", "Jenisnya. / Kind; null: over all.")
    from_: Day | None = declared(
        Column("first_on"), "Hari pertama masanya. / First day of the month or year.", name="from"
    )
    to: Day | None = column("until", "Akhirnya, tidak termasuk. / Its end, exclusive.")
    payments: int = column("payments", "Banyaknya bantuan. / How many benefits.")
    amount: Rupiah | None = column(
        "amount", "Nilai rupiahnya, juga nilai barang. / Their value, goods too; null: nobody knows any."
    )
    paid: Rupiah | None = column("paid", "Yang sudah dibayar. / What was paid of it; null: nothing.")
    running: Rupiah = column(
        "running", "Jumlah nilai sampai baris ini. / Sum of the values down to this entry."
    )
    goods: list[GoodsTotal] = declared(
        Relation(Arity.MANY, order=[Key("{t}.unit", "text")], size=2),
        "Barangnya, per satuan. / Goods, by unit.",
    )


def benefit_totals(of: Callable[[str], str]) -> Any:
    """The field of sums over the benefits of a row.

    Args:
        of: Which benefits: of_person or of_card.
    """
    return declared(
        Relation(
            Arity.MANY,
            rows=_totals(of),
            order=[Key("{t}.first_on", "date"), Key("{t}.program_id"), Key("{t}.kind", "text")],
            size=20,
        ),
        "Jumlah bantuan dari semua program, menurut waktu. / Sums of benefits over all programs, in order of time.",
        [
            *SPAN,
            argument(
                "groupBy",
                list[BenefitGroup],
                "Yang membedakan. / What tells them apart; none: one sum over all.",
                [BenefitGroup.PROGRAM, BenefitGroup.YEAR],
            ),
        ],
    )


def benefit_history(of: Callable[[str], str]) -> Any:
    """The field of all benefits of a row over its life, oldest first.

    Args:
        of: As of `benefit_totals`.
    """
    known = "{arg[program]} = (select g.code from hub.program g where g.id = {t}.program_id)"
    return declared(
        Relation(
            Arity.CONNECTION,
            f"{of('{t}')} and {in_span('lower({t}.period)')}",
            order=[since("lower({t}.period)"), Key("{t}.benefit_id")],
            when={"program": known},
        ),
        "Seluruh riwayat bantuan dari semua program, yang terlama lebih dulu. / "
        "All benefits of all programs, oldest first.",
        [
            filtered(PaymentFilter),
            argument("program", str | None, "Hanya program ini. / This program only, by code."),
            *SPAN,
            *PAGE,
        ],
    )


PAYMENTS = Rows(
    f"(select {area('b.event_area_key')} as area_key, {_PROGRAM} as program_id,"
    f" {_FIRST} as first_on, {_AFTER} as until,"
    " count(*) as payments, count(distinct b.person_id) as persons, sum(b.amount_idr)::bigint as amount,"
    " sum(b.amount_idr) filter (where b.paid_on is not null)::bigint as paid"
    f" from hub.benefit b where {{recorded[b]}} and {in_span('lower(b.period)')}"
    f" and {inside('b.event_area_key')}"
    " group by 1, 2, 3, 4)"
)


@strawberry.type(description="Jumlah pembayaran di satu wilayah. / Sums of the payments of an area.")
class PaymentTotal:
    """Sums of payments where they were handed out; a field that `groupBy` does not name is null."""

    needs: ClassVar[Need] = PAYMENT
    rows: ClassVar[Rows] = PAYMENTS

    wilayah: Wilayah | None = declared(
        wilayah_of("area_key"), "Tempat penyaluran. / Where it happened; null: over all, or unknown."
    )
    program: Program | None = declared(
        one("{t}.id = {p}.program_id"), "Programnya. / The program; null: over all."
    )
    from_: Day | None = declared(
        Column("first_on"), "Hari pertama masanya. / First day of the month or year.", name="from"
    )
    to: Day | None = column("until", "Akhirnya, tidak termasuk. / Its end, exclusive.")
    payments: int = column("payments", "Banyaknya bantuan. / How many benefits.")
    persons: int = column("persons", "Banyaknya penerima berbeda. / Distinct persons who received.")
    amount: Rupiah | None = column("amount", "Nilainya, juga nilai barang. / Their value, goods too.")
    paid: Rupiah | None = column("paid", "Yang sudah dibayar. / What was paid of it; null: nothing.")


PAYMENT_TOTALS = Relation(
    Arity.CONNECTION,
    order=[
        Key("coalesce({t}.area_key, 0)"),
        Key("coalesce({t}.program_id, 0)"),
        since("{t}.first_on"),
    ],
    yields=Yields.NUMBERS,
)
PAYMENT_ARGUMENTS = (
    WILAYAH,
    *SPAN,
    argument(
        "groupBy",
        list[PaymentGroup],
        "Yang membedakan. / What tells them apart; none: one sum over all.",
        [PaymentGroup.PROGRAM],
    ),
)
