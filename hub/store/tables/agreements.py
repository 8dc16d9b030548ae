"""Agreements in their versions, and what was decided on each: both only ever grow."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import metadata

agreement = Table(
    "agreement",
    metadata,
    Column("code", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("agency", Text, nullable=False, comment="agency that may ask under it"),
    Column(
        "terms", JSONB, nullable=False, comment="purposes, scopes, programs, areas, masks, quota, validity"
    ),
    comment="Agreements (perjanjian kerja sama) as proposed; approvals are events",
)

agreement_event = Table(
    "agreement_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("code", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("event", Text, nullable=False, comment="proposed, approved, suspended, resumed, ended"),
    Column("actor", Text, nullable=False, comment="who decided, by the name of the account"),
    Column("reason", Text),
    Index("ix_agreement_event_code_version", "code", "version"),
    comment="What was decided on an agreement, by whom and why; never changed",
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True, comment="public part of the key"),
    Column("agency", Text, nullable=False),
    Column("client", Text, nullable=False, comment="client of the agency"),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the secret part, which stands nowhere"),
    Column("narrowed", JSONB, nullable=False, comment="purpose, agreement, areas, scope it is narrowed to"),
    Column("made", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("expires", DateTime(timezone=True), nullable=False, comment="UTC"),
    Column("actor", Text, nullable=False, comment="who made it, by the name of the account"),
    comment="Keys of systems; never changed",
)

api_key_end = Table(
    "api_key_end",
    metadata,
    Column("id", Text, primary_key=True, comment="api_key.id"),
    Column("at", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("actor", Text, nullable=False, comment="who ended it, by the name of the account"),
    comment="Keys of systems that were ended before they expired",
)
