"""The compatibility of programs as one table: forbidden, allowed, or capped, by unit and days, with the legal basis.

A pair that stands nowhere has no rule: the audit says nothing of it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hub.registry.programs import AllowanceRow, ExclusionRow, Program, allowance_rows, exclusion_rows


def beside(programs: Mapping[str, Program], day: date | None = None) -> list[dict[str, Any]]:
    """What is said of pairs of programs, in the order of their numbers.

    Args:
        programs: By code.
        day: Only what is in force on it; None: everything.

    Returns:
        Rows of `program`, `beside`, `unit`, `verdict` (forbidden, allowed, capped), `at_most` (persons of a family at
        one time, where capped), `from`, `to` (exclusive; None: open), `legal_basis`, `evidence`.
    """
    codes = {one.number: one.code for one in programs.values()}
    told: list[ExclusionRow | AllowanceRow] = [
        *exclusion_rows(dict(programs)),
        *allowance_rows(dict(programs)),
    ]
    kept = [row for row in told if day is None or row.valid_from <= day < (row.valid_to or date.max)]
    return [
        {
            "program": codes[row.program_a], "beside": codes[row.program_b], "unit": row.unit, "verdict": _verdict(row),
            "at_most": row.at_most if isinstance(row, AllowanceRow) else None, "from": row.valid_from,
            "to": row.valid_to, "legal_basis": row.legal_basis, "evidence": row.evidence,
        }
        for row in sorted(kept, key=lambda row: (row.program_a, row.program_b, row.unit, row.valid_from))
    ]  # fmt: skip


def _verdict(row: ExclusionRow | AllowanceRow) -> str:
    if isinstance(row, ExclusionRow):
        return "forbidden"
    return "allowed" if row.at_most is None else "capped"
