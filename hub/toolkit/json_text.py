"""JSON as registries send it, read strictly: numbers stay the digits they were, and nothing is guessed.

A NIK may come as a number. From 9,007,199,254,740,993 on (Papua) a double has lost the last digit, so that no
number ever passes through one here.
"""

import json
from typing import Any, NoReturn

import orjson

from hub.errors import RetriableError
from hub.toolkit.layout import header_form


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def strict_loads(body: bytes, source: str) -> Any:
    """The value of a JSON body in UTF-8, with every number as its own text.

    Raises:
        RetriableError: `json_unreadable`: not UTF-8, not JSON, NaN or Infinity, a key twice in one object, or
            nested beyond reason. A broken answer is asked for again; nothing of it is kept.
    """
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeats,
        )
    except (ValueError, RecursionError) as error:
        raise RetriableError(
            "json_unreadable", f"{source}: the answer is no strict JSON ({type(error).__name__})"
        ) from None


def object_text(value: dict[str, Any]) -> str:
    r"""A JSON object as compact text with its keys in the received order.

    A lone surrogate, which no UTF-8 can hold, is written as `\u0000`, so that the row is refused as
    undecodable.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":")).replace("\\ud", "\\u0000")


def cell_text(value: object) -> str | None:
    """One JSON value as the text of a cell: objects and lists as JSON, true and false in small letters."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def object_cells(value: dict[str, Any], known: dict[str, str]) -> dict[str, str | None]:
    """The cells of a JSON object by canonical name; an unknown key keeps its own name.

    Args:
        value: The object, numbers as texts.
        known: Canonical name by header form, of `Layout.canonical`.
    """
    return {known.get(header_form(key), key): cell_text(each) for key, each in value.items()}
