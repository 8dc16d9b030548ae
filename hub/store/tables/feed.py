"""Indices by the instants of recording: what opened and what ended since an instant, in order.

The feed of changes reads them by range, and inside one instant by the key of the thing. Those of source records stand
with them (`provenance`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)  # fmt: skip

from hub.store.tables import audit, graph
from hub.store.tables.base import areas, metadata, source_column, subject

relocation = Table(
    "relocation",
    metadata,
    Column(
        "kind",
        Text,
        nullable=False,
        comment="ENROLLMENT, PAYMENT, INSTITUTION, RECORD, MENTION",
    ),
    Column("key", BigInteger, nullable=False, comment="number of the thing"),
    Column("ref", Text, nullable=False, comment="part of its global id behind the type"),
    Column("at", DateTime(timezone=True), nullable=False, comment="instant of the move, UTC"),
    Column("program_id", SmallInteger, comment="program that the thing is of"),
    Column("listed_area_key", BigInteger, nullable=False, comment="area as listed, which stays"),
    subject(),
    *areas(),
    Index("ix_relocation_at", "kind", "at", "key"),
    comment="Things that followed a person to another home: event_area_key is the old one, home_area_key the new",
)

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("seq", BigInteger, Identity(), primary_key=True, comment="ascends as they commit"),
    Column("kind", Text, nullable=False, comment="kind of change: PERSON, ENROLLMENT, ..."),
    Column("key", BigInteger, nullable=False, comment="number of the thing"),
    Column("ref", Text, nullable=False, comment="part of its global id behind the type"),
    Column(
        "age",
        Boolean,
        nullable=False,
        comment="came of age or turned out to be a child; false: withheld or freed",
    ),
    Column("program_id", SmallInteger, comment="program that the thing is of"),
    Column("listed_area_key", BigInteger, nullable=False, comment="area as listed"),
    Column("at", DateTime(timezone=True), nullable=False, comment="when it took effect, UTC"),
    subject(),
    *areas(),
    Column(
        "left_at",
        DateTime(timezone=True),
        comment="when the thing had ended, or left this area, before: who has read beyond knows; null: it was held"
        " here, UTC",
    ),
    comment="Things that callers came to see no longer, or again, though nothing of them changed",
)

turned = Table(
    "turned",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False, comment="last day, WIB"),
    Column(
        "at",
        DateTime(timezone=True),
        nullable=False,
        comment="last instant of recording that was looked at, UTC",
    ),
    Column(
        "whole_since",
        DateTime(timezone=True),
        comment="what happened before is no longer told whole, UTC; null: all of it is",
    ),
    comment="Up to where coming of age is told of, and since when the feed is whole: one row",
)

this_hub = Table(
    "this_hub",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column(
        "code",
        Uuid,
        nullable=False,
        comment="drawn once; a copy of the database that goes its own way draws another",
    ),
    comment="What this hub is called among hubs: one row",
)

relayed = Table(
    "relayed",
    metadata,
    Column(
        "entry_id",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="source_record.entry_id, the record over all its versions",
    ),
    source_column(),
    Column("entry", BigInteger, nullable=False, comment="number of the record at the hub that it came from"),
    Column("origin", Uuid, nullable=False, comment="code of the hub that said it first"),
    Column("origin_entry", BigInteger, nullable=False, comment="number of the record at that hub"),
    Index("uq_relayed_entry", "source_id", "entry", unique=True),
    Index("ix_relayed_origin", "origin", "origin_entry"),
    comment="Records that came from another hub: its number for each, and who said it first",
)

FED: tuple[tuple[Table, str], ...] = (
    (graph.person_state, "person_id"),
    (graph.family_card, "card_id"),
    (graph.household, "household_id"),
    (graph.enrollment, "enrollment_id"),
    (graph.benefit, "benefit_id"),
    (graph.social_group, "group_id"),
    (graph.institution, "institution_id"),
    (graph.observation, "record_id"),
    (graph.membership, "person_id"),
    (graph.household_member, "person_id"),
    (graph.status, "person_id"),
    (graph.score, "person_id"),
    (graph.person_attributes, "person_id"),
    (graph.group_member, "group_id"),
)
"""Golden tables with the column that says which thing a row is of."""

for _table, _key in FED:
    Index(f"ix_{_table.name}_opened", text("lower(recorded)"), _table.c[_key])
    Index(
        f"ix_{_table.name}_ended",
        text("upper(recorded)"),
        _table.c[_key],
        postgresql_where=text("not upper_inf(recorded)"),
    )
_FINDING = audit.finding
Index("ix_finding_opened", text("lower(recorded)"), _FINDING.c.finding_id)
Index(
    "ix_finding_ended",
    text("upper(recorded)"),
    _FINDING.c.finding_id,
    postgresql_where=text("not upper_inf(recorded)"),
)
