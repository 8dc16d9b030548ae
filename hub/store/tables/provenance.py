"""Sources, runs, files, immutable versioned source records, quarantine: where every value comes from."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import areas, metadata, open_index, recorded, source_column, subject

source = Table(
    "source",
    metadata,
    Column("id", SmallInteger, Identity(), primary_key=True),
    Column(
        "code", Text, nullable=False, unique=True, comment="name of the connector and of its config entry"
    ),
    Column("title_id", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("owner", Text, nullable=False, comment="agency that answers for the list"),
    Column("family", Text, nullable=False, comment="population, program, poverty_register ..."),
    Column("rank", SmallInteger, nullable=False, comment="default survivorship rank, 1 is believed first"),
    Column(
        "full_list", Boolean, nullable=False, comment="a record that is missing from a complete run is closed"
    ),
    Column("legal_basis", Text),
    Column(
        "last_complete_run", Integer, comment="run whose end is the last-seen instant of every open record"
    ),
    comment="A registry or list that the hub pulls",
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    source_column(),
    Column("started", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("finished", DateTime(timezone=True), comment="hub clock, UTC"),
    Column("status", Text, nullable=False, comment="running, complete, partial, failed, reverted"),
    Column("rows_in", BigInteger, nullable=False, server_default="0"),
    Column("stored", BigInteger, nullable=False, server_default="0", comment="rows that wrote a version"),
    Column("unchanged", BigInteger, nullable=False, server_default="0"),
    Column("quarantined", BigInteger, nullable=False, server_default="0"),
    Column("closed", BigInteger, nullable=False, server_default="0", comment="records gone from a full list"),
    Column(
        "conflicting",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="rows that share a key and differ",
    ),
    Column(
        "detail",
        JSONB,
        nullable=False,
        server_default="{}",
        comment="seconds by stage, drift, reasons counted",
    ),
    Column("error", Text, comment="code and message of the failure; never a person's value"),
    Index("ix_run_source_id", "source_id", "id"),
    comment="One pull of one source",
)

run_progress = Table(
    "run_progress",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("stage", Text, nullable=False, comment="pull, land"),
    Column("rows", BigInteger, nullable=False, comment="rows staged so far"),
    Column("refused", BigInteger, nullable=False, comment="of these refused"),
    Column("at", DateTime(timezone=True), nullable=False, comment="machine's clock, UTC"),
    comment="How far the run under way is, told by it about once a second, apart from its transaction",
)

source_state = Table(
    "source_state",
    metadata,
    Column("source_id", SmallInteger, primary_key=True),
    Column("cursor", JSONB, nullable=False),
    Column("run_id", Integer, nullable=False),
    comment="Where the next run of a source goes on; commits with the rows it stands for",
)

source_health = Table(
    "source_health",
    metadata,
    Column("source_id", SmallInteger, primary_key=True),
    Column("quota_day", Date, comment="day (WIB) that `calls` counts"),
    Column("calls", Integer, nullable=False, server_default="0", comment="calls made on that day"),
    Column(
        "failures",
        Integer,
        nullable=False,
        server_default="0",
        comment="runs failed in a row by the upstream",
    ),
    Column(
        "open_until", DateTime(timezone=True), comment="the source is not called before this instant (UTC)"
    ),
    Column("detail", JSONB, nullable=False, server_default="{}", comment="code of the last failure"),
    comment="Quota used today, and the circuit that opens on repeated failure",
)

source_schedule = Table(
    "source_schedule",
    metadata,
    Column("source_id", SmallInteger, primary_key=True),
    Column("due", DateTime(timezone=True), nullable=False, comment="next instant the worker runs it, UTC"),
    Column("started", DateTime(timezone=True), comment="when the worker last began a run"),
    Column("finished", DateTime(timezone=True)),
    Column("outcome", Text, comment="status of that run"),
    Column("worker", Text, comment="host and process that holds it; null while idle"),
    Column("beat", DateTime(timezone=True), comment="last sign of life of that worker"),
    comment="When each source is due, for the worker",
)

usage_feedback = Table(
    "usage_feedback",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    source_column(),
    Column("record_id", BigInteger, nullable=False, comment="answer whose use is reported"),
    Column("customer", Text, nullable=False, comment="pseudonym under which the use is reported; no NIK"),
    Column("sent", DateTime(timezone=True), comment="accepted by the registry, UTC; null while it waits"),
    Column("outcome", Text, comment="accepted, known, refused"),
    Index("uq_usage_feedback_record_id", "record_id", unique=True),
    comment="Use of the population register reported back (data balikan)",
)

list_horizon = Table(
    "list_horizon",
    metadata,
    Column("source_id", SmallInteger, primary_key=True),
    Column("program", Text, primary_key=True),
    Column("kecamatan_key", BigInteger, primary_key=True, comment="10-digit key of the kecamatan, 0 unknown"),
    Column("until", Date, nullable=False, comment="end, exclusive, of the latest period listed"),
    comment="How far the periodic lists of a program reach: who is on the last one is held enrolled still",
)

source_file = Table(
    "source_file",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    source_column(),
    Column("run_id", Integer, nullable=False, comment="run that first read these bytes"),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column(
        "detail",
        JSONB,
        nullable=False,
        server_default="{}",
        comment="encoding, delimiter, header row, damage",
    ),
    Index("uq_source_file_source_id_name_sha256", "source_id", "name", "sha256", unique=True),
    comment="A file or listing as it was read",
)

layout = Table(
    "layout",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    source_column(),
    Column("fingerprint", Uuid, nullable=False),
    Column(
        "columns", ARRAY(Text), nullable=False, comment="column names in the order of the payload's values"
    ),
    Index("uq_layout_source_id_fingerprint", "source_id", "fingerprint", unique=True),
    comment="Column names of the payloads that are arrays of values",
)

source_record = Table(
    "source_record",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="one version of one record"),
    Column(
        "entry_id", BigInteger, nullable=False, comment="the record over all its versions: id of version 1"
    ),
    source_column(),
    Column(
        "record_key", Text, nullable=False, comment="key declared by the source, with the period if periodic"
    ),
    Column("occurrence", SmallInteger, nullable=False, comment="1; more where differing rows share a key"),
    Column("version", Integer, nullable=False),
    Column("scope", Text, nullable=False, comment="period the list speaks of; closing never crosses it"),
    Column(
        "layout_id", Integer, comment="names of the payload's values; null where the payload is an object"
    ),
    Column("payload", Text, nullable=False, comment="the row as received: JSON array or object of texts"),
    Column("content_hash", Uuid, nullable=False, comment="BLAKE2b-128 of the payload"),
    Column("file_id", Integer, nullable=False),
    Column(
        "row_no", Integer, nullable=False, comment="1-based data row in the file when this version was read"
    ),
    Column("run_id", Integer, nullable=False, comment="run that wrote the version"),
    recorded(),
    subject(),
    *areas(),
    Column(
        "opened",
        DateTime(timezone=True),
        Computed("lower(recorded)", persisted=True),
        nullable=False,
        comment="start of recorded, UTC",
    ),
    Index("uq_source_record_key", "source_id", "record_key", "occurrence", "version", unique=True),
    Index("ix_source_record_entry_id", "entry_id"),
    Index("ix_source_record_source_id", "source_id", "id"),
    Index("ix_source_record_run_id", "run_id", "id"),
    Index("ix_source_record_area", "event_area_key", "id"),
    # No index may hold `recorded`: a record that closes would enter all of them anew.
    Index("ix_source_record_opened", "opened", "id"),
    postgresql_with={"fillfactor": 75},
    comment="Immutable versions of source records: `recorded`, the subject and the home area alone are updated, and"
    " retention erases the payload of closed ones",
)

record_end = Table(
    "record_end",
    metadata,
    Column("at", DateTime(timezone=True), primary_key=True, comment="end of recorded, UTC"),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False, comment="source_record.id"),
    comment="Ends of source records in order; kept by the triggers of source_record",
)

retention_run = Table(
    "retention_run",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("actor", Text, nullable=False, comment="who had it done, by the name of the account"),
    Column("edition", Text, nullable=False, comment="version of config/retention.toml"),
    Column("erased", JSONB, nullable=False, comment="rows by class, and within it by source or table"),
    comment="Each time that what was past its time was erased; only ever grows",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    source_column(),
    Column("content_hash", Uuid, nullable=False),
    Column("occurrence", SmallInteger, nullable=False, comment="1; more for identical rows in one run"),
    Column("scope", Text, nullable=False),
    Column("layout_id", Integer),
    Column("payload", Text, nullable=False, comment="the row as received"),
    Column("reasons", ARRAY(Text), nullable=False, comment="reason codes, see docs/reasons.md"),
    Column("fields", ARRAY(Text), nullable=False, comment="columns that the reasons speak of"),
    Column("file_id", Integer, nullable=False),
    Column("row_no", Integer, nullable=False),
    Column("run_id", Integer, nullable=False, comment="run that first refused the row"),
    recorded(),
    subject(),
    *areas(),
    Column("record_key", Text, comment="key of the record, null where the row does not tell it"),
    open_index("ix_quarantine_open", "source_id", "content_hash"),
    Index("ix_quarantine_record_key", "source_id", "record_key"),
    comment="Rows that could not land, with reasons; closed when the source no longer sends them",
)
