"""The population register of Dukcapil as offices have it: a dump of the area, and lookup by NIK or by No KK.

Source: SIAK table `biodata_wni` (45 known columns, 2026) with the address of its family table; retrieval
    services
`CALL_NIK` (fields by agreement, 2026) and `CALL_NIK_GET_KK` (the name alone is known: I).
Key: NIK and birth date for the dump (a wife's row may bear her husband's NIK); the NIK asked for the lookup; the
    No KK asked and the member's NIK for families.
"""

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows
from hub.toolkit.siak import siak_person

#: STAT_HIDUP of SIAK (inference after the status codes of village administration, 2026).
VITAL = {"1": "hidup", "2": "meninggal", "3": "pindah"}

_SHARED = (
    "NIK", "NO_KK", "NAMA_LGKP", "JENIS_KLMIN", "TMPT_LHR", "TGL_LHR", "AGAMA", "STAT_HBKEL", "PDDK_AKH",
    "JENIS_PKRJN", "NAMA_LGKP_IBU", "NAMA_LGKP_AYAH", "ALAMAT", "NO_RT", "NO_RW", "NO_PROP", "NO_KAB",
    "NO_KEC", "NO_KEL",
)  # fmt: skip

DUMP = Layout(
    taken={**dict.fromkeys((*_SHARED, "STAT_HIDUP", "TGL_UBAH"), ()), "STAT_KWN": ("STATUS_KAWIN",)},
    # Paper numbers and photographs of life that no program asks for; disability is specific personal data.
    ignored=frozenset(
        {
            "NO_KTP", "TMPT_SBL", "NO_PASPOR", "TGL_PAS_AKH", "AKTA_LHR", "NO_AKTA_LHR", "GOL_DRH",
            "AKTA_KWN", "NO_AKTA_KWN", "TGL_KWN", "AKTA_CRAI", "NO_AKTA_CRAI", "TGL_CRAI", "KLAIN_FSK",
            "PNYDNG_CCT", "NIK_IBU", "NIK_AYAH", "NAMA_KET_RT", "NAMA_KET_RW", "JENIS_BNTU", "TGL_CETAK_KTP",
            "GELAR", "GLR_AGAMA", "GLR_AKADEMIS", "GLR_BANGSAWAN", "FLAG_STATUS", "DUSUN", "KODE_POS",
        }
    ),
    required=frozenset({"NIK", "NAMA_LGKP", "TGL_LHR", "NO_KK"}),
)  # fmt: skip

LOOKUP = Layout(
    taken={**dict.fromkeys((*_SHARED, "RESPON"), ()), "STAT_KWN": ("STATUS_KAWIN",)},
    ignored=frozenset(
        {
            "GOL_DARAH", "NIK_IBU", "NIK_AYAH", "DUSUN", "KODE_POS", "PROP_NAME", "KAB_NAME", "KEC_NAME",
            "KEL_NAME", "EKTP_STATUS", "EKTP_CREATED", "EKTP_LOCAL_ID", "NO_AKTA_LHR", "NO_AKTA_KWN",
            "TGL_KWN", "NO_AKTA_CRAI", "TGL_CRAI", "FOTO",
        }
    ),
)  # fmt: skip

#: The same answer, a member of the family each, with the No KK that was asked.
FAMILY = Layout(taken={**LOOKUP.taken, "KK_DITANYA": ()}, ignored=LOOKUP.ignored)


def _person(rows: Rows) -> Columns:
    return siak_person(rows, rows.area(Reference.by_numbers, "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"))


def _registered(rows: Rows) -> Claims:
    status = {"vital": rows.code("STAT_HIDUP", "vital", VITAL), "effective_on": rows.day("TGL_UBAH")}
    return rows.claims(person={**_person(rows), **status})


def _looked_up(rows: Rows) -> Claims:
    found = rows.only(rows.text("RESPON").is_null())
    return found.claims(person=_person(found))


connectors = (
    Connector(
        name="dukcapil",
        layout=DUMP,
        key=("NIK", "TGL_LHR"),
        claims=_registered,
        reader=CsvReader(delimiters=";,|"),
    ),
    Connector(name="dukcapil_lookup", layout=LOOKUP, key=("NIK",), claims=_looked_up),
    Connector(name="dukcapil_kk", layout=FAMILY, key=("KK_DITANYA", "NIK"), claims=_looked_up),
)
