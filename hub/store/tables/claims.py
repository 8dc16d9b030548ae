"""Typed claims: what one version of one source record says, raw text beside the normalised value.

Claims are immutable and share the life (`recorded`) of their source record. A raw column is null where the
text as received equals the normalised value. One row a record and kind; a *statement* (a row a field) is
computed from these when asked and never stored.
"""

from sqlalchemy import BigInteger, Column, Date, Index, Numeric, SmallInteger, Table, Text, text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB

from hub.store.tables.base import areas, metadata, source_column, subject

MENTION_SLOTS = 16
"""A mention is entry_id * 16 + slot: the n-th person slot of a record, over all its versions."""


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
    Column("valid", DATERANGE, comment="[from, to) the number was in use, days in WIB; null when not told"),
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
    Column("unit", Text, comment="person (when null), family, group, community: whose status it is"),
    Column("unit_number", Text, comment="No KK or group number of that unit"),
    Column(
        "detail", JSONB, comment="what the list states beside the code: wage, power in VA, fields compared"
    ),
    Index("ix_claim_status_record_id", "record_id"),
    Index("ix_claim_status_person_id", "person_id"),
    comment="What a record says of a social status, by list and code",
)

claim_score = Table(
    "claim_score",
    metadata,
    *_origin(),
    Column("register", Text, nullable=False, comment="bdt2015, dtks, regsosek, dtsen"),
    Column("unit", Text, nullable=False, comment="person, family, household: what was ranked"),
    Column("unit_number", Text, comment="No KK, or number of the household in the register"),
    Column("edition", Text, nullable=False, comment="version of the register: 2015, 2025-Q1"),
    Column("desil", SmallInteger, comment="1 (poorest) to 10"),
    Column("percentile", SmallInteger, comment="1 (poorest) to 100"),
    Column("label", Text, comment="welfare status in the register's own words"),
    Column("valid", DATERANGE, nullable=False, comment="[from, to) the rank held, days in WIB"),
    *areas(),
    Index("ix_claim_score_record_id", "record_id"),
    Index("ix_claim_score_person_id", "person_id"),
    comment="How a register ranks a person, family or household by welfare",
)

claim_attribute = Table(
    "claim_attribute",
    metadata,
    *_origin(),
    Column("unit", Text, nullable=False, comment="person, family, household"),
    Column("unit_number", Text, comment="No KK, or number of the household in the register"),
    Column("vocabulary", Text, nullable=False, comment="version of the attribute set: pmt-1"),
    Column("edition", Text, nullable=False, comment="version of the register"),
    Column(
        "given", JSONB, nullable=False, comment="harmonised values by attribute; what is missing is left out"
    ),
    Column("valid", DATERANGE, nullable=False, comment="[from, to), days in WIB"),
    *areas(),
    Index("ix_claim_attribute_record_id", "record_id"),
    Index("ix_claim_attribute_person_id", "person_id"),
    Index("ix_claim_attribute_unit_number", "unit_number", postgresql_where=text("unit <> 'person'")),
    comment="Welfare attributes (PMT variables) of a person, family or household, in the words of the hub's set",
)

claim_dwelling = Table(
    "claim_dwelling",
    metadata,
    *_origin(),
    Column("scheme", Text, nullable=False, comment="numbering: idbdt, regsosek, ..."),
    Column("number", Text, nullable=False, comment="number of the household (ruta) in the register"),
    Column("family_no", Text, comment="which family of the household"),
    Column("relation", Text, comment="relation to the head of the household, code list shdk"),
    Column("address", Text),
    Column("valid", DATERANGE, nullable=False, comment="[from, to) as surveyed, days in WIB"),
    *areas(),
    Index("ix_claim_dwelling_record_id", "record_id"),
    Index("ix_claim_dwelling_person_id", "person_id"),
    Index("ix_claim_dwelling_number", "scheme", "number"),
    comment="Who a survey found living in which household (ruta), apart from family cards",
)

claim_group = Table(
    "claim_group",
    metadata,
    *_origin(),
    Column("kind", Text, nullable=False, comment="kube, uep, community, ..."),
    Column("number", Text, nullable=False, comment="number or name by which the list knows the group"),
    Column("name", Text),
    Column("role", Text, comment="chair, member; null where the record tells of the group alone"),
    Column("size", SmallInteger, comment="members or families as stated"),
    Column("program", Text, comment="program that serves the group"),
    Column("valid", DATERANGE, nullable=False, comment="[from, to), days in WIB"),
    *areas(),
    Index("ix_claim_group_record_id", "record_id"),
    Index("ix_claim_group_person_id", "person_id"),
    Index("ix_claim_group_number", "kind", "number"),
    comment="Groups and who belongs to them; the person is null where none is named",
)

claim_institution = Table(
    "claim_institution",
    metadata,
    *_origin(),
    Column("kind", Text, nullable=False, comment="PSKS code: LKS, karang_taruna, LK3, WKSBM, company"),
    Column(
        "number", Text, nullable=False, comment="registration number, or name and desa where there is none"
    ),
    Column("name", Text, nullable=False),
    Column("address", Text),
    Column(
        "detail", JSONB, comment="what the list states beside: chair's role, accreditation, field of work"
    ),
    Column("valid", DATERANGE, nullable=False, comment="[from, to), days in WIB"),
    *areas(),
    Index("ix_claim_institution_record_id", "record_id"),
    Index("ix_claim_institution_person_id", "person_id"),
    comment="Institutions of social welfare; the person is whoever answers for it, null where none is named",
)

claim_observation = Table(
    "claim_observation",
    metadata,
    *_origin(),
    Column("dataset", Text, nullable=False, comment="name of the data set at its publisher"),
    Column("measure", Text, nullable=False, comment="what is counted"),
    Column("value", Numeric, comment="null where the publisher gives none"),
    Column("unit", Text, nullable=False, comment="orang, keluarga, persen, rupiah, ..."),
    Column("dimensions", JSONB, nullable=False, comment="further dimensions by name"),
    Column("area_key", BigInteger, comment="area observed, 10-digit key"),
    Column("area_raw", Text),
    Column("valid", DATERANGE, nullable=False, comment="period observed, [from, to)"),
    *areas(),
    Index("ix_claim_observation_record_id", "record_id"),
    Index("ix_claim_observation_dataset", "dataset", "measure", "area_key"),
    comment="Published aggregates by area and period; never about one person",
)

CLAIMS = (
    claim_person, claim_identifier, claim_enrollment, claim_benefit, claim_status, claim_score, claim_attribute,
    claim_dwelling, claim_group, claim_institution, claim_observation,
)  # fmt: skip

PERSONLESS = frozenset(
    {
        "claim_status",
        "claim_score",
        "claim_attribute",
        "claim_group",
        "claim_institution",
        "claim_observation",
    }
)
"""Claims that stand without a person where the record names none: a family's answers, a group, an aggregate."""
