"""Rules in their editions, runs of the audit, findings with frozen evidence, cases and what became of them.

A finding row is never changed but for its end (`recorded`) and the home area, which follows the person; a case and its
events are only ever added.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    Sequence,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import OPEN, areas, metadata, open_index, recorded, subject

finding_ids = Sequence("finding_ids", metadata=metadata, schema="hub")
case_ids = Sequence("case_ids", metadata=metadata, schema="hub")

rule_edition = Table(
    "rule_edition",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("code", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column(
        "fingerprint",
        Text,
        nullable=False,
        comment="SHA-256 over definition, parameters and statement, in hex",
    ),
    Column("kind", Text, nullable=False, comment="overlap, inclusion, exclusion"),
    Column("unit", Text, nullable=False, comment="person, family_card, assistance_unit, account"),
    Column("severity", Text, nullable=False, comment="high, medium, low"),
    Column("title_id", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("text_id", Text, nullable=False, comment="fit to be read by the person concerned"),
    Column("text_en", Text, nullable=False),
    Column("legal_basis", Text),
    Column("evidence", Text, nullable=False, comment="V two sources, S one, I to be confirmed"),
    Column("valid_from", Date, nullable=False, comment="first day (WIB) that the rule looks at"),
    Column("valid_to", Date, comment="the day after the last; null: still in force"),
    Column("definition", JSONB, nullable=False, comment="the rule as its file has it, without its cases"),
    Column("parameters", JSONB, nullable=False, comment="with what the programs' files add to it"),
    Column("statement", Text, nullable=False, comment="the SQL that finds, as it was run"),
    Column("since", DateTime(timezone=True), nullable=False, comment="hub clock, UTC: first run under it"),
    Index("uq_rule_edition_fingerprint", "code", "version", "fingerprint", unique=True),
    comment="Rules as they were run: definition, parameters and statement; only ever added",
)

audit_run = Table(
    "audit_run",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column(
        "at", DateTime(timezone=True), nullable=False, comment="instant of recording of its findings, UTC"
    ),
    Column("scope", JSONB, nullable=False, comment="rules, area and period asked for; blank: all"),
    Column("editions", ARRAY(Integer), nullable=False, comment="rule_edition.id of each rule it ran"),
    Column(
        "whole",
        ARRAY(Integer),
        nullable=False,
        comment="of these, those whose findings it left as of its instant for every area and period",
    ),
    Column("touched", BigInteger, comment="persons looked at; null: all"),
    Column("found", BigInteger, nullable=False, comment="findings opened"),
    Column("gone", BigInteger, nullable=False, comment="findings closed"),
    Column("seconds", JSONB, nullable=False, comment="by rule"),
    comment="One run of the audit",
)

finding = Table(
    "finding",
    metadata,
    Column("finding_id", BigInteger, nullable=False),
    Column("uid", Uuid, nullable=False),
    Column("rule_id", Integer, nullable=False, comment="rule_edition.id"),
    Column("rule", Text, nullable=False, comment="code of the rule"),
    Column("subject", Text, nullable=False, comment="what the rule found, by its unit; may hold a number"),
    subject(),
    Column("person_ids", ARRAY(BigInteger), nullable=False, comment="everybody the evidence speaks of"),
    Column("card_id", BigInteger, comment="family card, where the rule speaks of one"),
    Column("program_id", SmallInteger),
    Column("program_ids", ARRAY(SmallInteger), nullable=False, comment="every program in the evidence"),
    Column("since", Date, comment="first day of what was found; null: not known since when"),
    Column("until", Date, comment="the day after the last; null: still so"),
    Column("amount_idr", BigInteger, comment="whole rupiah of the benefits at risk; null: none"),
    Column("paid_idr", BigInteger, comment="what was paid of them; null: nothing"),
    Column("enrollment_ids", ARRAY(BigInteger), nullable=False),
    Column("benefit_ids", ARRAY(BigInteger), nullable=False),
    Column("record_ids", ARRAY(BigInteger), nullable=False, comment="source record versions behind it"),
    Column("proof", Text, nullable=False, comment="the evidence as canonical JSON, as it was found"),
    Column("freshness", JSONB, nullable=False, comment="by source of the evidence: end of its last run, UTC"),
    recorded(),
    *areas(),
    Column("amounts", ARRAY(BigInteger), comment="whole rupiah of each benefit as it was found"),
    Column("paids", ARRAY(BigInteger), comment="what was paid of each of them; null: nothing"),
    open_index("ix_finding_rule", "rule", "home_area_key", "finding_id"),
    open_index("ix_finding_person_id", "person_id"),
    open_index("ix_finding_card_id", "card_id"),
    open_index("ix_finding_home", "home_area_key", "finding_id"),
    Index("ix_finding_finding_id", "finding_id"),
    Index("ix_finding_uid", "uid"),
    Index("ix_finding_person_ids", "person_ids", postgresql_using="gin", postgresql_where=OPEN),
    Index("ix_finding_subject", "rule", "subject"),
    comment="What a rule found, with its evidence frozen; closed when it is found no longer, or found otherwise",
)

audit_case = Table(
    "audit_case",
    metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", Uuid, nullable=False),
    Column("rule", Text, nullable=False),
    Column("subject", Text, nullable=False),
    subject(),
    Column("card_id", BigInteger),
    Column("program_id", SmallInteger),
    Column("opened", DateTime(timezone=True), nullable=False, comment="UTC"),
    *areas(),
    Index("ix_audit_case_subject", "rule", "subject"),
    Index("ix_audit_case_person_id", "person_id"),
    Index("ix_audit_case_home", "home_area_key", "case_id"),
    Index("ix_audit_case_uid", "uid"),
    comment="What is looked into: one open case a rule and subject",
)

case_event = Table(
    "case_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("case_id", BigInteger, nullable=False),
    subject(),
    Column("finding_id", BigInteger, comment="finding that the event speaks of"),
    Column(
        "event",
        Text,
        nullable=False,
        comment="opened, changed, gone, judged (by the hub); seen, verified, registry_wrong, recovered, appealed,"
        " closed",
    ),
    Column("at", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("actor", Text, nullable=False, comment="who says so: an account, or hub"),
    Column("agency", Text, comment="for which agency"),
    Column("registry", Text, comment="source.code of the registry that was wrong"),
    Column("amount_idr", BigInteger, comment="whole rupiah recovered"),
    Column("reason", Text, comment="why, in the agency's words"),
    *areas(),
    Index("ix_case_event_case_id", "case_id", "id"),
    Index("ix_case_event_person_id", "person_id"),
    comment="What happened to a case, by whom and why; only ever added",
)
