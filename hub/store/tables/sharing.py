"""Data sets and their releases: what was published, file by file and cell by cell. Never about one person."""

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Identity, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import metadata

dataset = Table(
    "dataset",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column(
        "name",
        Text,
        nullable=False,
        unique=True,
        comment="file of config/datasets, and its place below /data",
    ),
    Column("uid", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
    Column("title_id", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("definition", JSONB, nullable=False, comment="as its file has it"),
    Column("missing", ARRAY(Text), nullable=False, comment="what Satu Data asks for and it does not tell"),
    Column("sort", Integer, nullable=False),
    comment="Data sets that the hub publishes, as declared now",
)

dataset_release = Table(
    "dataset_release",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("uid", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
    Column("dataset", Text, nullable=False, comment="dataset.name"),
    Column("number", Integer, nullable=False, comment="from 1, by data set"),
    Column("period", Text, nullable=False, comment="month (WIB) that it tells of: 2026-11"),
    Column("made", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("reason", Text, comment="of a correction: why"),
    Column("replaces", Integer, comment="of a correction: number of the release that it takes the place of"),
    Column("digest", Text, nullable=False, comment="SHA-256 over definition and disclosure limits, in hex"),
    Column("definition", JSONB, nullable=False, comment="the data set as it was declared then"),
    Column("limits", JSONB, nullable=False, comment="disclosure limits that it was made under"),
    Column("rows", BigInteger, nullable=False),
    Column("suppressed", BigInteger, nullable=False, comment="rows whose number is withheld (status c)"),
    Column("protection", JSONB, nullable=False, comment="what disclosure control did and proved, in numbers"),
    Index("uq_dataset_release_dataset_number", "dataset", "number", unique=True),
    Index("ix_dataset_release_uid", "uid"),
    comment="Releases of data sets; only ever added",
)

release_file = Table(
    "release_file",
    metadata,
    Column("release_id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True, comment="penerima-2026-11-1.csv"),
    Column("format", Text, nullable=False, comment="csv, json, parquet, xlsx, sdmx-csv"),
    Column("media_type", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False, comment="in hex; contents lie under it below the data directory"),
    comment="Files of releases",
)

release_cell = Table(
    "release_cell",
    metadata,
    Column("release_id", Integer, primary_key=True, autoincrement=False),
    Column(
        "ordinal", BigInteger, primary_key=True, autoincrement=False, comment="place in the files, from 1"
    ),
    Column("cells", JSONB, nullable=False, comment="value by column; what is withheld is null"),
    comment="Rows of releases, as published",
)
