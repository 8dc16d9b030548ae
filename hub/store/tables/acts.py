"""What callers did through the graph: each act once, by the key that they chose for it."""

from sqlalchemy import Column, DateTime, LargeBinary, Table, Text

from hub.store.tables.base import metadata

act = Table(
    "act",
    metadata,
    Column("caller", Text, primary_key=True, comment="agency/client"),
    Column("key", Text, primary_key=True, comment="chosen by the caller: the same act twice is one"),
    Column("field", Text, nullable=False, comment="field of the mutation"),
    Column(
        "digest", LargeBinary, nullable=False, comment="HMAC-SHA-256 of its arguments under a key of the hub"
    ),
    Column("ref", Text, nullable=False, comment="public id of what came of it"),
    Column(
        "agreement", Text, nullable=False, comment="that it was done under; blank: at the machine of the hub"
    ),
    Column("purpose", Text, nullable=False, comment="what for; blank likewise"),
    Column("at", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    comment="Acts of callers; only ever added",
)
