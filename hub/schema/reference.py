"""Areas, sources, runs, programs: what holds no person."""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Time, one
from hub.compiler.needs import Need
from hub.schema.declaring import argument, begins, column, declared, ends, expression, global_id
from hub.schema.filtering import filtered
from hub.schema.filters.areas import WilayahFilter
from hub.schema.ordering import order_by
from hub.schema.orders import WILAYAH, WilayahSort
from hub.schema.paging import CURRENT, PAGE, Connection, Node, since
from hub.schema.scalars import Day, Instant, Rupiah, WilayahCode
from hub.schema.scoping import needs
from hub.schema.words import AmountSpan, BenefitKind, Evidence, RunStatus, Unit, WilayahType

OF_AREA = "{{t}}.system = 'kemendagri' and {{t}}.area_key = {{p}}.{0}"


def placed(key: str) -> Need:
    """The mask of where somebody lives or was served: the kecamatan."""
    return needs(kecamatan=f"{OF_AREA.format(key)} / 10000 * 10000")


def wilayah_of(key: str) -> Relation:
    """The relation from an area key to its area."""
    return one(OF_AREA.format(key))


def source_of(column_name: str = "source_id") -> Relation:
    """The relation from a source's number to the source."""
    return one(f"{{t}}.id = {{p}}.{column_name}")


@strawberry.enum(description="Penerbit kode wilayah. / Who issues an area code.")
class WilayahSystem(Enum):
    """Who issues an area code: 164 BPS codes equal another area's Kemendagri code."""

    KEMENDAGRI = strawberry.enum_value("kemendagri", description="Kementerian Dalam Negeri. / Home Affairs.")
    BPS = strawberry.enum_value("bps", description="Badan Pusat Statistik. / Statistics Indonesia.")


# Every day is known to the hub as it is known today: a code list has no instants of recording.
CODES = Rows(
    "(select 'KEMENDAGRI' as system, {p}.code as code, {p}.name as name, daterange((select max(upper(s.valid))"
    " from hub.wilayah_successor s where s.successor_code = {p}.code), null) as valid, '(,)'::tstzrange as recorded"
    " union all select 'KEMENDAGRI', s.code, s.name, s.valid, '(,)' from hub.wilayah_successor s"
    " where s.successor_code = {p}.code"
    " union all select 'BPS', b.code, b.name, '(,)', '(,)' from hub.wilayah b"
    " where b.system = 'bps' and b.area_key = {p}.area_key and b.level = {p}.level)",
    Time.HISTORY,
)


@strawberry.type(description="Satu kode wilayah selama satu masa. / A code of an area, as an interval.")
class AreaCode:
    """A code of an area in one of the systems, as long as it was in force."""

    rows: ClassVar[Rows] = CODES

    system: WilayahSystem = column("system", "Penerbitnya. / Who issued it.")
    code: str = column("code", "Kodenya, seperti ditulis penerbitnya. / The code, as its issuer writes it.")
    name: str = column("name", "Nama di sana. / The name there.")
    from_: Day | None = begins()
    to: Day | None = ends()


