"""Who carries what together: programs and flags of persons by quarter, and how many units carry each combination.

Written by the audit after each run for those whom it looked at, and made anew when a quarter begins; derived as a whole
from what stands.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    SmallInteger,
    Table,
    Text,
)

from hub.store.tables.base import areas, metadata, subject

overlap_person = Table(
    "overlap_person",
    metadata,
    Column("kind", Text, nullable=False, comment="program: what is held; flag: rules that found something"),
    Column("quarter", Date, nullable=False, comment="first day (WIB) of the quarter"),
    subject(),
    Column("card_id", BigInteger, comment="family card on the last day of the quarter; null: none"),
    Column("codes", ARRAY(Text), nullable=False, comment="codes of the programs or rules, in order"),
    Column("program_ids", ARRAY(SmallInteger), nullable=False, comment="every program that these speak of"),
    Column(
        "person_ids", ARRAY(BigInteger), nullable=False, comment="everybody the evidence of flags speaks of"
    ),
    Column(
        "amount_idr", BigInteger, nullable=False, comment="whole rupiah for periods that begin in the quarter"
    ),
    Column("desil", SmallInteger, nullable=False, comment="1 to 10 by the latest rank; 0: not ranked"),
    *areas(),
    Index("ix_overlap_person_person_id", "person_id"),
    Index("ix_overlap_person_card_id", "card_id"),
    Index("ix_overlap_person_home", "kind", "quarter", "home_area_key"),
    comment="What each person holds or is flagged with in a quarter",
)

overlap_cell = Table(
    "overlap_cell",
    metadata,
    Column("kind", Text, nullable=False, comment="as overlap_person"),
    Column("unit", Text, nullable=False, comment="person, family"),
    Column("quarter", Date, nullable=False, comment="first day (WIB) of the quarter"),
    Column(
        "desil",
        SmallInteger,
        nullable=False,
        comment="of the person, or the poorest of the family; 0: not ranked",
    ),
    Column("codes", ARRAY(Text), nullable=False, comment="exactly these, in order"),
    Column("program_ids", ARRAY(SmallInteger), nullable=False, comment="every program that these speak of"),
    Column("units", BigInteger, nullable=False, comment="persons or families"),
    Column("amount_idr", BigInteger, nullable=False, comment="whole rupiah of these units in the quarter"),
    *areas(),
    Index(
        "uq_overlap_cell",
        "kind",
        "quarter",
        "home_area_key",
        "unit",
        "desil",
        "codes",
        "program_ids",
        unique=True,
    ),
    CheckConstraint("units >= 0", name="ck_overlap_cell_units"),
    comment="How many persons and families of a desa carry exactly a combination in a quarter",
)

overlap_mark = Table(
    "overlap_mark",
    metadata,
    Column("quarter", Date, primary_key=True, comment="first day (WIB) of the last quarter counted"),
    Column("at", DateTime(timezone=True), nullable=False, comment="instant of the audit that counted, UTC"),
    comment="How far overlaps are counted; one row",
)
