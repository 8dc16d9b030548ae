"""What no role but the owner reads: the key of contexts, and indices set aside."""

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from hub.store.tables.base import metadata

context_key = Table(
    "context_key",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("secret", LargeBinary, nullable=False),
    Column(
        "inner_pad", LargeBinary, comment="secret filled with zeros to 64 bytes, each xor 0x36 (RFC 2104)"
    ),
    Column(
        "outer_pad", LargeBinary, comment="secret filled with zeros to 64 bytes, each xor 0x5c (RFC 2104)"
    ),
    comment="HMAC key of signed contexts; readable by the owner of hub.enter alone",
)

index_aside = Table(
    "index_aside",
    metadata,
    Column("table_name", Text, nullable=False),
    Column("statement", Text, nullable=False, comment="makes one of them again"),
    comment="Indices that a running first load has set aside; empty outside of its transaction",
)
