"""The catalog for people and for search engines: pages without scripts, `sitemap.xml`, `robots.txt`."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hub.catalog_api.ckan.packages import FREQUENCIES, instant
from hub.catalog_api.open_door import Asked, Told
from hub.catalog_api.shelf import current
from hub.sharing.catalog import Entry, Release

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing is run and nothing comes from elsewhere; the block of JSON-LD is text that no browser runs."""
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}caption{text-align:left;font-weight:600}
th,td{text-align:left;vertical-align:top;border-bottom:1px solid #ccc;padding:.3rem .6rem .3rem 0}
a:focus{outline:3px solid #06c}"""
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{style}</style>{more}</head><body><main><h1>{title}</h1>
{body}
</main></body></html>"""
TEXTS = {
    "id": {
        "catalog": "Katalog data", "dataset": "Himpunan data", "description": "Uraian",
        "release": "Rilis terbaru", "files": "Berkas", "bytes": "Bita", "columns": "Kolom", "column": "Kolom",
        "type": "Jenis", "meaning": "Arti", "facts": "Menurut Satu Data Indonesia", "releases": "Semua rilis",
        "period": "Periode", "reason": "Alasan koreksi", "producer": "Produsen data", "walidata": "Walidata",
        "frequency": "Frekuensi", "level": "Level penyajian", "coverage": "Cakupan",
        "legal_basis": "Dasar hukum", "concept": "Konsep", "definition_id": "Definisi",
        "classification": "Klasifikasi", "measure": "Ukuran", "unit": "Satuan", "formula": "Rumus",
        "missing": "Belum lengkap", "suppressed": "Baris yang ditahan demi kerahasiaan", "as": "Bentuk lain",
        "indicators": "Indikator", "numerator": "Pembilang", "denominator": "Penyebut", "target": "Target",
    },
    "en": {
        "catalog": "Data catalog", "dataset": "Data set", "description": "Description",
        "release": "Newest release", "files": "Files", "bytes": "Bytes", "columns": "Columns",
        "column": "Column", "type": "Type", "meaning": "Meaning", "facts": "By Satu Data Indonesia",
        "releases": "All releases", "period": "Period", "reason": "Why corrected", "producer": "Producer",
        "walidata": "Walidata", "frequency": "Frequency", "level": "Level", "coverage": "Coverage",
        "legal_basis": "Legal basis", "concept": "Concept", "definition_id": "Definition",
        "classification": "Classification", "measure": "Measure", "unit": "Unit", "formula": "Formula",
        "missing": "Not told yet", "suppressed": "Rows withheld for confidentiality", "as": "Other forms",
        "indicators": "Indicators", "numerator": "Numerator", "denominator": "Denominator", "target": "Target",
    },
}  # fmt: skip
FACTS = (
    "producer", "walidata", "frequency", "level", "coverage", "legal_basis", "concept", "definition_id",
    "classification", "measure", "unit", "formula",
)  # fmt: skip


def catalog_page(asked: Asked, entries: Sequence[Entry]) -> Told:
    """Every data set with its newest release."""
    text = TEXTS[asked.language]
    rows = [
        (
            _link(f"/dataset/{entry.dataset.name}", _title(entry, asked.language)),
            html.escape(
                entry.dataset.description_id if asked.language == "id" else entry.dataset.description_en
            ),
            html.escape(current(entry).period),
        )
        for entry in entries
    ]
    body = _table(text["catalog"], (text["dataset"], text["description"], text["release"]), rows)
    others = _links(asked, "/catalog", ("ttl", "jsonld"))
    return _page(asked, text["catalog"], body + others)


def dataset_page(asked: Asked, entry: Entry) -> Told:
    """One data set: what it is, its files, its columns, its releases, and what is missing."""
    text, release = TEXTS[asked.language], current(entry)
    one = entry.dataset
    described = one.description_id if asked.language == "id" else one.description_en
    body = "".join(
        (
            f"<p>{html.escape(described)}</p>",
            _files(text, release),
            _facts(text, entry, release),
            _columns(text, entry, asked.language),
            _indicators(text, entry, asked.language),
            _releases(text, entry),
            _links(asked, f"/dataset/{one.name}", ("ttl", "jsonld")),
        )
    )
    told = orjson.dumps(schema_org(asked, entry)).decode().replace("<", "\\u003c")
    return _page(
        asked, _title(entry, asked.language), body, f'<script type="application/ld+json">{told}</script>'
    )


def schema_org(asked: Asked, entry: Entry) -> dict[str, Any]:
    """The data set as search engines read it (schema.org Dataset)."""
    one, release = entry.dataset, current(entry)
    people = {"creator": one.producer, "publisher": one.walidata}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{asked.base}/dataset/{one.name}",
        "name": one.title_id,
        "alternateName": one.title_en,
        "description": one.description_id,
        "identifier": str(entry.uid),
        "url": f"{asked.base}/dataset/{one.name}",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
        "inLanguage": "id",
        "keywords": list(one.keywords),
        "version": str(release.number),
        "temporalCoverage": release.period,
        "spatialCoverage": {"@type": "Place", "name": one.coverage or "Indonesia"},
        "datePublished": instant(entry.releases[-1].made) + "Z",
        "dateModified": instant(release.made) + "Z",
        "variableMeasured": [column.title_id for column in one.columns if column.role == "measure"],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": file.media_type.partition(";")[0],
                "contentUrl": f"{asked.base}{release.path(file)}",
                "contentSize": str(file.bytes),
                "sha256": file.sha256,
            }
            for file in release.files
        ],
        **{role: {"@type": "Organization", "name": name} for role, name in people.items() if name},
    }


async def sitemap(asked: Asked) -> Told:
    """Every page of the catalog (sitemaps.org)."""
    asked.words()
    entries = await asked.door.shelf.entries()
    asked.door.take(asked.http, len(entries))
    pages = [(f"{asked.base}/catalog", max((current(one).made for one in entries), default=None))]
    pages += [(f"{asked.base}/dataset/{one.dataset.name}", current(one).made) for one in entries[:49_999]]
    told = "".join(
        f"<url><loc>{html.escape(place)}</loc>{f'<lastmod>{made:%Y-%m-%d}</lastmod>' if made else ''}</url>"
        for place, made in pages
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    body = f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{told}</urlset>'
    return Told(body.encode(), "application/xml")


async def robots(asked: Asked) -> Told:
    """What search engines may read."""
    asked.words()
    closed = "".join(f"Disallow: {path}\n" for path in ("/graphql", "/export", "/reconcile"))
    body = f"User-agent: *\n{closed}Sitemap: {asked.base}/sitemap.xml\n"
    return Told(body.encode(), "text/plain; charset=utf-8")


def _page(asked: Asked, title: str, body: str, more: str = "") -> Told:
    page = PAGE.format(language=asked.language, title=html.escape(title), style=STYLE, body=body, more=more)
    return Told(page.encode(), "text/html; charset=utf-8", {"content-security-policy": POLICY})


def _title(entry: Entry, language: str) -> str:
    return entry.dataset.title_id if language == "id" else entry.dataset.title_en


def _link(address: str, text: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'


def _links(asked: Asked, path: str, forms: Sequence[str]) -> str:
    told = ", ".join(_link(f"{path}.{form}", form) for form in forms)
    return f"<p>{TEXTS[asked.language]['as']}: {told}</p>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are HTML already."""
    top = "".join(f"<th scope=col>{html.escape(one)}</th>" for one in heads)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    head = f"<caption>{html.escape(caption)}</caption><thead><tr>{top}</tr></thead>"
    return f"<table>{head}<tbody>{lines}</tbody></table>"


def _files(text: Mapping[str, str], release: Release) -> str:
    rows = [
        (_link(release.path(file), file.name), str(file.bytes), f"<code>{file.sha256}</code>")
        for file in release.files
    ]
    rows.append(
        (_link(f"/data/{release.dataset}/{release.number}/datapackage.json", "datapackage.json"), "", "")
    )
    return _table(f"{text['files']} ({release.period})", (text["files"], text["bytes"], "SHA-256"), rows)


def _facts(text: Mapping[str, str], entry: Entry, release: Release) -> str:
    one = entry.dataset
    told = [(text[name], getattr(one, name)) for name in FACTS]
    told = [(name, FREQUENCIES.get(value, value)) for name, value in told if value]
    told += [
        (text["suppressed"], str(release.suppressed)),
        (text["missing"], ", ".join(entry.missing) or "-"),
    ]
    return _table(text["facts"], ("", ""), [(html.escape(name), html.escape(value)) for name, value in told])


def _columns(text: Mapping[str, str], entry: Entry, language: str) -> str:
    rows = [
        (
            f"<code>{html.escape(one.name)}</code>",
            html.escape(one.type),
            html.escape(
                ": ".join(filter(None, (one.title_en if language == "en" else one.title_id, one.definition)))
            ),
        )
        for one in entry.dataset.columns
    ]
    return _table(text["columns"], (text["column"], text["type"], text["meaning"]), rows)


def _indicators(text: Mapping[str, str], entry: Entry, language: str) -> str:
    rows = [
        (
            html.escape(one.name_en if language == "en" else one.name_id),
            html.escape(one.numerator),
            html.escape(one.denominator),
            html.escape("; ".join(f"{each.year}: {each.reason or each.value}" for each in one.targets)),
        )
        for one in entry.dataset.indicators
    ]
    heads = (text["indicators"], text["numerator"], text["denominator"], text["target"])
    return _table(text["indicators"], heads, rows) if rows else ""


def _releases(text: Mapping[str, str], entry: Entry) -> str:
    rows = [
        (
            _link(f"/data/{one.dataset}/{one.number}/datapackage.json", str(one.number)),
            html.escape(one.period),
            html.escape(one.reason or ""),
        )
        for one in entry.releases
    ]
    return _table(text["releases"], ("#", text["period"], text["reason"]), rows)
