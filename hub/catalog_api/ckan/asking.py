"""What a client of CKAN asks, read as CKAN reads it: parameters by GET, as JSON or as a form, and CKAN's errors."""

from collections.abc import Mapping
from typing import Any

import orjson

from hub.catalog_api.open_door import Asked
from hub.catalog_api.reconciling.queries import sent

LONGEST = 1000
"""Signs of a text that is searched for."""
MOST_ROWS = 1000
FARTHEST = 1 << 31


class CkanError(Exception):
    """An error as CKAN tells it.

    Args:
        status: HTTP status.
        kind: `Not Found Error`, `Validation Error`, …
        told: Its further members.
    """

    def __init__(self, status: int, kind: str, told: Mapping[str, Any]) -> None:
        super().__init__(kind)
        self.status = status
        self.body = {"__type": kind, **told}


def missing(what: str = "Not found") -> CkanError:
    """What is asked for is not there."""
    return CkanError(404, "Not Found Error", {"message": what})


def unfit(name: str, why: str) -> CkanError:
    """A parameter can't be what it is."""
    return CkanError(409, "Validation Error", {name: [why], "message": f"{name}: {why}"})


class Words:
    """The parameters of a request.

    Args:
        given: By name; texts, or what JSON made of them.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def text(self, name: str, usual: str = "") -> str:
        """A text of at most `LONGEST` signs."""
        value = self._given.get(name)
        if value is None:
            return usual
        if isinstance(value, dict | list) or len(str(value)) > LONGEST:
            raise unfit(name, f"Must be a text of at most {LONGEST} characters")
        return str(value)

    def needed(self, *names: str) -> str:
        """The first of these that is there."""
        for name in names:
            if found := self.text(name):
                return found
        raise unfit(names[0], "Missing value")

    def number(self, name: str, usual: int, most: int) -> int:
        """A number from 0; more than `most` is `most`, as CKAN has it."""
        text = self.text(name, str(usual)).strip()
        if not (text.isascii() and text.isdecimal() and len(text) < 20):
            raise unfit(name, "Invalid integer")
        return min(int(text), most)

    def yes(self, name: str, *, usual: bool = False) -> bool:
        """A yes or no."""
        return self.text(name, str(usual)).lower() in ("true", "1", "t", "yes", "y", "on")

    def structure(self, name: str) -> Any:
        """A list or object: as JSON brought it, or as text that holds JSON; None where there is none."""
        value = self._given.get(name)
        if isinstance(value, str) and value[:1] in ("[", "{"):
            try:
                return orjson.loads(value)
            except orjson.JSONDecodeError:
                raise unfit(name, "Could not be parsed as JSON") from None
        return value or None

    def listed(self, name: str) -> list[str]:
        """A list of texts: JSON, or words with commas between."""
        value = self.structure(name)
        if isinstance(value, str):
            value = [one.strip() for one in value.split(",")]
        if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise unfit(name, "Must be a list of texts")
        return [one for one in value or [] if one]


async def words(asked: Asked) -> Words:
    """The parameters of a request, bounded and each once."""
    given = await sent(asked.http)
    return Words({name: _value(value) for name, value in given.items()})


def _value(value: str) -> Any:
    """Bare JSON that a body brought (`true`, `5`, `null`) is what it says; all else stays a text."""
    return None if value == "null" else value
