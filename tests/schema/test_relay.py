"""Every connection pages as Relay's specification says, and every global id names one thing.

Source: GraphQL Cursor Connections Specification and Global Object Identification Specification (relay.dev).
"""

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from hub.errors import InputError
from hub.schema.build import schema
from hub.store.database import Database
from hub.store.tables import overlap
from tests.conftest import wait_for
from tests.graph_builders import LEARNED
from tests.schema.conftest import Ask
from tests.schema.reaching import Way, connections, leaves, orders, ways
from tests.schema.town import edition, found, town
from tests.schema.village import AREAS, FIRST

CONNECTIONS = connections(schema())
ORDERED = [(way, order) for way in CONNECTIONS for order in orders(way.field)]
PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
#: Each page of a list is asked by the same document, which the hub reads once.
VARIABLES = "($first: Int, $after: String, $last: Int, $before: String)"
BOUNDS = {name: f"${name}" for name in ("first", "after", "last", "before")}
FEWEST = 2
every_connection = pytest.mark.parametrize("way", CONNECTIONS, ids=lambda way: way.name)
every_order = pytest.mark.parametrize(
    ("way", "order"),
    ORDERED,
    ids=[f"{way.name} {' '.join(order.values())}".strip() for way, order in ORDERED],
)


def encoded(value: object) -> str:
    return b64encode(json.dumps(value).encode()).decode()


NO_CURSORS = ("", "x", "ÿ", *map(encoded, ("x", [], [None] * 9, {"a": 1}, 7)))
UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"first": -1}, "page_size"),
    ({"last": -1}, "page_size"),
    ({"first": 501}, "page_size"),
    ({"last": 501}, "page_size"),
    ({"first": 1, "last": 1}, "page_direction"),
    ({"first": 0, "last": 0}, "page_direction"),
    *(({name: cursor}, "bad_cursor") for name in ("after", "before") for cursor in NO_CURSORS),
]


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    """A database that holds the town, who is left out there, and what is counted together."""
    graph = town().graph
    edition(graph, "not_reached", 1, "exclusion")
    graph.add(overlap.overlap_mark, quarter=FIRST, at=LEARNED)
    for number, graph.area in enumerate(AREAS.values(), 101):
        found(graph, number, [1], rule="not_reached", rule_id=3)
        told = {"kind": "program", "unit": "person", "quarter": FIRST, "desil": 2, "units": 3}
        graph.add(overlap.overlap_cell, **told, codes=["PKH"], program_ids=[1], amount_idr=600_000)
    wait_for(graph.store(database))
    return database


def node_of(way: Way) -> GraphQLObjectType:
    """The type of the nodes of a connection."""
    connection: Any = get_named_type(way.field.type)
    edge: Any = get_named_type(connection.fields["edges"].type)
    node = get_named_type(edge.fields["node"].type)
    assert isinstance(node, GraphQLObjectType)
    return node


class Pages:
    """Pages of one connection in one order."""

    def __init__(self, ask: Ask, way: Way, order: dict[str, str]) -> None:
        self.ask, self.way, self.order = ask, way, order
        self.leaves = leaves(node_of(way))

    async def page(self, **given: Any) -> dict[str, Any]:
        """The page that these arguments ask for; where its parents are a list, that of the first."""
        selection = f"{{ edges {{ cursor node {self.leaves} }} nodes {self.leaves} totalCount {PAGE_INFO} }}"
        document = self.way.document(selection, BOUNDS | self.order)
        found = self.way.found(await self.ask(f"query {VARIABLES} {document}", **given))
        assert found, f"the town has nothing at {self.way.name}"
        page: dict[str, Any] = found[0]
        return page

    async def all(self) -> list[Any]:
        """Every edge, in one page."""
        page = await self.page(first=500)
        assert len(page["edges"]) == page["totalCount"] >= FEWEST, (
            f"the town has too little at {self.way.name}"
        )
        edges: list[Any] = page["edges"]
        return edges


def in_order(page: dict[str, Any], edges: list[Any], before: bool, after: bool) -> None:
    """Passes a page that holds exactly these edges, with entries before and after it or none."""
    assert page["edges"] == edges
    assert page["nodes"] == [edge["node"] for edge in edges]
    assert page["pageInfo"] == {
        "hasPreviousPage": before,
        "hasNextPage": after,
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }


