"""`/api/3/action/<action>` and `/api/action/<action>`: CKAN's envelope around what the actions tell."""

from typing import Any

import orjson

from hub.catalog_api.ckan.actions import ACTIONS, Shown, current_package_list_with_resources, package_search
from hub.catalog_api.ckan.asking import CkanError, words
from hub.catalog_api.ckan.datastore import datastore_info, datastore_search
from hub.catalog_api.open_door import Asked, Told
from hub.errors import InputError
from hub.schema.asking import Malformed

EVERY = ACTIONS | {"datastore_search": datastore_search, "datastore_info": datastore_info}
TAKING = (package_search, current_package_list_with_resources, datastore_search)
"""Actions that take what they cost from the budget themselves."""


async def act(asked: Asked) -> Told:
    """The answer of one action."""
    name = asked.path["action"]
    action = EVERY.get(name)
    if action is None:
        return Told(orjson.dumps("Bad request - Action name not known: " + name[:100]), status=400)
    help_at = f"{asked.base}/api/3/action/help_show?name={name}"
    try:
        shown = Shown(asked, await asked.door.shelf.stock(), await words(asked))
        if action not in TAKING:
            shown.take(0)
        result = await action(shown)
    except CkanError as error:
        return _failed(help_at, error.status, error.body)
    except Malformed as error:
        kind = "Validation Error" if error.status == 400 else "Request Error"
        return _failed(
            help_at, 409 if error.status == 400 else error.status, {"__type": kind, "message": error.english}
        )
    except InputError as error:
        return _failed(help_at, 409, {"__type": "Validation Error", "message": error.message})
    return Told({"help": help_at, "success": True, "result": result})


async def version(asked: Asked) -> Told:
    """The version of the interface."""
    asked.words()
    return Told({"version": 3})


def _failed(help_at: str, status: int, error: dict[str, Any]) -> Told:
    return Told({"help": help_at, "success": False, "error": error}, status=status)
