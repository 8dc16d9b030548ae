"""Taking part in programs: enrollments, payments with their events, social statuses."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Time, one
from hub.compiler.needs import Need
from hub.schema import scoping
from hub.schema.declaring import begins, column, declared, ends, expression, global_id, label
from hub.schema.details import Detail, details
from hub.schema.filtering import filtered
from hub.schema.filters.programs import PaymentFilter
from hub.schema.ordering import order_by
from hub.schema.orders import PAYMENTS, PaymentSort
from hub.schema.paging import NEWEST, Node
from hub.schema.people import BY_PERSON, PERSON
from hub.schema.records import Record, record_of
from hub.schema.reference import Component, Program, Source, Wilayah, placed, source_of, wilayah_of
from hub.schema.scalars import Day, Kk, Rupiah
from hub.schema.scoping import ENROLLMENT, FAMILY, PAYMENT, STATUS
from hub.schema.words import (
    AmountBasis,
    BenefitKind,
    EnrollmentRole,
    EnrollmentStatus,
    PaymentEventKind,
    Unit,
)

NEWEST_PAYMENT = [Key("lower({t}.period)", "date", down=True), Key("{t}.benefit_id", down=True)]


@strawberry.type(description="Satu peristiwa dalam riwayat pembayaran. / One event in a payment's life.")
class PaymentEvent:
    """One event in a payment's life."""

    needs: ClassVar[Need] = PAYMENT
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("benefit_event", Time.RECORDED)

    event: PaymentEventKind = column("event", "Peristiwanya. / The event.")
    event_label: str | None = label("'benefit_event'", "{t}.event", "Sebutannya. / Wording of the event.")
    happened_on: Day | None = column("happened_on", "Tanggalnya. / Its day; null: the source gives none.")
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    record: Record | None = record_of()


@strawberry.type(
    description="Bantuan berupa uang, barang atau layanan untuk satu masa. / A benefit in money or in kind."
)
class Payment(Node):
    """A benefit in money or in kind, for a period."""

    needs: ClassVar[Need] = PAYMENT
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("benefit", Time.RECORDED, node="{t}.uid :: uuid")

    id: strawberry.ID = global_id("Payment")
    person: object = declared(BY_PERSON, "Penerimanya. / Whom it is for.", of=PERSON | None)
    enrollment: "Enrollment | None" = declared(
        one(
            "{t}.enrollment_id = {p}.enrollment_id",
            order=[
                Key("case when {t}.valid @> lower({p}.period) then 1 else 0 end", down=True),
                Key("lower({t}.valid)", "date", down=True),
            ],
        ),
        "Kepesertaannya, pada masa bantuan itu. / Its enrollment, as it was in that period, else at its latest; null:"
        " the payment names none.",
    )
    program: Program | None = declared(one("{t}.id = {p}.program_id"), "Programnya. / Its program.")
    component: Component | None = declared(one("{t}.id = {p}.component_id"), "Komponennya. / Its component.")
    kind: BenefitKind = column("kind", "Jenisnya. / Kind of benefit.")
    quantity: float | None = column("quantity", "Banyaknya barang. / Quantity of goods.")
    unit: str | None = column("unit", "Satuan barang. / Unit of the quantity.")
    amount: Rupiah | None = column(
        "amount_idr", "Nilai rupiah. / Whole rupiah; value of the goods where it is goods; null: not known."
    )
    amount_basis: AmountBasis | None = column(
        "amount_basis", "Dasar nilainya. / What the amount rests on; null: no amount is known."
    )
    from_: Day | None = begins("{t}.period")
    to: Day | None = ends("{t}.period")
    status: PaymentEventKind = column("status", "Peristiwa terakhir. / The latest event.")
    status_label: str | None = label("'benefit_event'", "{t}.status", "Sebutan statusnya. / Wording of it.")
    paid_on: Day | None = column("paid_on", "Tanggal dibayar. / Day it was paid.")
    wilayah: Wilayah | None = declared(
        wilayah_of("event_area_key"),
        "Tempat penyaluran. / Where it happened.",
        need=PAYMENT + placed("event_area_key"),
    )
    events: list[PaymentEvent] = declared(
        Relation(
            Arity.MANY,
            "{t}.benefit_id = {p}.benefit_id",
            order=[Key("{t}.happened_on", "date"), Key("{t}.record_id")],
            size=3,
        ),
        "Riwayatnya, menurut tanggal. / Its events, by day.",
    )
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    record: Record | None = record_of()


