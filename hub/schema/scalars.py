"""The scalars of the domain, which refuse bad input and say why."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from hub.domain.kk import parse_kk
from hub.domain.nik import is_usual_nik, parse_nik
from hub.domain.periods import Period, named_period
from hub.domain.reasons import TEXTS, Reason, Severity
from hub.domain.wilayah import System, parse_area
from hub.errors import InputError, SkippableError
from hub.schema.messages import Spoken

Nik = NewType("Nik", str)
Kk = NewType("Kk", str)
Day = NewType("Day", str)
Instant = NewType("Instant", str)
Rupiah = NewType("Rupiah", int)
WilayahCode = NewType("WilayahCode", str)
PeriodName = NewType("PeriodName", str)
Json = NewType("Json", object)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise Spoken(f"bad_{name.lower()}", f"{name} has to be a text", f"{name} harus berupa teks")
    return value


def _refused(name: str, reasons: tuple[Reason, ...]) -> Spoken:
    grave = [TEXTS[one] for one in reasons if one.severity is Severity.ERROR] or [TEXTS[Reason.BLANK]]
    return Spoken(
        f"bad_{name.lower()}",
        f"not a {name}: {'; '.join(one.en for one in grave)}",
        f"{name} tidak sah: {'; '.join(one.id for one in grave)}",
    )


def read_nik(value: object) -> str:
    """The 16 digits of a NIK.

    Raises:
        Spoken: `bad_nik`, with what is wrong with it.
    """
    if isinstance(value, str) and is_usual_nik(value):
        return value
    verdict = parse_nik(_text(value, "NIK"))
    if verdict.nik is None:
        raise _refused("NIK", verdict.reasons)
    return verdict.nik


def read_kk(value: object) -> str:
    """The 16 digits of a No KK.

    Raises:
        Spoken: `bad_kk`, with what is wrong with it.
    """
    verdict = parse_kk(_text(value, "KK"))
    if verdict.kk is None:
        raise _refused("KK", verdict.reasons)
    return verdict.kk


def read_day(value: object) -> date:
    """A calendar day, `YYYY-MM-DD`.

    Raises:
        Spoken: `bad_date`.
    """
    try:
        day = date.fromisoformat(_text(value, "date"))
        if day.isoformat() != value:
            raise ValueError  # Python also reads 20240131 and 2024-W05-3.
        return day
    except ValueError:
        raise Spoken("bad_date", "a day is written 2024-01-31", "tanggal ditulis 2024-01-31") from None


def read_instant(value: object) -> datetime:
    """An instant with its offset, turned to UTC.

    Raises:
        Spoken: `bad_datetime`.
    """
    try:
        instant = datetime.fromisoformat(_text(value, "datetime"))
        if instant.tzinfo is None:
            raise ValueError(value)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Spoken(
            "bad_datetime",
            "an instant is written with its offset: 2024-01-31T08:00:00+07:00",
            "waktu ditulis beserta selisihnya: 2024-01-31T08:00:00+07:00",
        ) from None


def read_rupiah(value: object) -> int:
    """Whole rupiah.

    Raises:
        Spoken: `bad_rupiah`.
    """
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise Spoken("bad_rupiah", "an amount is a whole number of rupiah", "jumlah harus rupiah bulat")
    return value


def read_wilayah_code(value: object) -> str:
    """A Kemendagri code with dots.

    Raises:
        Spoken: `bad_wilayah_code`.
    """
    text = _text(value, "wilayah_code").strip()
    try:
        return parse_area(text, System.KEMENDAGRI if len(text) == 2 else None).code
    except InputError as error:
        raise Spoken(
            "bad_wilayah_code",
            f"not an area code of Kemendagri such as 33.20: {error.message}",
            "bukan kode wilayah Kemendagri seperti 33.20; tulis beserta titiknya",
        ) from None


def read_period(value: object) -> Period:
    """The days of a named month, quarter, semester or year.

    Raises:
        Spoken: `bad_period`.
    """
    try:
        return named_period(_text(value, "period"))
    except SkippableError:
        raise Spoken(
            "bad_period",
            "a period is a year or a part of one, from 2000 to 2099: 2026, 2026-S1 (semester), 2026-Q3 (quarter),"
            " 2026-11 (month)",
            "masa ditulis sebagai tahun atau bagiannya, 2000 sampai 2099: 2026, 2026-S1 (semester), 2026-Q3 (triwulan),"
            " 2026-11 (bulan)",
        ) from None


def _same(value: Any) -> Any:
    """What PostgreSQL has written stands as it is."""
    return value


SCALARS: Mapping[object, ScalarDefinition] = {
    Nik: strawberry.scalar(
        name="NIK",
        description="Nomor Induk Kependudukan, 16 angka. / Population number, 16 digits.",
        serialize=_same,
        parse_value=read_nik,
    ),
    Kk: strawberry.scalar(
        name="KK",
        description="Nomor Kartu Keluarga, 16 angka. / Number of a family card, 16 digits.",
        serialize=_same,
        parse_value=read_kk,
    ),
    Day: strawberry.scalar(
        name="Date",
        description="Tanggal kalender menurut WIB, YYYY-MM-DD. / Calendar day in WIB, YYYY-MM-DD.",
        serialize=_same,
        parse_value=read_day,
    ),
    Instant: strawberry.scalar(
        name="DateTime",
        description="Waktu beserta selisihnya, ISO 8601. / Instant with its offset, ISO 8601.",
        serialize=_same,
        parse_value=read_instant,
    ),
    Rupiah: strawberry.scalar(
        name="Rupiah",
        description="Rupiah bulat, tepat. / Whole rupiah, exact.",
        serialize=_same,
        parse_value=read_rupiah,
    ),
    WilayahCode: strawberry.scalar(
        name="WilayahCode",
        description=(
            "Kode wilayah Kemendagri bertitik, PP.KK.CC.DDDD; kode yang lebih pendek berarti seluruh"
            " isinya. / "
            "Kemendagri area code with dots; a shorter code stands for all that lies in it."
        ),
        serialize=_same,
        parse_value=read_wilayah_code,
    ),
    PeriodName: strawberry.scalar(
        name="Period",
        description=(
            "Masa menurut program: 2026, 2026-S1 (semester), 2026-Q3 (triwulan), 2026-11 (bulan); dibaca juga"
            " sebagaimana daftar menulisnya, misalnya TW3 2026. / "
            "A period as programs have it: 2026, 2026-S1 (semester), 2026-Q3 (quarter), 2026-11 (month); also read as"
            " lists write it, such as TW3 2026."
        ),
        serialize=_same,
        parse_value=read_period,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Nilai JSON apa pun, apa adanya; hanya keluaran. / Any JSON value, as it is; output alone.",
        serialize=_same,
        parse_value=_same,
    ),
}
