"""Files that were handed over under an agreement: to whom, what, until when. Nobody stands in it by name or number."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, LargeBinary, Table, Text, Uuid

from hub.store.tables.base import metadata

handed_file = Table(
    "handed_file",
    metadata,
    Column("request", Uuid, primary_key=True, comment="id of its lines in the ledger"),
    Column("agency", Text, nullable=False),
    Column("agreement", Text, nullable=False, comment="code@version"),
    Column("purpose", Text, nullable=False),
    Column(
        "operation", Text, nullable=False, comment="SHA-256 of its document without values, as in the ledger"
    ),
    Column("form", Text, nullable=False, comment="xlsx, parquet, csv, ndjson"),
    Column("root", Text, nullable=False, comment="list that it holds"),
    Column("bytes", BigInteger, nullable=False, comment="of the ZIP"),
    Column("sha256", Text, nullable=False, comment="of the ZIP, in hex"),
    Column("made", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("actor", Text, nullable=False, comment="who made it, by name of account"),
    Column("until", Date, nullable=False, comment="day after the last on which it may be used (WIB)"),
    Column(
        "code",
        LargeBinary,
        unique=True,
        comment="SHA-256 of the code that fetches it; null: no door gives it out",
    ),
    Column("fetched", Integer, nullable=False, comment="times that it was fetched"),
    Column("ended", DateTime(timezone=True), comment="taken back, UTC; null: it was not"),
    comment="Files that were handed over under an agreement",
)
