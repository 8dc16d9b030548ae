"""Filters of enrollments and payments."""

from hub.compiler.declare import Clause, Compare, Linked, Rows, Time
from hub.schema import scoping
from hub.schema.filtering import LinkFilter, by, filters, linked
from hub.schema.filters.names import (
    COMPONENT,
    END_DAY,
    ENROLLMENT,
    FIRST_DAY,
    LISTED_IN,
    OF_PERSON,
    PAYMENT,
    PERSON,
    PROGRAM,
    SOURCE,
)
from hub.schema.operators import ChoiceFilter, CodeFilter, DayFilter, KkFilter, ReferenceFilter, RupiahFilter
from hub.schema.scalars import PeriodName, WilayahCode
from hub.schema.words import BenefitKind, EnrollmentRole, EnrollmentStatus, PaymentEventKind

_STATE_OF_PERSON = Linked(Rows("person_state", Time.STATE), OF_PERSON)
_SAME = "{t}.enrollment_id = {p}.enrollment_id"


@filters("Saringan kepesertaan. / Filter of enrollments.", scoping.ENROLLMENT)
class EnrollmentFilter:
    """Filter of enrollments."""

    program: ReferenceFilter | None = by(PROGRAM, "Program, menurut kode. / Program, by code.")
    component: ReferenceFilter | None = by(COMPONENT, "Komponen, menurut kode. / Component, by code.")
    status: ChoiceFilter[EnrollmentStatus] | None = by(
        Compare("{t}.status", leads=False), "Statusnya. / Its state."
    )
    role: ChoiceFilter[EnrollmentRole] | None = by(
        Compare("{t}.role", leads=False), "Kedudukannya. / Holder or member."
    )
    kk: KkFilter | None = by(
        Compare("{t}.no_kk", leads=False),
        "No KK menurut daftar. / Family the list names.",
        need=scoping.FAMILY + scoping.NUMBERED,
    )
    number: CodeFilter | None = by(
        Compare("{t}.number", leads=False),
        "Nomor peserta. / Participant number of the program.",
        need=scoping.ENROLLMENT + scoping.NUMBERED,
    )
    source: ReferenceFilter | None = by(SOURCE, "Siapa yang menyatakan. / Who states it, by code.")
    wilayah: WilayahCode | None = by(LISTED_IN, "Wilayah menurut daftar. / Area as listed.")
    from_: DayFilter | None = by(FIRST_DAY, "Hari pertama. / First day.", name="from")
    to: DayFilter | None = by(END_DAY, "Hari berakhir, tidak termasuk. / End, exclusive.")
    person: PERSON | None = by(_STATE_OF_PERSON, "Pesertanya. / Who takes part.")
    payments: LinkFilter[PAYMENT] | None = linked(
        Rows("benefit", Time.RECORDED), _SAME, "Pembayarannya. / Its payments."
    )


@filters("Saringan pembayaran. / Filter of payments.", scoping.PAYMENT)
class PaymentFilter:
    """Filter of payments."""

    program: ReferenceFilter | None = by(
        Compare("{t}.program_id", table="program", leads=False), "Program, menurut kode. / Program, by code."
    )
    component: ReferenceFilter | None = by(COMPONENT, "Komponen, menurut kode. / Component, by code.")
    kind: ChoiceFilter[BenefitKind] | None = by(Compare("{t}.kind", leads=False), "Jenisnya. / Kind.")
    status: ChoiceFilter[PaymentEventKind] | None = by(
        Compare("{t}.status", leads=False), "Peristiwa terakhir. / The latest event."
    )
    amount: RupiahFilter | None = by(
        Compare("{t}.amount_idr", "bigint", leads=False), "Nilai rupiah. / Whole rupiah."
    )
    from_: DayFilter | None = by(
        Compare("lower({t}.period)", "date", leads=False),
        "Hari pertama masanya. / First day of its period.",
        name="from",
    )
    to: DayFilter | None = by(
        Compare("upper({t}.period)", "date", leads=False),
        "Akhir masanya, tidak termasuk. / End of its period, exclusive.",
    )
    period: PeriodName | None = by(
        Clause("lower({t}.period) >= {v[first]} and lower({t}.period) < {v[after]}", leads=False),
        "Masanya mulai dalam bulan, triwulan, semester atau tahun ini. / Its period begins in this month, quarter,"
        " semester or year.",
    )
    paid_on: DayFilter | None = by(Compare("{t}.paid_on", "date"), "Tanggal dibayar. / Day it was paid.")
    source: ReferenceFilter | None = by(SOURCE, "Siapa yang menyatakan. / Who states it, by code.")
    wilayah: WilayahCode | None = by(LISTED_IN, "Tempat penyaluran. / Where it happened.")
    person: PERSON | None = by(_STATE_OF_PERSON, "Penerimanya. / Who received it.")
    enrollment: ENROLLMENT | None = by(
        Linked(Rows("enrollment", Time.RECORDED), _SAME),
        "Kepesertaannya, dari masa mana pun. / Its enrollment, of any day.",
    )
