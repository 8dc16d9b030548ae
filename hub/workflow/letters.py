"""Letters in Indonesian: to a person on her data and who saw it, to a person and the authority on a breach.

Plain HTML that a browser prints as it is; every value is escaped.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from hub.access.breaches import Breach, Touched
from hub.domain.clock import WIB
from hub.registry.agencies import Agency, Terms
from hub.registry.rights import Controller

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
PARTS = {
    "person_state": "Identitas", "membership": "Kartu keluarga", "household_member": "Rumah tangga",
    "enrollment": "Kepesertaan program", "benefit": "Bantuan", "benefit_event": "Pembayaran bantuan",
    "status": "Status sosial", "score": "Peringkat kesejahteraan", "person_attributes": "Keadaan sosial ekonomi",
    "group_member": "Keanggotaan kelompok", "claim_person": "Pernyataan sumber: identitas",
    "claim_identifier": "Pernyataan sumber: nomor pengenal", "claim_enrollment": "Pernyataan sumber: kepesertaan",
    "claim_benefit": "Pernyataan sumber: bantuan", "claim_status": "Pernyataan sumber: status",
    "claim_score": "Pernyataan sumber: peringkat", "claim_attribute": "Pernyataan sumber: keadaan",
    "claim_dwelling": "Pernyataan sumber: tempat tinggal",
}  # fmt: skip
FIELDS = {
    "nik": "NIK", "name": "Nama", "birth_date": "Tanggal lahir", "birth_place": "Tempat lahir", "sex": "Jenis kelamin",
    "mother_name": "Nama ibu", "father_name": "Nama ayah", "no_kk": "Nomor KK", "relation": "Hubungan keluarga",
    "marital": "Status kawin", "religion": "Agama", "education": "Pendidikan", "occupation": "Pekerjaan",
    "address": "Alamat", "rt": "RT", "rw": "RW", "area_key": "Kode wilayah", "vital": "Keadaan hidup",
    "died_on": "Tanggal meninggal", "source": "Menurut", "program": "Program", "valid": "Berlaku",
    "recorded": "Diketahui hub", "status": "Status", "role": "Peran", "amount_idr": "Jumlah (Rp)", "period": "Masa",
    "code": "Kode", "value": "Nilai", "owner": "Pemilik daftar", "version": "Versi", "legal_basis": "Dasar hukum",
    "rule": "Aturan", "since": "Sejak", "until": "Sampai", "kind": "Jenis", "event": "Peristiwa", "at": "Waktu",
    "basis": "Dasar", "opened": "Dibuka", "standing": "Keadaan",
}  # fmt: skip
LEFT_OUT = frozenset({"part", "stated_by", "nik_grade", "no_kk_grade"})
STYLE = (
    "body{font:11pt/1.4 serif;margin:2cm}table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}"
    "th,td{border:1px solid #888;padding:.2em .4em;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
)
_DATED = re.compile(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?$")
_RANGE = re.compile(r'^[\[(]"?([^",]*)"?,"?([^",]*)"?[\])]$')


def access_letter(
    told: Mapping[str, Any], controller: Controller, agencies: Mapping[str, Agency], terms: Terms
) -> str:
    """The letter on what the hub holds of a person and who saw it (UU 27/2022 art. 7, 32).

    Args:
        told: What `everything_of` told.
        controller: Whose letter it is.
        agencies: By code, for their names.
        terms: For the names of purposes.
    """
    body = [
        _p("Atas permohonan Saudara, dan menurut Pasal 7 dan Pasal 32 Undang-Undang Nomor 27 Tahun 2022 tentang"
           " Pelindungan Data Pribadi, kami sampaikan data pribadi Saudara yang kami simpan, siapa yang menyatakannya,"
           " dan siapa yang telah melihatnya."),
        *(_section(PARTS.get(part, part), rows) for part, rows in told["held"].items()),
        _section("Rekaman yang diterima dari sumber", told["records"]),
        _section("Temuan pemeriksaan", told["findings"]),
        _section("Pembatasan pemrosesan", told["restrictions"]),
        _section("Permohonan Saudara", told["cases"]),
        _seen(told["seen"], agencies, terms),
        _p("Bila ada yang keliru, Saudara berhak meminta perbaikan (Pasal 6 dan 30); kami meneruskannya kepada pemilik"
           " daftar dan menjawab paling lambat 3 x 24 jam. Saudara juga berhak meminta pembatasan pemrosesan (Pasal 11)"
           " dan berkeberatan atas keputusan yang didasarkan pada pemrosesan otomatis (Pasal 10)."),
    ]  # fmt: skip
    return _page("Data pribadi Saudara", str(told["told_at"]), body, controller)


def seen_letter(
    seen: Sequence[Mapping[str, Any]],
    told_at: datetime,
    controller: Controller,
    agencies: Mapping[str, Agency],
    terms: Terms,
) -> str:
    """The letter on who saw a person's data (UU 27/2022 art. 32)."""
    intro = _p(
        "Menurut Pasal 32 Undang-Undang Nomor 27 Tahun 2022, kami sampaikan rekam jejak pemrosesan data pribadi"
        " Saudara."
    )
    return _page(
        "Siapa yang melihat data Saudara",
        told_at.isoformat(),
        [intro, _seen(seen, agencies, terms)],
        controller,
    )


