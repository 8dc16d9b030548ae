"""Who is who: persons as anchors, the log of judgements, the clusters under them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    Identity,
    Index,
    Integer,
    Sequence,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.tables.base import areas, metadata, open_index, recorded

person_ids = Sequence("person_ids", metadata=metadata, schema="hub")
record_ids = Sequence("record_ids", metadata=metadata, schema="hub")
card_ids = Sequence("card_ids", metadata=metadata, schema="hub")
household_ids = Sequence("household_ids", metadata=metadata, schema="hub")
enrollment_ids = Sequence("enrollment_ids", metadata=metadata, schema="hub")
benefit_ids = Sequence("benefit_ids", metadata=metadata, schema="hub")
group_ids = Sequence("group_ids", metadata=metadata, schema="hub")
institution_ids = Sequence("institution_ids", metadata=metadata, schema="hub")

person = Table(
    "person",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "uid", Uuid, nullable=False, server_default=text("gen_random_uuid()"), comment="public id, random"
    ),
    Column(
        "founded_by", BigInteger, nullable=False, comment="mention that the person goes with; 0: none is left"
    ),
    Column("merged_into", BigInteger, comment="the current person when this one was merged"),
    *areas(),
    Index("uq_person_uid", "uid", unique=True),
    Index("ix_person_merged_into", "merged_into", postgresql_where=text("merged_into is not null")),
    Index("ix_person_unfounded", "id", postgresql_where=text("founded_by = 0")),
    Index("uq_person_founded_by", "founded_by", unique=True, postgresql_where=text("founded_by <> 0")),
    comment="A person's canonical id; never deleted, never reused, never rebuilt",
)

cluster_member = Table(
    "cluster_member",
    metadata,
    Column("mention_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("method", Text, nullable=False, comment="founder, nik_name, ..."),
    recorded(),
    *areas(),
    open_index("uq_cluster_member_mention_id", "mention_id", unique=True),
    Index("ix_cluster_member_person_id", "person_id"),
    Index("ix_cluster_member_left", "mention_id", postgresql_where=text("not upper_inf(recorded)")),
    comment="Which mention stands for which person, over time",
)

edge = Table(
    "edge",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("mention_a", BigInteger, nullable=False, comment="the smaller mention id"),
    Column("mention_b", BigInteger, nullable=False),
    Column("judgement", Text, nullable=False, comment="same, different, unsure"),
    Column("method", Text, nullable=False, comment="detector or judge: nik_name, nik_conflict, reviewer"),
    Column("score", Float, comment="0 to 1, null where the method gives none"),
    Column("evidence", JSONB, nullable=False, comment="what agreed and what did not; codes, never values"),
    Column("actor", Text, nullable=False, comment="hub, or the reviewer's account"),
    recorded(),
    *areas(),
    Column("judging_id", BigInteger, comment="line of the log that it rests on; null: judged by the hub"),
    Index("ix_edge_mention_a", "mention_a"),
    Index("ix_edge_mention_b", "mention_b"),
    Index("ix_edge_doubted", "method", "mention_a", postgresql_where=text("judgement = 'unsure'")),
    Index("ix_edge_judging_id", "judging_id", postgresql_where=text("judging_id is not null")),
    comment="Judgements between mentions; ended, never deleted",
)

candidate = Table(
    "candidate",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("mention_a", BigInteger, nullable=False, comment="the smaller mention id"),
    Column("mention_b", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, comment="detector that proposes it: nik_typo, splink, ..."),
    Column(
        "score", Float, nullable=False, comment="0 to 1: how likely one person, by the detector's account"
    ),
    Column("evidence", JSONB, nullable=False, comment="verdict by field; codes, never values"),
    Column("model", Text, comment="version of the model that scored it; null: a detector without one"),
    Column("run_id", Integer, comment="run that proposed it; null: a linkage of its own"),
    Column("dismissed", DateTime(timezone=True), comment="hub clock, UTC; null: it waits"),
    Column("dismissed_by", Text, comment="hub, or the reviewer's account"),
    recorded(),
    CheckConstraint("mention_a < mention_b", name="ck_candidate_mentions"),
    CheckConstraint("score between 0 and 1", name="ck_candidate_score"),
    open_index("uq_candidate_pair", "mention_a", "mention_b", "kind", unique=True),
    open_index("ix_candidate_mention_b", "mention_b"),
    Index(
        "ix_candidate_waiting",
        "score",
        "id",
        postgresql_where=text("upper_inf(recorded) and dismissed is null"),
    ),
    comment="Pairs of mentions that may be one person, by detector; closed when found no longer or otherwise",
)

judging = Table(
    "judging",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("mention_a", BigInteger, nullable=False, comment="the smaller mention id"),
    Column("mention_b", BigInteger, nullable=False),
    Column("event", Text, nullable=False, comment="judged, undone"),
    Column("judgement", Text, comment="same, different, unsure; null: undone"),
    Column("undoes", BigInteger, comment="the line that it takes back"),
    Column("at", DateTime(timezone=True), nullable=False, comment="hub clock, UTC"),
    Column("actor", Text, nullable=False, comment="who says so: an account"),
    Column("agency", Text, comment="for which agency"),
    Column("reason", Text, comment="why, in the reviewer's words"),
    Column(
        "in_force",
        Boolean,
        nullable=False,
        comment="whether it took effect; false: another reviewer has to say the same",
    ),
    Column("run_id", Integer, nullable=False, comment="run of the hub that wrote it"),
    Column("rests_on", BigInteger, comment="the first reviewer's line where two had to say the same"),
    Column("account", Text, comment="account of this machine that wrote it; null: it came through the graph"),
    CheckConstraint("mention_a < mention_b", name="ck_judging_mentions"),
    Index("ix_judging_pair", "mention_a", "mention_b", "id"),
    Index("ix_judging_undoes", "undoes", postgresql_where=text("undoes is not null")),
    comment="What people said of two mentions, and took back; only ever added",
)
