"""Rights of persons over what the hub holds of them: cases with what became of them, and breaches."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, Text, Uuid, text

from hub.store.tables.base import metadata, subject

rights_case = Table(
    "rights_case",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "uid", Uuid, nullable=False, server_default=text("gen_random_uuid()"), comment="public id, random"
    ),
    Column("kind", Text, nullable=False, comment="access, correction, restriction, objection"),
    subject(),
    Column("opened", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("due", DateTime(timezone=True), nullable=False, comment="UTC, exclusive: config/rights.toml"),
    Column("asked", Text, nullable=False, comment="what is asked for, in the words of who asks"),
    Column("registry", Text, comment="source.code of the registry that a correction is routed to"),
    Column("finding", Uuid, comment="public id of the finding that is objected to"),
    Index("uq_rights_case_uid", "uid", unique=True),
    Index("ix_rights_case_person_id", "person_id"),
    comment="What a person asked of her data; what became of it are events, and nothing is ever changed",
)

rights_event = Table(
    "rights_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("case_id", BigInteger, nullable=False, comment="rights_case.id"),
    Column("event", Text, nullable=False, comment="opened, routed, granted, refused, withdrawn, told"),
    Column("at", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("actor", Text, nullable=False, comment="who did it, by the name of the account"),
    Column("note", Text, comment="why, or what was done"),
    Index("ix_rights_event_case_id", "case_id", "id"),
    comment="What became of a case; only ever added",
)

breach = Table(
    "breach",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "uid", Uuid, nullable=False, server_default=text("gen_random_uuid()"), comment="public id, random"
    ),
    Column(
        "known", DateTime(timezone=True), nullable=False, comment="when it was found, UTC: the clock runs"
    ),
    Column("due", DateTime(timezone=True), nullable=False, comment="UTC, exclusive"),
    Column("since", DateTime(timezone=True), nullable=False, comment="first instant of the window, UTC"),
    Column("until", DateTime(timezone=True), nullable=False, comment="end of the window, exclusive, UTC"),
    Column("caller", Text, nullable=False, comment="agency or agency/client; blank: every one"),
    Column("agreement", Text, nullable=False, comment="code of the agreement; blank: every one"),
    Column("how", Text, nullable=False, comment="how it came about"),
    Column("handling", Text, nullable=False, comment="what was and is done against it"),
    Column("noted", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("actor", Text, nullable=False, comment="who noted it, by the name of the account"),
    Index("uq_breach_uid", "uid", unique=True),
    comment="Failures to protect personal data (UU 27/2022 art. 46); whom they touch is told by the ledger",
)

breach_event = Table(
    "breach_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("breach_id", BigInteger, nullable=False, comment="breach.id"),
    Column("event", Text, nullable=False, comment="told_authority, told_persons, handled, closed"),
    Column("at", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("actor", Text, nullable=False, comment="who noted it, by the name of the account"),
    Column("note", Text, comment="what was done, or why there is nothing more to do"),
    Index("ix_breach_event_breach_id", "breach_id", "id"),
    comment="What became of a breach; only ever added",
)
