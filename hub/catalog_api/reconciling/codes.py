"""Programs and codes of lists that a list may mean: by code, or by label.

Scores: 100, which alone is a match, for an exact code or label where one list is asked and one of its codes bears it;
80 and 70 where no list is named and one or several codes bear it; up to 60 for labels that hold the words asked for, by
how much of the label they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hub.catalog_api.codes import LISTED, title
from hub.catalog_api.open_door import Asked
from hub.catalog_api.reconciling.queries import Query

ANY, PROGRAM, ONE = "kode", "program", "kode:"
"""Ids of types: any code, programs, and before the name of one list."""
# Candidates of each query: exact by code or label in either language, whatever the case; else labels with the words.
FOUND = f"""
with listed as materialized (select * from {LISTED} l),
asked as materialized (select * from json_to_recordset($1::json) as a(no int, text text, lists json)),
fit as materialized (
  select a.no, l.*, a.text, lower(l.code) = lower(a.text) as by_code,
    lower(l.label_id) = lower(a.text) or lower(l.label_en) = lower(a.text) as by_label
  from asked a join listed l on a.text <> '' and (json_array_length(a.lists) = 0
      or exists (select from json_array_elements_text(a.lists) n where n = l.scheme))
  where lower(l.code) = lower(a.text) or position(lower(a.text) in lower(l.label_id)) > 0
    or position(lower(a.text) in lower(l.label_en)) > 0
)
select coalesce(json_agg(json_build_object('no', f.no, 'list', f.scheme, 'code', f.code, 'label', f.label_id,
  'labelEn', f.label_en, 'exact', f.by_code or coalesce(f.by_label, false),
  'share', length(f.text)::float / greatest(length(f.label_id), 1)) order by f.no, f.scheme, f.code), '[]') :: text
from (select *, row_number() over (partition by no order by by_code desc, by_label desc nulls last,
  length(label_id), scheme, code) as place from fit) f where f.place <= 50
"""


async def found(asked: Asked, queries: Sequence[Query]) -> list[list[dict[str, Any]]]:
    """The codes that each query may mean, the likeliest first."""
    sent = [
        {"no": no, "text": " ".join(query.text.split()), "lists": lists(query)}
        for no, query in enumerate(queries)
    ]
    rows = await asked.read(FOUND, orjson.dumps(sent).decode(), rows=sum(query.limit for query in queries))
    by_query: list[list[dict[str, Any]]] = [[] for _ in queries]
    for row in rows:
        by_query[row["no"]].append(row)
    return [
        _ranked(query, candidates, asked.language)
        for query, candidates in zip(queries, by_query, strict=True)
    ]


def lists(query: Query) -> list[str]:
    """The lists that a query's types and its property `list` admit; none: every one."""
    named = [one.removeprefix(ONE) for one in query.types if one.startswith(ONE)]
    named += [PROGRAM] if PROGRAM in query.types else []
    return named or list(query.words("list"))


def _ranked(query: Query, candidates: Sequence[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    exact = sum(one["exact"] for one in candidates)
    alone = len(lists(query)) == 1
    found = []
    for one in candidates:
        sure = (100 if alone else 80) if exact == 1 else 70
        score = sure if one["exact"] else round(60 * min(one["share"], 1.0))
        if score:
            found.append(_told(one, score, language))
    return sorted(found, key=lambda one: (-one["score"], one["id"]))[: query.limit]


def _told(one: Mapping[str, Any], score: int, language: str) -> dict[str, Any]:
    kind = PROGRAM if one["list"] == PROGRAM else f"{ONE}{one['list']}"
    name = title(one["list"])[language == "en"]
    return {
        "id": f"codes/{one['list']}/{one['code']}",
        "name": (one["labelEn"] if language == "en" else None) or one["label"],
        "description": f"{one['code']}, {name}",
        "score": score,
        "match": score == 100,
        "type": [{"id": kind, "name": name}],
        "features": [{"id": "exact", "value": one["exact"]}],
    }
