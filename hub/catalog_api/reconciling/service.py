"""`/reconcile`: the manifest, queries, suggestions, previews and further columns; what it knows is open to all."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hub.catalog_api.codes import LISTS, title
from hub.catalog_api.open_door import Asked, Told
from hub.catalog_api.reconciling import areas, codes
from hub.catalog_api.reconciling.entities import CARD_POLICY, MOST_IDS, beginning, card, names, values
from hub.catalog_api.reconciling.queries import MOST_QUERIES, Query, batch, sent, single
from hub.schema.asking import Malformed

PROPERTIES = {
    "parent": ("Wilayah di atasnya (kode atau nama)", "Area above (code or name)"),
    "provinsi": ("Provinsi (kode atau nama)", "Province (code or name)"),
    "kabupaten": ("Kabupaten/kota (kode atau nama)", "Regency or city (code or name)"),
    "kecamatan": ("Kecamatan (kode atau nama)", "District (code or name)"),
    "system": ("Sistem kode: kemendagri atau bps", "System of codes: kemendagri or bps"),
    "list": ("Daftar kode", "Code list"),
}
"""What a query may say beside the name."""
MOST_SUGGESTED = 10
CODE_TYPES = (codes.PROGRAM, codes.ANY)


async def reconcile(asked: Asked) -> Told:
    """The manifest, or answers to `queries`, `query` or `extend`."""
    said = await sent(asked.http)
    if "queries" in said:
        asks = batch(said["queries"])
        results = await _results(asked, list(asks.values()))
        return Told({name: {"result": one} for name, one in zip(asks, results, strict=True)})
    if "query" in said:
        return Told({"result": (await _results(asked, [single(said["query"])]))[0]})
    if "extend" in said:
        return Told(await _extended(asked, said["extend"]))
    return Told(_manifest(asked))


async def _results(asked: Asked, queries: Sequence[Query]) -> list[list[dict[str, Any]]]:
    """The candidates of each query, from the places that its types name."""
    by_area = [
        no for no, query in enumerate(queries) if not query.types or any(map(areas.TYPES.get, query.types))
    ]
    by_code = [no for no, query in enumerate(queries) if not query.types or any(map(_is_code, query.types))]
    merged: list[list[dict[str, Any]]] = [[] for _ in queries]
    for places, found in ((by_area, areas.found), (by_code, codes.found)):
        if places:
            answers = await found(asked, [queries[no] for no in places])
            for no, candidates in zip(places, answers, strict=True):
                merged[no] += candidates
    return [
        _sure(sorted(found, key=lambda one: (-one["score"], one["id"]))[: query.limit])
        for query, found in zip(queries, merged, strict=True)
    ]


def _is_code(kind: str) -> bool:
    return kind in CODE_TYPES or kind.startswith(codes.ONE)


def _sure(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Candidates of which none is a match where two would be."""
    if sum(one["match"] for one in found) > 1:
        return [{**one, "match": False} for one in found]
    return found


async def suggest_entity(asked: Asked) -> Told:
    """Areas and codes whose names begin with `prefix`."""
    prefix = await _prefix(asked)
    return Told({"result": await beginning(asked, prefix, MOST_SUGGESTED)})


async def suggest_type(asked: Asked) -> Told:
    """Types whose id or name begins with `prefix`."""
    prefix = (await _prefix(asked)).lower()
    found = [{"id": name, "name": name} for name in (*areas.TYPES, *CODE_TYPES)]
    found += [
        {"id": f"{codes.ONE}{one['list']}", "name": title(one["list"])[asked.language == "en"]}
        for one in await asked.read(LISTS)
    ]
    return Told({"result": [one for one in found if _begins(one, prefix)][:MOST_SUGGESTED]})


async def suggest_property(asked: Asked) -> Told:
    """Properties of queries whose id or name begins with `prefix`."""
    prefix = (await _prefix(asked)).lower()
    found = [{"id": name, "name": text[asked.language == "en"]} for name, text in PROPERTIES.items()]
    return Told({"result": [one for one in found if _begins(one, prefix)]})


async def propose_properties(asked: Asked) -> Told:
    """Columns that can be added to matched things of a `type`."""
    kind = asked.words("type", "limit").get("type", "wilayah")
    found = [{"id": name, "name": text[asked.language == "en"]} for name, text in names(kind).items()]
    return Told({"type": kind, "properties": found})


async def preview(asked: Asked) -> Told:
    """A thing by its `id`, as a small page."""
    thing = asked.words("id").get("id", "")
    known = (await values(asked, [thing])).get(thing)
    if known is None:
        raise Malformed(404, "id ini tidak dikenal", "nothing has this id", reason="unknown_id")
    page = card(thing, known, asked.language)
    return Told(page.encode(), "text/html; charset=utf-8", {"content-security-policy": CARD_POLICY})


async def _prefix(asked: Asked) -> str:
    prefix = asked.words("prefix", "cursor").get("prefix", "").strip()
    if not 0 < len(prefix) <= 100:
        raise Malformed(
            400, "`prefix` adalah teks 1 sampai 100 huruf", "`prefix` is a text of 1 to 100 letters"
        )
    return prefix


def _begins(one: Mapping[str, str], prefix: str) -> bool:
    return one["id"].lower().startswith(prefix) or one["name"].lower().startswith(prefix)


async def _extended(asked: Asked, text: str) -> dict[str, Any]:
    """Values of properties for things by their ids."""
    try:
        given = orjson.loads(text)
        ids, wanted = list(given["ids"]), [one["id"] for one in given["properties"]]
        fit = (
            len(ids) <= MOST_IDS
            and len(wanted) <= 20
            and all(isinstance(one, str) for one in (*ids, *wanted))
        )
    except (orjson.JSONDecodeError, KeyError, TypeError):
        fit, ids, wanted = False, [], []
    if not fit:
        raise Malformed(
            400,
            f"`extend`: ids (sampai {MOST_IDS}) dan properties",
            f"`extend`: ids (up to {MOST_IDS}) and properties",
        )
    known = await values(asked, ids)
    at = asked.language == "en"
    labels = {name: text[at] for one in ("wilayah", "codes") for name, text in names(one).items()}
    return {
        "meta": [{"id": name, "name": labels.get(name, name)} for name in wanted],
        "rows": {one: {name: _cells(known.get(one, {}).get(name)) for name in wanted} for one in ids},
    }


def _cells(value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    return [{"float": value}] if isinstance(value, int | float) else [{"str": value}]


def _manifest(asked: Asked) -> dict[str, Any]:
    service = f"{asked.base}/reconcile"
    kinds = [{"id": name, "name": name} for name in (*areas.TYPES, *CODE_TYPES)]
    suggest = {
        name: {"service_url": service, "service_path": f"/suggest/{name}"}
        for name in ("entity", "type", "property")
    }
    return {
        "versions": ["0.2"],
        "name": "Wilayah, program dan daftar kode"
        if asked.language == "id"
        else "Areas, programs and code lists",
        "identifierSpace": f"{asked.base}/reference/",
        "schemaSpace": f"{asked.base}/reference/types/",
        "documentation": f"{asked.base}/reference",
        "defaultTypes": kinds,
        "view": {"url": f"{asked.base}/reference/{{{{id}}}}"},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": 420, "height": 260},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/extend/propose"},
            "property_settings": [],
        },
        "batchSize": MOST_QUERIES,
    }
