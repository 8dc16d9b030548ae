"""What exchanges by SPDCI leave: which messages came, what waits to be answered, who wants to be told of what."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

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

spdci_work = Table(
    "spdci_work",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "correlation", Text, nullable=False, unique=True, comment="correlation_id that the sender was given"
    ),
    Column("registry", Text, nullable=False, comment="sr, crvs, ibr"),
    Column("action", Text, nullable=False, comment="search, subscribe, unsubscribe, txn-status"),
    Column("sender", Text, nullable=False, comment="sender_id"),
    Column("transaction", Text, nullable=False, comment="transaction_id of the sender"),
    Column("address", Text, nullable=False, comment="where the answer goes"),
    Column("sealed", LargeBinary, comment="the request, encrypted; null once it is answered or given up"),
    Column("items", JSONB, nullable=False, comment="reference_id, status and reason of each item; no record"),
    Column("status", Text, nullable=False, comment="rcvd, pdng, succ, rjct"),
    Column("attempts", Integer, nullable=False, comment="to answer it"),
    Column("due", DateTime(timezone=True), nullable=False, comment="when it is tried next, UTC"),
    Column("received", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Index("ix_spdci_work_due", "due", postgresql_where=text("sealed is not null")),
    Index("ix_spdci_work_sender_transaction", "sender", "transaction"),
    comment="Requests by SPDCI that are answered later, and how they fared",
)
spdci_subscription = Table(
    "spdci_subscription",
    metadata,
    Column("code", Text, primary_key=True, comment="that the subscriber was given"),
    Column("registry", Text, nullable=False, comment="sr, crvs, ibr"),
    Column("sender", Text, nullable=False, comment="sender_id"),
    Column("event", Text, nullable=False, comment="reg_event_type"),
    Column(
        "digest", LargeBinary, nullable=False, comment="HMAC-SHA-256 of its filter under a key of the hub"
    ),
    Column("address", Text, nullable=False, comment="where notifications go"),
    Column("sealed", LargeBinary, nullable=False, comment="filter, purpose and claims, encrypted"),
    Column("position", Text, nullable=False, comment="cursor of the feed of changes"),
    Column("seen", DateTime(timezone=True), nullable=False, comment="what was held then has been told, UTC"),
    Column("attempts", Integer, nullable=False, comment="to notify, since the last that succeeded"),
    Column("due", DateTime(timezone=True), nullable=False, comment="when it is looked at next, UTC"),
    Column("made", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("ended", DateTime(timezone=True), comment="UTC; null: it stands"),
    Index("ix_spdci_subscription_due", "due", postgresql_where=text("ended is null")),
    comment="Who wants to be told of what by SPDCI",
)
