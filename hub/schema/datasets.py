"""Data sets and their releases: counts that anybody may read, cell by cell. Nothing here speaks of a person."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.schema.declaring import argument, column, declared, expression, global_id
from hub.schema.paging import MOMENT, PAGE, Connection, Node
from hub.schema.scalars import Instant, Json, PeriodName

_MATCHES = (
    "not exists (select from unnest({arg[where]}) w where {t}.cells ->> split_part(w, '=', 1)"
    " is distinct from substr(w, strpos(w, '=') + 1))"
)
WHERE = argument(
    "where",
    list[str],
    "Nilai kolom yang dicari, sebagai `kolom=nilai`; semuanya harus cocok. /"
    " Values of columns to look for, as `column=value`; all have to match.",
    [],
)


def _titled(name: str) -> str:
    """A text of the definition in the caller's language."""
    told = "{t}.definition ->> '" + name
    return f"coalesce(case '{{label}}' when 'label_en' then {told}_en' end, {told}_id')"


@strawberry.type(description="Satu berkas rilis. / A file of a release.")
class DataFile:
    """A file at its permanent address; its contents never change."""

    rows: ClassVar[Rows] = Rows("release_file")

    name: str = column("name", "Nama berkas. / Name of the file.")
    format: str = column("format", "csv, json, parquet, xlsx, sdmx-csv. / The same.")
    media_type: str = column("media_type", "Jenis media. / Media type.")
    bytes: float = expression("{t}.bytes::float8", "Besarnya dalam bita. / Its size in bytes.")
    sha256: str = column("sha256", "SHA-256, heksadesimal. / SHA-256, in hex.")
    path: str = expression(
        "(select '/data/' || r.dataset || '/' || r.number || '/' || {t}.name from hub.dataset_release r"
        " where r.id = {t}.release_id)",
        "Alamat tetapnya di server ini. / Its permanent path on this server.",
    )


@strawberry.type(description="Satu sel rilis. / A cell of a release.")
class DataCell:
    """A row of a release, as it stands in its files."""

    rows: ClassVar[Rows] = Rows("release_cell")

    ordinal: int = expression(
        "{t}.ordinal::integer", "Urutannya di berkas, dari 1. / Its place in the files."
    )
    values: Json = column(
        "cells", "Nilai menurut kolom; null bila ditahan. / Value by column; null where it is withheld."
    )


@strawberry.type(
    description="Satu rilis himpunan data, tidak pernah berubah. / A release of a data set; it never changes."
)
class DataRelease:
    """A release of a data set for a month."""

    rows: ClassVar[Rows] = Rows("dataset_release")

    number: int = column("number", "Nomor rilis, dari 1. / Number of the release, from 1.")
    period: PeriodName = column("period", "Bulannya, 2026-11. / The month that it tells of, 2026-11.")
    made: Instant = column("made", "Waktu rilis. / When it was made.")
    reason: str | None = column("reason", "Alasan pembetulan. / Of a correction: why; null: it is none.")
    replaces: int | None = column(
        "replaces", "Rilis yang digantikan. / Number of the release that it replaces."
    )
    digest: str = column("digest", "Sidik deklarasinya. / SHA-256 over its declaration and limits, in hex.")
    row_count: int = expression("{t}.rows::integer", "Banyaknya sel. / How many cells it has.")
    suppressed: int = expression(
        "{t}.suppressed::integer", "Banyaknya sel yang ditahan. / How many of them are withheld."
    )
    limits: Json = column(
        "limits", "Batas kerahasiaan yang dipakai. / Disclosure limits that it was made under."
    )
    protection: Json = expression(
        "jsonb_strip_nulls(jsonb_build_object('narrowest', {t}.protection -> 'narrowest'))",
        "`narrowest`: selang tersempit yang tersisa. / `narrowest`: the narrowest interval that is left of any cell.",
    )
    files: list[DataFile] = declared(
        Relation(Arity.MANY, "{t}.release_id = {p}.id", order=[Key("{t}.name", "text")], size=5),
        "Berkasnya, menurut nama. / Its files, by name.",
    )
    cells: Connection[DataCell] = declared(
        Relation(Arity.CONNECTION, "{t}.release_id = {p}.id and " + _MATCHES, order=[Key("{t}.ordinal")]),
        "Selnya, menurut urutan berkas. / Its cells, in the order of the files.",
        [WHERE, *PAGE],
    )


@strawberry.type(description="Himpunan data yang disiarkan hub. / A data set that the hub publishes.")
class DataSet(Node):
    """A data set as declared now, with its releases."""

    rows: ClassVar[Rows] = Rows("dataset", node="{t}.name :: text")

    id: strawberry.ID = global_id("DataSet", "{t}.name")
    name: str = column("name", "Nama pendek. / Short name, its place below /data.")
    title: str = expression(_titled("title"), "Judul. / Title.")
    description: str = expression(_titled("description"), "Keterangan. / What it is.")
    metadata: Json = column(
        "definition",
        "Metadata Satu Data: standar, MS-Keg, MS-Var, MS-Ind. / Metadata as Satu Data asks for it.",
    )
    missing: list[str] = column(
        "missing", "Metadata yang belum ada. / What Satu Data asks for and it does not tell."
    )
    releases: list[DataRelease] = declared(
        Relation(Arity.MANY, "{t}.dataset = {p}.name", order=[Key("-{t}.number")], size=12),
        "Rilisnya, yang terbaru dahulu. / Its releases, the newest first.",
    )


@strawberry.type(
    description="Yang dapat ditanyakan tentang data yang disiarkan. / What can be asked of what is published."
)
class DataSetQuery:
    """What is published."""

    rows: ClassVar[Rows | None] = None

    data_set: DataSet | None = declared(
        one("{t}.name = {arg[name]}"),
        "Himpunan data dengan nama ini. / The data set of this name.",
        [argument("name", str, "Nama pendek. / Short name."), *MOMENT],
    )
    data_sets: list[DataSet] = declared(
        Relation(Arity.MANY, order=[Key("{t}.name", "text")], size=20),
        "Himpunan data yang disiarkan, menurut nama. / Data sets that are published, by name.",
        [*MOMENT],
    )
