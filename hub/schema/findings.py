"""What the audit found and what became of it: rules, findings with frozen evidence, cases, money at risk."""

from typing import ClassVar

import strawberry

from hub.audit.cases import paid_since, payers
from hub.compiler.declare import Arity, Column, Key, Relation, Rows, Time, one
from hub.compiler.needs import Need
from hub.schema.benefits import NEWEST_PAYMENT, Enrollment, Payment
from hub.schema.declaring import column, declared, expression, global_id
from hub.schema.details import Detail, details
from hub.schema.families import FamilyCard
from hub.schema.paging import Node
from hub.schema.people import BY_PERSON
from hub.schema.person import Person
from hub.schema.records import Record
from hub.schema.reference import Program, Wilayah, placed, wilayah_of
from hub.schema.scalars import Day, Instant, Rupiah
from hub.schema.scoping import ALL, EXCLUSION, PAYMENT, WORDS, needs
from hub.schema.words import CaseEventKind, Evidence, RuleKind, RuleUnit, Severity

_NUMBER = EXCLUSION + needs(pseudonym="")
"""Of a number that is the same under every agreement."""


def _said(name: str) -> str:
    return f"case '{{label}}' when 'label_en' then {{t}}.{name}_en else {{t}}.{name}_id end"


def by_then(instant: str) -> str:
    """SQL: an instant had come at the instant in force."""
    return f"({{known}}::timestamptz is null or {instant} <= {{known}}::timestamptz)"


LATEST_EDITION = (
    "{t}.id = (select max(o.id) from hub.rule_edition o where o.code = {t}.code and "
    + by_then("o.since")
    + ")"
)


@strawberry.type(description="Aturan pemeriksaan. / A rule of the audit.")
class Rule:
    """A rule as it was run: findings of another version are of another rule."""

    rows: ClassVar[Rows] = Rows("rule_edition")

    code: str = column("code", "Kodenya. / Its code.")
    version: int = column("version", "Versinya. / Its version.")
    kind: RuleKind = column("kind", "Yang dicari. / What it looks for.")
    unit: RuleUnit = column("unit", "Satuannya. / What one finding is about.")
    severity: Severity = column("severity", "Beratnya. / How much it weighs.")
    title: str = expression(_said("title"), "Judulnya. / Its title.")
    text: str = expression(
        _said("text"),
        "Penjelasan bagi orang yang bersangkutan. / Words for the person concerned: a reason to look.",
    )
    legal_basis: str | None = column("legal_basis", "Dasar hukum. / Legal basis.")
    evidence: Evidence = column("evidence", "Kekuatan dasarnya. / How well it is founded.")
    from_: Day = declared(Column("valid_from"), "Hari pertama. / First day that it looks at.", name="from")
    to: Day | None = column("valid_to", "Berakhir, tidak termasuk. / End, exclusive; null: in force.")
    since: Instant = column("since", "Pertama dijalankan. / First run under it.")


@strawberry.type(
    description=(
        "Temuan: alasan untuk memeriksa, bukan keputusan. Buktinya dibekukan. / "
        "A finding: a reason to look, no decision. Its evidence is frozen."
    )
)
class Finding(Node):
    """What a rule found of one subject, held true until it is found no longer or otherwise."""

    needs: ClassVar[Need] = EXCLUSION
    subject: ClassVar[str] = "coalesce(nullif(array_to_string({t}.person_ids, ' '), ''), 'c' || {t}.card_id)"
    rows: ClassVar[Rows] = Rows("finding", Time.RECORDED, node="{t}.uid :: uuid")

    id: strawberry.ID = global_id("Finding")
    rule: Rule | None = declared(
        one("{t}.id = {p}.rule_id"), "Aturannya. / The rule, in its version.", need=EXCLUSION
    )
    person: Person | None = declared(BY_PERSON, "Orangnya. / The person; of several the one known longest.")
    persons: list[Person] = declared(
        Relation(Arity.MANY, "{t}.person_id = any({p}.person_ids)", order=[Key("{t}.person_id")], size=3),
        "Semua orang dalam buktinya. / Everybody in its evidence.",
    )
    family_card: FamilyCard | None = declared(
        one("{t}.card_id = {p}.card_id"), "Kartu keluarganya. / The family card, where the rule looks at one."
    )
    program: Program | None = declared(
        one("{t}.id = {p}.program_id"), "Programnya. / The program.", need=EXCLUSION
    )
    wilayah: Wilayah | None = declared(
        wilayah_of("home_area_key"),
        "Tempat tinggal. / Where the person lives now.",
        need=EXCLUSION + placed("home_area_key"),
    )
    since: Day | None = column("since", "Hari pertama. / First day of what was found.")
    until: Day | None = column("until", "Berakhir, tidak termasuk. / End, exclusive; null: still so.")
    amount: Rupiah | None = column(
        "amount_idr", "Rupiah berisiko. / Whole rupiah at risk; null: none.", need=EXCLUSION + PAYMENT
    )
    paid: Rupiah | None = column(
        "paid_idr", "Yang sudah dibayar. / What was paid of it; null: nothing.", need=EXCLUSION + PAYMENT
    )
    found: Instant = expression("lower({t}.recorded)", "Ditemukan pada. / Instant at which it was found.")
    proof: str = column(
        "proof",
        "Buktinya, JSON baku. / The evidence as canonical JSON: facts, enrollments, payments, records.",
        need=ALL,
    )
    freshness: list[Detail] = details(
        "freshness", "Kapan tiap sumbernya terakhir lengkap. / By source: end of its last run then, UTC."
    )
    enrollments: list[Enrollment] = declared(
        Relation(
            Arity.MANY,
            "{t}.enrollment_id = any({p}.enrollment_ids)",
            order=[Key("{t}.enrollment_id"), Key("lower({t}.valid)", "date")],
            size=3,
        ),
        "Kepesertaannya. / Its enrollments, as they are held.",
    )
    payments: list[Payment] = declared(
        Relation(Arity.MANY, "{t}.benefit_id = any({p}.benefit_ids)", order=NEWEST_PAYMENT, size=6),
        "Pembayarannya. / Its payments, as they are held.",
    )
    records: list[Record] = declared(
        Relation(Arity.MANY, "{t}.id = any({p}.record_ids)", order=[Key("{t}.id")], size=6),
        "Rekaman sumber di baliknya. / The versions of source records behind it.",
    )


