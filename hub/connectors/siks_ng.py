"""Persons of SIKS-NG with a flag for each program, its period, and what the ministry knows of their standing.

Source: person row of the web application SIKS-NG (39 columns as one client received them; single source, 2026), as a
    paged listing (inference: the path and the paging are ours). The values of flags and labels are inference.
Key: idsemesta, or the NIK where idsemesta is blank.
"""

from collections.abc import Iterator

import polars as pl

from hub.domain.periods import parse_period
from hub.toolkit.cells import by_distinct, daterange
from hub.toolkit.claims import Claims
from hub.toolkit.composed import EVER, numbered, since
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

#: Our program for each flag; the ministry spells BNPT_PPKM so.
PROGRAMS = {
    "ATENSI": "ATENSI", "BLT": "BLT", "BLT_BBM": "BLT_BBM", "BNPT_PPKM": "BPNT_PPKM", "BPNT": "BPNT", "BST": "BST",
    "PBI": "PBI-JK", "PENA": "PENA", "PERMAKANAN": "PERMAKANAN", "PKH": "PKH", "RUTILAHU": "RUTILAHU",
    "SEMBAKO_ADAPTIF": "SEMBAKO_ADAPTIF", "YAPI": "YAPI",
}  # fmt: skip
#: Writings of yes and no (inference).
FLAGS = {
    "1": "ya", "TRUE": "ya", "YA": "ya", "Y": "ya", "0": "tidak", "FALSE": "tidak", "TIDAK": "tidak", "T": "tidak",
    "N": "tidak", "-": "tidak",
}  # fmt: skip
VITAL = {
    "HIDUP": "hidup", "MASIH HIDUP": "hidup", "YA": "hidup", "MENINGGAL": "meninggal",
    "SUDAH MENINGGAL": "meninggal", "TIDAK": "meninggal",
}  # fmt: skip
#: Labels that say that there is nothing to say.
NOTHING = ("-", "TIDAK", "TIDAK ADA", "BUKAN DISABILITAS", "0")

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "Nama", "NIK", "NOKK", "Alamat", "idsemesta", "verifyid", *PROGRAMS,
            *(f"periode_{flag}" for flag in PROGRAMS), "FIRST_SK", "padankan_at", "is_nonaktif", "deleted_label",
            "masih_hidup_label", "keterangan_meninggal", "keterangan_disabilitas", "isAktifHamil", "provinsi",
            "kabupaten", "kecamatan", "desa_kelurahan",
        ),
        (),
    ),
    # Buttons of the page, the social worker's panel, and area numbers whose system is not told.
    ignored=frozenset(
        {"is_btn_padankan", "is_btn_dapodik", "pendampingShow", "prop_capil", "kab_capil", "id_kec", "id_desa"}
    ),
    required=frozenset({"Nama", "NIK", "NOKK", "idsemesta"}),
)  # fmt: skip


def _key(_: pl.DataFrame) -> pl.Expr:
    register = pl.col("idsemesta").str.strip_chars().replace("", None)
    return pl.coalesce(register, pl.concat_str(pl.lit("nik|"), pl.col("NIK").str.strip_chars()))


def _periods(rows: Rows, column: str) -> pl.Series:
    """The period of a flag; null where it is blank or says something that is no period."""
    return by_distinct(rows.text(column), lambda text: daterange(parse_period(text)), pl.String)[0]


def _flagged(rows: Rows, no_kk: pl.Series) -> Iterator[tuple[Columns, Columns]]:
    """By flag: the enrollment where its period is known, and the bare status where it is not."""
    over = set(rows.option("ended_programs", ()))
    for flag, program in PROGRAMS.items():
        raised = rows.code(flag, "flag", FLAGS) == "ya"
        period = _periods(rows, f"periode_{flag}")
        enrollment = {
            "program": program,
            "period": period,
            "role_in_program": "member" if program == "PKH" else "holder",
            "no_kk": no_kk,
            "status": "ended" if program in over else "active",
            "where": raised & period.is_not_null(),
        }
        yield (
            enrollment,
            _status("siks_ng_program", program, raised & period.is_null(), rows.text(f"periode_{flag}")),
        )


def _status(
    scheme: str, code: object, where: pl.Series, note: pl.Series | None = None, valid: object = EVER
) -> Columns:
    return {"scheme": scheme, "code": code, "valid": valid, "note": note, "where": where}


def _standing(rows: Rows, vital: pl.Series) -> list[Columns]:
    """What the ministry knows of the person beside the programs."""
    disabled, decree = rows.text("keterangan_disabilitas"), rows.text("FIRST_SK")
    matched = rows.day("padankan_at")
    return [
        _status("vital", "meninggal", vital == "meninggal", rows.text("keterangan_meninggal")),
        _status(
            "siks_ng", "nonaktif", rows.code("is_nonaktif", "flag", FLAGS) == "ya", rows.text("deleted_label")
        ),
        _status("siks_ng", "hamil", rows.code("isAktifHamil", "flag", FLAGS) == "ya"),
        _status(
            "siks_ng",
            "disabilitas",
            disabled.is_not_null() & ~disabled.str.to_uppercase().is_in(NOTHING).fill_null(value=True),
            disabled,
        ),
        _status("siks_ng", "sk_pertama", decree.is_not_null(), decree),
        _status("padan", "padan", matched.is_not_null(), valid=since(matched)),
    ]


def _claims(rows: Rows) -> Claims:
    family, vital = rows.kk("NOKK"), rows.code("masih_hidup_label", "vital", VITAL)
    flagged = list(_flagged(rows, family["no_kk"]))
    return rows.claims(
        person={
            **rows.nik("NIK"),
            **rows.name("Nama"),
            **family,
            **rows.area(Reference.by_names, "provinsi", "kabupaten", "kecamatan", "desa_kelurahan"),
            "address": rows.text("Alamat"),
            "vital": vital,
        },
        identifier=[numbered(rows, "idsemesta", "idsemesta"), numbered(rows, "siks_ng_verifyid", "verifyid")],
        enrollment=[enrollment for enrollment, _ in flagged],
        status=[*(status for _, status in flagged), *_standing(rows, vital)],
    )


connector = Connector(
    name="siks_ng",
    layout=LAYOUT,
    key=_key,
    claims=_claims,
    listings=(("orang", Listing("/siks-ng/orang")),),
)
