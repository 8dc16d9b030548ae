"""A reader of the feed of changes that keeps a copy, and what the copy has to be."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from hub.access.areas import NATIONAL_KEYS
from hub.compiler.engine import Request
from hub.schema.build import engine
from hub.schema.change_kinds import KINDS
from hub.store.database import Database
from hub.store.read import Reader
from tests.graph_builders import context

FACTS = """
    familyCards { from to relation familyCard { kk } }
    households { from to household { id } }
    surveyHouseholds { scheme from to }
    statuses { scheme code from to }
    scores { register edition desil from to }
    attributes { given { attribute value } }
"""
THING = f"""
    __typename id
    ... on Person {{ called: name nik vital recordedFrom wilayah {{ code }} {FACTS} }}
    ... on FamilyCard {{ kk from to wilayah {{ code }} }}
    ... on Household {{ basis address wilayah {{ code }} }}
    ... on Enrollment {{ state: status from to program {{ code }} record {{ id }} }}
    ... on Payment {{ latest: status from to amount events {{ event happenedOn }} record {{ id }} }}
    ... on Group {{ number name size members {{ role person {{ id }} }} }}
    ... on Institution {{ number name }}
    ... on Record {{ key version observations {{ measure value }} }}
"""
PAGE = f"""query ($after: String, $first: Int!, $types: [ChangeType!], $wilayah: WilayahCode, $known: DateTime) {{
    changes(after: $after, first: $first, types: $types, wilayah: $wilayah, knownAt: $known) {{
        next last count items {{ type kind withdrawn nodeId recorded node {{ {THING} }} }} }} }}"""
NODES = f"query ($id: ID!, $known: DateTime) {{ node(id: $id, knownAt: $known) {{ {THING} }} }}"

Read = Callable[..., Awaitable[Any]]
Copy = dict[tuple[bool, str], Any]


def reading(reader: Reader, database: Database, areas: tuple[int, int] = NATIONAL_KEYS) -> Read:
    """Asks the engine one document with variables, for a caller of some areas, and returns its data."""

    async def asked(query: str, **variables: Any) -> Any:
        data = await engine().run(Request(query, variables), reader, lambda: context(database, areas))
        return json.loads(data)

    return asked


@dataclass
class Follower:
    """Whoever keeps a copy by the feed, of some kinds in some area.

    Observations are kept apart from the records that state them: one may stand longer than the other.
    """

    types: list[str] | None = None
    wilayah: str | None = None
    known: str | None = None
    after: str | None = None
    copy: Copy = field(default_factory=dict)
    pages: list[Any] = field(default_factory=list)

    async def page(self, ask: Read, size: int) -> bool:
        """Reads and applies one page; true when nothing more follows yet."""
        found = await ask(
            PAGE, after=self.after, first=size, types=self.types, wilayah=self.wilayah, known=self.known
        )
        page = found["changes"]
        self.pages.append(page)
        self.after = page["next"]
        assert page["count"] == len(page["items"]) <= size
        for item in page["items"]:
            key = (item["type"] == "OBSERVATION", item["nodeId"])
            assert (item["kind"] == "TOMBSTONE") is (item["node"] is None)
            if item["node"] is None:
                self.copy.pop(key, None)
            else:
                assert item["node"]["id"] == item["nodeId"]
                self.copy[key] = _told(key[0], item["node"])
        return bool(page["last"])

    async def to_the_end(self, ask: Read, size: int = 100) -> None:
        """Reads pages until none follows."""
        while not await self.page(ask, size):
            pass


HELD = """
    select distinct {observed}, translate(encode(convert_to('{of}:' || r.{ref}, 'UTF8'), 'base64'), E'\\n', '')
    from hub.{table} r where {held} and ({lo}::bigint is null or r.{area} between {lo} and {hi})
      and (r.home_area_key between {reach} or r.event_area_key between {reach})
"""


def held_ids(followed: Follower, area: tuple[int, int] | None, reach: tuple[int, int] = NATIONAL_KEYS) -> str:
    """SQL of the things that a follower's copy has to hold, by plain look at the tables; `reach`: of the caller."""
    lo, hi = area or ("null", "null")
    parts = []
    for kind in KINDS:
        if kind.thing or (followed.types is not None and kind.name not in followed.types):
            continue
        ref = {"RECORD": "id", "OBSERVATION": "record_id"}.get(kind.name, "uid")
        held = f"r.recorded @> '{followed.known}'::timestamptz" if followed.known else "upper_inf(r.recorded)"
        observed = "true" if kind.name == "OBSERVATION" else "false"
        parts.append(
            HELD.format(
                observed=observed,
                of=kind.of,
                ref=ref,
                table=kind.table,
                held=held,
                lo=lo,
                hi=hi,
                area=kind.area,
                reach=f"{reach[0]} and {reach[1]}",
            )
        )
    return " union all ".join(parts)


async def agrees(followed: Follower, ask: Read, held: list[tuple[bool, str]]) -> None:
    """Passes a copy that is exactly what is held, thing by thing as `node` shows it."""
    assert sorted(followed.copy) == sorted(held)
    for observed, id_ in held:
        wanted = (await ask(NODES, id=id_, known=followed.known))["node"]
        assert followed.copy[observed, id_] == _told(observed, wanted), id_


def _told(observed: bool, node: dict[str, Any]) -> dict[str, Any]:
    """What a change of a record tells: its observations are told of by themselves."""
    return {name: node[name] for name in node if observed or name != "observations"}
