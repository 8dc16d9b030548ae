"""What exchanges by SPDCI leave: which messages came, what waits to be answered, who wants to be told of what."""

from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text

from hub.store.tables.base import metadata

spdci_message = Table(
    "spdci_message",
    metadata,
    Column("sender", Text, primary_key=True, comment="sender_id"),
    Column("digest", LargeBinary, primary_key=True, comment="SHA-256 of its message_id"),
    Column("at", DateTime(timezone=True), nullable=False, comment="when it came, hub clock, UTC"),
    Index("ix_spdci_message_at", "at"),
    comment="Messages that came, so that none is taken twice; forgotten once their time stamp is too old by itself",
)
