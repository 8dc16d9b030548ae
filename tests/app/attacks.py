"""What a caller may try: every field, what hidden things are called by, and operations made up by chance."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from graphql import get_named_type, is_leaf_type

from tests.app.apart import Asked
from tests.app.conforming import strict_schema
from tests.app.operations import TEXTS, Everywhere
from tests.app.worlds import RESTRICTED
from tests.graph_builders import uid
from tests.schema.reaching import connections, leaves, orders, ways
from tests.schema.town import NIK

SCHEMA = strict_schema()
PERSON = "{ id nik name kk birthDate address wilayah { code } statements { value original } enrollments { id status }"
PERSON += " payments { amount } statuses { code } scores { desil } links { method other { name } }"
PERSON += " familyCards { familyCard { kk members { person { name nik } } } } }"
CURSORS = "{ edges { cursor } }"
PAGE = "{ pageInfo { hasNextPage endCursor hasPreviousPage } nodes { id } }"
ONE_BY_NIK = f"query ($n: NIK!) {{ person(nik: $n) {PERSON} }}"
ONE_BY_ID = f"query ($i: ID!) {{ node(id: $i) {{ __typename id ... on Person {PERSON} }} }}"
BY_IDS = "query ($i: [ID!]!) { nodes(ids: $i) { __typename id } }"
MATCH = (
    "query ($r: [MatchRow!]!) { match(rows: $r) { row result bearers birthDateAgrees person { id name }"
    " programs { since program { code } } } }"
)
CANDIDATES = (
    "{ candidates(first: 200) { totalCount nodes { kind score evidence { key value } record { id } } } }"
)
REFUSED = "{ refusals(first: 200) { totalCount nodes { key reasons payload columns { value } } } }"
JUDGED = "{ people(first: 100) { nodes { id linkedRecords { judgements { judgement record { id } } } } } }"
FRAGMENT = f"fragment p on Person {PERSON}"
REGISTRIES = ("sr", "crvs", "ibr")
FORMS = ("application/x-ndjson", "text/csv")
WORDS = ("' or true --", "%", "_", "33.20' || '", "\\", "{}", "\u0000", "ÿ", "1; select pg_sleep(9)")


def global_id(type_: str, key: object) -> str:
    """The id of a thing, as the hub tells it."""
    return base64.b64encode(f"{type_}:{key}".encode()).decode()


def cursor(*parts: object) -> str:
    """A cursor, as the hub tells it."""
    return base64.b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def everything() -> list[Asked]:
    """Every field that can be reached without an id, with all of its values."""
    found = []
    for way in ways(SCHEMA):
        type_ = get_named_type(way.field.type)
        selection = "" if is_leaf_type(type_) else leaves(type_)
        if hasattr(type_, "fields") and "edges" in type_.fields:
            node = get_named_type(get_named_type(type_.fields["edges"].type).fields["node"].type)
            counted = "totalCount" if "totalCount" in type_.fields else ""
            selection = f"{{ {counted} edges {{ cursor node {leaves(node)} }} }}"
        if hasattr(type_, "fields") or selection == "":
            found.append(Asked("graphql", way.document(selection)))
    return found


def sorted_every_way() -> list[Asked]:
    """Every connection in every order: where a hidden value stands would show."""
    found = []
    for way in connections(SCHEMA):
        if len(way.steps) == 1:
            texts = (way.document(CURSORS, {**more, "first": "7"}) for more in orders(way.field)[1:])
            found += [Asked("graphql", one) for one in texts]
    return found


def by_name(values: Mapping[str, Sequence[Any]], persons: Sequence[int]) -> list[Asked]:
    """Hidden things by what they are called: numbers, names, ids, cursors; at once, aliased and in fragments."""
    niks = values["nik"]
    aliased = " ".join(f'a{n}: person(nik: "{nik}") {{ ...p }}' for n, nik in enumerate(niks[:8]))
    return [
        *(Asked("graphql", ONE_BY_NIK, {"n": nik}) for nik in niks),
        *_by_id(persons),
        *_filtered(values),
        Asked(
            "graphql", MATCH, {"r": [{"nik": nik, "name": one} for nik in niks for one in values["name"][:2]]}
        ),
        Asked(
            "graphql",
            f'{{ __typename {aliased} ... on Query {{ person(nik: "{NIK}") {{ ...p }} }} }} {FRAGMENT}',
        ),
        *_beyond(),
    ]


def _by_id(persons: Sequence[int]) -> list[Asked]:
    ids = [global_id("Person", uid("person", person)) for person in persons]
    ids += [global_id("Enrollment", uid("enrollment", number)) for number in range(1, 20)]
    ids += [global_id("Record", number) for number in (*range(1, 6), *range(5001, 5030))]
    ids += [global_id("FamilyCard", uid("card", number)) for number in range(1, 14)]
    return [
        *(Asked("graphql", ONE_BY_ID, {"i": one}) for one in ids[:24]),
        Asked("graphql", BY_IDS, {"i": ids}),
    ]


def _filtered(values: Mapping[str, Sequence[Any]]) -> list[Asked]:
    """What a filter finds of hidden numbers and names."""
    filters = (("nik", "in", "[NIK!]", values["nik"]), ("kk", "in", "[KK!]", values["no_kk"]),
               ("name", "eq", "String", next(iter(values["name"]), "")))  # fmt: skip
    asked = "query ($v: {}) {{ people(filter: {{{}: {{{}: $v}}}}) {{ totalCount nodes {} }} }}"
    return [
        Asked("graphql", asked.format(type_, name, operator, PERSON), {"v": given})
        for name, operator, type_, given in filters
    ]


def _beyond() -> list[Asked]:
    """Pages that begin where hidden things stand."""
    return [
        Asked("graphql", f'{{ {root}(first: 5, after: "{cursor(f"Query.{root}", area, 1)}") {PAGE} }}')
        for area in (0, 3319999999, 3320009999, 3320012000, 3320020000)
        for root in ("people", "familyCards")
    ]


def injected() -> list[Asked]:
    """Words of SQL and of GraphQL where texts are expected."""
    found = []
    for word in WORDS:
        found.append(
            Asked(
                "graphql",
                "query ($v: String!) { people(filter: {name: {eq: $v}}) { totalCount } }",
                {"v": word},
            )
        )
        found.append(
            Asked(
                "graphql", f"{{ people(filter: {{name: {{prefix: {json.dumps(word)}}}}}) {{ totalCount }} }}"
            )
        )
        found.append(
            Asked(
                "graphql",
                "query ($v: WilayahCode) { people(filter: {wilayah: $v}) { totalCount } }",
                {"v": word},
            )
        )
        found.append(Asked("graphql", word))
    return found


def at_large() -> list[Asked]:
    """Plain questions over all that there is."""
    roots = ("people", "enrollments", "payments", "familyCards", "households", "scores", "statuses")
    found = [
        Asked("graphql", f"{{ {root}(first: 200) {{ totalCount nodes {{ __typename }} }} }}")
        for root in roots
    ]
    found.append(Asked("graphql", f"{{ people(first: 100) {{ nodes {PERSON} }} }}"))
    found.append(Asked("graphql", "{ findings { totalCount nodes { id since amount persons { id } } } }"))
    found.append(Asked("graphql", "{ cases { totalCount nodes { id caseNumber } } }"))
    found.append(Asked("graphql", CANDIDATES))
    found.append(Asked("graphql", REFUSED))
    found.append(Asked("graphql", JUDGED))
    return found


def of_time() -> list[Asked]:
    """What was held before somebody was restricted, and on days before children grew up."""
    found = []
    for person in sorted(RESTRICTED):
        for when in ('knownAt: "2025-01-05T00:00:00Z"', 'asOf: "2024-06-01"', 'asOf: "1995-01-01"'):
            one = global_id("Person", uid("person", person))
            found.append(Asked("graphql", f'{{ node(id: "{one}", {when}) {{ ... on Person {PERSON} }} }}'))
    moments = ('knownAt: "2025-01-05T00:00:00Z"', 'asOf: "2024-06-01"', 'asOf: "2031-01-01"')
    return [
        *found,
        *(Asked("graphql", f"{{ people({when}) {{ totalCount nodes {PERSON} }} }}") for when in moments),
    ]


def in_order() -> list[Asked]:
    """The feeds from the beginning, page after page, narrowed and not."""
    items = "{ items { type kind nodeId recorded wilayah { code } node { id } } count next last }"
    items = items.replace("wilayah { code }", "wilayah")
    found = [Asked("graphql", f"{{ changes(first: {size}) {items} }}") for size in (1, 7, 100, 500)]
    found += [
        Asked("graphql", f'{{ changes(first: 500, wilayah: "{area}") {items} }}')
        for area in ("33", "33.20.01", "34")
    ]
    share = "{ schemaVersion last next items {"
    share += " entry source recordKey version closed withdrawn wilayah originEntry claims } }"
    found += [Asked("graphql", f"{{ shareFeed(first: {size}) {share} }}") for size in (1, 9, 500)]
    ids = json.dumps([global_id("Person", uid("person", person)) for person in (1, 2, *sorted(RESTRICTED))])
    start = cursor(None, 0, 0, 0, 0, 0)
    for more in ("", f", ids: {ids}", ', wilayah: "33.20.01"', f', after: "{start}"'):
        found.append(Asked("stream", f"subscription {{ personsChanged(first: 100{more}) {items} }}"))
    return found


def taken_away() -> list[Asked]:
    """Every connection of the root as an export, in two forms."""
    found = []
    for way in connections(SCHEMA):
        if len(way.steps) == 1:
            listed: Any = get_named_type(way.field.type)
            edge: Any = get_named_type(listed.fields["edges"].type)
            node: Any = get_named_type(edge.fields["node"].type)
            text = way.document(f"{{ nodes {leaves(node)} }}")
            found += [Asked("export", text, headers=(("accept", form),)) for form in FORMS]
    return found


def officially(values: Mapping[str, Sequence[Any]], persons: Sequence[int]) -> list[Asked]:
    """What the reading role never sees: cases, the ledger, restrictions, breaches, and acts on who is hidden."""
    saw = "query ($n: NIK!) { whoSaw(nik: $n) { position caller purpose fields scopes request person { name } } }"
    held = "{ restrictions%s { position kind event covers person { id name } } }"
    ids = [global_id("Person", uid("person", person)) for person in persons]
    act = 'mutation ($k: String!, $p: ID!) { %s(key: $k, person: $p, kind: protected, basis: "x") { kind } }'
    opened = (
        'mutation ($k: String!, $p: ID!) { openRightsCase(key: $k, person: $p, kind: correction, asked: "x",'
        ' registry: "nowhere") { kind person { id name } } }'
    )
    reach = (
        '{ breachReach(breach: "%s") { total disclosures unknown fields { what disclosures } callers { what }'
    )
    reach += " persons { person { id name } } } }"
    return [
        *(Asked("graphql", saw, {"n": nik}) for nik in (NIK, *values["nik"])),
        *(
            Asked("graphql", held % more)
            for more in ("", "(past: true)", *(f'(person: "{one}")' for one in ids))
        ),
        Asked("graphql", "{ rightsCases { case kind person { id } } }"),
        Asked("graphql", "{ breaches { breach due standing } }"),
        Asked("graphql", reach % global_id("Breach", uid("breach", 1))),
        *(Asked("graphql", opened, {"k": f"{one:0>16}"[-60:], "p": one}) for one in ids),
        *(
            Asked("graphql", act % "liftRestriction", {"k": f"{one:0>16}"[-60:], "p": one})
            for one in (global_id("Person", uid("person", one)) for one in persons if one not in RESTRICTED)
        ),
    ]


def acted(pairs: Sequence[int], persons: Sequence[int]) -> list[Asked]:
    """Acts of a reviewer and an auditor on what they may not see."""
    judge = "mutation ($k: String!, $c: ID!) { judge(key: $k, candidate: $c, judgement: %s) { judging } }"
    undo = "mutation ($k: String!, $c: ID!) { undoJudgement(key: $k, judging: $c) { undone } }"
    say = "mutation ($k: String!, $c: ID!) { sayOfCase(key: $k, case: $c, event: seen) { isClosed person { name } } }"
    of = [
        *((judge % "same", global_id("Candidate", pair)) for pair in pairs),
        *((judge % "different", global_id("Candidate", pair)) for pair in pairs[:8]),
        *((undo, global_id("Judging", pair)) for pair in pairs),
        *((say, global_id("Case", uid("case", person))) for person in persons),
    ]
    return [Asked("graphql", text, {"k": f"{no:0>20}", "c": one}) for no, (text, one) in enumerate(of)]


def by_message(values: Mapping[str, Sequence[Any]]) -> list[Asked]:
    """Searches of a partner by SPDCI, by every kind of query, in each registry."""
    niks, names = values["nik"], values["name"]
    of: list[tuple[str, Any]] = [
        *(("idtype-value", {"type": "UIN", "value": nik}) for nik in (NIK, *niks)),
        *(("idtype-value", {"type": "HOUSEHOLD_ID", "value": one}) for one in values["no_kk"][:4]),
        ("expression", {"uin": {"$in": [NIK, *niks]}}),
        ("expression", {"sex": "male"}),
        ("expression", {"location": "33.20.01"}),
        ("expression", {"$or": [{"name": one} for one in names[:4]] or [{"name": "x"}]}),
        ("expression", {"$not": {"sex": "male"}}),
        ("graphql", "{ people(first: 50) { totalCount nodes { id nik name } } }"),
    ]
    return [
        Asked("spdci", registry, {"kind": kind, "query": query})
        for registry in REGISTRIES
        for kind, query in of
    ]


def besides(values: Mapping[str, Sequence[Any]]) -> list[Asked]:
    """The open doors, which tell everybody the same, and the reconciling of persons."""
    queries = {f"q{no}": {"query": nik} for no, nik in enumerate(values["nik"][:10])}
    paths = (
        "/reference/wilayah", "/reference/wilayah/33.20.01", "/reference/codes", "/reconcile", "/reconcile/persons",
        "/catalog", "/catalog.jsonld", "/api/3/action/package_list", "/sitemap.xml", "/robots.txt", "/health",
    )  # fmt: skip
    return [*(Asked("open", path) for path in paths), Asked("reconcile", "", queries)]


def openly() -> list[Asked]:
    """What anybody may ask for by GET, and what not."""
    return [
        Asked("get", text)
        for text in ("{ __typename }", "{ programs { code } }", "{ people { totalCount } }")
    ]


def made_up(values: Mapping[str, Sequence[Any]], persons: Sequence[int], seed: str) -> Iterator[Asked]:
    """Operations over all of the schema, for ever: their values are those of things that are hidden, and of others."""
    ids = [global_id("Person", uid("person", person)) for person in persons]
    texts = dict(TEXTS)
    texts["NIK"] = [*texts["NIK"], *(one for nik in values["nik"] for one in (nik, nik))]
    texts["KK"] = [*texts["KK"], *values["no_kk"]]
    texts["name"] = [*texts["name"], *values["name"]]
    texts["id"] = texts["ids"] = [*ids, "x"]
    texts["wilayah"] = texts["WilayahCode"] = ["33", "33.20", "33.20.01", "33.20.01.2001", "34", "x"]
    chance = Random(seed)
    while True:
        made = Everywhere(Random(chance.getrandbits(64)), SCHEMA, texts).operation()
        yield Asked("graphql", made.document, made.requests[0])
