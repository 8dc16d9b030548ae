"""Requests made to hurt: documents, values and bodies that cost much more to work on than to send."""

import json
from typing import Any

FILTER = "query ($f: PersonFilter) { people(filter: $f) { totalCount } }"
PAGES = "enrollments { payments(first: 500) { amount } }"
LARGE = 256 * 1024


def doubling(levels: int, on: str = "Person", leaf: str = "name") -> str:
    """Fragments that each spread the next one twice: 2^levels fields in some hundred bytes."""
    parts = [f"fragment f{n} on {on} {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels)]
    last = f"fragment f{levels} on {on} {{ {leaf} }}"
    return " ".join(["{ people { nodes { ...f0 } } }", *parts, last])


def nested(opening: str, closing: str, times: int, core: str = "") -> str:
    return opening * times + core + closing * times


def deep_filter(levels: int) -> Any:
    """A variable in which a filter holds a filter, and so on."""
    return json.loads(nested('{"not":', "}", levels, "{}"))


def wide_filter(width: int, levels: int) -> str:
    """A literal filter of lists in lists: width^levels conditions are what it would join."""
    core = '{name: {eq: "A"}}'
    for _ in range(levels):
        core = "{or: [" + ", ".join([core] * width) + "]}"
    return f"{{ people(filter: {core}) {{ totalCount }} }}"


DOCUMENTS: dict[str, str] = {
    "fragment doubling 21": doubling(21),
    "fragment doubling 40": doubling(40),
    "fragment doubling 60": doubling(60),
    "fragment tripling": doubling(12).replace("...f1 ...f1", "...f1 ...f1 ...f1"),
    "fragment doubling with an empty leaf": doubling(30, leaf="__typename"),
    "fragment doubling unused": "{ __typename } " + doubling(30).split("} } } ", 1)[1],
    "fragment cycle of one": "{ ...f } fragment f on Query { ...f }",
    "fragment cycle of two": "{ ...f } fragment f on Query { ...g } fragment g on Query { ...f }",
    "fragment cycle through a field": "{ people { nodes { ...f } } } fragment f on Person { familyCards {"
    " familyCard { members { person { ...f } } } } }",
    "fragment cycle unused": "{ __typename } fragment f on Query { ...g } fragment g on Query { ...f }",
    "fragment cycle long": "{ ...f0 } "
    + " ".join(f"fragment f{n} on Query {{ ...f{(n + 1) % 49} }}" for n in range(49)),
    "fragments many": "{ ...f0 } " + " ".join(f"fragment f{n} on Query {{ __typename }}" for n in range(400)),
    "spreads many": "{" + "...f " * 1500 + "} fragment f on Query { __typename }",
    "inline fragments deep": "{" + nested("... {", "}", 900, "__typename") + "}",
    "inline fragments wide": "{" + "... { people { totalCount } } " * 500 + "}",
    "aliases of a root": "{" + " ".join(f"a{n}: __typename" for n in range(1300)) + "}",
    "aliases of lists": "{"
    + " ".join(f"a{n}: people(first: 500) {{ nodes {{ name }} }}" for n in range(120))
    + "}",
    "aliases of counts": "{" + " ".join(f"a{n}: people {{ totalCount }}" for n in range(250)) + "}",
    "fields repeated": "{" + "__typename " * 3900 + "}",
    "fields repeated with bodies": "{" + "people { totalCount } " * 600 + "}",
    "fields repeated below": "{ people { nodes {" + "name " * 2000 + "} } }",
    "fields that conflict": "{"
    + " ".join(f"a: people(first: {n}) {{ totalCount }}" for n in range(400))
    + "}",
    "fields unknown": "{" + " ".join(f"nothing{n}" for n in range(1900)) + "}",
    "fields nearly known": "{" + " ".join(f"peopl{chr(97 + n % 26)}" * 30 for n in range(60)) + "}",
    "field with a name of 19,000 letters": "{" + "a" * 19_000 + "}",
    "selections deep": "{ people { nodes {"
    + nested("familyCards { familyCard { members { person {", "} } } }", 200, "id")
    + "} } }",
    "selections deeper than any parser": nested("{a", "}", 5000),
    "selections deep and unclosed": "{a" * 6000,
    "introspection deep": "{ __schema { types {" + nested("fields { type {", "} }", 60, "name") + "} } }",
    "introspection wide": "{" + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(120)) + "}",
    "type references deep": '{ __type(name: "Person") { fields { type {'
    + nested("ofType {", "}", 80, "name")
    + "} } } }",
    "directives on a field": "{ __typename " + "@skip(if: false) " * 500 + "}",
    "directives unknown": "{ __typename " + "@a" * 1800 + "}",
    "directives on the operation": "query " + "@x " * 1500 + "{ __typename }",
    "directives on variables": "query ($a: Int " + "@x " * 1500 + ") { people(first: $a) { totalCount } }",
    "directives on a fragment": "{ ...f } fragment f on Query " + "@x " * 1500 + "{ __typename }",
    "directives behind spreads": "{"
    + "...f " * 60
    + "} fragment f on Query { a: __typename @skip(if: true) }",
    "lists in a value deep": "{ people(filter: {or: " + nested("[", "]", 1900) + "}) { totalCount } }",
    "objects in a value deep": "{ people(filter: " + nested("{not:", "}", 900, "{}") + ") { totalCount } }",
    "objects in a default deep": "query ($f: PersonFilter = "
    + nested("{not:", "}", 60, "{}")
    + ") { people(filter: $f) { totalCount } }",
    "objects in a directive deep": "{ __typename @skip(if: " + nested("{a:", "}", 300, "1") + ") }",
    "filters wide and deep": wide_filter(7, 4),
    "values in a list": "{ people(filter: {sex: {in: [" + "L " * 3900 + "]}}) { totalCount } }",
    "arguments many": "{ people(" + " ".join(f"a{n}: 1" for n in range(1200)) + ") { totalCount } }",
    "argument repeated": "{ people(" + "first: 1 " * 1200 + ") { totalCount } }",
    "variables many": "query (" + " ".join(f"$a{n}: Int" for n in range(900)) + ") { __typename }",
    "variable repeated": "query (" + "$a: Int " * 900 + ") { __typename }",
    "operations many": "query A { __typename } " * 700,
    "operations without names": "{ __typename } " * 900,
    "tokens many": "{" + "a," * 9000 + "}",
    "characters many": "{ __typename }" + " " * 200_000,
    "comment long": "# " + "x" * 100_000 + "\n{ __typename }",
    "string long": '{ person(nik: "' + "9" * 19_000 + '") { name } }',
    "string block long": '{ person(nik: """' + "\n " * 9000 + '""") { name } }',
    "string escapes": '{ person(nik: "' + "\\u0041" * 3000 + '") { name } }',
    "number long": "{ people(first: " + "9" * 19_000 + ") { totalCount } }",
    "pages multiplied": f"{{ people(first: 500) {{ nodes {{ {PAGES} }} }} }}",
    "pages multiplied by aliases": "{"
    + " ".join(f"a{n}: people(first: 500) {{ nodes {{ {PAGES} }} }}" for n in range(20))
    + "}",
    "pages beyond their size": "{ people(first: 2147483647) { nodes { name } } }",
    "page below zero": "{ people(first: -1) { nodes { name } } }",
    "cursor long": '{ people(after: "' + "W1s" * 6000 + '") { totalCount } }',
    "subscription": "subscription { __typename }",
    "mutation": "mutation { __typename }",
    "definitions of types": "type A { a: Int } " * 600 + "{ __typename }",
}
"""Documents that are refused, by what they try."""

