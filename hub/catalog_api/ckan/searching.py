"""What clients of CKAN use of Solr's query language: `field:value`, ranges, lists, NOT, OR, AND, parentheses."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hub.catalog_api.ckan.asking import unfit

Test = Callable[[Mapping[str, Any]], bool]
MOST_TERMS = 50
DEEPEST = 10
_TOKEN = re.compile(
    r"""\s*(?:(?P<sign>[()])|(?P<word>AND|OR|NOT)(?=[\s()]|$)|(?P<mark>[+\-!])(?=\S)
    |(?:(?P<field>[\w.*]+):)?(?P<value>"(?:[^"\\]|\\.)*"|[\[{][^\]}]*[\]}]|\((?:[^()"]|"[^"]*")*\)|[^\s()"]+))""",
    re.VERBOSE,
)
_RANGE = re.compile(r"([\[{])\s*(\S+)\s+TO\s+(\S+)\s*([\]}])\Z")
FIELDS: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "id": lambda one: [one["id"]],
    "name": lambda one: [one["name"]],
    "title": lambda one: one["title"].lower().split(),
    "notes": lambda one: one["notes"].lower().split(),
    "organization": lambda one: [one["organization"]["name"]],
    "owner_org": lambda one: [one["owner_org"]],
    "groups": lambda one: [group["name"] for group in one["groups"]],
    "tags": lambda one: [tag["name"] for tag in one["tags"]],
    "license_id": lambda one: [one["license_id"]],
    "res_format": lambda one: sorted({each["format"] for each in one["resources"]}),
    "metadata_modified": lambda one: [one["metadata_modified"]],
    "metadata_created": lambda one: [one["metadata_created"]],
    "type": lambda one: [one["type"]],
    "dataset_type": lambda one: [one["type"]],
    "state": lambda one: [one["state"]],
    "private": lambda _: ["false"],
    "capacity": lambda _: ["public"],
    "author": lambda one: [one["author"] or ""],
}
"""Values of a package by field; what is no field of ours is an extra of its name."""
DAYS = ("metadata_modified", "metadata_created")


def test_of(name: str, text: str) -> Test:
    """The condition that a query (`q`) or filter (`fq`) is.

    Args:
        name: Of the parameter, for its errors.
        text: `metadata_modified:[2026-01-01T00:00:00Z TO *] -organization:x groups:(a OR b) "two words"`.

    Raises:
        CkanError: Validation Error.
    """
    tokens = _tokens(name, text)
    found, rest = _expression(name, tokens, 0)
    if rest:
        raise unfit(name, "Unbalanced parentheses")
    return found


def values(package: Mapping[str, Any], field: str) -> Sequence[str]:
    """What a package has in a field."""
    if field in FIELDS:
        found: Sequence[str] = FIELDS[field](package)
        return found
    bare = field.removeprefix("extras_")
    return [one["value"] for one in package["extras"] if one["key"] == bare]


def _tokens(name: str, text: str) -> list[Mapping[str, str | None]]:
    found: list[Mapping[str, str | None]] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at or len(found) >= MOST_TERMS:
            raise unfit(name, "Search query could not be parsed")
        found.append(match.groupdict())
        at = match.end()
    return found


def _expression(name: str, tokens: list[Mapping[str, str | None]], depth: int) -> tuple[Test, list[Any]]:
    """Terms that all must hold; those that OR joins stand for one."""
    if depth > DEEPEST:
        raise unfit(name, "Search query is nested too deeply")
    every: list[list[Test]] = []
    joined = False
    while tokens and tokens[0]["sign"] != ")":
        if tokens[0]["word"] in ("AND", "OR"):
            joined, tokens = tokens[0]["word"] == "OR" and bool(every), tokens[1:]
            continue
        term, tokens = _term(name, tokens, depth)
        if joined:
            every[-1].append(term)
        else:
            every.append([term])
        joined = False
    return (lambda package: all(any(one(package) for one in each) for each in every)), tokens


def _term(name: str, tokens: list[Mapping[str, str | None]], depth: int) -> tuple[Test, list[Any]]:
    if not tokens:
        raise unfit(name, "Search query ends too early")
    first, rest = tokens[0], tokens[1:]
    if first["word"] == "NOT" or first["mark"] in ("-", "!"):
        inner, rest = _term(name, rest, depth + 1)
        return (lambda package: not inner(package)), rest
    if first["mark"]:
        return _term(name, rest, depth)
    if first["sign"] == "(":
        inner, rest = _expression(name, rest, depth + 1)
        if not rest or rest[0]["sign"] != ")":
            raise unfit(name, "Unbalanced parentheses")
        return inner, rest[1:]
    if first["value"] is None:
        raise unfit(name, "Search query could not be parsed")
    return _condition(name, first["field"], first["value"]), rest


def _condition(name: str, field: str | None, value: str) -> Test:
    if field is None or field == "text":
        word = _bare(value).lower().strip("*")
        return lambda package: word in _prose(package)
    if field == "*":
        return lambda _: value == "*"
    if value[:1] == "(":
        any_of = [_bare(one) for one in re.findall(r'"[^"]*"|[^\s()"]+', value) if one not in ("OR", "AND")]
        return lambda package: any(one in any_of for one in values(package, field))
    if value[:1] in "[{":
        return _between(name, field, value)
    bare = _bare(value)
    if bare.endswith("*"):
        return lambda package: any(one.startswith(bare[:-1]) for one in values(package, field))
    return lambda package: bare in values(package, field)


def _prose(package: Mapping[str, Any]) -> str:
    """What free words are looked for in."""
    words = [tag["name"] for tag in package["tags"]]
    told = (package["name"], package["title"], package["notes"], package["organization"]["title"], *words)
    return " ".join(told).lower()


def _between(name: str, field: str, value: str) -> Test:
    found = _RANGE.match(value)
    if found is None:
        raise unfit(name, "A range is [from TO to]")
    opens, low, high, closes = found.groups()

    def within(one: str) -> bool:
        one = _comparable(field, one)
        above = low == "*" or (
            one >= _comparable(field, low) if opens == "[" else one > _comparable(field, low)
        )
        below = high == "*" or (
            one <= _comparable(field, high) if closes == "]" else one < _comparable(field, high)
        )
        return above and below

    return lambda package: any(map(within, values(package, field)))


def _comparable(field: str, text: str) -> str:
    """Instants in one length, so that texts compare as they do."""
    if field not in DAYS:
        return text
    whole, _, part = text.rstrip("Z").partition(".")
    return f"{whole:<19}.{part:0<6}"


def _bare(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value
