"""The actions of CKAN that tell of data sets, organisations, groups, tags, licences and resources."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.catalog_api.ckan.asking import FARTHEST, MOST_ROWS, Words, missing, unfit
from hub.catalog_api.ckan.packages import (
    LICENCES,
    group_of,
    organization_of,
    package,
    resource,
    tag,
)
from hub.catalog_api.ckan.searching import test_of, values
from hub.catalog_api.open_door import Asked
from hub.catalog_api.shelf import Found, Stock
from hub.sharing.catalog import Entry

Package = dict[str, Any]
FACETS = ("organization", "groups", "tags", "license_id", "res_format", "name", "state", "type", "author")
MOST_FACETS = 10
SORTS: Mapping[str, Callable[[Package], Any]] = {
    "id": lambda one: one["id"],
    "name": lambda one: one["name"],
    "title": lambda one: one["title"].lower(),
    "title_string": lambda one: one["title"].lower(),
    "metadata_modified": lambda one: one["metadata_modified"],
    "metadata_created": lambda one: one["metadata_created"],
    "score": lambda _: 0,
    "views_recent": lambda _: 0,
}


@dataclass(frozen=True)
class Shown:
    """What an action looks at.

    Args:
        asked: The request.
        stock: The released data sets.
        words: Its parameters.
    """

    asked: Asked
    stock: Stock
    words: Words

    @property
    def entries(self) -> Sequence[Entry]:
        """The released data sets."""
        return self.stock.entries

    def take(self, rows: int) -> None:
        """Takes from the budget of whoever asks."""
        self.asked.door.take(self.asked.http, rows)

    def packages(self) -> Sequence[Package]:
        """Every data set as CKAN has it."""
        base = self.asked.base
        return self.stock.view(base, lambda entry: package(base, entry))

    def entry(self, name: str) -> Entry:
        """A data set by its id or name.

        Raises:
            CkanError: Not Found.
        """
        if found := self.stock.names.get(name):
            return found
        raise missing()

    def file(self, name: str) -> Found:
        """A file of any release by its resource's id.

        Raises:
            CkanError: Not Found.
        """
        if found := self.stock.files.get(name):
            return found
        raise missing()


Action = Callable[[Shown], Awaitable[Any]]


async def site_read(_: Shown) -> Any:
    """Whether the site may be read."""
    return True


async def status_show(shown: Shown) -> Any:
    """What the site is."""
    return {
        "site_title": "Hub perlindungan sosial",
        "site_description": "Himpunan data yang disiarkan hub, menurut Satu Data Indonesia",
        "site_url": shown.asked.base,
        "ckan_version": "2.10.4",
        "error_emails_to": None,
        "locale_default": "id",
        "extensions": ["datastore"],
    }


async def package_list(shown: Shown) -> Any:
    """Names of data sets."""
    return _slice(shown.words, sorted(entry.dataset.name for entry in shown.entries))


async def package_show(shown: Shown) -> Any:
    """One data set."""
    return package(shown.asked.base, shown.entry(shown.words.needed("id", "name_or_id")))


async def current_package_list_with_resources(shown: Shown) -> Any:
    """Data sets with their resources, the newest first."""
    shown.take(len(shown.entries))
    found = sorted(shown.packages(), key=lambda one: (one["metadata_modified"], one["id"]), reverse=True)
    return _slice(shown.words, found)


async def package_search(shown: Shown) -> Any:
    """Data sets that fit, page by page to an empty one, with counts by field."""
    words = shown.words
    shown.take(words.number("rows", 10, MOST_ROWS))
    tests = [test_of("q", words.text("q")), *(test_of("fq", one) for one in _filters(words))]
    found = [one for one in shown.packages() if all(test(one) for test in tests)]
    order = words.text("sort", "score desc, metadata_modified desc")
    _sort(found, order)
    start, rows = words.number("start", 0, FARTHEST), words.number("rows", 10, MOST_ROWS)
    facets = _facets(words, found)
    return {
        "count": len(found),
        "sort": order,
        "results": found[start : start + rows],
        "facets": {name: {one["name"]: one["count"] for one in items} for name, items in facets.items()},
        "search_facets": {name: {"title": name, "items": items} for name, items in facets.items()},
    }


def _filters(words: Words) -> list[str]:
    """`fq` and each of `fq_list`."""
    return [one for one in (words.text("fq"), *words.listed("fq_list")[:MOST_FACETS]) if one]


def _sort(found: list[Package], order: str) -> None:
    keys = [part.split() for part in order.split(",") if part.strip()]
    for part in reversed(keys):
        if part[0] not in SORTS or part[1:] not in ([], ["asc"], ["desc"]) or len(keys) > MOST_FACETS:
            raise unfit("sort", f"Cannot sort by {', '.join(SORTS)} alone")
        found.sort(key=SORTS[part[0]], reverse=part[1:] == ["desc"])


def _facets(words: Words, found: Sequence[Package]) -> dict[str, list[dict[str, Any]]]:
    if not words.yes("facet", usual=True):
        return {}
    names, most = words.listed("facet.field"), words.number("facet.limit", 50, MOST_ROWS)
    if unknown := [name for name in names[:MOST_FACETS] if name not in FACETS]:
        raise unfit("facet.field", f"No such field: {', '.join(unknown)}")
    titles = {one["organization"]["name"]: one["organization"]["title"] for one in found}
    titles |= {group["name"]: group["title"] for one in found for group in one["groups"]}
    counts = {
        name: Counter(value for one in found for value in values(one, name)) for name in names[:MOST_FACETS]
    }
    return {
        name: [
            {"name": value, "display_name": titles.get(value, value), "count": number}
            for value, number in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[: most or None]
        ]
        for name, counted in counts.items()
    }


def _slice(words: Words, found: Sequence[Any]) -> Sequence[Any]:
    """A part of a list by `limit` and `offset` (or `page`)."""
    limit = words.number("limit", MOST_ROWS, MOST_ROWS)
    page = max(words.number("page", 1, FARTHEST), 1)
    offset = words.number("offset", (page - 1) * limit, FARTHEST)
    return found[offset : offset + limit]


def _bodies(shown: Shown, of: Callable[[Entry], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Organisations or groups by name, with how many data sets each has."""
    found: dict[str, dict[str, Any]] = {}
    for entry in shown.entries:
        body = of(entry)
        found.setdefault(body["name"], body | {"package_count": 0})["package_count"] += 1
    return dict(sorted(found.items()))