VARIABLES: dict[str, tuple[str, Any]] = {
    "filter deep": (FILTER, {"f": deep_filter(300)}),
    "filter deeper": (FILTER, {"f": deep_filter(900)}),
    "filter wide": (FILTER, {"f": {"or": [{}] * 60_000}}),
    "values many": (FILTER, {"f": {"sex": {"in": ["L"] * 40_000}}}),
    "numbers where texts stand": (FILTER, {"f": {"sex": {"in": [1] * 60_000}}}),
    "keys unknown": (FILTER, {"f": {f"k{n}": n for n in range(15_000)}}),
    "rows to match": (
        "query ($r: [MatchRow!]!) { match(rows: $r) { row } }",
        {"r": [{"nik": "3320014101909001"}] * 8000},
    ),
    "number vast": ("query ($n: Int) { people(first: $n) { totalCount } }", {"n": 10**300}),
    "text vast": ("query ($n: NIK!) { person(nik: $n) { name } }", {"n": "9" * 250_000}),
    "texts with line ends": ("query ($n: NIK!) { person(nik: $n) { name } }", {"n": "\n" * 100_000}),
    "cursor deep": ("query ($c: String) { people(after: $c) { totalCount } }", {"c": "W1tb" * 60_000}),
}
"""A sound document with values that are refused, by what they try."""

BODIES: dict[str, bytes] = {
    "10 MB": b'{"query": "{ __typename }", "variables": {"a": "' + b"x" * 10_000_000 + b'"}}',
    "larger than may be": b'{"query": "{ __typename }", "extensions": {"a": "' + b"x" * LARGE + b'"}}',
    "JSON deep": nested("[", "]", 120_000).encode(),
    "JSON objects deep": nested('{"a":', "}", 40_000, "1").encode(),
    "JSON variables deep": b'{"query": "{ __typename }", "variables": '
    + nested('{"a":', "}", 900, "1").encode()
    + b"}",
    "JSON unclosed": b"[" * 250_000,
    "batch": b"[" + b",".join([b'{"query": "{ __typename }"}'] * 1000) + b"]",
    "keys repeated": b'{"query": 1' + b', "query": 1' * 20_000 + b"}",
    "number of many digits": b'{"query": "{ __typename }", "variables": ' + b"9" * 200_000 + b"}",
    "not UTF-8": b'{"query": "' + b"\xff" * 200_000 + b'"}',
    "half of a surrogate pair": b'{"query": "{ programs(code: \\"\\ud800\\") { code } }"}',
    "NUL": b"\x00" * 200_000,
    "nothing": b"",
}
"""Bodies that are refused, by what they try."""


def bodies() -> dict[str, bytes]:
    """Every request of this file as the body of a POST."""
    found = {f"document: {name}": json.dumps({"query": text}).encode() for name, text in DOCUMENTS.items()}
    for name, (text, values) in VARIABLES.items():
        found[f"variables: {name}"] = json.dumps({"query": text, "variables": values}).encode()
    return found | {f"body: {name}": sent for name, sent in BODIES.items()}
