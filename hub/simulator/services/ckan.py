"""A CKAN portal at `/ckan/api/3/action/`: one data set, made-up counts by kecamatan and year.

`package_show` tells of the data set with the extras of Satu Data Indonesia, `datastore_search` gives its rows. A second
data set has the same rows as a file alone, as on a portal without a datastore. The numbers are no counts of the made-up
people.
"""

import csv
import io
import json
import zlib
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

NAME = "jumlah-penerima-bantuan-sosial"
RESOURCE = "9d1f2c60-0000-4000-8000-000000009001"
FILED = f"{NAME}-berkas"
FILED_RESOURCE = "9d1f2c60-0000-4000-8000-000000009003"
PROGRAMS = ("PKH", "BPNT", "PBI JK")
YEARS = (2022, 2023, 2024)
LARGEST = 1000
EXTRAS = {
    "country_code": "ID",
    "frekuensi_penerbitan": "tahunan",
    "level_penyajian": "kecamatan",
    "tahun": "2022-2024",
    "cakupan": "kabupaten",
    "rujukan": "Dinas Sosial",
}


def rows(registry: Any) -> list[dict[str, Any]]:
    """The rows of the data set; of the last year some numbers are corrected in the second month."""
    found: list[dict[str, Any]] = []
    for code, name in sorted(registry.names.items()):
        if len(code) != 8:
            continue
        for year in YEARS:
            for program in PROGRAMS:
                drawn = zlib.crc32(f"{code}{year}{program}".encode())
                late = registry.month if year == YEARS[-1] and drawn % 5 == 0 else 1
                count: int | str = 200 + drawn % 4000 + 10 * (late - 1)
                found.append(
                    {
                        "_id": len(found) + 1, "kode_kecamatan": code, "nama_kecamatan": name, "program": program,
                        "jumlah_penerima": count, "jumlah_keluarga": "N/A" if drawn % 11 == 0 else str(count),
                        "satuan": "ORANG", "tahun": year,
                    }
                )  # fmt: skip
    return found


def _error(kind: str, status: int) -> Response:
    return JSONResponse({"help": "", "success": False, "error": {"__type": kind, "message": kind}}, status)


def _package(request: Request) -> Response:
    name = request.query_params.get("id")
    if name not in (NAME, FILED):
        return _error("Not Found Error", 404)
    file = f"{request.base_url}ckan/dataset/{FILED}/resource/{FILED_RESOURCE}/download/{FILED}.csv"
    first: dict[str, Any] = {"id": RESOURCE, "format": "CSV", "datastore_active": True}
    if name == FILED:
        first = {"id": FILED_RESOURCE, "format": "CSV", "datastore_active": False, "url": file}
    resources = [first, {"id": RESOURCE[:-1] + "2", "format": "PDF", "datastore_active": False}]
    extras = [{"key": key, "value": value} for key, value in EXTRAS.items()]
    told = {"id": name, "name": name, "title": "Jumlah Penerima Bantuan Sosial", "resources": resources}
    return _result(
        {**told, "license_id": "cc-by", "metadata_modified": "2026-10-01T00:00:00", "extras": extras}
    )


def _search(request: Request) -> Response:
    asked = request.query_params
    if asked.get("resource_id") != RESOURCE:
        return _error("Not Found Error", 404)
    try:
        offset, limit = int(asked.get("offset", "0")), int(asked.get("limit", "100"))
        filters = json.loads(asked.get("filters", "{}"))
    except ValueError:
        return _error("Validation Error", 409)
    if offset < 0 or limit < 0:
        return _error("Validation Error", 409)
    found = [
        row
        for row in rows(request.app.state.registry)
        if all(str(row.get(key)) == str(value) for key, value in filters.items())
    ]
    page = found[offset : offset + min(limit, LARGEST)]
    return _result(
        {"resource_id": RESOURCE, "records": page, "total": len(found), "offset": offset, "limit": limit}
    )


def _result(result: dict[str, Any]) -> Response:
    return JSONResponse({"help": "", "success": True, "result": result})


ACTIONS: dict[str, Callable[[Request], Response]] = {"package_show": _package, "datastore_search": _search}


async def _action(request: Request) -> Response:
    action = ACTIONS.get(request.path_params["action"])
    return action(request) if action else _error("Not Found Error", 404)


async def _file(request: Request) -> Response:
    """The rows as the file that was uploaded, before a datastore numbered them."""
    out = io.StringIO()
    found = [
        {key: cell for key, cell in row.items() if key != "_id"} for row in rows(request.app.state.registry)
    ]
    writer = csv.DictWriter(out, list(found[0]) if found else ["kode_kecamatan"])
    writer.writeheader()
    writer.writerows(found)
    return Response(out.getvalue(), media_type="text/csv")


ROUTES = [
    Route(f"/ckan/dataset/{FILED}/resource/{FILED_RESOURCE}/download/{FILED}.csv", _file),
    Route("/ckan/api/3/action/{action}", _action),
]
