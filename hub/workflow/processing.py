"""The record of processing (UU 27/2022 art. 31), told from what is in force: nobody keeps it beside the truth."""

from collections.abc import Sequence
from typing import Any

from hub.access.agreements import Held, listed
from hub.domain import clock
from hub.registry.agencies import Terms, load_agencies, load_terms
from hub.registry.retention import load_retention
from hub.registry.rights import load_rights
from hub.registry.sources import load_sources
from hub.settings import Settings
from hub.store.database import Database


async def record_of_processing(database: Database, settings: Settings) -> dict[str, Any]:
    """Controller, sources, recipients by agreement, and retention, as one object.

    Raises:
        FatalError: `config_invalid`.
    """
    config = settings.config_dir
    sources, terms = load_sources(config / "sources"), load_terms(config)
    agencies, retention = load_agencies(config), load_retention(config, sources)
    async with database.connect() as connection:
        held = await listed(connection)
    rights = load_rights(config)
    return {
        "made": clock.now().isoformat(),
        "controller": rights.controller.model_dump(),
        "hours": rights.hours.model_dump(),
        "purposes": [one.model_dump() for one in terms.purposes],
        "scopes": [one.model_dump(include={"code", "name_id", "name_en", "specific"}) for one in terms.scopes],
        "sources": [
            {
                "code": one.name, "title": one.title_id, "owner": one.owner, "legal_basis": one.legal_basis,
                "enabled": one.enabled,
                "days": {what: retention.days(what, one.name) for what in ("raw", "versions", "quarantine")},
            }
            for one in sources.values()
        ],
        "recipients": [_recipient(one, terms) for one in held],
        "agencies": [
            {"code": one.code, "name": one.name_id, "kind": one.kind, "level": one.level, "areas": list(one.areas)}
            for one in agencies.values()
        ],
        "retention": retention.model_dump(mode="json"),
    }  # fmt: skip


def _recipient(held: Held, terms: Terms) -> dict[str, Any]:
    one = held.agreement
    specific = [code for code in one.scopes if (scope := terms.scope(code)) and scope.specific]
    return {
        "agreement": f"{one.code}@{one.version}", "agency": one.agency, "number": one.number,
        "legal_basis": one.legal_basis, "standing": held.standing, "purposes": list(one.purposes),
        "scopes": list(one.scopes), "specific": specific, "areas": None if one.areas is None else list(one.areas),
        "from": one.since.isoformat(), "to": one.until.isoformat(),
    }  # fmt: skip


def page(record: dict[str, Any]) -> str:
    """The record as a page in Markdown, in Indonesian."""
    controller = record["controller"]
    return "\n".join(
        [
            "# Rekaman kegiatan pemrosesan data pribadi",
            f"\nUU 27/2022 Pasal 31. Dibuat {record['made']} dari keadaan yang berlaku.\n",
            f"Pengendali: {', '.join(controller[name] for name in ('name', 'address', 'officer', 'contact'))}.\n",
            "## Tujuan dan dasar hukum\n",
            _table(record["purposes"], {"code": "Tujuan", "name_id": "Uraian", "legal_basis": "Dasar"}),
            "## Kelompok data\n",
            _table(record["scopes"], {"code": "Kelompok", "name_id": "Uraian", "specific": "Spesifik (Pasal 4)"}),
            "## Sumber\n",
            _table(
                record["sources"],
                {"code": "Sumber", "title": "Judul", "owner": "Pemilik", "legal_basis": "Dasar", "days": "Hari"},
            ),
            "## Retensi\n",
            _table(kept(record["retention"]), {"class": "Kelas", "days": "Hari", "legal_basis": "Dasar"}),
            "## Penerima\n",
            _table(
                record["recipients"],
                {
                    "agreement": "Perjanjian", "agency": "Lembaga", "number": "Nomor", "standing": "Keadaan",
                    "purposes": "Tujuan", "scopes": "Kelompok data", "specific": "Spesifik", "areas": "Wilayah",
                    "from": "Sejak", "to": "Sampai",
                },
            ),
        ]
    )  # fmt: skip


def kept(retention: dict[str, Any]) -> list[dict[str, Any]]:
    """How long each class of what is over is kept, and by which law; a class without days is kept for good."""
    classes = {name: one for name, one in retention.items() if isinstance(one, dict)}
    return [
        {"class": name, "days": one.get("days", "seterusnya"), "legal_basis": one["legal_basis"]}
        for name, one in classes.items()
    ]


def _table(rows: Sequence[dict[str, Any]], heads: dict[str, str]) -> str:
    lines = [f"| {' | '.join(heads.values())} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(_cell(row[name]) for name in heads)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return "-" if value is None else str(value).replace("|", "\\|")
