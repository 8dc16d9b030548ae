"""Areas, sources, runs, programs: what holds no person."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.schema.declaring import begins, column, declared, ends, expression, global_id
from hub.schema.paging import Node
from hub.schema.scalars import Day, Instant, Rupiah, WilayahCode
from hub.schema.words import AmountSpan, BenefitKind, Evidence, RunStatus, Unit, WilayahType


def wilayah_of(key: str) -> Relation:
    """The relation from an area key to its area."""
    return one(f"{{t}}.system = 'kemendagri' and {{t}}.area_key = {{p}}.{key}")


def source_of(column_name: str = "source_id") -> Relation:
    """The relation from a source's number to the source."""
    return one(f"{{t}}.id = {{p}}.{column_name}")


@strawberry.type(
    description="Wilayah administrasi menurut Kemendagri. / Administrative area as Kemendagri has it."
)
class Wilayah(Node):
    """An administrative area (Kepmendagri 300.2.2-2430/2025)."""

    rows: ClassVar[Rows] = Rows("wilayah", node="{t}.system = 'kemendagri' and {t}.code :: text")

    id: strawberry.ID = global_id("Wilayah", "code")
    code: WilayahCode = column("code", "Kode Kemendagri, bertitik. / Kemendagri code, with dots.")
    bps_code: str | None = expression(
        "select b.code from hub.wilayah b where b.system = 'bps' and b.area_key = {t}.area_key"
        " and b.level = {t}.level order by b.code limit 1",
        "Kode BPS wilayah yang sama. / BPS code of the same area; null: BPS has none.",
    )
    name: str = column("name", "Nama. / Name.")
    level: int = column(
        "level",
        "1 provinsi, 2 kabupaten/kota, 3 kecamatan, 4 desa/kelurahan. / Depth below the country, 1 to 4.",
    )
    type: WilayahType = column("type", "Jenisnya pada tingkat itu. / Kind within its level.")
    population: int | None = column(
        "population", "Penduduk terdaftar akhir 2024. / Registered persons, end of 2024; null: not published."
    )
    parent: "Wilayah | None" = declared(
        one("{t}.system = {p}.system and {t}.code = {p}.parent_code"),
        "Wilayah di atasnya. / The area above.",
    )
    children: "list[Wilayah]" = declared(
        Relation(
            Arity.MANY,
            "{t}.system = {p}.system and {t}.parent_code = {p}.code",
            order=[Key("{t}.code", "text")],
            size=30,
        ),
        "Wilayah di bawahnya, menurut kode. / The areas below, by code.",
    )


@strawberry.type(description="Daftar atau registri asal data. / A list or registry that the hub pulls.")
class Source(Node):
    """A list or registry that the hub pulls."""

    rows: ClassVar[Rows] = Rows("source", node="{t}.code :: text")

    id: strawberry.ID = global_id("Source", "code")
    code: str = column("code", "Nama pendek. / Short name.")
    title: str = expression(
        "coalesce(case '{label}' when 'label_en' then {t}.title_en end, {t}.title_id)", "Judul. / Title."
    )
    owner: str = column("owner", "Instansi penanggung jawab. / Agency that answers for it.")
    family: str = column("family", "Rumpun: kependudukan, program, … / Family: population, program, …")
    legal_basis: str | None = column("legal_basis", "Dasar hukum. / Legal basis.")
    last_complete_run: "Run | None" = declared(
        one("{t}.id = {p}.last_complete_run"),
        "Tarikan lengkap terakhir. / The last complete run: when its open records were last seen.",
    )


@strawberry.type(description="Satu tarikan dari satu sumber. / One pull of one source.")
class Run(Node):
    """One pull of one source; rows_in = stored + unchanged + quarantined."""

    rows: ClassVar[Rows] = Rows("run", node="{t}.id :: bigint")

    id: strawberry.ID = global_id("Run", "id")
    source: Source | None = declared(source_of(), "Sumbernya. / Its source.")
    started: Instant = column("started", "Mulai. / Start.")
    finished: Instant | None = column("finished", "Selesai. / End; null: not ended.")
    status: RunStatus = column("status", "Keadaannya. / Its state.")
    rows_in: int = column("rows_in", "Baris diterima. / Rows received.")
    stored: int = column("stored", "Baris baru atau berubah. / Rows that wrote a version.")
    unchanged: int = column("unchanged", "Baris tetap. / Rows unchanged.")
    quarantined: int = column("quarantined", "Baris dikarantina. / Rows refused with reasons.")
    closed: int = column("closed", "Rekaman yang hilang dari daftar. / Records gone from a full list.")
    error: str | None = column("error", "Kode dan uraian kegagalan. / Code and text of the failure.")


@strawberry.type(description="Komponen suatu program. / A component of a program.")
class Component:
    """A component of a program, such as the pupils of PKH."""

    rows: ClassVar[Rows] = Rows("component")

    code: str = column("code", "Kode di dalam programnya. / Code within the program.")
    name: str = expression(
        "case '{label}' when 'label_en' then {t}.name_en else {t}.name_id end", "Nama. / Name."
    )


@strawberry.type(description="Besaran bantuan menurut ketetapan. / An amount set by decree.")
class ProgramAmount:
    """An amount by decree and validity."""

    rows: ClassVar[Rows] = Rows("program_amount")

    component: Component | None = declared(
        one("{t}.id = {p}.component_id"), "Komponennya. / Its component; null: the whole program."
    )
    from_: Day | None = begins()
    to: Day | None = ends()
    amount: Rupiah | None = column("amount_idr", "Besaran. / Amount; null: the benefit is in kind.")
    per: AmountSpan = column("per", "Masa yang dicakup. / The span the amount is for.")
    evidence: Evidence = column("evidence", "Kekuatan buktinya. / How strong the evidence is.")
    legal_basis: str | None = column("legal_basis", "Dasar hukum. / Legal basis.")


@strawberry.type(description="Program bantuan sosial. / A program of social assistance.")
class Program(Node):
    """A program of social assistance."""

    rows: ClassVar[Rows] = Rows("program", node="{t}.code :: text")

    id: strawberry.ID = global_id("Program", "code")
    code: str = column("code", "Kode, misalnya PKH. / Code, such as PKH.")
    name: str = expression(
        "case '{label}' when 'label_en' then {t}.name_en else {t}.name_id end", "Nama. / Name."
    )
    owner: str = column("owner", "Instansi pemilik. / Agency that runs it.")
    unit: Unit = column("unit", "Satuan yang dibantu. / The unit that is helped.")
    kind: BenefitKind = column("kind", "Jenis bantuannya. / Kind of benefit.")
    legal_basis: str | None = column("legal_basis", "Dasar hukum. / Legal basis.")
    components: list[Component] = declared(
        Relation(Arity.MANY, "{t}.program_id = {p}.id", order=[Key("{t}.id")], size=6),
        "Komponen. / Components.",
    )
    amounts: list[ProgramAmount] = declared(
        Relation(
            Arity.MANY, "{t}.program_id = {p}.id", order=[Key("lower({t}.valid)", "date"), Key("{t}.id")]
        ),
        "Besaran sepanjang waktu. / Amounts over time.",
    )
    excludes: "list[Program]" = declared(
        Relation(
            Arity.MANY,
            "{t}.id in (select case x.program_a when {p}.id then x.program_b else x.program_a end"
            " from hub.program_exclusion x"
            " where {p}.id in (x.program_a, x.program_b) and x.valid @> {today})",
            order=[Key("{t}.code", "text")],
            size=3,
        ),
        "Program yang tidak boleh bersamaan. / Programs that may not be held beside it, on the day in force.",
    )
