"""What was received of a row: its columns with their values, the file it stood in, and why it was refused."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Column, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.schema.declaring import column, declared, expression
from hub.schema.reference import Run, Source, source_of
from hub.schema.scalars import Instant, Json
from hub.schema.scoping import ALL, IDENTITY, UNJUDGED

# What a source sent is told as it is; a name in it that looks like a mark of the ledger is kept from being one.
_CELLS = """replace({p}.payload, '"$s":', '"$s" :')::json"""
_OBJECT = f"json_each(case when json_typeof({_CELLS}) = 'object' then {_CELLS} end)"
_ARRAY = f"json_array_elements(case when json_typeof({_CELLS}) = 'array' then {_CELLS} end)"
# A value beyond the columns that the list names is told by its place behind the last of them.
_NAME = "coalesce(l.columns[a.place], '+' || a.place - coalesce(cardinality(l.columns), 0))"
_NAMED = f"{_ARRAY} with ordinality a(value, place) left join hub.layout l on l.id = {{p}}.layout_id"
COLUMNS = Rows(
    "(select o.place, o.key as name, o.value #>> '{{}}' as value"
    f" from {_OBJECT} with ordinality o(key, value, place)"
    f" union all select a.place, {_NAME}, a.value #>> '{{{{}}}}' from {_NAMED})"
)
"""The columns of a row `{p}` with `payload` and `layout_id`."""
PAYLOAD = (
    f"case json_typeof({_CELLS}) when 'object' then {_CELLS}"
    f" else coalesce((select json_object_agg({_NAME}, a.value order by a.place) from {_NAMED}), '{{{{}}}}') end"
)
"""The same as one JSON object."""


@strawberry.type(
    description="Satu kolom sebagaimana diterima. / One column of a row, as it was received.",
)
class RecordColumn:
    """One column of a row, as it was received."""

    needs: ClassVar[Need] = ALL
    rows: ClassVar[Rows] = COLUMNS

    named: str = declared(
        Column("name"),
        "Nama kolom menurut penerbitnya. / Name of the column at the producer; +1: one it names none for.",
        name="column",
    )
    value: str | None = column(
        "value", "Nilainya sebagai teks, apa adanya. / Its value as text, untouched; null: the row has none."
    )


@strawberry.type(
    description="Berkas atau halaman yang dibaca hub. / A file, or page of a listing, as it was read."
)
class SourceFile:
    """A file or a page of a listing, as it was read."""

    rows: ClassVar[Rows] = Rows("source_file")

    name: str = column("name", "Namanya. / Its name.")
    sha256: str = column("sha256", "SHA-256 isinya, heksadesimal. / SHA-256 of its bytes, in hex.")
    bytes: float = column("bytes", "Ukurannya dalam bita. / Its size in bytes.")
    run: Run | None = declared(
        one("{t}.id = {p}.run_id"), "Tarikan yang pertama membacanya. / Run that first read these bytes."
    )


@strawberry.type(
    description="Satu baris yang ditolak, beserta alasannya. / A row that was refused, with the reasons."
)
class Refusal:
    """A row that was refused; it waits until the source mends it or no longer sends it."""

    needs: ClassVar[Need] = UNJUDGED
    subject: ClassVar[str] = "'n'::text"
    rows: ClassVar[Rows] = Rows("quarantine")

    source: Source | None = declared(source_of(), "Sumbernya. / Its source.")
    key: str | None = column(
        "record_key", "Kunci rekaman. / Key of the record; null: the row tells none.", UNJUDGED + IDENTITY
    )
    reasons: list[str] = column("reasons", "Kode alasan (docs/reasons.md). / Codes of the reasons.")
    fields: list[str] = column("fields", "Kolom yang dimaksud tiap alasan. / Column that each reason means.")
    columns: list[RecordColumn] = declared(
        Relation(Arity.MANY, rows=COLUMNS, order=[Key("{t}.place")], size=20),
        "Isinya sebagaimana diterima. / What was received, in the order of its columns.",
    )
    payload: Json = expression(
        PAYLOAD, "Isinya sebagai objek JSON. / The same as a JSON object.", need=ALL + UNJUDGED
    )
    source_file: SourceFile | None = declared(
        one("{t}.id = {p}.file_id"), "Berkas atau halaman itu. / File, or page of a listing, it stood in."
    )
    row: int = column("row_no", "Baris data, dari 1. / Data row in the file, from 1.")
    run: Run | None = declared(
        one("{t}.id = {p}.run_id"), "Tarikan yang pertama menolaknya. / Run that first refused it."
    )
    recorded_from: Instant = expression("lower({t}.recorded)", "Ditolak sejak. / Refused since, inclusive.")
    recorded_to: Instant | None = expression(
        "upper({t}.recorded)",
        "Menunggu sampai, tidak termasuk. / Waited until, exclusive; null: it waits still.",
    )
