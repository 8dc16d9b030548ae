"""Names of areas brought to one spelling, so that a list that gives names alone can be resolved.

57 names differ in spelling between the published tables, and lists put `KAB.`, `Kec.` or `DESA` before
them. A name is resolved inside its parent: the country has several areas of most names.
Source: field guide section 1.3 (2026-11-21).
"""

import re

from hub.domain.wilayah import Level

_QUOTES = re.compile("['`\"\u00b4\u02bc\u2018\u2019\u201b\u201c\u201d\u2032]")
_NO_SIGN = re.compile("[^A-Z0-9]+")
_BEFORE: dict[Level, re.Pattern[str]] = {
    Level.PROVINCE: re.compile(r"^(?:PROVINSI|PROPINSI|PROV|PROP) "),
    Level.KABUPATEN: re.compile(r"^(?:KABUPATEN|KAB) (?:ADMINISTRASI |ADM )?"),
    Level.KECAMATAN: re.compile(r"^(?:KECAMATAN|KEC|DISTRIK) "),
    Level.DESA: re.compile(r"^(?:DESA|DS|KELURAHAN|KEL) "),
}
_KOTA = re.compile(r"^(?:KOTA MADYA|KOTAMADYA|KODYA|KOTA) (?:ADMINISTRASI |ADM )?")
_ROMAN = {
    "II": "2",
    "III": "3",
    "IV": "4",
    "V": "5",
    "VI": "6",
    "VII": "7",
    "VIII": "8",
    "IX": "9",
    "X": "10",
}
_WORDS = {
    "KEP": "KEPULAUAN",
    "GN": "GUNUNG",
    "TJ": "TANJUNG",
    "TG": "TANJUNG",
    "KP": "KAMPUNG",
    "MNS": "MEUNASAH",
    "DKI": "DAERAH KHUSUS IBUKOTA",
    "DI": "DAERAH ISTIMEWA",
    "DIY": "DAERAH ISTIMEWA YOGYAKARTA",
}
#: Short forms that only a province's name bears.
_OF_PROVINCES = frozenset({"DKI", "DI", "DIY"})


def area_name_key(text: str, level: Level) -> str:
    """The form under which spellings of one area name meet; empty when no letter or digit is left.

    `Kec. Mlonggo` gives MLONGGO, `KAB. JEPARA` gives JEPARA. A kota keeps the word (`KOTA BANDUNG`):
    kabupaten and kota of one name are two areas. Roman numerals after the first word become digits.
    """
    tidy = " ".join(_NO_SIGN.sub(" ", _QUOTES.sub("", text.upper())).split())
    bare = _BEFORE[level].sub("", tidy)
    if level is Level.PROVINCE:
        bare = bare.replace("D K I ", "DKI ", 1).replace("D I ", "DI ", 1)
    if level is Level.KABUPATEN:
        bare = _KOTA.sub("KOTA ", bare)
    words = [_word(word, level, first=not at) for at, word in enumerate(bare.split())]
    return " ".join(words)


def _word(word: str, level: Level, first: bool) -> str:
    if word in _OF_PROVINCES and level is not Level.PROVINCE:
        return word
    return word if word in _ROMAN and first else _ROMAN.get(word, _WORDS.get(word, word))
