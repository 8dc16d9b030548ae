"""Writes the lists of paid programs: PKH as workbooks, Sembako and BLT-DD as CSV.

Layouts: `pkh_final_closing` and `bst_bpnt_distribution` (single source each, registry layouts of
2026-11-21); the BLT-DD form is our own after village practice (inference).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from hub.simulator.defects import FileDamage, Written
from hub.simulator.enrolment import Entries
from hub.simulator.plan import INDONESIAN_MONTHS, Plan, quarter_of, words
from hub.simulator.sink import TextSink, TruthPart, joined
from hub.simulator.village import Village

KK_HEADS = ("NO KK", "NOKK", "NOMOR KK")
NIK_HEADS = ("NIK", "NIK ART", "NIK PENGURUS")
NAME_HEADS = ("NAMA", "NAMA ART", "NAMA PENGURUS")
PKH_REST = words(
    "KOMPONEN|DTSEN JENJANG|DTSEN SEKOLAH|DTSEN KIP|DTSEN MSG|DAPODIK JENJANG|DAPODIK SEKOLAH|DAPODIK KIP|"
    "DAPODIK MSG|ALAMAT|RT|RW|DESA/KEL|KECAMATAN|KABUPATEN|STATUS|NAMA PERIODE|PERIODE"
)
BPNT_HEADS = words("NAMA PENERIMA|NIK KTP|TAHAP|BANSOS|IDSEMESTA|NO KEL|NM PROV|NM KAB|NM KEC|NM KEL|ALAMAT")
BLT_HEAD = b"NIK;NAMA;NO KK;ALAMAT;BULAN;NOMINAL\n"

STAGES = ("FINAL CLOSING", "CEK REKENING", "SPM", "SP2D", "SI", "SALUR")


@dataclass(slots=True)
class Block:
    """The rows of a damaged file that are still to be broken."""

    damage: FileDamage | None
    left: int

    def take(self, nik: str) -> str:
        """`number`, `scientific` or empty for the next row; only whole NIK can be broken this way."""
        if self.damage is None or self.left <= 0 or not (nik.isdigit() and len(nik) == 16):
            return ""
        self.left -= 1
        return self.damage.manner


def scientific(nik: str) -> str:
    """A NIK as a spreadsheet shows a narrow number column: six digits, and the rest is lost."""
    return f"{nik[0]},{round(int(nik[1:7]) / 10):05d}E+15"


def area_texts(village: Village, manner: str) -> tuple[str, str, bool]:
    """Desa and kecamatan as a list writes them, and whether they are indeed old or of the other system."""
    desa, district = village.desa.name.upper(), village.kecamatan.name.upper()
    if manner == "area_bps" and village.desa.bps_code:
        return village.desa.bps_code, district, True
    if manner == "area_old":
        return desa, (village.kecamatan.former_name or f"{district} LAMA").upper(), True
    return desa, district, False


class PkhBook:
    """The PKH workbook of one kecamatan and month; header row, names and title rows drift by file."""

    def __init__(self, path: Path, truth: Path | None, plan: Plan, month: int, position: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.truth = TruthPart(truth)
        self._day = plan.extract_date(month)
        self._month, self._position = month, position
        options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_urls": False}
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        made = datetime(plan.base_date.year, plan.base_date.month, plan.base_date.day, tzinfo=UTC)
        self._book.set_properties({"created": made.replace(tzinfo=None), "author": "", "title": "PKH"})
        self._sheet: Any = self._book.add_worksheet("FINAL CLOSING" if position % 2 else "Sheet1")
        self._row = 0
        self._write_head()

    def _write_head(self) -> None:
        kind, (period, months) = self._position % 3, quarter_of(self._day)
        if kind == 1:
            self._sheet.write_string(0, 0, "DATA FINAL CLOSING PKH")
            self._sheet.write_string(1, 0, f"PERIODE {period} ({months})")
            self._row = 3
        elif kind == 2:
            self._sheet.write_string(0, 0, "PROGRAM KELUARGA HARAPAN")
            self._row = 1
        names = (KK_HEADS[kind], NIK_HEADS[kind], NAME_HEADS[(self._position // 3) % 3], *PKH_REST)
        self._put(names)

    def _put(self, cells: tuple[str, ...], number_at: int = -1) -> None:
        write, row = self._sheet.write_string, self._row
        for column, cell in enumerate(cells):
            if column == number_at:
                self._sheet.write_number(row, column, float(int(cell) // 10 * 10))
            elif cell:
                write(row, column, cell)
        self._row += 1

    def add(self, village: Village, entries: Entries, written: Written, block: Block) -> None:
        """The entries of one desa that stand on the list in this month."""
        period, months = quarter_of(self._day)
        kabupaten = village.area.name.upper()
        kabupaten = kabupaten if self._position % 2 else kabupaten.replace("KABUPATEN", "KAB.")
        for i, person in enumerate(entries.people):
            if not entries.months[i] & self._month:
                continue
            kinds, nik = written.kinds_in(self._month, i), written.nik[i]
            desa, district, odd = area_texts(village, written.area[i])
            kinds += [written.area[i]] if odd else []
            manner = block.take(nik)
            kinds += ["excel_damage"] if manner else []
            if not odd and self._position % 4 == 1:
                desa, district = f"DESA {desa}", f"KEC. {district}"
            home = int(village.first.family[person])
            cells = (
                written.kk[i],
                scientific(nik) if manner == "scientific" else nik,
                written.name[i],
                *_school_cells(village, person, entries.part[i]),
                village.cards.address[home],
                str(village.cards.rt[home]),
                str(village.cards.rw[home]),
                desa,
                district,
                kabupaten,
                _stage(village, person, self._month),
                months,
                period,
            )
            self._put(cells, 1 if manner == "number" else -1)
            self.truth.add([village.number(person)], joined([kinds]))

    def close(self) -> None:
        """Writes the workbook."""
        self._book.close()
        self.truth.close()


def _school_cells(village: Village, person: int, part: str) -> tuple[str, ...]:
    """KOMPONEN and the school columns that DTSEN and Dapodik state side by side."""
    if part not in ("SD", "SMP", "SMA"):
        return part, "", "", "", "", "", "", "", ""
    luck = int(village.people.nik[person]) % 10_000 * 7 % 100
    school = f"{part} NEGERI {1 + luck % 3} {village.kecamatan.name.upper()}"
    card = "YA" if luck < 60 else "TIDAK"
    if luck < 88:
        return part, part, school, card, "PADAN", part, school, card, "PADAN"
    return part, part, school, card, "TIDAK PADAN", "", "", "", "TIDAK DITEMUKAN"


def _stage(village: Village, person: int, month: int) -> str:
    """Where the payment stands: a desa moves on as a whole, a few accounts fail and one in two is mended."""
    luck = int(village.people.nik[person]) % 10_000 * 13 % 1000
    if luck < 24 and (month == 1 or luck < 12):
        return "GAGAL REKENING"
    stage = (village.desa.number * 5) % 11
    reached = 5 if stage < 6 else stage - 6
    return STAGES[reached if month == 1 else min(5, reached + 3)]


def bpnt_sink(path: Path, truth: Path | None, position: int) -> TextSink:
    """The Sembako file of a kecamatan: commas, but `;` in one of seven; every third has a BOM."""
    delimiter = ";" if position % 7 == 2 else ","
    mark = b"\xef\xbb\xbf" if position % 3 == 0 else b""
    return TextSink(path, truth, mark + (delimiter.join(BPNT_HEADS) + "\r\n").encode())


def add_bpnt(
    sink: TextSink, village: Village, entries: Entries, written: Written, block: Block, at: tuple[Plan, int]
) -> None:
    """The Sembako rows of a desa; `at` is (plan, month)."""
    plan, month = at
    day, delimiter = plan.extract_date(month), ";" if village.kecamatan.position % 7 == 2 else ","
    stage = f"TAHAP {day.month} TAHUN {day.year}"
    province, kabupaten = village.area.province.upper(), village.area.name.upper()
    lines, people, truth = [], [], []
    for i, person in enumerate(entries.people):
        if not entries.months[i] & month:
            continue
        kinds, nik = written.kinds_in(month, i), written.nik[i]
        desa, district, odd = area_texts(village, written.area[i])
        kinds += [written.area[i]] if odd else []
        manner = block.take(nik)
        if manner:
            kinds.append("excel_damage")
            nik = scientific(nik) if manner == "scientific" else f"{nik[:15]}0"
        cells = (
            written.name[i],
            nik,
            stage,
            "SEMBAKO",
            str(100_000_000 + (village.number(person) * 1_000_003 + i * 7_919) % 899_999_981),
            written.kk[i],
            province,
            kabupaten,
            district,
            desa,
            village.cards.address[int(village.first.family[person])],
        )
        lines.append(delimiter.join(quoted(cell, delimiter) for cell in cells) + "\r")
        people.append(village.number(person))
        truth.append(kinds)
    sink.add(lines, people, joined(truth))


def quoted(cell: str, delimiter: str) -> str:
    """A CSV field, quoted where it must be."""
    if delimiter in cell or '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def add_blt(
    sink: TextSink, village: Village, entries: Entries, written: Written, day_month: tuple[Plan, int]
) -> None:
    """The village's own list of BLT-DD: Rp300,000 a family and month (inference)."""
    plan, month = day_month
    day = plan.extract_date(month)
    amount = "Rp300.000" if village.desa.number % 3 == 0 else "300000"
    label = f"{INDONESIAN_MONTHS[day.month - 1]} {day.year}"
    lines, people, kinds = [], [], []
    for i, person in enumerate(entries.people):
        if entries.months[i] & month:
            address = village.cards.address[int(village.first.family[person])]
            cells = (written.nik[i], written.name[i], written.kk[i], address, label, amount)
            lines.append(";".join(quoted(cell, ";") for cell in cells))
            people.append(village.number(person))
            kinds.append(written.kinds_in(month, i))
    sink.add(lines, people, joined(kinds))
