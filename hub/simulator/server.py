"""Serves a generated directory: files, listings and the Dukcapil services, one month at a time.

Paths: `/files/{source}/index.json` and `/files/{source}/{name}` (basic auth); each listing by its name, such as
`/dapodik/peserta-didik` (X-API-Key); `/dukcapil/get_json/{agency}/{user}/` with `CALL_NIK`, `CALL_NIK_GET_KK` and
`CALL_VERIFY`; the routes of `hub.simulator.services`; `/_health`, `/_month` and `/_faults` for those who steer it.
"""

import base64
import json
import secrets
from pathlib import Path
from typing import Any

import numpy as np
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from hub.errors import FatalError, InputError
from hub.simulator import dukcapil
from hub.simulator.dukcapil import Credentials
from hub.simulator.family_cards import LateFamilies, retrieve_family
from hub.simulator.faults import Fault, FaultBox, FaultyApp
from hub.simulator.lookup import NikIndex
from hub.simulator.services import ROUTES

LARGEST_PAGE = 1000
BLOCK_BYTES = 1 << 22


class Listing:
    """A listing of JSON lines on disk, read page by page."""

    def __init__(self, path: Path) -> None:
        self._path = path
        ends = [np.zeros(1, np.int64)]
        with path.open("rb") as content:
            at = 0
            while block := content.read(BLOCK_BYTES):
                ends.append(np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + at + 1)
                at += len(block)
        self._starts = np.concatenate(ends)
        self.total = len(self._starts) - 1

    def page(self, number: int, size: int) -> bytes:
        """One page, its number counted from 1, as JSON."""
        last = min(number * size, self.total)
        rows = self.lines((number - 1) * size, size)
        head = json.dumps({"page": number, "size": size, "total": self.total, "last": last >= self.total})
        return b'{"rows":' + listed(rows) + b"," + head[1:].encode()

    def lines(self, first: int, count: int) -> bytes:
        """Some rows from `first` on, which counts from 0, a line each."""
        begin, end = min(first, self.total), min(first + count, self.total)
        with self._path.open("rb") as content:
            content.seek(int(self._starts[begin]))
            return content.read(int(self._starts[end] - self._starts[begin]))


def listed(lines: bytes) -> bytes:
    """Lines of JSON as one JSON list."""
    return b"[" + lines.rstrip(b"\n").replace(b"\n", b",") + b"]"


class Registry:
    """What is served now: the month, the quota left, the faults to come.

    Raises:
        FatalError: The directory holds no finished generation.
    """

    def __init__(self, directory: Path, credentials: Credentials) -> None:
        manifest = directory / "manifest.json"
        if not manifest.exists():
            raise FatalError(
                "simulator_empty", "The directory holds no generated registries; generate them first."
            )
        self._manifest: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        self.directory, self.credentials, self.faults = directory, credentials, FaultBox()
        self.names: dict[str, str] = self._manifest["names"]
        self.reported: set[tuple[str, str, str]] = set()
        self.set_month(1)

    def set_month(self, month: int) -> None:
        """Serves another month; a new month is a new day, so the quota is full again.

        Raises:
            InputError: The month was not generated.
        """
        if month not in range(1, len(self._manifest["extracts"]) + 1):
            raise InputError("month_unknown", "This month was not generated.")
        self.month, self.quota = month, self.credentials.quota
        self._files: dict[str, dict[str, dict[str, Any]]] = {}
        for each in sorted(self._manifest["files"], key=lambda each: each["month"]):
            if each["month"] <= month:
                self._files.setdefault(each["source"], {})[each["name"]] = each
        register = [self.directory / each["path"] for _, each in sorted(self._files["dukcapil"].items())]
        self.index = NikIndex(self.directory / f"month{month}", register)
        self.families = LateFamilies([self.directory / f"month{month}" / "elsewhere.csv", *register])
        self.listings = {
            name: Listing(self.directory / each["path"])
            for files in self._files.values()
            for name, each in files.items()
            if each["listing"]
        }

    def files(self, source: str) -> list[dict[str, Any]] | None:
        """Files of a source served now, files of past months that nothing replaced included."""
        found = {name: each for name, each in self._files.get(source, {}).items() if not each["listing"]}
        if not found:
            return None
        shown = ("name", "bytes", "sha256", "modified")
        rows = [{**each, "bytes": each["size"]} for _, each in sorted(found.items())]
        return [{name: row[name] for name in shown} for row in rows]

    def emitted(self, source: str) -> list[dict[str, Any]]:
        """What was written of a source for the months up to the one served, the earliest month first."""
        found = [each for each in self._manifest["files"] if each["source"] == source]
        return sorted((each for each in found if each["month"] <= self.month), key=lambda each: each["month"])

    def path(self, source: str, name: str) -> Path | None:
        """Where a served file lies."""
        found = self._files.get(source, {}).get(name)
        return self.directory / found["path"] if found and not found["listing"] else None

    def spend(self) -> bool:
        """Counts one call; False when the quota is used up."""
        self.quota -= self.quota > 0
        return self.quota > 0


