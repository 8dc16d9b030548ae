"""Typed claims: what one version of one source record says, raw text beside the normalised value.

Claims are immutable and share the life (`recorded`) of their source record. A raw column is null where the
text as received equals the normalised value. One row a record and kind; a *statement* (a row a field) is
computed from these when asked and never stored.
"""

from sqlalchemy import BigInteger, Column, Date, Index, Numeric, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import DATERANGE

from hub.store.tables.base import areas, metadata, source_column, subject


def _origin() -> tuple[Column[int], ...]:
    """Where a claim stands: record version, and the mention (the person slot of the record, over all versions)."""
    return (
        Column("record_id", BigInteger, nullable=False, comment="source_record.id"),
        Column(
            "mention_id",
            BigInteger,
            nullable=False,
            comment="entry_id * 16 + slot: node of the identity graph",
        ),
        source_column(),
        subject(),
    )


claim_person = Table(
    "claim_person",
    metadata,
    *_origin(),
    Column("nik", Text, comment="16 digits, null when not well formed"),
    Column("nik_raw", Text),
    Column("nik_grade", SmallInteger, nullable=False),
    Column("name", Text),
    Column("name_raw", Text),
    Column("name_key", Text, comment="form for matching"),
    Column("birth_date", Date),
    Column("birth_raw", Text),
    Column("birth_place", Text),
    Column("sex", Text, comment="code list sex: L, P"),
    Column("mother_name", Text),
    Column("father_name", Text),
    Column("no_kk", Text),
    Column("no_kk_raw", Text),
    Column("no_kk_grade", SmallInteger, nullable=False),
    Column("relation", Text, comment="code list shdk"),
    Column("marital", Text),
    Column("religion", Text),
    Column("education", Text),
    Column("occupation", Text),
    Column("address", Text),
    Column("rt", Text),
    Column("rw", Text),
    Column("area_key", BigInteger, comment="stated area resolved to the 10-digit Kemendagri key"),
    Column("area_raw", Text, comment="stated area as received, with its system: kemendagri:33.20.01.2001"),
    Column("vital", Text, comment="code list vital: hidup, meninggal, pindah, tidak_aktif"),
    Column("effective_on", Date, comment="since when the source says this holds (WIB)"),
    *areas(),
    Index("ix_claim_person_record_id", "record_id"),
    Index("ix_claim_person_person_id", "person_id"),
    comment="What a record says of a person, with the family card it names",
)

claim_identifier = Table(
    "claim_identifier",
    metadata,
    *_origin(),
    Column("scheme", Text, nullable=False, comment="nisn, kip, idsemesta, kks, ..."),
    Column("value", Text, nullable=False),
    Column("grade", SmallInteger, nullable=False),
    *areas(),
    Index("ix_claim_identifier_record_id", "record_id"),
    Index("ix_claim_identifier_person_id", "person_id"),
    Index("ix_claim_identifier_scheme_value", "scheme", "value"),
    comment="Typed identifiers beside NIK and No KK",
)

claim_enrollment = Table(
    "claim_enrollment",
    metadata,
    *_origin(),
    Column("program", Text, nullable=False, comment="program.code"),
    Column("component", Text, comment="component.code within the program"),
    Column("role", Text, nullable=False, comment="holder, member"),
    Column("no_kk", Text, comment="family the enrollment is for, as the list names it"),
    Column("number", Text, comment="participant number of the program"),
    Column("status", Text, nullable=False, comment="proposed, active, suspended, ended"),
    Column("period", DATERANGE, nullable=False, comment="period the list speaks of, [from, to)"),
    *areas(),
    Index("ix_claim_enrollment_record_id", "record_id"),
    Index("ix_claim_enrollment_person_id", "person_id"),
    comment="What a record says of taking part in a program",
)

claim_benefit = Table(
    "claim_benefit",
    metadata,
    *_origin(),
    Column("program", Text, nullable=False),
    Column("component", Text),
    Column("kind", Text, nullable=False, comment="money, goods, service"),
    Column("quantity", Numeric, comment="of goods"),
    Column("unit", Text, comment="unit of the quantity"),
    Column("amount_idr", BigInteger, comment="whole rupiah as stated; null when the list states none"),
    Column("period", DATERANGE, nullable=False, comment="period it is paid for, [from, to)"),
    Column(
        "event", Text, nullable=False, comment="code list benefit_event: closing ... paid, returned, failed"
    ),
    Column("event_on", Date),
    *areas(),
    Index("ix_claim_benefit_record_id", "record_id"),
    Index("ix_claim_benefit_person_id", "person_id"),
    comment="What a record says of a benefit in money or in kind",
)

claim_status = Table(
    "claim_status",
    metadata,
    *_origin(),
    Column("scheme", Text, nullable=False, comment="pmks, psks, vital, layak_pip, disability ..."),
    Column("code", Text, nullable=False),
    Column("valid", DATERANGE, nullable=False, comment="[from, to), days in WIB"),
    Column("note", Text),
    *areas(),
    Index("ix_claim_status_record_id", "record_id"),
    Index("ix_claim_status_person_id", "person_id"),
    comment="What a record says of a social status, by list and code",
)

CLAIMS = (claim_person, claim_identifier, claim_enrollment, claim_benefit, claim_status)
