"""Files of releases at their permanent addresses: `/data/{dataset}/{release}/{file}`, open to all, with ranges.

What lies there never changes: the ETag is a strong one, the SHA-256 of the contents, and caches may keep it for good.
"""

from base64 import b64encode
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from hub.catalog_api.open_door import OPEN_TO_ALL, OpenDoor
from hub.schema.asking import JSON, Malformed
from hub.schema.messages import language_of
from hub.schema.refusing import refusal
from hub.sharing.catalog import ReleasedFile, file
from hub.sharing.contents import Contents

KEEP = "public, max-age=31536000, immutable"
ALLOWED = "GET, HEAD, OPTIONS"
ADDRESS = "/data/{dataset}/{release:int}/{file}"


async def released(request: Request) -> Response:
    """The file, a range of it, 304, or 404 where there is no such file."""
    door: OpenDoor = request.app.state.open_door
    try:
        response = await _found(request, door)
    except Exception as error:  # noqa: BLE001  # every failure has an answer
        response = refusal(error, language_of(request.headers.get("accept-language", "")), JSON)
    response.raw_headers += OPEN_TO_ALL
    return response


async def _found(request: Request, door: OpenDoor) -> Response:
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"allow": ALLOWED, "access-control-allow-methods": ALLOWED})
    if request.method not in ("GET", "HEAD"):
        response = refusal(Malformed(405, "mintalah dengan GET", "ask by GET"), "id", JSON)
        response.headers["allow"] = ALLOWED
        return response
    asked, contents = request.path_params, request.app.state.released
    door.take(request, 0)
    found = None
    if "\0" not in asked["dataset"] + asked["file"]:
        async with door.admission:
            found = await file(door.reads, asked["dataset"], asked["release"], asked["file"])
    if found is None or not isinstance(contents, Contents):
        raise Malformed(404, "berkas ini tidak ada", "there is no such file")
    return _answer(found[0], contents, request.headers.get("if-none-match", ""))


def _answer(told: ReleasedFile, contents: Contents, known: str) -> Response:
    mark = f'"{told.sha256}"'
    headers = {"etag": mark, "cache-control": KEEP, "accept-ranges": "bytes"}
    if known.strip() == "*" or mark in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(status_code=304, headers=headers)
    path = contents.path(told.sha256)
    if not path.is_file():
        raise Malformed(404, "berkas ini hilang dari penyimpanan", "this file is gone from where it was kept")
    headers["repr-digest"] = f"sha-256=:{_digest(told.sha256)}:"
    return FileResponse(path, 200, headers, told.media_type, filename=told.name)


def _digest(sha256: str) -> str:
    """The SHA-256 as RFC 9530 writes it."""
    return b64encode(bytes.fromhex(sha256)).decode()


def routes(methods: Sequence[str]) -> list[Route]:
    """The address; `app.state.released` has the contents."""
    return [Route(ADDRESS, released, methods=list(methods))]
