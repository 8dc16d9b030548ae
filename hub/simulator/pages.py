"""Rows of the paged JSON listings: Dapodik pupils and PIP recipients.

Keys are the columns of the Dapodik pupil export (66 columns, V) in snake case; the PIP listing has the
two decrees and the payment (field report 2.5).
"""

import json
from datetime import date, timedelta

from hub.simulator.defects import Written
from hub.simulator.dump import postal_code
from hub.simulator.enrolment import Entries
from hub.simulator.village import PERSONS_PER_DESA, Village

AMOUNTS = {"SD": 450_000, "SMP": 750_000, "SMA": 1_800_000}
BANKS = {"SD": "BRI", "SMP": "BRI", "SMA": "BNI"}
REASONS = (
    "Pemegang PKH/KPS/KKS",
    "Siswa Miskin/Rentan Miskin",
    "Yatim Piatu/Panti Asuhan",
    "Pemegang PKH/KPS/KKS",
)
_FAITHS = ("", "Islam", "Kristen", "Katholik", "Hindu", "Budha", "Khonghucu", "Kepercayaan kpd Tuhan YME")


def _steady(nik: int, salt: int) -> int:
    """A number of 0-999 that hangs on the person alone."""
    return (nik * 2_654_435_761 + salt * 40_503) >> 7 & 0x3FF


def pupil_lines(village: Village, entries: Entries, written: Written, month: int) -> dict[int, str]:
    """JSON lines of the pupils listed in a month, by entry."""
    return {
        i: json.dumps(_pupil(village, entries, written, i, month), ensure_ascii=False, separators=(",", ":"))
        for i in range(len(entries))
        if entries.months[i] & month
    }


def _pupil(village: Village, entries: Entries, written: Written, i: int, month: int) -> dict[str, object]:
    person, level = entries.people[i], entries.part[i]
    people = village.people
    luck = _steady(int(people.nik[person]), 1)
    has_card = luck < 640 + (10 if month == 2 else 0)
    eligible = luck < 900
    school = 1 + luck % (4 if level == "SD" else 2)
    place = village.kecamatan.name
    return {
        **_identity(village, written, person, i),
        "kelurahan": village.desa.name,
        "kecamatan": f"Kec. {place}",
        "kode_pos": postal_code(village.desa.code),
        "jenis_tinggal": "Bersama orang tua",
        "penerima_kps": "Ya" if luck % 3 else "Tidak",
        "no_kps": f"KPS{luck:06d}" if luck % 3 else None,
        "nama_ayah": people.father[person],
        "nama_ibu": people.mother[person],
        "sekolah": f"{_school_kind(level)} {school} {village.desa.name if level == 'SD' else place}".upper(),
        "npsn": f"203{village.desa.number:04d}{school}",
        "jenjang": level,
        "tingkat": str(_grade(level, int((village.today - people.birth[person]) / 365.25))),
        "rombel_saat_ini": f"Kelas {'ABC'[luck % 3]}",
        **_card(village, person, level, written.name[i], has_card),
        "layak_pip": "Ya" if eligible else "Tidak",
        "alasan_layak_pip": REASONS[luck % len(REASONS)] if eligible else None,
        "kebutuhan_khusus": "Tidak ada" if people.disability[person] == 7 else "D - Tuna daksa ringan",
        "anak_keberapa": str(1 + luck % 3),
        "no_kk": written.kk[i],
    }


def _identity(village: Village, written: Written, person: int, i: int) -> dict[str, object]:
    """The pupil and the home address."""
    people, cards, home = village.people, village.cards, int(village.first.family[person])
    return {
        "nama": written.name[i],
        "nipd": str(1000 + _steady(int(people.nik[person]), 1)),
        "jk": "L" if people.sex[person] == 1 else "P",
        "nisn": nisn(int(people.nik[person]), village.number(person)),
        "tempat_lahir": village.area.name.upper().removeprefix("KABUPATEN ").removeprefix("KOTA "),
        "tanggal_lahir": written.birth[i],
        "nik": written.nik[i],
        "agama": _FAITHS[int(people.faith[person])],
        "alamat": cards.address[home],
        "rt": str(cards.rt[home]),
        "rw": str(cards.rw[home]),
        "dusun": cards.hamlet[home].title(),
    }


