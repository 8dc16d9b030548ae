"""Keys of contexts, which no role but the owner reads; generations of keys; indices set aside."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, LargeBinary, Table, Text

from hub.store.tables.base import metadata

context_key = Table(
    "context_key",
    metadata,
    Column(
        "id", Integer, primary_key=True, autoincrement=False, comment="generation; two while it is changed"
    ),
    Column("secret", LargeBinary, nullable=False),
    Column(
        "inner_pad", LargeBinary, comment="secret filled with zeros to 64 bytes, each xor 0x36 (RFC 2104)"
    ),
    Column(
        "outer_pad", LargeBinary, comment="secret filled with zeros to 64 bytes, each xor 0x5c (RFC 2104)"
    ),
    comment="HMAC key of signed contexts; readable by the owner of hub.enter alone",
)

key_event = Table(
    "key_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("name", Text, nullable=False, comment="context, tokens, subjects, checkpoints, pseudonyms, spdci"),
    Column("generation", Integer, nullable=False, comment="from 2: the first needs no event"),
    Column("event", Text, nullable=False, comment="made, retired"),
    Column("at", DateTime(timezone=True), nullable=False, comment="machine's clock, UTC"),
    Column("actor", Text, nullable=False, comment="who did it, by the name of the account"),
    comment="Generations of the hub's keys, which are derived and stand nowhere; only ever grows",
)

index_aside = Table(
    "index_aside",
    metadata,
    Column("table_name", Text, nullable=False),
    Column("statement", Text, nullable=False, comment="makes one of them again"),
    comment="Indices that a running first load has set aside; empty outside of its transaction",
)
