"""Which records are one person, by which judgements, of whom and since when; and which pairs wait to be judged."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.schema.declaring import column, declared, expression, global_id
from hub.schema.details import Detail, details
from hub.schema.people import PERSON
from hub.schema.provenance import KNOWN_VERSION
from hub.schema.records import Record, record_of
from hub.schema.scalars import Instant
from hub.schema.scoping import PROVENANCE
from hub.schema.words import Judgement, LinkMethod
from hub.store.tables.claims import MENTION_SLOTS

METHOD = (
    "case when {t}.method in ('nik_name', 'nik_conflict', 'reviewer') then {t}.method else 'detector' end"
)


def newest(mention: str) -> str:
    """SQL of the newest version of a mention's record that was known then."""
    return (
        f"(select max(r.id) from hub.source_record r where r.entry_id = {mention} / {MENTION_SLOTS}"
        f" and {KNOWN_VERSION})"
    )


LINKED = Rows(
    f"(select m.mention_id, m.recorded, {newest('m.mention_id')} as record_id from hub.cluster_member m"
    " where m.person_id = {p}.person_id and {recorded[m]})"
)
JUDGED = Rows(
    "(select e.id, e.judgement, e.method, e.score, e.evidence, e.actor, e.recorded, e.judging_id, o.person_id,"
    f" {newest('e.other')} as record_id from (select x.*, x.mention_b as other from hub.edge x"
    " where x.mention_a = {p}.mention_id union all select x.*, x.mention_a from hub.edge x"
    " where x.mention_b = {p}.mention_id) e"
    " join hub.cluster_member o on o.mention_id = e.other where {recorded[e]} and {recorded[o]})"
)
WAITING = Rows(
    "(select c.id, c.kind, c.score, c.evidence, c.model, c.recorded, a.person_id, b.person_id as other_id,"
    f" {newest('c.mention_a')} as record_id, {newest('c.mention_b')} as other_record_id from hub.candidate c"
    " join hub.cluster_member a on a.mention_id = c.mention_a join hub.cluster_member b on b.mention_id = c.mention_b"
    " where {recorded[c]} and {recorded[a]} and {recorded[b]} and a.person_id <> b.person_id"
    " and (c.dismissed is null or c.dismissed > {known}))"
)
# The line of the log that an edge rests on, and that of the first reviewer where two had to say the same.
OF_EDGE = (
    """{t}.id in (select unnest(array[j.id, j.rests_on]) from hub.judging j where j.id = {p}.judging_id)"""
)
OTHER_PERSON = one("{t}.person_id = {p}.person_id")


@strawberry.type(description="Satu keputusan tentang dua rekaman. / What somebody said of two records.")
class Judging:
    """A line of the log of judgements; never changed."""

    needs: ClassVar[Need] = PROVENANCE
    subject: ClassVar[str] = (
        "(select string_agg(m.person_id::text, ' ') from hub.cluster_member m"
        " where m.mention_id in ({t}.mention_a, {t}.mention_b) and upper_inf(m.recorded))"
    )
    rows: ClassVar[Rows] = Rows("judging")

    judging: strawberry.ID = global_id("Judging", "{t}.id")
    judgement: Judgement | None = column("judgement", "Penilaiannya. / The judgement.")
    in_force: bool = column(
        "in_force", "false: menunggu penilai kedua. / false: another reviewer has to say the same."
    )
    undone: bool = expression(
        "exists (select from hub.judging u where u.undoes = {t}.id and ({known} is null or u.at <= {known}))",
        "Sudah ditarik kembali. / Taken back since.",
    )
    at: Instant = column("at", "Waktunya. / When.")
    decided_by: str = column("actor", "Siapa yang memutuskan. / Who said so.")
    reason: str | None = column("reason", "Alasannya. / Why, in the reviewer's words.")


@strawberry.type(
    description="Penilaian tentang sebuah rekaman dan rekaman lain. / A judgement of a record and another one."
)
class RecordJudgement:
    """A judgement in force, as seen from one of its two records."""

    needs: ClassVar[Need] = PROVENANCE
    rows: ClassVar[Rows] = JUDGED

    judgement: Judgement = column("judgement", "Penilaiannya. / The judgement.")
    method: LinkMethod = expression(METHOD, "Caranya. / How it was come to.")
    kind: str | None = expression(
        f"case when {METHOD} = 'detector' then {{t}}.method end", "Pendeteksinya. / Code of the detector."
    )
    score: float | None = column("score", "0 sampai 1. / 0 to 1; null: the method gives none.")
    evidence: list[Detail] = details("evidence", "Putusan menurut kolom. / Verdict by field; never a value.")
    decided_by: str = column("actor", "Siapa yang memutuskan. / Who decided: hub, or an account.")
    since: Instant = expression("lower({t}.recorded)", "Sejak. / Judged so since.")
    decisions: list[Judging] = declared(
        Relation(Arity.MANY, OF_EDGE, order=[Key("{t}.id")], size=1),
        "Keputusan orang di baliknya. / What people said that it rests on; two lines where two reviewers had to agree.",
    )
    record: Record | None = declared(one("{t}.id = {p}.record_id"), "Rekaman lainnya. / The other record.")
    person: object = declared(
        OTHER_PERSON, "Orang pada rekaman lainnya. / Whom the other record is of.", of=PERSON | None
    )


@strawberry.type(description="Satu rekaman seseorang. / One record that is of a person.")
class LinkedRecord:
    """A record, in its newest version, that is held to be of the person, and the judgements that say so."""

    needs: ClassVar[Need] = PROVENANCE
    rows: ClassVar[Rows] = LINKED

    linked_record: strawberry.ID = global_id("LinkedRecord", "{t}.mention_id")
    record: Record | None = record_of()
    since: Instant = expression(
        "lower({t}.recorded)", "Sejak kapan dianggap orang ini. / Held to be of this person since."
    )
    judgements: list[RecordJudgement] = declared(
        Relation(Arity.MANY, order=[Key("{t}.id")], size=2),
        "Penilaian yang menyangkutnya. / The judgements of it and other records that are in force.",
    )


@strawberry.type(
    description="Dua rekaman yang mungkin satu orang. / Two records that may be of one person, as a detector says."
)
class Candidate:
    """A pair of two persons' records that waits to be judged."""

    needs: ClassVar[Need] = PROVENANCE
    subject: ClassVar[str] = "{t}.person_id || ' ' || {t}.other_id"
    rows: ClassVar[Rows] = WAITING

    candidate: strawberry.ID = global_id("Candidate", "{t}.id")
    kind: str = column("kind", "Kode pendeteksinya. / Code of the detector.")
    score: float = column("score", "0 sampai 1. / 0 to 1: how likely one person.")
    evidence: list[Detail] = details("evidence", "Putusan menurut kolom. / Verdict by field; never a value.")
    model: str | None = column("model", "Versi modelnya. / Version of the model; null: none.")
    since: Instant = expression("lower({t}.recorded)", "Menunggu sejak. / Proposed so since.")
    person: object = declared(OTHER_PERSON, "Orang pertama. / The first person.", of=PERSON | None)
    other: object = declared(
        one("{t}.person_id = {p}.other_id"), "Orang kedua. / The second person.", of=PERSON | None
    )
    record: Record | None = declared(
        one("{t}.id = {p}.record_id"), "Rekaman orang pertama. / Record of the first."
    )
    other_record: Record | None = declared(
        one("{t}.id = {p}.other_record_id"), "Rekaman orang kedua. / Record of the second."
    )
