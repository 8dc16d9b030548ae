"""The three tables of the socio-economic registration of 2022 (Regsosek 2022.K): housing, members, programs.

Source: questionnaire 2022.K as exported with question numbers for column names (two agreeing sources); days are
    serials of a spreadsheet. The tables name no area but that of their file, `..._3320010.xlsx` (a BPS code).
Key: No KK; with the member's number (401) for members.
"""

import polars as pl

from hub.domain.dates import DateForm
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.mixed import MixedReader
from hub.toolkit.pmt import Survey, bps_area, family_number, relations
from hub.toolkit.rows import Columns, Rows
from hub.toolkit.xlsx_files import XlsxReader

KK = "no kartu keluarga"
#: Question 404: lives here, died, moved within the country, moved abroad, new; not found says nothing.
PRESENCE = {"1": "hidup", "2": "meninggal", "3": "pindah", "4": "pindah", "5": "hidup"}
NOT_FOUND = "6"

_PROGRAMS = tuple(f"501{letter}" for letter in "abcdefg")
_GOODS = tuple(f"502{letter}" for letter in "abcdefghijklmn")

HOUSING = Layout(
    taken=dict.fromkeys(
        (
            KK, "301a", "302", "303", "304", "305", "306a", "307a", "307b1", "308", "309a", "309b", "310",
            "WILAYAH",
        ),
        (),
    ),
    # Title of the land, distance to the septic tank, and the power of a second and third meter.
    ignored=frozenset({"301b", "306b", "307b2", "307b3"}),
    required=frozenset({KK, "303"}),
)  # fmt: skip

MEMBERS = Layout(
    taken={
        **dict.fromkeys(
            (
                KK, "401", "404", "405", "406", "408", "409", "411", "412", "415", "416a", "417", "418",
                "420a", "424", "425", "426", "427", "430", "431a", "431b", "431f", "WILAYAH",
            ),
            (),
        ),
        "402 Nama": ("402",),
        "403 NIK": ("403",),
    },
    # The age repeats the birth date, school level the diploma; difficulties (428), carer and pregnancy are specific
    # personal data without a purpose yet; the others are asked of businesses or their codes were not found.
    ignored=frozenset(
        {
            "407", "410", "413", "414", "416b", "417 Tulis", "419", "420b", "421", "421 Tulis", "422", "423",
            *(f"428{letter}" for letter in "abcdefghij"), "429", "431c", "431d", "431e",
        }
    ),
    required=frozenset({KK, "402 Nama", "403 NIK"}),
)  # fmt: skip

PROGRAMS = Layout(
    taken=dict.fromkeys((KK, *_PROGRAMS, *_GOODS, "WILAYAH"), ()),
    # When help last came, land and houses elsewhere, livestock, internet and bank account.
    ignored=frozenset(
        {
            *(f"{program} {part}" for program in _PROGRAMS for part in ("Bulan", "Tahun")),
            "503a", "503b", "504a", "504b", "504c", "504d", "504e", "505", "506",
        }
    ),
    required=frozenset({KK, "501a", "502a"}),
)  # fmt: skip


def _family(rows: Rows) -> Columns:
    """Whose answers these are: a family with a No KK that can be read, in the area of its file."""
    number = family_number(rows, KK)
    return {"unit": "family", "unit_number": number, "event_area_key": bps_area(rows, "WILAYAH")["area_key"]}


def _housing(rows: Rows) -> Claims:
    return rows.claims(attribute=[Survey(rows, "regsosek_housing").attributes("family", **_family(rows))])


def _programs(rows: Rows) -> Claims:
    survey, own = Survey(rows, "regsosek_programs"), _family(rows)
    beside = {name: own[name] for name in ("unit_number", "event_area_key")}
    return rows.claims(
        attribute=[survey.attributes("family", **own)],
        status=survey.statuses(**beside),
    )


def _vital(rows: Rows) -> pl.Series:
    found = rows.code("404", "presence", {**PRESENCE, NOT_FOUND: ""})
    return found.replace("", None)


def _members(rows: Rows) -> Claims:
    survey, sex = Survey(rows, "regsosek_members"), rows.code("405", "sex")
    return rows.claims(
        person={
            **rows.nik("403 NIK"),
            **rows.name("402 Nama"),
            **rows.kk(KK),
            **rows.birth("406", DateForm.EXCEL_1900),
            **bps_area(rows, "WILAYAH"),
            "sex": sex,
            "relation": relations(rows.text("409"), sex),
            "marital": rows.code("408", "marital"),
            "vital": _vital(rows),
        },
        attribute=[survey.attributes("person")],
        status=survey.statuses(),
    )


def _reader(*numbers: str) -> MixedReader:
    return MixedReader(
        (XlsxReader(number_columns=numbers), CsvReader(delimiters=";,", encodings=("utf-8", "cp1252"))),
        name_pattern=r"_(?P<WILAYAH>[0-9]{4,10})\.",
    )


connectors = (
    Connector(name="regsosek_housing", layout=HOUSING, key=(KK,), claims=_housing, reader=_reader(KK)),
    Connector(
        name="regsosek_members",
        layout=MEMBERS,
        key=(KK, "401"),
        claims=_members,
        reader=_reader(KK, "403 NIK"),
    ),
    Connector(name="regsosek_programs", layout=PROGRAMS, key=(KK,), claims=_programs, reader=_reader(KK)),
)