@strawberry.type(
    description="Wilayah administrasi menurut Kemendagri. / Administrative area as Kemendagri has it."
)
class Wilayah(Node):
    """An administrative area (Kepmendagri 300.2.2-2430/2025)."""

    rows: ClassVar[Rows] = Rows("wilayah", node="{t}.system = 'kemendagri' and {t}.code :: text")

    id: strawberry.ID = global_id("Wilayah", "{t}.code")
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
    codes: list[AreaCode] = declared(
        Relation(
            Arity.MANY,
            order=[Key("{t}.system", "text"), since("lower({t}.valid)"), Key("{t}.code", "text")],
            size=3,
        ),
        "Kodenya di kedua sistem, dari masa ke masa. / Its codes in both systems, over time.",
        [CURRENT],
    )
    predecessors: "list[RetiredWilayah]" = declared(
        Relation(Arity.MANY, "{t}.successor_code = {p}.code", order=[Key("{t}.code", "text")], size=1),
        "Kode yang dicabut dan digantikan wilayah ini. / Retired codes that this area took the place of.",
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
            orders=WILAYAH,
            size=30,
        ),
        "Wilayah di bawahnya, menurut kode. / The areas below, by code.",
        [filtered(WilayahFilter), order_by(WilayahSort)],
    )
    ancestors: "list[Wilayah]" = declared(
        Relation(
            Arity.MANY,
            "{t}.system = 'kemendagri' and {t}.level < {p}.level"
            " and {t}.code = any(array[left({p}.code, 2), left({p}.code, 5), left({p}.code, 8)])",
            order=[Key("{t}.code", "text")],
            size=3,
        ),
        "Wilayah di atasnya, mulai dari provinsi. / The areas above, from the province down.",
    )
    descendants: "Connection[Wilayah]" = declared(
        Relation(
            Arity.CONNECTION,
            # A slash is the letter behind the dot: every code that begins with this one and a dot lies between.
            "{t}.system = 'kemendagri' and {t}.code > {p}.code and {t}.code < {p}.code || '/'",
            order=WILAYAH["CODE"].keys,
            orders=WILAYAH,
            when={"level": "{t}.level = {arg[level]}"},
        ),
        "Semua wilayah di dalamnya, menurut kode. / All areas in it, by code.",
        [
            argument("level", int | None, "Hanya tingkat ini, 1 sampai 4. / Of this level only, 1 to 4."),
            filtered(WilayahFilter),
            order_by(WilayahSort),
            *PAGE,
        ],
    )


@strawberry.type(
    description=(
        "Kode wilayah yang pernah berlaku sejak 2016 dan sudah dicabut. / "
        "An area code that was in force since 2016 and is no longer."
    )
)
class RetiredWilayah:
    """A retired area code; days are those of the yearly tables in which it was seen last and missed first."""

    rows: ClassVar[Rows] = Rows("wilayah_successor")

    code: WilayahCode = column("code", "Kode Kemendagri yang dicabut. / The retired Kemendagri code.")
    name: str = column("name", "Nama pada waktu itu. / Its name then.")
    level: int = column("level", "1 provinsi sampai 4 desa/kelurahan. / Depth below the country, 1 to 4.")
    method: str = column(
        "method",
        "Cara penggantinya ditemukan; none: tidak ditemukan. / How the successor was found; none: it was not.",
    )
    from_: Day | None = begins()
    to: Day | None = ends()
    successor: Wilayah | None = declared(
        one("{t}.system = 'kemendagri' and {t}.code = {p}.successor_code"),
        "Wilayah penggantinya. / The area that took its place; null: none is known.",
    )


@strawberry.type(description="Daftar atau registri asal data. / A list or registry that the hub pulls.")
class Source(Node):
    """A list or registry that the hub pulls."""

    rows: ClassVar[Rows] = Rows("source", node="{t}.code :: text")

    id: strawberry.ID = global_id("Source", "{t}.code")
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

    id: strawberry.ID = global_id("Run", "{t}.id")
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


IN_FORCE = "(not {arg[current]} or {t}.valid @> {today})"
"""What `current` asks of a row of the reference, which has days and no instants of recording."""
_COMPONENT_KEY = "(select g.code from hub.program g where g.id = {t}.program_id) || '/' || {t}.code"


