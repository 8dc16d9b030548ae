"""Areas that a list may mean: by code in either system, or by name, the better within the parent that it names.

Scores: 100, which alone is a match, for an exact code in force, or a name that one area alone bears within its parent
(a province: within the country). 90 for a code that was retired or changed, for a name within an area further up, for a
former name or the one that BPS writes, and for a name that several bear there. 80 and 70 for a name without a parent
that one or several areas bear; 60 for bare digits that mean other areas to Kemendagri and BPS; 40 for the right name
in another place. Names that are merely alike get up to 60 by the pairs of letters that they share (Dice).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from hub.catalog_api.open_door import Asked
from hub.catalog_api.reconciling.queries import Query
from hub.domain.area_names import area_name_key
from hub.domain.wilayah import Level, System, parse_area
from hub.errors import InputError

TYPES: Mapping[str, Sequence[Level]] = {
    "wilayah": tuple(Level),
    "provinsi": (Level.PROVINCE,),
    "kabupaten": (Level.KABUPATEN,),
    "kecamatan": (Level.KECAMATAN,),
    "desa": (Level.DESA,),
}
NAMES = {
    Level.PROVINCE: "provinsi",
    Level.KABUPATEN: "kabupaten",
    Level.KECAMATAN: "kecamatan",
    Level.DESA: "desa",
}
ABOVE: Mapping[str, Sequence[Level]] = {
    "parent": (Level.PROVINCE, Level.KABUPATEN, Level.KECAMATAN),
    "provinsi": (Level.PROVINCE,),
    "kabupaten": (Level.KABUPATEN,),
    "kecamatan": (Level.KECAMATAN,),
}
"""Properties that say where an area lies, with the levels they may name."""
LEAST_ALIKE = 0.5
NEAR = 20
"""Names that are merely alike which are looked at, each query."""
_DIGITS = re.compile(r"[0-9]{2}(?:[0-9]{2}){0,4}[0-9]?\Z", re.ASCII)

# For each query its candidates: (no, code, how, key). `how`: code, old (retired, or another system's old code), bps
# (bare digits by the other system), name, alias, near. Of names that are alike, those that share three letters at the
# beginning, the most alike in length first.
FOUND = f"""
with asked as materialized (
  select * from json_to_recordset($1::json) as a(no int, dotted text, bps text, names json, above json)
), name as materialized (
  select a.no, n.level, n.key from asked a, json_to_recordset(a.names) as n(level int, key text) where n.key <> ''
), place as materialized (
  select a.no, c.position, w.code from asked a, json_array_elements(a.above) with ordinality c(one, position)
    join hub.wilayah w on w.system = 'kemendagri' and w.code = c.one ->> 'code'
  union
  select a.no, c.position, n.code from asked a, json_array_elements(a.above) with ordinality c(one, position),
    json_to_recordset(c.one -> 'names') as k(level int, key text)
    join hub.wilayah_name n on n.level = k.level and n.name_key = k.key
), exact as materialized (
  select a.no, w.code, 'code' as how, null as key from asked a
    join hub.wilayah w on w.system = 'kemendagri' and w.code = a.dotted
  union all
  select a.no, s.successor_code, 'old', null from asked a join hub.wilayah_successor s on s.code = a.dotted
  union all
  select a.no, w.code, 'bps', null from asked a join hub.wilayah b on b.system = 'bps' and b.code = a.bps
    join hub.wilayah w on w.system = 'kemendagri' and w.area_key = b.area_key and w.level = b.level
  union all
  select a.no, g.kemendagri_code, 'old', null from asked a join hub.wilayah_bridge g on g.bps_code = a.bps
    where not exists (select from hub.wilayah b where b.system = 'bps' and b.code = a.bps)
  union all
  select m.no, n.code, case n.kind when 'name' then 'name' else 'alias' end, m.key from name m
    join hub.wilayah_name n on n.level = m.level and n.name_key = m.key
), near as (
  select m.no, n.code, 'near' as how, n.name_key as key from name m cross join lateral (
    select n.code, n.name_key from hub.wilayah_name n
    where n.level = m.level and n.name_key >= left(m.key, 3) and n.name_key < left(m.key, 3) || '~'
      and n.name_key <> m.key
      and (not exists (select from place p where p.no = m.no)
        or exists (select from place p where p.no = m.no and n.code > p.code and n.code < p.code || '/'))
    order by abs(length(n.name_key) - length(m.key)), n.name_key, n.code limit {NEAR}
  ) n
), found as (
  select * from (select *, row_number() over (partition by e.no order by e.how, e.code) as place from exact e) e
  where place <= 200
  union all
  select n.*, 0 from near n where not exists (select from exact e where e.no = n.no and e.how in ('code', 'bps'))
)
select coalesce(json_agg(json_build_object('no', f.no, 'code', f.code, 'how', f.how, 'key', f.key,
  'name', w.name, 'type', w.type, 'level', w.level,
  'path', (select coalesce(json_agg(p.name order by p.level desc), '[]') from hub.wilayah p
    where p.system = 'kemendagri' and p.level < w.level
      and p.code = any(array[left(w.code, 2), left(w.code, 5), left(w.code, 8)])),
  'inside', not exists (select from generate_series(1, json_array_length(a.above)) i where not exists (
    select from place p where p.no = f.no and p.position = i and f.code > p.code and f.code < p.code || '/')),
  'direct', exists (select from place p where p.no = f.no and p.code = w.parent_code)
) order by f.no, f.code, f.how), '[]') :: text
from found f join asked a on a.no = f.no join hub.wilayah w on w.system = 'kemendagri' and w.code = f.code
"""


class Bearers(NamedTuple):
    """How many areas bear a name where it is looked for.

    Args:
        all: Of any level, under any of their names.
        direct: Right below the parent that is named, under their own name.
        provinces: Whether provinces alone are looked for.
    """

    all: int
    direct: int
    provinces: bool


async def found(asked: Asked, queries: Sequence[Query]) -> list[list[dict[str, Any]]]:
    """The areas that each query may mean, the likeliest first."""
    sent = orjson.dumps([_sent(no, query) for no, query in enumerate(queries)]).decode()
    rows = await asked.read(FOUND, sent, rows=sum(query.limit for query in queries))
    by_query: list[list[dict[str, Any]]] = [[] for _ in queries]
    for row in rows:
        by_query[row["no"]].append(row)
    return [_ranked(query, candidates) for query, candidates in zip(queries, by_query, strict=True)]


def levels(query: Query) -> list[Level]:
    """The levels that a query's types admit."""
    named = {level for one in query.types for level in TYPES.get(one, ())}
    return sorted(named if query.types else Level)