def _list_of(of: Callable[[Entry], dict[str, Any]]) -> Action:
    async def listed(shown: Shown) -> Any:
        bodies = _bodies(shown, of)
        whole = shown.words.yes("all_fields")
        return _slice(shown.words, list(bodies.values()) if whole else list(bodies))

    return listed


def _show_of(of: Callable[[Entry], dict[str, Any]]) -> Action:
    async def show(shown: Shown) -> Any:
        wanted = shown.words.needed("id")
        for body in _bodies(shown, of).values():
            if wanted in (body["name"], body["id"]):
                inside = [one for one in shown.entries if of(one)["name"] == body["name"]]
                whole = shown.words.yes("include_datasets")
                shown.take(len(inside) if whole else 0)
                told = [package(shown.asked.base, one) for one in inside[:MOST_ROWS]] if whole else []
                return body | {"packages": told, "users": [], "extras": [], "groups": [], "tags": []}
        raise missing()

    return show


async def tag_list(shown: Shown) -> Any:
    """Keywords."""
    found = sorted({word for entry in shown.entries for word in entry.dataset.keywords})
    query = shown.words.text("query").lower()
    found = [word for word in found if query in word.lower()]
    return [tag(word) for word in found] if shown.words.yes("all_fields") else found


async def tag_show(shown: Shown) -> Any:
    """One keyword with its data sets."""
    wanted = shown.words.needed("id")
    inside = [
        one for one in shown.entries for word in one.dataset.keywords if wanted in (word, tag(word)["id"])
    ]
    if not inside:
        raise missing()
    shown.take(len(inside))
    words = {word for one in inside for word in one.dataset.keywords if wanted in (word, tag(word)["id"])}
    return tag(words.pop()) | {"packages": [package(shown.asked.base, one) for one in inside[:MOST_ROWS]]}


async def license_list(_: Shown) -> Any:
    """Licences."""
    return list(LICENCES.values())


async def resource_show(shown: Shown) -> Any:
    """One file of any release."""
    entry, release, file = shown.file(shown.words.needed("id"))
    return resource(shown.asked.base, entry, release, list(release.files).index(file))


async def resource_search(shown: Shown) -> Any:
    """Files of the newest releases by `field:words`, several of which must all fit."""
    query = shown.words.structure("query")
    queries = [query] if isinstance(query, str) else query
    if not isinstance(queries, list) or not all(isinstance(one, str) and ":" in one for one in queries):
        raise unfit("query", "A query is field:words")
    parts = [one.partition(":") for one in queries[:MOST_FACETS]]
    found = [one for each in shown.packages() for one in each["resources"]]
    if found and not {field for field, _, _ in parts} <= found[0].keys():
        raise unfit("query", "There is no such field")
    found = [one for one in found if all(word.lower() in str(one[field]).lower() for field, _, word in parts)]
    limit, offset = (
        shown.words.number("limit", MOST_ROWS, MOST_ROWS),
        shown.words.number("offset", 0, FARTHEST),
    )
    return {"count": len(found), "results": found[offset : offset + limit]}


async def help_show(shown: Shown) -> Any:
    """What an action does."""
    action = ACTIONS.get(shown.words.needed("name"))
    if action is None:
        raise missing("Action does not exist")
    return action.__doc__ or "Organisations or groups."


ACTIONS: dict[str, Action] = {
    "site_read": site_read,
    "status_show": status_show,
    "package_list": package_list,
    "package_show": package_show,
    "package_search": package_search,
    "current_package_list_with_resources": current_package_list_with_resources,
    "organization_list": _list_of(organization_of),
    "organization_show": _show_of(organization_of),
    "group_list": _list_of(group_of),
    "group_show": _show_of(group_of),
    "tag_list": tag_list,
    "tag_show": tag_show,
    "license_list": license_list,
    "resource_show": resource_show,
    "resource_search": resource_search,
    "help_show": help_show,
}
