"""The social registry is searched by every kind of query, under the access and in the ledger of the graph."""

from typing import Any

import pytest

from tests.schema.conftest import BUDI, KK, SITI
from tests.spdci.office import Office, searched

NOBODY = "3320010101809999"


def names(item: Any) -> list[str]:
    """Given names of the members that an item found."""
    assert item["status"] == "succ", item
    return [one["demographic_info"]["name"]["given_name"] for one in item["data"]["reg_records"]]


def test_a_person_is_found_by_nik_and_leaves_one_line(office: Office) -> None:
    office.lines()
    item = office.search({"type": "UIN", "value": BUDI}, "idtype-value")
    [record] = item["data"]["reg_records"]
    assert (record["@type"], record["member_identifier"][0]) == (
        "Member",
        {"@type": "Identifier", "identifier_type": "UIN", "identifier_value": BUDI},
    )
    assert record["demographic_info"]["name"]["given_name"] == "BUDI SANTOSO"
    assert (record["demographic_info"]["sex"], record["demographic_info"]["death_date"]) == (
        "male",
        "2025-03-10",
    )
    assert item["pagination"] == {"page_size": 500, "page_number": 1, "total_count": 1}
    [line] = office.lines()
    assert (line["purpose"], line["agreement"], line["caller"]) == ("layanan", "pks-1@2", "dinsos/sistem")
    assert item["receipt"]["request"] == line["request"]


@pytest.mark.parametrize("kind", ["UIN", "NIN", "nik", "NationalID", "ns:org:IdentifierType:UIN"])
@pytest.mark.parametrize("value", [BUDI, int(BUDI)])
def test_a_nik_is_called_what_senders_call_it(office: Office, kind: str, value: Any) -> None:
    assert names(office.search({"type": kind, "value": value}, "idtype-value")) == ["BUDI SANTOSO"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("UIN", NOBODY),
        ("UIN", "TEST-001"),
        ("UIN", ""),
        ("BRN", "3320-LU-01012020-0001"),
        ("HOUSEHOLD_ID", "x"),
    ],
)
def test_what_nobody_bears_finds_nobody(office: Office, kind: str, value: str) -> None:
    if not value:
        assert office.search({"type": kind, "value": value}, "idtype-value")["status"] == "rjct"
        return
    item = office.search({"type": kind, "value": value}, "idtype-value")
    assert (item["data"]["reg_records"], item["pagination"]["total_count"]) == ([], 0)


