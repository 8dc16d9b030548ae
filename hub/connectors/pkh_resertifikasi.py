"""Members of PKH families as they were certified anew (2017 to 2019), a row a member.

Source: table of resertification of PKH (13 columns, single source); one CSV a kecamatan and year, the year stands in
    the file's name (inference).
Key: year, nopeserta, NIK and name as received: nopeserta is the family's.
"""

from datetime import date

import polars as pl

from hub.domain.dates import DateForm
from hub.domain.periods import parse_period
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.composed import numbered, since
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Names, Reference, Resolved
from hub.toolkit.rows import Rows

#: Relation to the head of the household as BDT 2015 numbers it (inference). Blank where it stands for two relations
#: of ours (2 wife or husband, 6 parent or parent-in-law), so that neither is claimed.
RELATIONS = {"1": "1", "2": "", "3": "4", "4": "5", "5": "6", "6": "", "7": "10", "8": "11"}

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "TAHUN", "nopeserta", "namaart", "nik", "nokk", "hub_krt", "jnskel_kd", "tgl_lhr", "tahunkepesertaan",
            "kdprop", "kdkabu", "kdkeca",
        ),
        (),
    ),
    # The holder of the family and the social worker by name alone.
    ignored=frozenset({"nmpengurus", "nmpendamping"}),
    required=frozenset({"TAHUN", "nopeserta", "namaart", "nik", "nokk"}),
)  # fmt: skip


def _kecamatan(reference: Reference, parts: Names) -> Resolved:
    return reference.by_numbers((*parts, None))


def _first_day(text: str) -> date:
    return parse_period(text).start


def _claims(rows: Rows) -> Claims:
    family, number, cohort = rows.kk("nokk"), rows.text("nopeserta"), rows.text("tahunkepesertaan")
    joined_on = rows.parsed("tahunkepesertaan", _first_day, pl.Date, Reason.PERIOD_INVALID)
    return rows.claims(
        person={
            **rows.nik("nik"),
            **rows.name("namaart"),
            **family,
            **rows.birth("tgl_lhr", DateForm(rows.option("date_form", "iso"))),
            **rows.area(_kecamatan, "kdprop", "kdkabu", "kdkeca"),
            "sex": rows.code("jnskel_kd", "sex"),
            "relation": rows.code("hub_krt", "bdt2015 hub_krt", RELATIONS).replace("", None),
        },
        identifier=[numbered(rows, "no_peserta_pkh", "nopeserta")],
        # A list of years that are over; who is served now stands on the final closing.
        enrollment=[
            {
                "program": "PKH",
                "period": rows.period("TAHUN"),
                "role_in_program": "member",
                "no_kk": family["no_kk"],
                "number": number,
                "status": "ended",
            }
        ],
        status=[
            {
                "scheme": "pkh_cohort",
                "code": cohort,
                "valid": since(joined_on),
                "where": joined_on.is_not_null(),
            }
        ],
    )


connector = Connector(
    name="pkh_resertifikasi",
    layout=LAYOUT,
    key=("TAHUN", "nopeserta", "nik", "namaart"),
    claims=_claims,
    reader=CsvReader(delimiters=";,", encodings=("utf-8", "cp1252"), name_pattern=r"_(?P<TAHUN>20\d\d)\."),
    scope="TAHUN",
)