@strawberry.type(description="Kepesertaan dalam satu program. / Taking part in a program.")
class Enrollment(Node):
    """Taking part in a program over a period."""

    needs: ClassVar[Need] = ENROLLMENT
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("enrollment", Time.HISTORY, node="{t}.uid :: uuid")

    id: strawberry.ID = global_id("Enrollment")
    person: object = declared(BY_PERSON, "Pesertanya. / Who takes part.", of=PERSON | None)
    program: Program | None = declared(one("{t}.id = {p}.program_id"), "Programnya. / The program.")
    component: Component | None = declared(one("{t}.id = {p}.component_id"), "Komponennya. / The component.")
    role: EnrollmentRole = column("role", "Kedudukannya. / Holder or member.")
    kk: Kk | None = column(
        "no_kk", "No KK menurut daftar. / Family the list names.", need=FAMILY + scoping.kk()
    )
    number: str | None = column(
        "number", "Nomor peserta. / Participant number of the program.", need=ENROLLMENT + scoping.NUMBERED
    )
    status: EnrollmentStatus = column("status", "Statusnya. / Its state.")
    status_label: str | None = label("'enrollment_status'", "{t}.status", "Sebutannya. / Wording of it.")
    from_: Day | None = begins()
    to: Day | None = ends()
    wilayah: Wilayah | None = declared(
        wilayah_of("event_area_key"),
        "Wilayah menurut daftar. / Area as listed.",
        need=ENROLLMENT + placed("event_area_key"),
    )
    payments: list[Payment] = declared(
        Relation(
            Arity.MANY,
            "{t}.enrollment_id = {p}.enrollment_id",
            order=NEWEST_PAYMENT,
            orders=PAYMENTS,
            size=12,
        ),
        "Pembayaran, yang terbaru lebih dulu. / Payments, newest first.",
        [filtered(PaymentFilter), order_by(PaymentSort), NEWEST],
    )
    paid: Rupiah | None = expression(
        "select sum(b.amount_idr)::bigint from hub.benefit b"
        " where b.enrollment_id = {t}.enrollment_id and {recorded[b]} and b.paid_on is not null",
        "Jumlah yang sudah dibayar. / Sum of what was paid; null: nothing.",
        need=PAYMENT,
    )
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    record: Record | None = record_of()


@strawberry.type(description="Status sosial menurut daftar dan kode. / A social status, by list and code.")
class Status:
    """A social status (PMKS, PSKS, eligibility) over a period."""

    needs: ClassVar[Need] = STATUS
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("status", Time.HISTORY)

    person: object = declared(BY_PERSON, "Penyandangnya. / Who bears it.", of=PERSON | None)
    scheme: str = column("scheme", "Daftar kode: pmks, psks, … / Code list.")
    code: str = column("code", "Kode. / Code.")
    label: str | None = label("{t}.scheme", "{t}.code", "Sebutannya. / Wording of the code.")
    unit: Unit = expression("coalesce({t}.unit, 'person')", "Milik siapa. / Whose status it is.")
    unit_number: str | None = column(
        "unit_number", "No KK atau nomor kelompoknya. / Number of that unit.", need=FAMILY + scoping.NUMBERED
    )
    note: str | None = column("note", "Catatan. / Note.", need=STATUS + scoping.WORDS)
    detail: list[Detail] = details(
        "detail",
        "Yang disebut daftar di samping kode. / What the list states beside.",
        need=STATUS + scoping.WORDS,
    )
    from_: Day | None = begins()
    to: Day | None = ends()
    wilayah: Wilayah | None = declared(
        wilayah_of("event_area_key"),
        "Wilayah menurut daftar. / Area as listed.",
        need=STATUS + placed("event_area_key"),
    )
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    record: Record | None = record_of()
