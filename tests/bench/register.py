"""Generated lists: the SIAK dump and the BPNT list of a made-up population, in two months.

Person i is the same person in every list and at every size. The second month changes 30 of 100 rows of the
first (a new job, or a new address with the day of the move) and adds 20 for every 100.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from hub.simulator.dump import COLUMNS
from hub.simulator.plan import words

FIRST = words(
    "SITI|SRI|AHMAD|MUHAMMAD|BUDI|SLAMET|WAHYU|DWI|TRI|EKO|AGUS|DEWI|RINA|JOKO|NUR|KASMINI|SUPARDI|SUTRISNO|MARYATI"
)
SECOND = words("AMINAH|LESTARI|HIDAYAT|SANTOSO|WIBOWO|RAHAYU|UTAMI|SAPUTRA|FAUZI|HAKIM|ZULAIKHA|PRASETYO")
LAST = words("HANDAYANI|MULYONO|SUSANTI|KURNIAWAN|PURNOMO|WAHYUNI|SETIAWAN|NUGROHO|PUSPITA|SUHARTO|ASTUTI")
FAMILY = 3
"""Persons on a card."""
EPOCH_DAYS = 22_000
"""Birth dates lie in so many days from 1950-01-01."""


def areas(config: Path) -> pl.DataFrame:
    """The desa and kelurahan of Kab. Jepara: numbers and names of each step down to them."""
    read = pl.read_csv(config / "reference" / "wilayah.csv.gz", infer_schema=False)
    names = read.select(pl.col("code").alias("parent_code"), pl.col("name").alias("NM KEC"))
    ours = read.filter(pl.col("code").str.starts_with("33.20.") & (pl.col("level") == "4"))
    part = pl.col("code").str.split(".").list
    return ours.join(names, on="parent_code", maintain_order="left").select(
        *(part.get(at).cast(pl.Int64).alias(f"a{at}") for at in range(4)),
        "NM KEC",
        pl.col("name").alias("NM KEL"),
    )


def _pick(known: Sequence[str], number: pl.Expr) -> pl.Expr:
    return number.mod(len(known)).replace_strict(dict(enumerate(known)), return_dtype=pl.String)


def _padded(number: pl.Expr, width: int = 2) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def people(config: Path, persons: int) -> pl.DataFrame:
    """The population: NIK are unique, of serials 9000 to 9999, and hold birth date and sex."""
    desa = areas(config)
    frame = pl.DataFrame({"i": np.arange(persons)}).with_columns(family=pl.col("i") // FAMILY)
    frame = frame.with_columns(desa=(pl.col("family") // 100) % desa.height)
    frame = frame.join(desa.with_row_index("desa").cast({"desa": pl.Int64}), on="desa", maintain_order="left")
    serial, round_of = pl.col("i") % 1000, pl.col("i") // 1000
    # 37 and the number of days have no common factor, so one serial never meets the same day twice.
    day = pl.duration(days=(round_of * 37 + serial * 11) % EPOCH_DAYS)
    frame = frame.with_columns(born=pl.date(1950, 1, 1) + day, woman=(pl.col("i") * 7 // 3) % 2)
    return frame.with_columns(
        nik=pl.concat_str(
            pl.lit("3320"),
            _padded(pl.col("a2")),
            _padded(pl.col("born").dt.day().cast(pl.Int64) + 40 * pl.col("woman")),
            _padded(pl.col("born").dt.month()),
            _padded(pl.col("born").dt.year() % 100),
            9000 + serial,
        ),
        name=pl.concat_str(
            _pick(FIRST, pl.col("i") * 5 + round_of),
            _pick(SECOND, pl.col("i") // 5),
            _pick(LAST, pl.col("i") // 11),
            separator=" ",
        ),
        kk=pl.concat_str(
            pl.lit("3320"),
            _padded(pl.col("a2")),
            _padded(1 + pl.col("family") // 1000 % 28),
            _padded(1 + pl.col("family") // 28_000 % 12),
            _padded(10 + pl.col("family") // 336_000 % 15),
            9000 + pl.col("family") % 1000,
        ),
    )


def register(config: Path, persons: int, month: int) -> pl.DataFrame:
    """The SIAK dump of a month (1 or 2), every column a text."""
    found = people(config, persons if month == 1 else persons * 6 // 5)
    turn = pl.when((pl.col("i") < persons) & (month > 1)).then(pl.col("i") * 7 % 10)
    moved, rehired = (turn == 0).fill_null(value=False), turn.is_in([4, 8]).fill_null(value=False)
    house = pl.format("DUKUH KRAJAN NO. {}", pl.col("family") % 97 + 1)
    taken: dict[str, str | pl.Expr] = {
        "NIK": "nik",
        "NO_KK": "kk",
        "NAMA_LGKP": "name",
        "JENIS_KLMIN": 1 + pl.col("woman"),
        "TMPT_LHR": pl.lit("JEPARA"),
        "TGL_LHR": pl.col("born").dt.to_string("%Y-%m-%d"),
        "AGAMA": pl.lit("1"),
        "STAT_KWN": 1 + pl.col("i") % 2,
        "STAT_HBKEL": (pl.col("i") % FAMILY).replace_strict({0: 1, 1: 3, 2: 4}),
        "PDDK_AKH": 1 + pl.col("i") % 8,
        "JENIS_PKRJN": pl.when(rehired).then(9).otherwise(1 + pl.col("i") % 5),
        "NAMA_LGKP_IBU": pl.concat_str(_pick(FIRST, pl.col("family")), pl.lit(" SUGIARTI")),
        "NAMA_LGKP_AYAH": pl.concat_str(_pick(FIRST, pl.col("family") // 2), pl.lit(" KASTAM")),
        "NO_PROP": "a0",
        "NO_KAB": "a1",
        "NO_KEC": "a2",
        "NO_KEL": "a3",
        "STAT_HIDUP": pl.lit("1"),
        "TGL_UBAH": pl.when(moved).then(pl.lit("2026-10-20")).otherwise(pl.lit("2020-05-01")),
        "ALAMAT": pl.concat_str(house, pl.when(moved).then(pl.lit(" B")).otherwise(pl.lit(""))),
        "NO_RT": 1 + pl.col("family") % 8,
        "NO_RW": 1 + pl.col("family") % 4,
        "DUSUN": pl.lit("KRAJAN"),
        "KODE_POS": pl.lit("59461"),
    }
    return found.select(_text(taken.get(name, pl.lit(""))).alias(name) for name in COLUMNS)


def _text(value: str | pl.Expr) -> pl.Expr:
    """A column of the population by its name, or an expression, as text."""
    return (pl.col(value) if isinstance(value, str) else value).cast(pl.String)


def food_list(config: Path, persons: int, month: int) -> pl.DataFrame:
    """The BPNT list of a month (1 or 2): the first person of every other card."""
    found = people(config, persons).filter(pl.col("i") % (2 * FAMILY) == 0)
    return found.select(
        pl.col("name").alias("NAMA PENERIMA"),
        pl.col("nik").alias("NIK KTP"),
        pl.lit(f"TAHAP {9 + month} TAHUN 2026").alias("TAHAP"),
        pl.lit("SEMBAKO").alias("BANSOS"),
        (900_000_000 + pl.col("i")).alias("IDSEMESTA"),
        pl.col("kk").alias("NO KEL"),
        pl.lit("JAWA TENGAH").alias("NM PROV"),
        pl.lit("KABUPATEN JEPARA").alias("NM KAB"),
        pl.col("NM KEC").str.to_uppercase(),
        pl.col("NM KEL").str.to_uppercase(),
        pl.format("DUKUH KRAJAN {}", pl.col("family") % 97 + 1).alias("ALAMAT"),
    )


def write_lists(folder: Path, config: Path, persons: int) -> None:
    """Writes the lists of both months below `folder`, each in a directory of its source and month."""
    for month in (1, 2):
        for name, make, separator in (("dukcapil", register, ";"), ("bpnt", food_list, ",")):
            directory = folder / f"{name}-{month}"
            directory.mkdir(parents=True, exist_ok=True)
            make(config, persons, month).write_csv(
                directory / f"{name}.csv", separator=separator, quote_style="never"
            )
