"""Whose data may not be processed, and who is protected: decisions that only ever grow, and whom they cover now."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE

from hub.store.tables.base import metadata

restriction = Table(
    "restriction",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("subject_id", BigInteger, nullable=False, comment="person.id"),
    Column("kind", Text, nullable=False, comment="processing (UU 27/2022 art. 40-41), protected"),
    Column("event", Text, comment="asked, restricted, refused, lifted; all but refused and lifted cover"),
    Column("at", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("actor", Text, nullable=False, comment="who decided, by the name of the account"),
    Column("basis", Text, nullable=False, comment="law, order or request that it rests on"),
    Column("since", Date, comment="first day named, WIB; it covers from the decision on all the same"),
    Column("until", Date, comment="day after the last, WIB; null: until it is lifted"),
    Index("ix_restriction_subject_id", "subject_id", "kind", "id"),
    comment="Decisions on whose data is withheld, by whom and on what basis; never changed",
)

withheld = Table(
    "withheld",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("persons", INT8MULTIRANGE, nullable=False, comment="persons who are covered"),
    Column("mentions", INT8MULTIRANGE, nullable=False, comment="their mentions"),
    Column("entries", INT8MULTIRANGE, nullable=False, comment="records that mention them, over all versions"),
    Column("nobody", Boolean, Computed("isempty(persons)"), nullable=False, comment="nobody is covered"),
    comment="Whom the restrictions cover now: one row, made anew with each decision and each landing",
)