@strawberry.type(description="Satu peristiwa suatu kasus. / One event of a case.")
class CaseEvent:
    """What somebody said of a case; never changed."""

    needs: ClassVar[Need] = EXCLUSION
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("case_event")

    event: CaseEventKind = column("event", "Peristiwanya. / What happened.")
    at: Instant = column("at", "Waktunya. / When it was told.")
    actor: str = column("actor", "Siapa yang menyatakan. / Who says so; hub: the hub itself.")
    agency: str | None = column("agency", "Untuk instansi. / For which agency.")
    registry: str | None = column("registry", "Sumber yang keliru. / Code of the source that was wrong.")
    amount: Rupiah | None = column("amount_idr", "Yang dikembalikan. / Whole rupiah recovered.")
    reason: str | None = column("reason", "Alasannya. / Why.", need=EXCLUSION + WORDS)


_TOLD = "from hub.case_event x where x.case_id = {t}.case_id and " + by_then("x.at")
CLOSED = f"exists (select {_TOLD} and x.event = 'closed')"


#: When an agency last said something of a case that is open, or else its opening.
SILENT_SINCE = (
    f"(case when {CLOSED} then null"
    f" else coalesce((select max(x.at) {_TOLD} and x.actor <> 'hub'), {{t}}.opened) end)"
)
PAYING = (
    f"(not {CLOSED} and exists (select from hub.finding f join hub.rule_edition r on r.id = f.rule_id"
    " where f.rule = {t}.rule and f.subject = {t}.subject and {recorded[f]}"
    " and (select count(distinct b.enrollment_id) from hub.benefit b"
    " where b.enrollment_id = any(f.enrollment_ids) and {recorded[b]}"
    f" and {paid_since('{t}.opened')}) >= {payers('r.kind')}))"
)


def last_event(column: str) -> str:
    """SQL of what the latest event of a case has in a column."""
    return f"(select x.{column} {_TOLD} order by x.id desc limit 1)"


@strawberry.type(
    description="Kasus: satu yang terbuka per aturan dan subjek. / A case: one that is open a rule and subject."
)
class Case(Node):
    """What is looked into, with everything that was said of it."""

    needs: ClassVar[Need] = EXCLUSION
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("audit_case", node="{t}.uid :: uuid")

    id: strawberry.ID = global_id("Case")
    case_number: int = column(
        "case_id",
        "Nomornya. / Its number, as the command line takes it.",
        need=_NUMBER,
    )
    rule: Rule | None = declared(
        one("{t}.code = {p}.rule and " + LATEST_EDITION),
        "Aturannya. / The rule as it was last run.",
        need=EXCLUSION,
    )
    person: Person | None = declared(BY_PERSON, "Orangnya. / The person.")
    family_card: FamilyCard | None = declared(
        one("{t}.card_id = {p}.card_id"), "Kartu keluarganya. / The family card, where the rule looks at one."
    )
    program: Program | None = declared(
        one("{t}.id = {p}.program_id"), "Programnya. / The program.", need=EXCLUSION
    )
    wilayah: Wilayah | None = declared(
        wilayah_of("home_area_key"),
        "Tempat tinggal. / Where the person lives now.",
        need=EXCLUSION + placed("home_area_key"),
    )
    opened: Instant = column("opened", "Dibuka pada. / Instant at which it was opened.")
    latest: CaseEventKind = expression(last_event("event"), "Peristiwa terakhir. / The latest event.")
    latest_at: Instant = expression(last_event("at"), "Waktu peristiwa itu. / When that was told.")
    is_closed: bool = expression(CLOSED, "Sudah ditutup. / Whether it is closed.")
    silent_since: Instant | None = expression(
        SILENT_SINCE,
        "Sejak kapan tidak ada instansi yang menyatakan sesuatu; kosong: sudah ditutup. / "
        "Since when no agency has said a word of it, else when it was opened; null: closed.",
    )
    is_paying: bool | None = expression(
        PAYING,
        "Masih terbuka, tetapi tetap dibayar sejak dibuka; bila dua daftar berhadapan, oleh keduanya. / "
        "Open, and paid on since it was opened; where two enrollments stand against each other, by both.",
        need=EXCLUSION + PAYMENT,
    )
    finding: Finding | None = declared(
        one("{t}.rule = {p}.rule and {t}.subject = {p}.subject"),
        "Temuannya yang berlaku. / What stands found of it; null: nothing any longer.",
    )
    events: list[CaseEvent] = declared(
        Relation(
            Arity.MANY, "{t}.case_id = {p}.case_id and " + by_then("{t}.at"), order=[Key("{t}.id")], size=4
        ),
        "Peristiwanya, menurut urutan. / Its events, in order.",
    )
