"""The addresses of the open doors, and what answers behind each."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.catalog_api import areas, codes, release_files
from hub.catalog_api.catalog import catalog_door, dataset_door
from hub.catalog_api.ckan.service import act, version
from hub.catalog_api.open_door import Asked, OpenDoor, Told, Work
from hub.catalog_api.packages import datapackage
from hub.catalog_api.pages import robots, sitemap
from hub.catalog_api.reconciling import persons, service

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Every method is answered by the door itself, which tells what it takes."""


async def index(asked: Asked) -> Told:
    """What reference data there is."""
    asked.words()
    return Told(
        {
            "wilayah": f"{asked.base}/reference/wilayah",
            "wilayahByCode": f"{asked.base}/reference/wilayah/{{code}}?on={{day}}&system={{kemendagri|bps}}",
            "successors": f"{asked.base}/reference/successors",
            "bridges": f"{asked.base}/reference/bridges",
            "codes": f"{asked.base}/reference/codes",
            "reconcile": f"{asked.base}/reconcile",
        }
    )


REFERENCE: dict[str, Work] = {
    "/reference": index,
    "/reference/wilayah": areas.areas,
    "/reference/wilayah/{code}": areas.area,
    "/reference/successors": areas.successors,
    "/reference/bridges": areas.bridges,
    "/reference/codes": codes.lists,
    "/reference/codes/{list}": codes.codes,
    "/reference/codes/{list}/{code:path}": codes.codes,
}

RECONCILIATION: dict[str, Work] = {
    "/reconcile": service.reconcile,
    "/reconcile/suggest/entity": service.suggest_entity,
    "/reconcile/suggest/type": service.suggest_type,
    "/reconcile/suggest/property": service.suggest_property,
    "/reconcile/extend/propose": service.propose_properties,
    "/reconcile/preview": service.preview,
}
CATALOG: dict[str, Work] = {
    "/catalog": catalog_door,
    "/catalog.{form}": catalog_door,
    "/dataset/{dataset}.{form}": dataset_door,
    "/dataset/{dataset}": dataset_door,
    "/data/{dataset}/{number}/datapackage.json": datapackage,
    "/api/3/action/{action}": act,
    "/api/action/{action}": act,
    "/api/3": version,
    "/sitemap.xml": sitemap,
    "/robots.txt": robots,
}
BY_POST_TOO = ("GET", "POST")
POSTED = ("/reconcile", "/api/3/action/{action}", "/api/action/{action}")


def routes() -> Sequence[BaseRoute]:
    """Every route; `app.state.open_door` answers them."""
    every = REFERENCE | RECONCILIATION | CATALOG
    return [
        *(_route(path, work, BY_POST_TOO if path in POSTED else ("GET",)) for path, work in every.items()),
        _route("/reconcile/persons", persons.persons, BY_POST_TOO, open_to_all=False),
        *release_files.routes(METHODS),
    ]


def _route(path: str, work: Work, methods: Sequence[str], *, open_to_all: bool = True) -> Route:
    async def answer(request: Request) -> Response:
        door: OpenDoor = request.app.state.open_door
        return await door.answer(request, work, methods, open_to_all=open_to_all)

    return Route(path, answer, methods=list(METHODS))
