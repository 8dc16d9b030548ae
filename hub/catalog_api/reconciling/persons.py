"""`/reconcile/persons`: persons by NIK, under agreement, through the root `match` and no other way.

The list travels in the body of a POST, is answered by the one statement of `match` under the caller's own context, and
leaves its line in the ledger like any other question. Without a NIK nobody is looked for: there is no search by name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hub.catalog_api.open_door import Asked, Told
from hub.catalog_api.reconciling.queries import Query, batch, sent, single
from hub.compiler.engine import Request
from hub.errors import RefusedError
from hub.schema.asking import Malformed, no_other_site
from hub.schema.door import Door, admitted_of, receipt, seen_by

DOCUMENT = """query ($rows: [MatchRow!]!) {
  match(rows: $rows) { row result bearers birthDateAgrees person { id name } }
}"""
TYPE = "person"
SCORES = {"AGREES": 100, "OTHER_NAME": 50}
"""Of one bearer; several who bear a NIK halve it, and a birth date that differs takes a tenth."""


async def persons(asked: Asked) -> Told:
    """The manifest by GET; by POST answers to `queries` or `query`, each with the property `nik`."""
    if asked.http.method != "POST":
        asked.words()
        return Told(_manifest(asked))
    no_other_site(asked.http)
    if not asked.http.headers.get("authorization"):
        raise RefusedError(
            "token_missing", "this hub answers callers with a token alone: Authorization: Bearer …"
        )
    if asked.http.url.query:
        raise Malformed(400, "kirimlah semuanya dalam isi", "send everything in the body")
    said = await sent(asked.http)
    asks = batch(said["queries"]) if "queries" in said else {"": single(said.get("query", ""))}
    results, proof = await _matched(asked, list(asks.values()))
    if "queries" not in said:
        return Told({"result": results[0]} | proof, headers={"cache-control": "no-store"})
    told = {name: {"result": one} for name, one in zip(asks, results, strict=True)}
    return Told(
        told, headers={"cache-control": "no-store"} | ({"hub-receipt": _header(proof)} if proof else {})
    )


async def _matched(
    asked: Asked, queries: Sequence[Query]
) -> tuple[list[list[dict[str, Any]]], dict[str, Any]]:
    door: Door = asked.http.app.state.door
    admitted = await admitted_of(door.gate, asked.http)
    numbered = [(no, row) for no, query in enumerate(queries) if (row := _row(query)) is not None]
    found: list[list[dict[str, Any]]] = [[] for _ in queries]
    if not numbered:
        return found, {}
    request = Request(DOCUMENT, {"rows": [row for _, row in numbered]}, language=asked.language)
    prepared = door.engine.prepare(request, seen_by(admitted, door.gate))
    door.budget.take(admitted.name, prepared.cost)
    async with door.admission:
        answer = await door.engine.answer(prepared, door.reads, admitted.context, door.gate.ledger)
    matched = orjson.loads(answer.data)["match"]
    if matched is None:
        raise RefusedError(
            "scope_missing",
            "your agreement does not grant the matching of persons",
            allowed_by=f"an approved agreement of {admitted.caller.agency} with the scope identity",
        )
    for told in matched:
        found[numbered[told["row"] - 1][0]] = _candidates(told)
    proof = receipt(door.gate.ledger, answer.line, admitted.caller)
    return found, orjson.loads(b"{" + proof.lstrip(b",") + b"}")


def _row(query: Query) -> dict[str, Any] | None:
    """The row of `match`; None where the query names no NIK."""
    nik = next(iter(query.words("nik")), "") or (query.text if query.text.isdecimal() else "")
    if not nik:
        return None
    row = {"nik": nik, "name": None if query.text == nik else query.text or None}
    born = next(iter(query.words("birth_date")), "")
    return row | ({"birthDate": born} if born else {})


def _candidates(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    person, score = told["person"], SCORES.get(told["result"], 0)
    if not person or not score:
        return []
    score = score if told["bearers"] == 1 else score // 2
    score = score - score // 10 if told["birthDateAgrees"] is False else score
    return [
        {
            "id": person["id"],
            "name": person["name"],
            "score": score,
            "match": score == 100,
            "type": [{"id": TYPE, "name": TYPE}],
        }
    ]


def _header(proof: Mapping[str, Any]) -> str:
    return orjson.dumps(proof["receipt"]).decode()


def _manifest(asked: Asked) -> dict[str, Any]:
    return {
        "versions": ["0.2"],
        "name": "Orang menurut NIK, dengan perjanjian"
        if asked.language == "id"
        else "Persons by NIK, under agreement",
        "identifierSpace": f"{asked.base}/graphql#",
        "schemaSpace": f"{asked.base}/reference/types/",
        "defaultTypes": [{"id": TYPE, "name": TYPE}],
        "authentication": {"type": "http", "scheme": "bearer"},
        "batchSize": 50,
    }