QUERIES: dict[str, tuple[str, Any, list[str]]] = {
    "expression, wrapped": (
        "expression",
        {"type": "ns:org:QueryType:expression", "value": {"expression": {"collection": "Member", "query": {
            "$and": [{"birth_date": {"$gte": "1980-01-01"}}, {"sex": {"$eq": "male"}}]}}}},
        ["BUDI SANTOSO"],
    ),
    "expression, bare": ("expression", {"uin": BUDI}, ["BUDI SANTOSO"]),
    "expression, several members": ("expression", {"UIN": {"$in": [BUDI, NOBODY]}, "sex": "male"}, ["BUDI SANTOSO"]),
    "or": ("expression", {"$or": [{"uin": BUDI}, {"uin": SITI}]}, ["BUDI SANTOSO", "SITI AMINAH", "TINI"]),
    "not": ("expression", {"uin": {"$in": [BUDI, SITI]}, "$not": {"sex": "male"}}, ["SITI AMINAH", "TINI"]),
    "ne": ("expression", {"uin": {"$in": [BUDI, SITI]}, "sex": {"$ne": "female"}}, ["BUDI SANTOSO"]),
    "inner not": (
        "expression", {"uin": {"$in": [BUDI, SITI]}, "sex": {"$not": {"$eq": "male"}}}, ["SITI AMINAH", "TINI"],
    ),
    "starts with": ("expression", {"name": {"$startsWith": "budi"}}, ["BUDI SANTOSO"]),
    "area": ("expression", {"location": "33.20.01", "name": {"$eq": "BUDI SANTOSO"}}, ["BUDI SANTOSO"]),
    "area in digits": ("expression", {"area_code": {"$in": ["332001"]}, "uin": BUDI}, ["BUDI SANTOSO"]),
    "program": ("expression", {"programme_identifier": "BLT-DD", "uin": BUDI}, ["BUDI SANTOSO"]),
    "nobody and others": ("expression", {"$or": [{"uin": "x"}, {"uin": BUDI}]}, ["BUDI SANTOSO"]),
    "nobody": ("expression", {"$and": [{"uin": "x"}, {"sex": "male"}]}, []),
    "predicate": (
        "predicate",
        [{"seq_num": 2, "expression1": {"attribute_name": "sex", "operator": "eq", "attribute_value": "male"}},
         {"seq_num": 1, "expression1": {"attribute_name": "uin", "operator": "eq", "attribute_value": BUDI},
          "condition": "or",
          "expression2": {"attribute_name": "NIK", "operator": "in", "attribute_value": f"{SITI}, {NOBODY}"}}],
        ["BUDI SANTOSO"],
    ),
    "predicate, not": (
        "predicate",
        [{"expression1": {"attribute_name": "uin", "operator": "in", "attribute_value": [BUDI, SITI]},
          "condition": "not",
          "expression2": {"attribute_name": "gender", "operator": "eq", "attribute_value": "2"}}],
        ["BUDI SANTOSO"],
    ),
    "card": ("idtype-value", {"type": "HOUSEHOLD_ID", "value": "3320010101219004"}, ["BUDI SANTOSO", "SITI AMINAH"]),
    "graphql": (
        "graphql",
        {"type": "ns:org:QueryType:graphql", "value": {"expression": f'{{ person(nik: "{BUDI}") {{ name }} }}'}},
        ["BUDI SANTOSO"],
    ),
    "graphql, as an expression": (
        "expression",
        {"type": "ns:org:QueryType:graphql",
         "value": {"expression": f'{{ people(filter: {{nik: {{eq: "{BUDI}"}}}}) {{ totalCount nodes {{ name }} }} }}'}},
        ["BUDI SANTOSO"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", QUERIES)
def test_every_kind_of_query_finds_whom_it_means(office: Office, case: str) -> None:
    kind, query, found = QUERIES[case]
    item = office.search(query, kind)
    assert item["status"] == "succ", item
    records = item["data"]["reg_records"]
    told = [one.get("name") or one["demographic_info"]["name"]["given_name"] for one in records]
    assert sorted(told) == found
    assert item["pagination"]["total_count"] == len(found)


def document(text: Any) -> dict[str, Any]:
    return {"type": "ns:org:QueryType:graphql", "value": {"expression": text}}


UNFIT: dict[str, tuple[str, Any, str]] = {
    "unknown attribute": ("expression", {"nik_ayah": "x"}, "rjct.search_criteria.invalid"),
    "unknown operator": ("expression", {"uin": {"$regex": ".*"}}, "rjct.search_criteria.invalid"),
    "code": ("expression", {"$where": "1"}, "rjct.search_criteria.invalid"),
    "sql for an attribute": ("expression", {"nik' or 1=1 --": "x"}, "rjct.search_criteria.invalid"),
    "graphql for an attribute": ("expression", {"nik: {eq: \"1\"}} }": "x"}, "rjct.search_criteria.invalid"),
    "operator of another kind": ("expression", {"uin": {"$gt": BUDI}}, "rjct.search_criteria.invalid"),
    "an object for a value": ("expression", {"uin": {"$eq": {"a": 1}}}, "rjct.search_criteria.invalid"),
    "a truth value": ("expression", {"uin": True}, "rjct.search_criteria.invalid"),
    "too many values": ("expression", {"uin": {"$in": [BUDI] * 101}}, "rjct.search_criteria.invalid"),
    "no values": ("expression", {"uin": {"$in": []}}, "rjct.search_criteria.invalid"),
    "nothing": ("expression", {}, "rjct.search_criteria.invalid"),
    "a text": ("expression", "uin", "rjct.search_criteria.invalid"),
    "too many parts": ("expression", {"$or": [{"uin": BUDI}] * 51}, "rjct.search_criteria.invalid"),
    "unknown area": ("expression", {"location": "central_region"}, "rjct.search_criteria.invalid"),
    "no day": ("expression", {"dob": {"$gt": "02.05.2024"}}, "rjct.search_criteria.invalid"),
    "no number": ("expression", {"age": {"$lt": "many"}}, "rjct.search_criteria.invalid"),
    "infinite": ("expression", {"age": {"$lt": "inf"}}, "rjct.search_criteria.invalid"),
    "unknown kind": ("idtype-value", {"type": "PASSPORT", "value": "x"}, "rjct.search_criteria.invalid"),
    "a list for a kind": ("idtype-value", [], "rjct.search_criteria.invalid"),
    "everybody": ("expression", {"sex": "male"}, "rjct.filter.invalid"),
    "no predicates": ("predicate", [], "rjct.search_criteria.invalid"),
    "an object for predicates": ("predicate", {"uin": BUDI}, "rjct.search_criteria.invalid"),
    "unknown condition": (
        "predicate",
        [{"expression1": {"attribute_name": "uin", "operator": "eq", "attribute_value": BUDI}, "condition": "xor",
          "expression2": {"attribute_name": "uin", "operator": "eq", "attribute_value": BUDI}}],
        "rjct.search_criteria.invalid",
    ),
    "graphql, an act": ("graphql", document("mutation { judge }"), "rjct.search_criteria.invalid"),
    "graphql, the schema": ("graphql", document("{ __schema { queryType { name } } }"), "rjct.search_criteria.invalid"),
    "graphql, unknown root": ("graphql", document("{ member { name } }"), "rjct.search_criteria.invalid"),
    "graphql, no document": ("graphql", document(1), "rjct.search_criteria.invalid"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNFIT)
def test_what_cannot_be_asked_is_rejected_and_the_rest_is_answered(office: Office, case: str) -> None:
    kind, query, code = UNFIT[case]
    good = searched({"type": "UIN", "value": BUDI}, "idtype-value")
    told, found = office.items([searched(query, kind), good])
    assert (told["status"], told["status_reason_code"]) == ("rjct", code)
    assert told["status_reason_message"]
    assert names(found) == ["BUDI SANTOSO"]


def deep(levels: int) -> Any:
    query: Any = {"uin": BUDI}
    for _ in range(levels):
        query = {"$not": query}
    return query


def test_a_query_may_nest_so_deep_and_no_deeper(office: Office) -> None:
    assert names(office.search({"$and": [deep(4), {"uin": BUDI}]})) == ["BUDI SANTOSO"]
    assert office.search(deep(20))["status_reason_code"] == "rjct.search_criteria.invalid"


def test_pages_hold_everybody_once_and_are_found_again_from_anywhere(office: Office) -> None:
    query = {"location": "33.20", "$or": [{"uin": BUDI}, {"uin": SITI}]}
    sort = [{"attribute_name": "name", "sort_order": "desc"}]
    pages = [office.search(query, size=1, page=number, sort=sort) for number in (1, 2, 3, 4)]
    assert [names(one) for one in pages] == [["TINI"], ["SITI AMINAH"], ["BUDI SANTOSO"], []]
    assert {one["pagination"]["total_count"] for one in pages} == {3}
    office.door.searching._places.clear()
    assert names(office.search(query, size=1, page=3, sort=sort)) == ["BUDI SANTOSO"]
    assert names(office.search(query, size=2, page=2, sort=sort)) == ["BUDI SANTOSO"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"size": 501}, "rjct.pagination.invalid"),
        ({"size": 500, "page": 999}, "rjct.pagination.invalid"),
        ({"sort": [{"attribute_name": "nik"}]}, "rjct.sort.invalid"),
        ({"sort": [{"attribute_name": "name"}, {"attribute_name": "dob"}]}, "rjct.sort.invalid"),
    ],
)
def test_a_page_or_an_order_that_is_not_served_is_rejected(
    office: Office, more: dict[str, Any], code: str
) -> None:
    assert office.search({"uin": BUDI}, **more)["status_reason_code"] == code


def test_a_page_beside_the_criteria_means_the_same(office: Office) -> None:
    item = searched({"$or": [{"uin": BUDI}, {"uin": SITI}]})
    [found] = office.items([item | {"pagination": {"page_size": 2, "page_number": 1}}])
    assert (len(found["data"]["reg_records"]), found["pagination"]["total_count"]) == (2, 3)


def test_a_family_is_told_with_who_stands_on_its_card(office: Office) -> None:
    item = office.search(
        {"type": "HOUSEHOLD_ID", "value": "3320010101219004"}, "idtype-value", response_entity="Group"
    )
    [family] = item["data"]["reg_records"]
    assert (family["@type"], family["group_size"], item["data"]["reg_record_type"]) == ("Group", 2, "Group")
    assert family["group_identifier"][0]["identifier_value"] == "3320010101219004"
    assert {one["demographic_info"]["name"]["given_name"] for one in family["member_list"]} == {
        "SITI AMINAH",
        "BUDI SANTOSO",
    }
    by_member = office.search({"uin": BUDI}, response_entity="Group")
    assert [one["@id"] for one in by_member["data"]["reg_records"]] == [family["@id"]]
    assert KK != "3320010101219004"


def test_a_reference_that_stands_twice_is_answered_once(office: Office) -> None:
    item = searched({"uin": BUDI})
    first, second = office.items([item, item])
    assert names(first) == ["BUDI SANTOSO"]
    assert second["status_reason_code"] == "rjct.reference_id.duplicate"


def test_words_are_indonesian_unless_the_locale_is_english(office: Office) -> None:
    one, other = office.items([searched({"x": 1}, locale="ind"), searched({"x": 1}, locale="eng")])
    assert one["status_reason_message"].startswith("Sebuah atribut tidak dikenal")
    assert other["status_reason_message"].startswith("An attribute is not known")
    assert other["locale"] == "eng"


def test_another_kabupaten_finds_nobody_of_this_one_and_is_told_the_same_as_of_nobody(office: Office) -> None:
    def told(nik: str) -> Any:
        found = office.search({"type": "UIN", "value": nik}, "idtype-value", "tetangga")
        return {
            name: value
            for name, value in found.items()
            if name not in ("reference_id", "timestamp", "receipt")
        }

    assert told(BUDI) == told(NOBODY)
    assert told(BUDI)["pagination"]["total_count"] == 0
    assert names(office.search({"uin": BUDI}, partner="sempit")) == []


def purpose(code: str, uri: str | None = None) -> dict[str, Any]:
    told = {"code": code} | ({"ref_uri": uri} if uri else {})
    return {"@type": "Authorize", "ts": "2026-01-01T00:00:00Z", "purpose": told}


def test_what_an_item_is_for_chooses_the_agreement_and_what_it_shows(office: Office) -> None:
    office.lines()
    [item] = office.items(
        [searched({"uin": BUDI}, authorize=purpose("verivali", "urn:hub:agreement:pks-3"))], "meja"
    )
    [record] = item["data"]["reg_records"]
    assert (
        "address" not in record["demographic_info"]
        or "address_line1" not in record["demographic_info"]["address"]
    )
    assert "marital_status" not in record
    assert "contact" in item["status_reason_message"]
    [line] = office.lines()
    assert (line["purpose"], line["agreement"]) == ("verivali", "pks-3@2")


def test_what_lies_outside_the_scopes_cannot_be_searched_by_either(office: Office) -> None:
    item = searched({"programme_identifier": "PKH", "uin": BUDI}, authorize=purpose("verivali"))
    [found] = office.items([item], "meja")
    assert found["status_reason_code"] == "rjct.filter.invalid"
    assert "enrollment" in found["status_reason_message"]


def test_under_a_mask_no_number_is_told_and_none_is_searched_by(office: Office) -> None:
    [found] = office.items([searched({"location": "33.20.01"}, authorize=purpose("penelitian"))], "meja")
    told = str(found["data"])
    assert BUDI not in told
    assert "BUDI" not in told
    assert len(found["data"]["reg_records"]) > 1
    [refused] = office.items([searched({"uin": BUDI}, authorize=purpose("penelitian"))], "meja")
    assert refused["status_reason_code"] == "rjct.filter.invalid"
    [page] = office.items(
        [searched({"location": "33.20.01"}, authorize=purpose("penelitian"), size=1, page=2)], "meja"
    )
    assert page["status_reason_code"] == "rjct.pagination.invalid"
