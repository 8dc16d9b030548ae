"""Linked data as JSON-LD and as Turtle, both written from one tree.

A node is a mapping: `@id` (an absolute address; without it the node is blank), `@type` (names with a prefix) and
properties by names with a prefix. A value is a text, a number, a yes or no, a node, `{"@value", "@language"}`,
`{"@value", "@type"}`, or a list of these. The prefixes are those below, so that no context is fetched from anywhere.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = Mapping[str, Any]
_UNFIT = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_SIGNS = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def said(text: str, language: str) -> dict[str, str]:
    """A text in a language."""
    return {"@value": text, "@language": language}


def typed(text: str, kind: str) -> dict[str, str]:
    """A value of a data type, by its name with a prefix."""
    return {"@value": text, "@type": kind}


def iri(text: str) -> str:
    """An address without the signs that none may hold."""
    return _UNFIT.sub(lambda found: f"%{ord(found[0]):02X}", text)


def link(text: str) -> dict[str, str]:
    """A node that is told of elsewhere."""
    return {"@id": iri(text)}


def jsonld(nodes: Iterable[Node]) -> bytes:
    """The nodes as JSON-LD 1.1."""
    graph = [_bare(node) for node in nodes]
    return orjson.dumps({"@context": PREFIXES, "@graph": graph})


def _bare(value: Any) -> Any:
    """A value without what is empty."""
    if isinstance(value, Mapping):
        return {name: _bare(one) for name, one in value.items() if one is not None and one != []}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def turtle(nodes: Iterable[Node]) -> bytes:
    """The nodes as Turtle."""
    text = "".join(f"@prefix {name}: <{address}> .\n" for name, address in PREFIXES.items())
    waiting = deque(nodes)
    pieces, seen = [text], dict[str, Node]()
    while waiting:
        node = waiting.popleft()
        if "@id" in node:
            if seen.get(node["@id"]) == node:
                continue
            seen[node["@id"]] = node
        told = list(_told(node, waiting))
        if told:
            pieces.append(f"\n{_subject(node)} " + " ;\n    ".join(told) + " .\n")
    return "".join(pieces).encode()


def _subject(node: Node) -> str:
    return f"<{iri(node['@id'])}>" if "@id" in node else "[]"


def _told(node: Node, waiting: deque[Node]) -> Iterator[str]:
    """What is told of a node, property by property; nodes with an address are left to be told of after it."""
    for name, value in node.items():
        values = value if isinstance(value, list) else [value]
        words = [_written(name, one, waiting) for one in values if one is not None]
        if name != "@id" and words:
            yield f"{'a' if name == '@type' else name} {', '.join(words)}"


def _written(name: str, value: Any, waiting: deque[Node]) -> str:
    if name == "@type":
        return str(value)
    if isinstance(value, Mapping):
        return _object(value, waiting)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _quoted(str(value))


def _object(value: Node, waiting: deque[Node]) -> str:
    if "@value" in value:
        text = _quoted(str(value["@value"]))
        return f"{text}@{value['@language']}" if "@language" in value else f"{text}^^{value['@type']}"
    if "@id" in value:
        if len(value) > 1:
            waiting.append(value)
        return _subject(value)
    return f"[ {' ; '.join(_told(value, waiting))} ]"


def _quoted(text: str) -> str:
    return '"' + "".join(_SIGNS.get(sign, sign) for sign in text) + '"'
