"""Beneficiaries that systems of programs tell the hub of by SPDCI (`enrollment/updates`), a row an enrollment.

Source: SPDCI API standards 1.0.0 (IBR, `EnrollmentUpdatesRequest`), laid flat by the hub's own door.
Key: sender, program, and what the sender calls the beneficiary (its `@id`, else the person's number and the first day).
"""

import polars as pl

from hub.domain.money import parse_rupiah
from hub.domain.reasons import Reason
from hub.toolkit.cells import by_distinct
from hub.toolkit.claims import Claims
from hub.toolkit.composed import EVER
from hub.toolkit.connector import Connector
from hub.toolkit.json_files import JsonReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

STATUSES = {"1": "active", "2": "ended", "3": "ended", "4": "suspended"}
#: Benefit types of the standard: cash, voucher, in-kind, training, work, insurance.
KINDS = {"1": "money", "2": "money", "3": "goods", "4": "service", "5": "service", "6": "service"}
LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "sender", "beneficiary", "program", "enrollment_date", "status", "changed_on", "nik", "no_kk", "name",
            "birth_date", "sex", "area", "address", "benefits",
        ),
        (),
    ),
    ignored=frozenset({"assistance_unit", "dated"}),
    required=frozenset({"sender", "beneficiary", "program", "enrollment_date", "status"}),
)  # fmt: skip
KEY = ("sender", "program", "beneficiary")
_BENEFITS = pl.List(pl.Struct(dict.fromkeys(("type", "date", "value", "quantity"), pl.String)))


def _period(rows: Rows, status: pl.Series) -> pl.Series:
    """From the first day to the day on which it ended; one that goes on has no end."""
    first, changed = rows.day("enrollment_date"), rows.day("changed_on")
    days = pl.DataFrame([first.alias("first"), changed.alias("changed"), status.alias("status")])
    over = (days["status"] == "ended") & (days["changed"] < days["first"])
    rows.refuse(over, Reason.PERIOD_INVALID, "changed_on")
    end = pl.when(pl.col("status") == "ended").then(pl.col("changed").dt.to_string("%Y-%m-%d"))
    return days.select(
        pl.format("[{},{})", pl.col("first").dt.to_string("%Y-%m-%d"), end.fill_null("")).alias("period")
    )["period"]


def _benefits(rows: Rows, share: Columns) -> list[Columns]:
    """One benefit after the other: the month of its day is its period."""
    told = rows.text("benefits").str.json_decode(_BENEFITS)
    most = int(told.list.len().max() or 0)  # type: ignore[arg-type]  # of lengths: a whole number
    found: list[Columns] = []
    for at in range(most):
        one = told.list.get(at, null_on_oob=True).struct.unnest()
        amount, bad = by_distinct(one["value"], parse_rupiah, pl.Int64)
        rows.refuse(bad, Reason.AMOUNT_INVALID, "benefits")
        day = one["date"].str.to_date("%Y-%m-%d", strict=False)
        rows.refuse(told.list.len().fill_null(0).gt(at) & day.is_null(), Reason.DATE_INVALID, "benefits")
        month = pl.DataFrame([day.alias("day")]).select(
            pl.format(
                "[{},{})",
                pl.col("day").dt.month_start().dt.to_string("%Y-%m-%d"),
                pl.col("day").dt.offset_by("1mo").dt.month_start().dt.to_string("%Y-%m-%d"),
            ).alias("month")
        )["month"]
        found.append(
            {**share, "kind": one["type"].replace_strict(KINDS, default="service", return_dtype=pl.String),
             "amount_idr": amount, "quantity": one["quantity"].cast(pl.Float64, strict=False), "period": month,
             "event": "paid", "event_on": day, "where": day.is_not_null()}
        )  # fmt: skip
    return found


def _claims(rows: Rows) -> Claims:
    family, status = rows.kk("no_kk"), rows.code("status", "spdci enrollment status", STATUSES, required=True)
    program = rows.text("program")
    share = {"program": program}
    return rows.claims(
        person={
            **rows.nik("nik"),
            **rows.name("name"),
            **family,
            **rows.birth("birth_date"),
            **rows.area(Reference.by_code, "area"),
            "sex": rows.code("sex", "sex"),
            "address": rows.text("address"),
        },
        enrollment=[
            {
                **share,
                "role_in_program": (program == "PKH").replace_strict(
                    {True: "member", False: "holder"}, return_dtype=pl.String
                ),
                "no_kk": family["no_kk"],
                "status": status,
                "period": _period(rows, status),
            }
        ],
        benefit=_benefits(rows, share),
        status=[
            {"scheme": "vital", "code": "meninggal", "valid": EVER, "where": rows.text("status") == "2"},
        ],
    )


connector = Connector(
    name="ibr_updates",
    layout=LAYOUT,
    key=KEY,
    claims=_claims,
    reader=JsonReader(suffixes=(".ndjson",)),
)