def _card(village: Village, person: int, level: str, name: str, has_card: bool) -> dict[str, object]:
    """The KIP card and its account; the numbers are of no bank's shape."""
    if not has_card:
        empty = ("nomor_kip", "nama_di_kip", "bank", "nomor_rekening", "rekening_atas_nama")
        return {"penerima_kip": "Tidak", **dict.fromkeys(empty)}
    number = village.number(person)
    return {
        "penerima_kip": "Ya",
        "nomor_kip": f"{'ABCDEFGHJK'[number % 10]}{_compact(number) * 7_919 % 9_999_991:07d}",
        "nama_di_kip": name,
        "bank": BANKS[level],
        "nomor_rekening": f"{900_000_000_000 + number * 1_000_003 % 89_999_999_977}",
        "rekening_atas_nama": name,
    }


def _school_kind(level: str) -> str:
    return {"SD": "SD Negeri", "SMP": "SMP Negeri", "SMA": "SMA Negeri"}[level]


def _grade(level: str, age: int) -> int:
    """School grade 1-12 by age in whole years, within the level."""
    first, last = {"SD": (1, 6), "SMP": (7, 9), "SMA": (10, 12)}[level]
    return max(first, min(last, age - 6))


def _compact(person: int) -> int:
    """A true number without its gaps: distinct for areas of up to 500 desa of up to 20,000 people."""
    return person // PERSONS_PER_DESA * 20_011 + person % PERSONS_PER_DESA


def nisn(nik: int, person: int) -> str:
    """Ten digits: three of the birth year, then a number that tells nothing of the person's true one."""
    return f"0{nik // 10_000 % 100:02d}{_compact(person) * 1_000_003 % 9_999_991:07d}"


def payment_lines(
    village: Village, entries: Entries, written: Written, month: int, base: date
) -> dict[int, list[str]]:
    """JSON lines of PIP terms, by entry: one paid term, and a running one that moves on with the month."""
    found: dict[int, list[str]] = {}
    for i in range(len(entries)):
        if not entries.months[i] & month:
            continue
        terms = _terms(int(village.people.nik[entries.people[i]]), entries.months[i], month, base)
        found[i] = [
            json.dumps(
                {
                    "nisn": nisn(
                        int(village.people.nik[entries.people[i]]), village.number(entries.people[i])
                    ),
                    "nik": written.nik[i],
                    "nama": written.name[i],
                    "jenjang": entries.part[i],
                    "nominal": AMOUNTS[entries.part[i]] // half,
                    **term,
                },
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for half, term in terms
        ]
    return found


def _terms(nik: int, months: int, month: int, base: date) -> list[tuple[int, dict[str, object]]]:
    """(divisor of the amount, fields) of the terms a pupil has in a month; the last grade gets a half."""
    luck, half = _steady(nik, 2), 2 if _steady(nik, 3) < 120 else 1
    decree = (
        date(base.year, 1 + luck % max(1, base.month - 1), 10) if base.month > 1 else date(base.year, 1, 5)
    )
    state = "CAIR" if luck < 600 else "SK PEMBERIAN" if luck < 900 else "SK NOMINASI"
    cashed = decree + timedelta(days=20 + luck % 9) if state == "CAIR" else None
    if month == 2 and state == "SK PEMBERIAN" and luck % 5 == 0:
        state, cashed = "CAIR", base + timedelta(days=3 + luck % 20)
    term: dict[str, object] = {
        "tahun": base.year,
        "termin": 1 + luck % 3,
        "tanggal_sk": decree.isoformat(),
        "status": state,
        "tanggal_cair": cashed.isoformat() if cashed else None,
    }
    if months == 2:
        term |= {
            "status": "SK NOMINASI",
            "tanggal_sk": (base + timedelta(days=5)).isoformat(),
            "tanggal_cair": None,
        }
    return [(half, term)]