def _sent(no: int, query: Query) -> dict[str, Any]:
    dotted, bps = _codes(query.text, next(iter(query.words("system")), ""))
    above = [
        {"code": _codes(word, "kemendagri")[0], "names": _keys(word, ABOVE[name])}
        for name in ABOVE
        for word in query.words(name)[:1]
        if word
    ]
    return {"no": no, "dotted": dotted, "bps": bps, "names": _keys(query.text, levels(query)), "above": above}


def _codes(text: str, system: str) -> tuple[str | None, str | None]:
    """What a text is as a code of Kemendagri with dots, and as one of BPS; None: none."""
    dotted = bps = None
    if "." in text or (_DIGITS.match(text) and system != "bps"):
        dotted = _parsed(text, System.KEMENDAGRI)
    if _DIGITS.match(text) and system != "kemendagri":
        bps = _parsed(text, System.BPS)
    return dotted, bps


def _parsed(text: str, system: System) -> str | None:
    try:
        return parse_area(text, system).code
    except InputError:
        return None


def _keys(text: str, of: Sequence[Level]) -> list[dict[str, Any]]:
    return [{"level": int(level), "key": area_name_key(text, level)} for level in of]


def _ranked(query: Query, candidates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = set(levels(query))
    fit = [one for one in candidates if one["level"] in wanted]
    named = [one for one in fit if one["how"] in ("name", "alias") and one["inside"]]
    bearers = Bearers(len(named), sum(one["how"] == "name" and one["direct"] for one in named), wanted == {1})
    codes = {one["code"] for one in fit if one["how"] in ("code", "bps")}
    best: dict[str, dict[str, Any]] = {}
    for one in fit:
        score = _score(query, one, bearers, len(codes))
        if score and score > best.get(one["code"], {"score": 0})["score"]:
            best[one["code"]] = _told(one, score)
    return sorted(best.values(), key=lambda one: (-one["score"], one["id"]))[: query.limit]


def _score(query: Query, one: Mapping[str, Any], bearers: Bearers, codes: int) -> int:
    how = one["how"]
    if how in ("code", "bps"):
        return 100 if codes == 1 else 60
    if how == "old":
        return 90
    if how == "near":
        alike = max(_alike(each["key"], one["key"]) for each in _keys(query.text, [Level(one["level"])]))
        return round(60 * alike) if alike >= LEAST_ALIKE else 0
    return _named(query, one, bearers) if one["inside"] else 40


def _named(query: Query, one: Mapping[str, Any], bearers: Bearers) -> int:
    """The score of an area that bears the name, in the place asked for."""
    if one["how"] == "name" and one["level"] == Level.PROVINCE and (bearers.provinces or bearers.all == 1):
        return 100
    if not any(query.words(name) for name in ABOVE):
        return 80 if bearers.all == 1 else 70
    return 100 if one["how"] == "name" and one["direct"] and bearers.direct == 1 else 90


def _alike(one: str, other: str) -> float:
    """The share of pairs of letters that two names have in common, 0 to 1 (Dice)."""
    pairs, others = _pairs(one), _pairs(other)
    return 2 * len(pairs & others) / (len(pairs) + len(others)) if pairs and others else 0.0


def _pairs(text: str) -> set[tuple[str, int]]:
    """Pairs of neighbouring letters, each with how often it came before."""
    seen: dict[str, int] = {}
    found = set()
    for pair in (text[at : at + 2] for at in range(len(text) - 1)):
        seen[pair] = seen.get(pair, 0) + 1
        found.add((pair, seen[pair]))
    return found


def _told(one: Mapping[str, Any], score: int) -> dict[str, Any]:
    kind = NAMES[Level(one["level"])]
    return {
        "id": f"wilayah/{one['code']}",
        "name": one["name"],
        "description": ", ".join([one["type"], *one["path"]]),
        "score": score,
        "match": score == 100,
        "type": [{"id": kind, "name": kind}],
        "features": [{"id": "how", "value": one["how"]}],
    }
