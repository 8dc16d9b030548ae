"""SIKS-NG as one client received it: a row a person with a flag and a period for each program.

Layout: `siksng_person_web` (single source, registry layouts of 2026-11-21); flags and labels are inference.
"""

import json
from datetime import date

import numpy as np

from hub.simulator.enrolment import Entries, Lists
from hub.simulator.forms import Desk, address, desk, odd_area, register_number, scrambled
from hub.simulator.payrolls import area_texts
from hub.simulator.plan import INDONESIAN_MONTHS, quarter_of, words
from hub.simulator.sink import joined
from hub.simulator.village import Village
from hub.simulator.workshop import Workshop

LISTING = "siks-ng/orang"
FLAGS = words("ATENSI|BLT|BLT_BBM|BNPT_PPKM|BPNT|BST|PBI|PENA|PERMAKANAN|PKH|RUTILAHU|SEMBAKO_ADAPTIF|YAPI")
#: Programs that are over, or small, by the share of the listed who have a flag; a blank period is not known.
RARE = (
    ("BST", 0.12, "DESEMBER 2021"),
    ("BLT_BBM", 0.3, "SEP-DES 2022"),
    ("BNPT_PPKM", 0.04, "JUL-DES 2021"),
    ("ATENSI", 0.004, ""),
    ("PERMAKANAN", 0.003, "TAHUN 2025"),
    ("YAPI", 0.003, ""),
    ("PENA", 0.004, "TAHUN 2024"),
    ("RUTILAHU", 0.003, ""),
)
#: Share of the residents who are known without a program.
KNOWN_SHARE = 0.03


class Persons:
    """The persons of SIKS-NG: those of PKH and Sembako, and some who wait."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._sinks = {m: shop.listing("siks_ng", m, LISTING) for m in range(1, shop.plan.months + 1)}

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa; the ministry's page changes with each period that is paid."""
        at = desk(self._shop, village, "siks_ng")
        paid = {"PKH": _months(lists.pkh), "BPNT": _months(lists.bpnt)}
        entries = _entries(at, paid)
        written, fixed = at.write(entries), [self._row(at, person) for person in entries.people]
        for month, sink in self._sinks.items():
            day, lines = self._shop.plan.extract_date(month), []
            for i, person in enumerate(entries.people):
                desa, district, _odd = area_texts(village, written.area[i])
                row = {
                    "Nama": written.name[i], "NIK": written.nik[i], "NOKK": written.kk[i],
                    **fixed[i], **_periods(paid, person, month, day), **_standing(village, person, month),
                    "provinsi": village.area.province.upper(), "kabupaten": village.area.name.upper(),
                    "kecamatan": district, "desa_kelurahan": desa,
                }  # fmt: skip
                lines.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
            people = [village.number(person) for person in entries.people]
            kinds = [written.kinds_in(month, i) + odd_area(village, written, i) for i in range(len(entries))]
            sink.add(lines, people, joined(kinds))

    def _row(self, at: Desk, person: int) -> dict[str, str]:
        """What does not change from month to month."""
        luck = at.random.random(len(RARE)).tolist()
        row = {
            "Alamat": address(at.village, person)[0],
            "idsemesta": register_number(at.village, person),
            "verifyid": f"V{scrambled(at.village, person, 32_452_843)}",
            "FIRST_SK": f"SK-{2017 + person % 8}",
            **dict.fromkeys(FLAGS, "0"),
        }
        for (flag, share, period), drawn in zip(RARE, luck, strict=True):
            if drawn < share:
                row |= {flag: "1", f"periode_{flag}": period}
        return row


def _months(entries: Entries) -> dict[int, int]:
    """The months in which each person stands on a list."""
    found: dict[int, int] = {}
    for person, months in zip(entries.people, entries.months, strict=True):
        found[person] = found.get(person, 0) | months
    return found


def _entries(at: Desk, paid: dict[str, dict[int, int]]) -> Entries:
    entries, village = Entries(), at.village
    listed = set(paid["PKH"]) | set(paid["BPNT"])
    alive = np.flatnonzero(village.first.alive & village.first.listed).tolist()
    known = {person for person, hit in zip(alive, at.few(alive, KNOWN_SHARE).tolist(), strict=True) if hit}
    for person in sorted(listed | known):
        entries.add(person, 3)
    return entries


def _periods(paid: dict[str, dict[int, int]], person: int, month: int, day: date) -> dict[str, str]:
    """Flag and period of the programs whose lists we know."""
    texts = {"PKH": quarter_of(day)[0], "BPNT": f"{INDONESIAN_MONTHS[day.month - 1]} {day.year}"}
    found: dict[str, str] = {}
    for flag, text in texts.items():
        if paid[flag].get(person, 0) & month:
            found |= {flag: "1", f"periode_{flag}": text}
    return found


def _standing(village: Village, person: int, month: int) -> dict[str, str]:
    """Alive or dead as the ministry was told; one in three of the dead is known to it."""
    told = bool(village.register(month).alive[person]) or scrambled(village, person) % 3 > 0
    disabled = int(village.people.disability[person])
    return {
        "padankan_at": f"2026-0{1 + person % 9}-15 08:00:00",
        "is_nonaktif": "0" if told else "1",
        "deleted_label": "" if told else "MENINGGAL",
        "masih_hidup_label": "MASIH HIDUP" if told else "MENINGGAL",
        "keterangan_meninggal": "" if told else "Dilaporkan desa",
        "keterangan_disabilitas": "-" if disabled == 7 else "PENYANDANG DISABILITAS",
        "isAktifHamil": "0",
    }


ISSUERS = {"siks_ng": Persons}