def registry_app(directory: Path, credentials: Credentials | None = None) -> ASGIApp:
    """The registries of a generated directory as an ASGI app.

    Raises:
        FatalError: The directory holds no finished generation.
    """
    registry = Registry(directory, credentials or Credentials())
    routes = [
        Route("/_health", _health),
        Route("/_month", _month, methods=["POST"]),
        Route("/_faults", _faults, methods=["POST"]),
        Route("/files/{source}/index.json", _index),
        Route("/files/{source}/{name}", _file),
        Route("/dukcapil/get_json/{agency}/{user}/{call}", _dukcapil, methods=["POST"]),
        *ROUTES,
        Route("/{listing:path}", _page),
    ]
    app = Starlette(routes=routes)
    app.state.registry = registry
    return FaultyApp(app, registry.faults)


def _registry(request: Request) -> Registry:
    registry: Registry = request.app.state.registry
    return registry


async def _body(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


async def _health(request: Request) -> Response:
    registry = _registry(request)
    return JSONResponse({"status": "ok", "month": registry.month, "quota": registry.quota})


async def _month(request: Request) -> Response:
    body = await _body(request)
    try:
        _registry(request).set_month(int(body["month"]))
    except (InputError, KeyError, TypeError, ValueError):
        return JSONResponse({"message": "month must be one of the generated months"}, 400)
    return JSONResponse({"month": _registry(request).month})


async def _faults(request: Request) -> Response:
    body = await _body(request)
    try:
        box = _registry(request).faults
        box.clear() if body == {"clear": True} else box.put(Fault(**body))
    except (InputError, TypeError) as error:
        return JSONResponse({"message": str(error)}, 400)
    return JSONResponse({"message": "ok"})


def _signed_in(request: Request) -> bool:
    credentials = _registry(request).credentials
    wanted = base64.b64encode(f"{credentials.user}:{credentials.password}".encode()).decode()
    return secrets.compare_digest(request.headers.get("authorization", ""), f"Basic {wanted}")


def _no_entry() -> Response:
    return JSONResponse({"message": "Unauthorized"}, 401, {"WWW-Authenticate": 'Basic realm="files"'})


async def _index(request: Request) -> Response:
    if not _signed_in(request):
        return _no_entry()
    files = _registry(request).files(request.path_params["source"])
    return (
        JSONResponse({"files": files}) if files is not None else JSONResponse({"message": "Not Found"}, 404)
    )


async def _file(request: Request) -> Response:
    if not _signed_in(request):
        return _no_entry()
    path = _registry(request).path(request.path_params["source"], request.path_params["name"])
    return FileResponse(path) if path else JSONResponse({"message": "Not Found"}, 404)


async def _page(request: Request) -> Response:
    registry = _registry(request)
    listing = registry.listings.get(request.path_params["listing"])
    if listing is None:
        return JSONResponse({"message": "Not Found"}, 404)
    key = request.headers.get("x-api-key", "")
    if not secrets.compare_digest(key.encode(), registry.credentials.api_key.encode()):
        return JSONResponse({"message": "Unauthorized"}, 401)
    page, size = request.query_params.get("page", "1"), request.query_params.get("size", "500")
    if not (page.isdecimal() and size.isdecimal() and int(page) >= 1 and 1 <= int(size) <= LARGEST_PAGE):
        return JSONResponse({"message": f"page is from 1, size from 1 to {LARGEST_PAGE}"}, 422)
    content = await run_in_threadpool(listing.page, int(page), int(size))
    return Response(content, media_type="application/json")


async def _dukcapil(request: Request) -> Response:
    """HTTP 200 whatever happens, as the real service does; only an unknown call is 404."""
    registry, body, place = _registry(request), await _body(request), request.path_params
    call = place["call"].upper()
    if call not in ("CALL_NIK", "CALL_VERIFY", "CALL_NIK_GET_KK"):
        return JSONResponse({"message": "Not Found"}, 404)
    key = dukcapil.first_of(body, "NIK", "nik", "NO_KK") if isinstance(body, dict) else ""
    text = dukcapil.refusal(body, registry.credentials, place["agency"], place["user"])
    if text is None and registry.quota <= 0:
        text = dukcapil.NO_QUOTA
    if text is not None:
        return JSONResponse(dukcapil.refused(text, key, registry.quota))
    registry.spend()
    if call == "CALL_VERIFY":
        verdict = dukcapil.verify(body, registry.index, registry.names)
        return JSONResponse(dukcapil.envelope([verdict], 1, registry.quota))
    given = registry.index, registry.names, registry.credentials.left_out
    if call == "CALL_NIK":
        found = dukcapil.retrieve(body, *given)
    else:
        families = await run_in_threadpool(registry.families.index)
        found = retrieve_family(body, families, *given)
    if isinstance(found, str):
        return JSONResponse(dukcapil.refused(found, key, registry.quota))
    return JSONResponse(dukcapil.envelope(found, len(found), registry.quota))
