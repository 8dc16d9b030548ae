"""Open Data Jabar at `/jabar/api-backend/bigdata/{opd}/{dataset}`: one data set, made-up counts by kabupaten and year.

`limit`, `skip` and `where_or` are taken; no count of all rows is given, and a page holds 100 at most.
"""

import json
import zlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PLACE = ("dinas_sosial", "od_jumlah_penerima_bantuan_sosial")
LARGEST = 100
YEARS = (2019, 2020, 2021, 2022, 2023, 2024)
PROVINCE = "JAWA BARAT"
KABUPATEN = {
    "3201": "KABUPATEN BOGOR", "3202": "KABUPATEN SUKABUMI", "3203": "KABUPATEN CIANJUR", "3204": "KABUPATEN BANDUNG",
    "3205": "KABUPATEN GARUT", "3206": "KABUPATEN TASIKMALAYA", "3207": "KABUPATEN CIAMIS",
    "3208": "KABUPATEN KUNINGAN", "3209": "KABUPATEN CIREBON", "3210": "KABUPATEN MAJALENGKA",
    "3211": "KABUPATEN SUMEDANG",
    "3212": "KABUPATEN INDRAMAYU", "3213": "KABUPATEN SUBANG", "3214": "KABUPATEN PURWAKARTA",
    "3215": "KABUPATEN KARAWANG", "3216": "KABUPATEN BEKASI", "3217": "KABUPATEN BANDUNG BARAT",
    "3218": "KABUPATEN PANGANDARAN", "3271": "KOTA BOGOR", "3272": "KOTA SUKABUMI", "3273": "KOTA BANDUNG",
    "3274": "KOTA CIREBON", "3275": "KOTA BEKASI", "3276": "KOTA DEPOK", "3277": "KOTA CIMAHI",
    "3278": "KOTA TASIKMALAYA", "3279": "KOTA BANJAR",
}  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """The rows of the data set."""
    return [
        {
            "id": at * len(YEARS) + y + 1, "kode_provinsi": 32, "nama_provinsi": PROVINCE,
            "kode_kabupaten_kota": int(code), "nama_kabupaten_kota": name,
            "jumlah_penerima": 10_000 + zlib.crc32(f"{code}{year}".encode()) % 300_000, "satuan": "ORANG",
            "tahun": year,
        }
        for at, (code, name) in enumerate(KABUPATEN.items())
        for y, year in enumerate(YEARS)
    ]  # fmt: skip


async def _page(request: Request) -> Response:
    asked = request.query_params
    if (request.path_params["opd"], request.path_params["dataset"]) != PLACE:
        return JSONResponse({"error": 1, "message": "Not Found", "data": [], "metadata": {}}, 404)
    try:
        limit, skip = int(asked.get("limit", "10")), int(asked.get("skip", "0"))
        where = json.loads(asked.get("where_or", "{}"))
    except ValueError:
        return JSONResponse({"error": 1, "message": "Bad Request", "data": [], "metadata": {}}, 400)
    wanted = {key: str(value) for key, value in where.items()}
    found = [
        row
        for row in rows()
        if not wanted or any(str(row.get(key)) == value for key, value in wanted.items())
    ]
    page = found[skip : skip + min(limit, LARGEST)]
    return JSONResponse({"error": 0, "message": "success", "data": page, "metadata": {}})


ROUTES = [Route("/jabar/api-backend/bigdata/{opd}/{dataset}", _page)]