def breach_letter(breach: Breach, touched: Touched, controller: Controller, *, to_authority: bool) -> str:
    """The notice of a failure to protect personal data, with what UU 27/2022 art. 46 (2) asks for.

    Args:
        breach: What was noted.
        touched: Whom and what it touches.
        controller: Who failed.
        to_authority: To the authority, with counts and callers; else to each person, without them.
    """
    when = f"{_instant(breach.window.since.isoformat())} sampai {_instant(breach.window.until.isoformat())}"
    fields = ", ".join(touched.fields) or "tidak ada yang tercatat"
    body = [
        _p(f"Menurut Pasal 46 Undang-Undang Nomor 27 Tahun 2022, kami memberitahukan kegagalan pelindungan data pribadi"
           f" yang kami ketahui pada {_instant(breach.known.isoformat())}. Pemberitahuan ini disampaikan paling lambat"
           f" {_instant(breach.due.isoformat())}."),
        "<h2>a. Data pribadi yang terungkap</h2>", _p(fields),
        "<h2>b. Kapan dan bagaimana data pribadi terungkap</h2>", _p(f"{when}. {breach.how}"),
        "<h2>c. Upaya penanganan dan pemulihan</h2>", _p(breach.handling),
    ]  # fmt: skip
    if to_authority:
        count = len(touched.persons) + touched.unknown
        body += [
            "<h2>Subjek data yang terdampak</h2>",
            _p(f"{count} orang, dalam {touched.lines} pengungkapan yang tercatat."),
            _table(("Pemanggil", "Pengungkapan"), touched.callers.items()),
        ]
    whom = controller.authority if to_authority else "Saudara"
    return _page(
        f"Pemberitahuan kegagalan pelindungan data pribadi kepada {whom}",
        breach.known.isoformat(),
        body,
        controller,
    )


def _page(title: str, at: str, body: Iterable[str], controller: Controller) -> str:
    head = f"<p><strong>{escape(controller.name)}</strong><br>{escape(controller.address)}</p>"
    foot = (
        f"<p>{escape(controller.officer)}<br>{escape(controller.contact)}</p>"
        "<p><small>Surat ini memuat data pribadi. Simpanlah baik-baik.</small></p>"
    )
    return (
        f'<!doctype html>\n<html lang="id"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body>{head}<p>{escape(_instant(at))}</p><h1>{escape(title)}</h1>\n"
        + "\n".join(body)
        + f"\n{foot}</body></html>\n"
    )


def _seen(seen: Sequence[Mapping[str, Any]], agencies: Mapping[str, Agency], terms: Terms) -> str:
    rows = [
        (
            _instant(line["at"]),
            _agency(line["caller"], agencies),
            _purpose(line["purpose"], terms),
            line["agreement"] or "-",
            ", ".join(line["fields"]),
        )
        for line in seen
    ]
    columns = ("Waktu (WIB)", "Lembaga", "Keperluan", "Perjanjian", "Data yang dilihat")
    shown = _table(columns, rows) if rows else _p("Belum ada yang tercatat.")
    return f"<h2>Siapa yang melihat data Saudara</h2>{shown}"


def _agency(caller: str, agencies: Mapping[str, Agency]) -> str:
    code = caller.partition("/")[0]
    return agencies[code].name_id if code in agencies else code


def _purpose(code: str, terms: Terms) -> str:
    purpose = terms.purpose(code)
    return purpose.name_id if purpose else code or "-"


def _section(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """A table of rows with the columns that any of them fills."""
    if not rows:
        return ""
    names = [name for name in dict.fromkeys(key for row in rows for key in row) if name not in LEFT_OUT]
    filled = [name for name in names if any(row.get(name) not in (None, [], {}) for row in rows)]
    heads = [FIELDS.get(name, name.replace("_", " ")) for name in filled]
    by = any(row.get("stated_by") for row in rows)
    table = _table(
        (*heads, *(["Menurut"] if by else [])),
        ([*(_shown(row.get(name)) for name in filled), *([_stated(row)] if by else [])] for row in rows),
    )
    return f"<h2>{escape(title)}</h2>{table}"


def _stated(row: Mapping[str, Any]) -> str:
    """Which source each field is by: fields of one source together."""
    by: dict[str, list[str]] = {}
    for field, source in (row.get("stated_by") or {}).items():
        by.setdefault(source, []).append(FIELDS.get(field, field))
    return "; ".join(f"{source}: {', '.join(fields)}" for source, fields in by.items())


def _table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    head = "".join(f"<th>{escape(str(one))}</th>" for one in heads)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(str(one))}</td>" for one in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _p(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _shown(value: Any) -> str:
    """A value for a reader: intervals and instants in words."""
    if value is None:
        return "-"
    if isinstance(value, dict):
        return "; ".join(f"{FIELDS.get(name, name)}: {_shown(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, str) and (found := _RANGE.match(value)):
        since, until = found.groups()
        return (
            " ".join(
                [
                    *([f"sejak {_instant(since)}"] if since else []),
                    *([f"sampai {_instant(until)}"] if until else []),
                ]
            )
            or "-"
        )
    return _instant(value) if isinstance(value, str) else str(value)


def _instant(value: str) -> str:
    """A day or an instant as one writes it, in WIB; any other text as it is."""
    if not _DATED.match(value):
        return value
    moment = datetime.fromisoformat(value)
    if len(value) <= len("2026-01-01"):
        return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    here = moment.astimezone(WIB)
    return f"{here.day} {MONTHS[here.month - 1]} {here.year} pukul {here:%H.%M} WIB"