@every_order
async def test_pages_forward_and_backward_hold_each_entry_once_in_one_order(
    ask: Ask, way: Way, order: dict[str, str]
) -> None:
    pages = Pages(ask, way, order)
    edges = await pages.all()
    cursors = [edge["cursor"] for edge in edges]
    assert len(set(cursors)) == len(cursors)
    size = max(1, len(edges) // 3)
    for start in range(0, len(edges), size):
        given = {"after": cursors[start - 1]} if start else {}
        page = await pages.page(first=size, **given)
        in_order(page, edges[start : start + size], start > 0, start + size < len(edges))
    for end in range(len(edges), 0, -size):
        given = {"before": cursors[end]} if end < len(edges) else {}
        page = await pages.page(last=size, **given)
        in_order(page, edges[max(0, end - size) : end], end > size, end < len(edges))


@every_order
async def test_each_cursor_leads_to_its_neighbours_and_bounds_a_range(
    ask: Ask, way: Way, order: dict[str, str]
) -> None:
    pages = Pages(ask, way, order)
    edges = await pages.all()
    for place in {0, len(edges) // 2, len(edges) - 1}:
        here = edges[place]["cursor"]
        assert (await pages.page(first=1, after=here))["edges"] == edges[place + 1 : place + 2]
        assert (await pages.page(last=1, before=here))["edges"] == edges[:place][-1:]
    ends = {"after": edges[0]["cursor"], "before": edges[-1]["cursor"]}
    in_order(await pages.page(first=500, **ends), edges[1:-1], before=True, after=False)
    in_order(await pages.page(last=500, **ends), edges[1:-1], before=False, after=True)
    none = await pages.page(first=1, after=edges[-1]["cursor"], before=edges[0]["cursor"])
    assert none["edges"] == []


@every_connection
async def test_a_page_of_no_entries_is_empty_and_one_unasked_has_fifty_at_most(ask: Ask, way: Way) -> None:
    pages = Pages(ask, way, {})
    edges = await pages.all()
    for given, before, after in (({"first": 0}, False, True), ({"last": 0}, True, False)):
        page = await pages.page(**given)
        in_order(page, [], before, after)
        assert page["totalCount"] == len(edges)
    usual = await pages.page()
    assert (
        usual
        == await pages.page(first=50)
        == await pages.page(first=None, after=None, last=None, before=None)
    )
    assert usual["edges"] == edges[:50]


@every_connection
async def test_what_cannot_be_a_page_is_refused(ask: Ask, way: Way) -> None:
    pages = Pages(ask, way, {})
    for given, code in UNFIT:
        with pytest.raises(InputError) as refused:
            await pages.page(**given)
        assert refused.value.code == code, given


async def test_a_cursor_of_another_connection_is_refused_also_where_its_keys_would_fit(ask: Ask) -> None:
    cursors = [(await Pages(ask, way, {}).all())[0]["cursor"] for way in CONNECTIONS]
    parts = [json.loads(b64decode(cursor)) for cursor in cursors]
    kinds = [tuple(type(key) for key in keys[1:]) for keys in parts]
    assert len(set(kinds)) < len(kinds)
    for way, own, kind in zip(CONNECTIONS, parts, kinds, strict=True):
        others = [at for at, keys in enumerate(parts) if keys[0] != own[0]]
        fitting = [at for at in others if kinds[at] == kind]
        for other in (cursors[at] for at in [*fitting[:3], *fitting[-1:], *others[:1]]):
            with pytest.raises(InputError) as refused:
                await Pages(ask, way, {}).page(first=1, after=other)
            assert refused.value.code == "cursor_list"


async def test_a_cursor_with_other_keys_than_its_connection_has_is_refused(ask: Ask) -> None:
    for way in CONNECTIONS:
        mark, *keys = json.loads(b64decode((await Pages(ask, way, {}).all())[0]["cursor"]))
        for wrong in ([mark], [mark, *keys, 1], [mark, *[None] * len(keys)], keys):
            with pytest.raises(InputError) as refused:
                await Pages(ask, way, {}).page(first=1, after=encoded(wrong))
            assert refused.value.code in ("bad_cursor", "cursor_list")


NODES = sorted(
    type_.name
    for type_ in schema().get_possible_types(schema().type_map["Node"])  # type: ignore[arg-type]  # an interface
)


async def things(ask: Ask, name: str) -> list[Any]:
    """Objects of a type as the shortest way to it shows them."""
    type_ = schema().type_map[name]
    way = min(
        (one for one in ways(schema()) if get_named_type(one.field.type) is type_),
        key=lambda one: len(one.steps),
    )
    found = way.found(await ask(way.document(leaves(type_))))
    assert found != [], f"the town has no {name}"
    return found


@pytest.mark.parametrize("name", NODES)
async def test_a_global_id_leads_to_the_thing_that_bore_it(ask: Ask, name: str) -> None:
    leaf = leaves(schema().type_map[name])
    for thing in (await things(ask, name))[:5]:
        document = f"query ($id: ID!) {{ node(id: $id) {{ id ... on {name} {leaf} }} }}"
        assert (await ask(document, id=thing["id"]))["node"] == thing


async def test_no_two_things_bear_one_id(ask: Ask) -> None:
    seen: dict[str, tuple[str, Any]] = {}
    for name in NODES:
        for thing in await things(ask, name):
            assert seen.setdefault(thing["id"], (name, thing)) == (name, thing)
    assert len(seen) > len(NODES)


def test_node_is_an_interface_with_an_id_alone() -> None:
    node = schema().type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert {name: str(field.type) for name, field in node.fields.items()} == {"id": "ID!"}
    query = schema().query_type
    assert query is not None
    assert str(query.fields["node"].type) == "Node"
    assert str(query.fields["node"].args["id"].type) == "ID!"
