"""Reference data: areas in both systems, code lists, programs, amounts. Loaded by `hub init`, the same for all."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE

from hub.store.tables.base import metadata

wilayah = Table(
    "wilayah",
    metadata,
    Column("system", Text, primary_key=True, comment="kemendagri, bps"),
    Column("code", Text, primary_key=True, comment="33.20.01.2001; BPS without dots"),
    Column(
        "level",
        SmallInteger,
        nullable=False,
        comment="1 provinsi, 2 kabupaten/kota, 3 kecamatan, 4 desa/kelurahan",
    ),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("parent_code", Text),
    Column(
        "area_key",
        BigInteger,
        nullable=False,
        comment="10-digit Kemendagri key; of the same area for BPS codes",
    ),
    Column("valid", DATERANGE, nullable=False, comment="[from, to) by decree"),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("population", Integer, comment="registered persons, end of 2024, where published"),
    Index("ix_wilayah_area_key", "area_key"),
    Index("ix_wilayah_name", "system", text("lower(name)"), "code"),
    Index("ix_wilayah_parent", "system", "parent_code", "code"),
    comment="Areas by system and code",
)

wilayah_successor = Table(
    "wilayah_successor",
    metadata,
    Column("code", Text, primary_key=True, comment="retired Kemendagri code"),
    Column("level", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("first_seen", Text, nullable=False),
    Column("last_seen", Text, nullable=False),
    Column("successor_code", Text),
    Column("method", Text, nullable=False),
    Column("valid", DATERANGE, nullable=False, comment="[from, to), by the years of the tables that have it"),
    Index("ix_wilayah_successor_successor_code", "successor_code"),
    comment="Retired codes since 2016 with their successors",
)

wilayah_bridge = Table(
    "wilayah_bridge",
    metadata,
    Column("bps_code", Text, primary_key=True),
    Column("level", SmallInteger, nullable=False),
    Column("bps_name", Text),
    Column("kemendagri_code", Text, comment="code of the current decree"),
    Column("bridged_code", Text, comment="Kemendagri code in the bridging table"),
    Column("match", Text, nullable=False),
    Column("postal_codes", Text),
    Index("ix_wilayah_bridge_kemendagri_code", "kemendagri_code"),
    comment="BPS codes beside Kemendagri codes",
)

wilayah_name = Table(
    "wilayah_name",
    metadata,
    Column("level", SmallInteger, primary_key=True),
    Column(
        "name_key",
        Text(collation="C"),
        primary_key=True,
        comment="the form under which spellings of one name meet (hub.domain.area_names)",
    ),
    Column("code", Text, primary_key=True, comment="Kemendagri code of today"),
    Column("kind", Text, nullable=False, comment="name, bps, former"),
    comment="Names that areas in force have or had, so that lists with names alone can be resolved",
)

code = Table(
    "code",
    metadata,
    Column(
        "scheme",
        Text,
        primary_key=True,
        comment="sex, shdk, marital, religion, education, occupation, pmks ...",
    ),
    Column("code", Text, primary_key=True),
    Column("label_id", Text, nullable=False),
    Column("label_en", Text),
    Column("note", Text),
    Column("sort", Integer, nullable=False),
    comment="Code lists",
)

status_scope = Table(
    "status_scope",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("code", Text, primary_key=True, comment="code of the list; *: every other one"),
    Column("bits", BigInteger, nullable=False, comment="scopes of which one opens it, a bit each"),
    comment="Scopes that open statuses; one that stands nowhere here is sensitive",
)

code_crosswalk = Table(
    "code_crosswalk",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("source_scheme", Text, nullable=False),
    Column("source_code", Text, nullable=False),
    Column("source_label", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("code", Text, comment="null where there is no counterpart"),
    Column("relation", Text, nullable=False, comment="exact, close, narrower, broader, none"),
    Column("note", Text),
    Index("ix_code_crosswalk_source", "source_scheme", "source_code"),
    comment="Codes of other lists against ours (SKOS-like relations)",
)

program = Table(
    "program",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False, unique=True),
    Column("name_id", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("unit", Text, nullable=False, comment="person, family, group, house"),
    Column("kind", Text, nullable=False, comment="money, goods, service"),
    Column("legal_basis", Text),
    comment="Programs of social assistance",
)

component = Table(
    "component",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("program_id", SmallInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("name_id", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Index("uq_component_program_id_code", "program_id", "code", unique=True),
    comment="Components of programs",
)

program_amount = Table(
    "program_amount",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("program_id", SmallInteger, nullable=False),
    Column("component_id", SmallInteger),
    Column("valid", DATERANGE, nullable=False),
    Column("amount_idr", BigInteger, comment="whole rupiah; null where the benefit is in kind"),
    Column("per", Text, nullable=False, comment="month, quarter, year, once"),
    Column("unit", Text, nullable=False),
    Column("evidence", Text, nullable=False, comment="V verified, S one source, I inferred"),
    Column("legal_basis", Text),
    Column("note", Text),
    comment="Amounts by decree and validity",
)

program_exclusion = Table(
    "program_exclusion",
    metadata,
    Column("program_a", SmallInteger, primary_key=True),
    Column("program_b", SmallInteger, primary_key=True),
    Column("unit", Text, primary_key=True, comment="person, family"),
    Column("valid", DATERANGE, primary_key=True),
    Column("legal_basis", Text),
    Column("evidence", Text, nullable=False),
    comment="Programs that exclude each other for one unit",
)

program_allowance = Table(
    "program_allowance",
    metadata,
    Column("program_a", SmallInteger, primary_key=True),
    Column(
        "program_b", SmallInteger, primary_key=True, comment="the same as program_a: several of one program"
    ),
    Column("unit", Text, primary_key=True, comment="person, family"),
    Column("valid", DATERANGE, primary_key=True),
    Column("at_most", SmallInteger, comment="persons of the unit at a time; null: as many as are entitled"),
    Column("legal_basis", Text),
    Column("evidence", Text, nullable=False),
    comment="Programs that one unit may hold beside each other, and up to how many of its persons",
)

reference_load = Table(
    "reference_load",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("loaded_on", Date, nullable=False),
    comment="Which version of each reference file is loaded",
)
