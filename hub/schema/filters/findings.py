"""Filters of findings and cases."""

from hub.compiler.declare import Clause, Compare
from hub.schema import scoping
from hub.schema.filtering import by, filters
from hub.schema.filters.names import LIVES_IN
from hub.schema.findings import CLOSED, PAYING, SILENT_SINCE, last_event
from hub.schema.operators import (
    ChoiceFilter,
    CodeFilter,
    DayFilter,
    InstantFilter,
    ReferenceFilter,
    RupiahFilter,
)
from hub.schema.scalars import WilayahCode
from hub.schema.words import CaseEventKind, Severity

_PROGRAM = Compare("{t}.program_id", table="program", leads=False)


@filters("Saringan temuan. / Filter of findings.", scoping.EXCLUSION)
class FindingFilter:
    """Filter of findings."""

    rule: CodeFilter | None = by(Compare("{t}.rule"), "Kode aturannya. / Code of the rule.")
    severity: ChoiceFilter[Severity] | None = by(
        Compare("(select e.severity from hub.rule_edition e where e.id = {t}.rule_id)", leads=False),
        "Beratnya. / How much it weighs.",
    )
    program: ReferenceFilter | None = by(_PROGRAM, "Programnya, menurut kode. / The program, by code.")
    amount: RupiahFilter | None = by(
        Compare("{t}.amount_idr", "bigint", leads=False),
        "Rupiah berisiko. / Whole rupiah at risk.",
        need=scoping.EXCLUSION + scoping.PAYMENT,
    )
    since: DayFilter | None = by(Compare("{t}.since", "date", leads=False), "Hari pertama. / First day.")
    until: DayFilter | None = by(Compare("{t}.until", "date", leads=False), "Berakhir. / End, exclusive.")
    wilayah: WilayahCode | None = by(LIVES_IN, "Tempat tinggal. / Area where the person lives.")


@filters("Saringan kasus. / Filter of cases.", scoping.EXCLUSION)
class CaseFilter:
    """Filter of cases."""

    rule: CodeFilter | None = by(Compare("{t}.rule"), "Kode aturannya. / Code of the rule.")
    program: ReferenceFilter | None = by(_PROGRAM, "Programnya, menurut kode. / The program, by code.")
    latest: ChoiceFilter[CaseEventKind] | None = by(
        Compare(last_event("event"), leads=False), "Peristiwa terakhir. / The latest event."
    )
    opened: InstantFilter | None = by(
        Compare("{t}.opened", "timestamptz", leads=False), "Dibuka pada. / When it was opened."
    )
    is_closed: bool | None = by(
        Clause(f"{CLOSED} = {{v[flag]}}", leads=False), "Sudah ditutup. / Whether it is closed."
    )
    silent_since: InstantFilter | None = by(
        Compare(SILENT_SINCE, "timestamptz", leads=False),
        "Terbuka, dan sejak itu tidak ada instansi yang menyatakan sesuatu. / "
        "Open, and since then no agency has said a word; `lte` a day: the overdue ones.",
    )
    is_paying: bool | None = by(
        Clause(f"{PAYING} = {{v[flag]}}", leads=False),
        "Tetap dibayar sejak dibuka. / Whether it was paid on since it was opened.",
        need=scoping.EXCLUSION + scoping.PAYMENT,
    )
    wilayah: WilayahCode | None = by(LIVES_IN, "Tempat tinggal. / Area where the person lives.")
