"""Source records: each version as it was received, where it came from, whom it names and what it claims."""

from typing import Any, ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.schema.claims import CLAIMS_OF, Claim
from hub.schema.declaring import column, declared, expression, global_id
from hub.schema.paging import Node
from hub.schema.people import OBSERVATION, PERSON
from hub.schema.received import COLUMNS, PAYLOAD, RecordColumn, Refusal, SourceFile
from hub.schema.reference import Run, Source, Wilayah, source_of, wilayah_of
from hub.schema.scalars import Instant, Json
from hub.schema.scoping import ALL, IDENTITY, PROVENANCE
from hub.store.tables.claims import CLAIMS, MENTION_SLOTS

KNOWN = "({known} is null or lower({t}.recorded) <= {known})"
"""The condition that the hub had recorded the row by the instant in force."""
MENTIONS = Rows(
    f"(select m.mention_id - {{p}}.entry_id * {MENTION_SLOTS} as slot, m.person_id, m.method"
    " from hub.claim_person c cross join lateral ("
    " select * from hub.cluster_member h where h.mention_id = c.mention_id and upper_inf(h.recorded)"
    " and ({known} is null or lower(h.recorded) <= {known}) union all"
    " select * from hub.cluster_member h where {known} is not null and h.mention_id = c.mention_id"
    " and not upper_inf(h.recorded) and h.recorded @> {known}) m where c.record_id = {p}.id)"
)


_PEOPLED = " union ".join(
    f"select c.person_id::text as person from hub.{table.name} c where c.record_id = {{t}}.id"
    for table in CLAIMS
    if "person_id" in table.c
)
OF_RECORD = f"(select coalesce(string_agg(x.person, ' '), 'n') from ({_PEOPLED}) x)"
"""Whom a source record tells of, apart by blanks: the persons that its claims stand for now."""


@strawberry.type(
    description="Seseorang yang disebut rekaman. / A person whom a record names, in one place of it."
)
class Mention:
    """A person whom a record names: the slot of the record, and who it is held to be."""

    needs: ClassVar[Need] = PROVENANCE + IDENTITY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = MENTIONS

    slot: int = column("slot", "Tempatnya dalam rekaman, dari 0. / Place in the record, from 0.")
    method: str = column("method", "Cara dikenali. / How the person was told: founder, nik_name, …")
    person: object = declared(
        one("{t}.person_id = {p}.person_id"),
        "Orangnya; null: tidak untuk Anda. / Who it is; null: not for you.",
        of=PERSON | None,
    )


@strawberry.type(
    description="Satu versi dari satu rekaman sumber, tidak pernah diubah. / One version of a source record."
)
class Record(Node):
    """One version of one source record."""

    needs: ClassVar[Need] = PROVENANCE
    subject: ClassVar[str] = OF_RECORD
    rows: ClassVar[Rows] = Rows("source_record", node="{t}.id :: bigint")

    id: strawberry.ID = global_id("Record", "{t}.id")
    source: Source | None = declared(source_of(), "Sumbernya. / Its source.")
    key: str = column(
        "record_key", "Kunci menurut sumber. / Key declared by the source.", need=PROVENANCE + IDENTITY
    )
    occurrence: int = column(
        "occurrence",
        "1; lebih bila baris yang berbeda berbagi kunci. / 1; more where differing rows share a key.",
    )
    version: int = column("version", "Versi, dari 1. / Version, from 1.")
    period: str | None = expression(
        "nullif({t}.scope, '')", "Masa yang dibicarakan daftarnya. / Period that its list speaks of."
    )
    content_hash: str = expression(
        "translate({t}.content_hash::text, '-', '')",
        "BLAKE2b-128 isi yang diterima, 32 angka heksadesimal. / BLAKE2b-128 of what was received, 32 hex digits.",
        need=ALL,
    )
    columns: list[RecordColumn] = declared(
        Relation(Arity.MANY, rows=COLUMNS, order=[Key("{t}.place")], size=20),
        "Isinya sebagaimana diterima, menurut urutan kolomnya. / What was received, in the order of its columns.",
    )
    payload: Json = expression(
        PAYLOAD,
        "Isinya sebagai objek JSON, kolom ke nilai. / The same as a JSON object, column to value as received.",
        need=ALL,
    )
    file: str | None = expression(
        "select f.name from hub.source_file f where f.id = {t}.file_id",
        "Berkas tempat versi ini dibaca. / File this version was read from.",
    )
    row: int = column("row_no", "Baris data, dari 1. / Data row in the file, from 1.")
    source_file: SourceFile | None = declared(
        one("{t}.id = {p}.file_id"), "Berkas atau halaman itu. / That file, or page of a listing."
    )
    run: Run | None = declared(one("{t}.id = {p}.run_id"), "Tarikan yang menulisnya. / Run that wrote it.")
    wilayah: Wilayah | None = declared(
        wilayah_of("event_area_key"), "Wilayah menurut rekaman. / Area as listed; null: unknown."
    )
    recorded_from: Instant = expression(
        "lower({t}.recorded)", "Diketahui hub sejak. / Held true by the hub from, inclusive."
    )
    recorded_to: Instant | None = expression(
        "upper({t}.recorded)",
        "Diketahui hub sampai, tidak termasuk. / Held true until, exclusive; null: still.",
    )
    versions: "list[Record]" = declared(
        Relation(
            Arity.MANY,
            f"{{t}}.entry_id = {{p}}.entry_id and {KNOWN}",
            order=[Key("{t}.version")],
            size=3,
        ),
        "Semua versinya, yang pertama lebih dulu. / All versions of the record, this one too, the first one first.",
    )
    refusals: list[Refusal] = declared(
        Relation(
            Arity.MANY,
            f"{{t}}.source_id = {{p}}.source_id and {{t}}.record_key = {{p}}.record_key and {KNOWN}",
            order=[Key("{t}.id")],
            size=2,
        ),
        "Baris dengan kunci ini yang ditolak. / Rows of this key that were refused, the first one first.",
    )
    mentions: list[Mention] = declared(
        Relation(Arity.MANY, order=[Key("{t}.slot"), Key("{t}.person_id")], size=2),
        "Siapa yang disebutnya. / Whom it names.",
    )
    claims: list[Claim] = declared(
        Relation(
            Arity.MANY,
            rows=CLAIMS_OF,
            order=[Key("{t}.kind", "text"), Key("{t}.slot"), Key("{t}.told::text", "text")],
            size=4,
        ),
        "Apa yang dinyatakannya, menurut jenis. / What it claims, by kind.",
    )
    observations: object = declared(
        Relation(
            Arity.MANY,
            "{t}.record_id = {p}.id",
            order=[
                Key("{t}.dataset", "text"),
                Key("{t}.measure", "text"),
                Key("{t}.dimensions::text", "text"),
                Key("{t}.area_key"),
                Key("lower({t}.valid)", "date"),
            ],
            size=5,
        ),
        "Angka yang dinyatakannya. / Published numbers that it states.",
        of=list[OBSERVATION],
    )


def record_of() -> Any:
    """The field from a row to the source record that says so."""
    return declared(one("{t}.id = {p}.record_id"), "Rekaman yang menyatakannya. / Record that says so.")
