"""The two web services of Dukcapil: retrieval and verification, faults of manner included.

Shapes after about ten public clients (field report 2.1, 2.2, seen 2026-11-21): HTTP 200 on errors, the
error in `RESPON` in varying case, `content` now and then an object, numbers now and then as JSON
numbers, a quota that counts down. What varies hangs on the NIK, so that a run can be repeated.
"""

import difflib
import re
import zlib
from dataclasses import dataclass
from typing import Any

from hub.simulator import codes
from hub.simulator.lookup import NikIndex

NOT_FOUND = "Data Tidak Ditemukan"
NO_QUOTA = "Kuota Akses Hari ini telah Habis"
LEFT_OUT = ("FOTO", "EKTP_LOCAL_ID", "NO_AKTA_CRAI", "TGL_CRAI")

#: (field, register column, table of labels or None)
FIELDS: tuple[tuple[str, str, dict[str, str] | None], ...] = (
    ("NIK", "NIK", None),
    ("NO_KK", "NO_KK", None),
    ("NAMA_LGKP", "NAMA_LGKP", None),
    ("JENIS_KLMIN", "JENIS_KLMIN", codes.SEX),
    ("TMPT_LHR", "TMPT_LHR", None),
    ("TGL_LHR", "TGL_LHR", None),
    ("AGAMA", "AGAMA", codes.FAITH),
    ("STATUS_KAWIN", "STAT_KWN", codes.MARRIED),
    ("STAT_HBKEL", "STAT_HBKEL", codes.RELATION),
    ("GOL_DARAH", "GOL_DRH", codes.BLOOD),
    ("PDDK_AKH", "PDDK_AKH", codes.SCHOOLING),
    ("JENIS_PKRJN", "JENIS_PKRJN", codes.WORK),
    ("NAMA_LGKP_IBU", "NAMA_LGKP_IBU", None),
    ("NIK_IBU", "NIK_IBU", None),
    ("NAMA_LGKP_AYAH", "NAMA_LGKP_AYAH", None),
    ("NIK_AYAH", "NIK_AYAH", None),
    ("ALAMAT", "ALAMAT", None),
    ("DUSUN", "DUSUN", None),
    ("KODE_POS", "KODE_POS", None),
    ("EKTP_CREATED", "TGL_CETAK_KTP", None),
    ("NO_AKTA_LHR", "NO_AKTA_LHR", None),
    ("NO_AKTA_KWN", "NO_AKTA_KWN", None),
    ("TGL_KWN", "TGL_KWN", None),
    ("NO_AKTA_CRAI", "NO_AKTA_CRAI", None),
    ("TGL_CRAI", "TGL_CRAI", None),
)
_AREA_LEVELS = (("PROP", 1), ("KAB", 2), ("KEC", 3), ("KEL", 4))
_FUZZY = ("NAMA_LGKP", "TMPT_LHR", "ALAMAT", "NAMA_LGKP_IBU")
_EXACT = ("NO_KK", "TGL_LHR", "JENIS_KLMIN", "STATUS_KAWIN", "JENIS_PKRJN")
_AREA_FIELDS = tuple(
    f"{start}{level}{end}" for level, _ in _AREA_LEVELS for start, end in (("NO_", ""), ("", "_NAME"))
)
_NUMBERS = ("NO_RT", "NO_RW")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who may call the simulated registries; the values are for demonstrations only.

    Args:
        user: User of the web services and of the file server.
        password: Its password.
        agency: The agency in the web service's path.
        ip: The caller address the agreement names.
        api_key: Key of the school listings, sent as `X-API-Key`.
        quota: Dukcapil calls a day.
        left_out: Fields that the agreement doesn't give.
    """

    user: str = "demo"
    password: str = "demo-password"  # noqa: S105 - a password of a registry that doesn't exist
    agency: str = "33-20"
    ip: str = "127.0.0.1"
    api_key: str = "demo-key"
    quota: int = 50_000
    left_out: tuple[str, ...] = LEFT_OUT


def refusal(body: Any, credentials: Credentials, agency: str, user: str) -> str | None:
    """The RESPON text of a call that may not be made, or None."""
    if not isinstance(body, dict):
        return "Parameter Tidak Lengkap / Tidak Valid"
    given_user, password = first_of(body, "user_id", "userId"), first_of(body, "password")
    address = first_of(body, "IP_USER", "ip_user", "ip_address")
    if not (given_user and password and address):
        return "User, password dan IP tidak boleh kosong"
    checks = (
        (agency != credentials.agency, "Instansi Tidak Aktif"),
        (given_user != credentials.user or password != credentials.password, "Login Gagal"),
        (user != credentials.user, "User ID Tidak Aktif"),
        (address != credentials.ip, "IP Address Tidak Sesuai" if len(address) % 2 else "IP Tidak Sesuai"),
    )
    return next((text for fails, text in checks if fails), None)


def first_of(body: dict[str, Any], *names: str) -> str:
    """The first given value among aliases, as text; empty where there is none."""
    return next((str(body[name]) for name in names if body.get(name) not in (None, "")), "")


def envelope(content: object, count: int, quota: int) -> dict[str, object]:
    """The page around every answer."""
    return {
        "content": content,
        "lastPage": True,
        "firstPage": True,
        "numberOfElements": count,
        "totalElements": count,
        "totalPages": 1,
        "sort": None,
        "number": 0,
        "size": 1,
        "quotaLimiter": quota,
    }


def refused(text: str, key: str, quota: int) -> dict[str, object]:
    """An error as the service gives it: case varies, and `content` is sometimes an object."""
    luck = zlib.crc32(f"{key}{text}".encode())
    shown = (text, text.upper(), text.lower(), text.capitalize())[luck % 4]
    content: object = {"RESPON": shown} if luck // 4 % 3 == 0 else [{"RESPON": shown}]
    return envelope(content, 1, quota)


def retrieve(
    body: dict[str, Any], index: NikIndex, names: dict[str, str], left_out: tuple[str, ...]
) -> list[dict[str, object]] | str:
    """The persons under a NIK as the agreement shows them, or the RESPON text."""
    nik = first_of(body, "NIK", "nik")
    if not re.fullmatch(r"\d{16}", nik):
        return "Parameter Tidak Lengkap / Tidak Valid"
    rows = index.find(int(nik))
    return [person(row, names, left_out) for row in rows] or NOT_FOUND


def person(row: dict[str, str], names: dict[str, str], left_out: tuple[str, ...]) -> dict[str, object]:
    """A register row as the service shows it: labels, unpadded numbers, fields left out by agreement."""
    shown: dict[str, object] = {}
    for name, column, labels in FIELDS:
        value = row[column]
        shown[name] = (labels.get(value, "LAINNYA") if labels else value) or None
    parts = [row["NO_PROP"], row["NO_KAB"], row["NO_KEC"], row["NO_KEL"]]
    for level, depth in _AREA_LEVELS:
        shown[f"NO_{level}"] = int(parts[depth - 1])
        shown[f"{level}_NAME"] = names[dotted(parts[:depth])].upper()
    shown |= {"NO_RT": int(row["NO_RT"]), "NO_RW": int(row["NO_RW"])}
    shown["EKTP_STATUS"] = "SUDAH CETAK" if row["TGL_CETAK_KTP"] else "BELUM REKAM"
    shown |= {"EKTP_LOCAL_ID": None, "FOTO": None}
    if zlib.crc32(row["NIK"].encode()) % 5 == 0:
        shown |= {"NIK": int(row["NIK"]), "NO_KK": int(row["NO_KK"])}
    return {name: value for name, value in shown.items() if name not in left_out}


def dotted(parts: list[str]) -> str:
    """`['33', '20', '1', '2001']` as `33.20.01.2001`."""
    return ".".join(f"{int(part):0{4 if place == 3 else 2}d}" for place, part in enumerate(parts))


def verify(body: dict[str, Any], index: NikIndex, names: dict[str, str]) -> dict[str, object]:
    """Compares claimed values with the register; nothing of the register comes back.

    Codes: 00 found, 11 dead, 12 doubled, 13 unknown, 14 inactive, 15 no NIK by its format.
    """
    nik = first_of(body, "NIK", "nik")
    if not re.fullmatch(r"[1-9]\d{15}", nik):
        return {"RESPONSE_CODE": "15", "RESPON": "Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil"}
    rows = index.find(int(nik))
    if not rows:
        unknown = "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan"
        return {"RESPONSE_CODE": "13", "RESPON": unknown}
    if len(rows) > 1:
        return {"RESPONSE_CODE": "12", "RESPON": "Data Ditemukan, Data Ganda"}
    if rows[0]["STAT_HIDUP"] == "2":
        return {"RESPONSE_CODE": "11", "RESPON": "Data Ditemukan, Meninggal Dunia"}
    if rows[0]["STAT_HIDUP"] == "3":
        return {
            "RESPONSE_CODE": "14",
            "RESPON": "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil",
        }
    return {"NIK": "Sesuai", **_verdicts(body, person(rows[0], names, ())), "RESPONSE_CODE": "00"}


def _verdicts(body: dict[str, Any], known: dict[str, object]) -> dict[str, object]:
    threshold = int(first_of(body, "TRESHOLD") or 100)
    year, month, day = str(known["TGL_LHR"]).split("-")
    known = {**known, "TGL_LHR": f"{day}-{month}-{year}"}
    found: dict[str, object] = {}
    for name in (*_EXACT, *_AREA_FIELDS, *_NUMBERS):
        if name in body:
            same = str(body[name]).strip().upper() == str(known[name]).upper()
            found[name] = "Sesuai" if same else "Tidak Sesuai"
    for name in _FUZZY:
        if name in body:
            score = likeness(str(body[name]), str(known[name] or ""))
            found[name] = f"Sesuai ({score})" if score >= threshold else f"Tidak Sesuai ({score})"
    return found


def likeness(one: str, two: str) -> int:
    """Likeness of two texts, 0-100 (Ratcliff/Obershelp on upper case)."""
    return round(100 * difflib.SequenceMatcher(None, one.strip().upper(), two.strip().upper()).ratio())