@strawberry.type(description="Komponen suatu program. / A component of a program.")
class Component(Node):
    """A component of a program, such as the pupils of PKH."""

    rows: ClassVar[Rows] = Rows("component", node=f"{_COMPONENT_KEY} :: text")

    id: strawberry.ID = global_id("Component", _COMPONENT_KEY)
    code: str = column("code", "Kode di dalam programnya. / Code within the program.")
    name: str = expression(
        "case '{label}' when 'label_en' then {t}.name_en else {t}.name_id end", "Nama. / Name."
    )
    program: "Program | None" = declared(one("{t}.id = {p}.program_id"), "Programnya. / Its program.")
    amounts: "list[ProgramAmount]" = declared(
        Relation(
            Arity.MANY,
            "{t}.component_id = {p}.id",
            order=[since("lower({t}.valid)"), Key("{t}.id")],
            when={"current": IN_FORCE},
            size=3,
        ),
        "Besarannya sepanjang waktu. / Its amounts over time.",
        [CURRENT],
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
    unit: Unit = column("unit", "Satuan yang menerimanya. / The unit that is given it.")
    per: AmountSpan = column("per", "Masa yang dicakup. / The span the amount is for.")
    evidence: Evidence = column("evidence", "Kekuatan buktinya. / How strong the evidence is.")
    legal_basis: str | None = column("legal_basis", "Dasar hukum. / Legal basis.")
    note: str | None = column("note", "Catatan. / Note, in English.")


@strawberry.type(
    description="Larangan bersamaan dengan program lain. / A program that may not be held beside this one."
)
class ProgramExclusion:
    """Another program that the same unit may not have over the same days."""

    rows: ClassVar[Rows] = Rows(
        "(select case x.program_a when {p}.id then x.program_b else x.program_a end as program_id, x.unit, x.valid,"
        " x.evidence, x.legal_basis from hub.program_exclusion x where {p}.id in (x.program_a, x.program_b))"
    )

    program: "Program | None" = declared(
        one("{t}.id = {p}.program_id"), "Program lain itu. / The other program."
    )
    unit: Unit = column("unit", "Satuan larangannya. / The unit for which they exclude each other.")
    from_: Day | None = begins()
    to: Day | None = ends()
    evidence: Evidence = column("evidence", "Kekuatan buktinya. / How strong the evidence is.")
    legal_basis: str | None = column("legal_basis", "Dasar hukum. / Legal basis.")


@strawberry.type(
    description=(
        "Program yang boleh bersamaan, dan batas orangnya. / "
        "A program that may be held beside this one, and by how many."
    )
)
class ProgramAllowance:
    """Another program that the same unit may have over the same days, or this one several times."""

    rows: ClassVar[Rows] = Rows(
        "(select case x.program_a when {p}.id then x.program_b else x.program_a end as program_id, x.unit, x.valid,"
        " x.at_most, x.evidence, x.legal_basis from hub.program_allowance x where {p}.id in (x.program_a, x.program_b))"
    )

    program: "Program | None" = declared(
        one("{t}.id = {p}.program_id"),
        "Program lain itu, atau program ini sendiri. / The other program, or this one.",
    )
    unit: Unit = column("unit", "Satuan yang boleh. / The unit that may hold both.")
    at_most: int | None = column(
        "at_most",
        "Paling banyak sekian orang dari satu keluarga pada satu masa; kosong: tanpa batas. / "
        "Persons of a family who may hold either at one time; null: no limit.",
    )
    from_: Day | None = begins()
    to: Day | None = ends()
    evidence: Evidence = column("evidence", "Kekuatan buktinya. / How strong the evidence is.")
    legal_basis: str | None = column("legal_basis", "Dasar hukum. / Legal basis.")


_BESIDE = Relation(
    Arity.MANY,
    order=[Key("{t}.program_id"), Key("{t}.unit", "text"), since("lower({t}.valid)")],
    when={"current": IN_FORCE},
    size=3,
)


@strawberry.type(description="Program bantuan sosial. / A program of social assistance.")
class Program(Node):
    """A program of social assistance."""

    rows: ClassVar[Rows] = Rows("program", node="{t}.code :: text")

    id: strawberry.ID = global_id("Program", "{t}.code")
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
            Arity.MANY,
            "{t}.program_id = {p}.id",
            order=[Key("lower({t}.valid)", "date"), Key("{t}.id")],
            when={"current": IN_FORCE},
        ),
        "Besaran sepanjang waktu. / Amounts over time.",
        [CURRENT],
    )
    exclusions: list[ProgramExclusion] = declared(
        _BESIDE,
        "Program yang tidak boleh bersamaan, dengan dasarnya. / Programs that may not be held beside it, and why.",
        [CURRENT],
    )
    allowances: list[ProgramAllowance] = declared(
        _BESIDE,
        "Program yang boleh bersamaan, dan batasnya. / Programs that may be held beside it, and up to how many.",
        [CURRENT],
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
