"""A person in the columns of SIAK, which the register's dump, its look-ups and its events have in common.

Source: table `biodata_wni` and the retrieval service of Dukcapil (field report, 2026-11-21).
"""

from hub.toolkit.rows import Columns, Rows


def siak_person(rows: Rows, area: Columns) -> Columns:
    """The columns of a person claim; a NIK is confirmed, for the register gives the numbers out.

    Args:
        rows: With the columns of SIAK; what is not sent is null.
        area: Where the person lives, from `Rows.area`.
    """
    return {
        **rows.nik("NIK", confirmed=True),
        **rows.name("NAMA_LGKP"),
        **rows.kk("NO_KK"),
        **rows.birth("TGL_LHR"),
        **area,
        "birth_place": rows.text("TMPT_LHR"),
        "sex": rows.code("JENIS_KLMIN", "sex"),
        "mother_name": rows.text("NAMA_LGKP_IBU"),
        "father_name": rows.text("NAMA_LGKP_AYAH"),
        "relation": rows.code("STAT_HBKEL", "shdk"),
        "marital": rows.code("STAT_KWN", "marital"),
        "religion": rows.code("AGAMA", "religion"),
        "education": rows.code("PDDK_AKH", "education"),
        "occupation": rows.code("JENIS_PKRJN", "occupation"),
        "address": rows.text("ALAMAT"),
        "rt": rows.text("NO_RT"),
        "rw": rows.text("NO_RW"),
    }
