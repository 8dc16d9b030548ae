"""The ledger of disclosures: its inbox, its sealed lines, who stands in them, and signed checkpoints."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from hub.store.tables.base import metadata

ledger_inbox = Table(
    "ledger_inbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "at",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("clock_timestamp()"),
        comment="UTC, by the machine's clock and not by the hub's",
    ),
    Column(
        "caller",
        Text,
        nullable=False,
        server_default=text("current_setting('hub.caller', true)"),
        comment="agency/client, from the verified context",
    ),
    Column(
        "agreement",
        Text,
        nullable=False,
        server_default=text("current_setting('hub.agreement', true)"),
        comment="code@version, from the verified context; blank: none",
    ),
    Column(
        "purpose",
        Text,
        nullable=False,
        server_default=text("current_setting('hub.purpose', true)"),
        comment="from the verified context",
    ),
    Column("request", Uuid, nullable=False, comment="id that the answer bears too"),
    Column("operation", Text, nullable=False, comment="SHA-256 of the document, in hex"),
    Column("fields", ARRAY(Text), nullable=False, comment="what was selected of persons, Type.field"),
    Column(
        "subjects",
        ARRAY(Text),
        nullable=False,
        comment="whom it tells of: person.id, c and a card, h and a household; n: a number",
    ),
    Column("answers", Integer, nullable=False, comment="things told; 0: none was, or a count alone"),
    Column(
        "scopes",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="scopes of what was selected",
    ),
    Column(
        "asked",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="keyed tokens of the numbers and ids that were asked for, found or not",
    ),
    comment="Disclosures waiting to be sealed into the ledger",
)

agreement_use = Table(
    "agreement_use",
    metadata,
    Column("agreement", Text, primary_key=True),
    Column("day", Date, primary_key=True, comment="WIB, by the machine's clock"),
    Column(
        "persons",
        BigInteger,
        nullable=False,
        comment="over all answers; each person once",
    ),
    comment="Persons that were told of under each agreement that has a quota, by day",
)

agreement_told = Table(
    "agreement_told",
    metadata,
    Column("agreement", Text, primary_key=True),
    Column("day", Date, primary_key=True, comment="WIB, by the machine's clock"),
    Column("person", BigInteger, primary_key=True, autoincrement=False, comment="person.id"),
    comment="Whom each agreement that has a quota was told of today; gone with the first answer of the next day",
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False, comment="from 1, without gaps"),
    Column("line", Text, nullable=False, comment="canonical JSON; subjects stand in it as keyed tokens"),
    Column("seal", LargeBinary, nullable=False, comment="SHA-256 over the seal before and the line"),
    comment="Sealed disclosures; only ever grows",
)

ledger_subject = Table(
    "ledger_subject",
    metadata,
    Column(
        "token", LargeBinary, primary_key=True, comment="HMAC of the person under the ledger's key, 16 bytes"
    ),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    comment="In which lines a person stands",
)

ledger_checkpoint = Table(
    "ledger_checkpoint",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "told", Text, nullable=False, comment="number, seal and instant with their Ed25519 signature, as JSON"
    ),
    Column("at", DateTime(timezone=True), nullable=False, comment="UTC, by the machine's clock"),
    comment="Signed seals, which are to be kept elsewhere too",
)
