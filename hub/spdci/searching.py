"""One search: from its criteria to one statement of the graph's planner, and from its rows to records.

Every search is a document of the graph, fixed here, with the filter that its query came to as a variable; or, for the
kind `graphql`, a document of the sender's. Either way it is planned, bounded, answered and written down as the same
document by POST to `/graphql` would be, under the same access.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from hub.access.gate import Admitted
from hub.compiler.documents import InvalidDocument
from hub.compiler.engine import Answer, Request
from hub.compiler.needs import Refusal
from hub.errors import InputError, RefusedError
from hub.schema.asking import Malformed, request_of
from hub.schema.door import Door, receipt, seen_by
from hub.spdci.attributes import ENROLLMENTS, GROUPS, PERSONS, plain
from hub.spdci.comparing import NOBODY, Filter, Make
from hub.spdci.messages import Criteria, Pagination, Sort
from hub.spdci.queries import filter_of, graphql_in, odd, paths, simplified
from hub.spdci.records import (
    BENEFICIARY_FIELDS,
    CIVIL_FIELDS,
    GROUP_FIELDS,
    MEMBER_FIELDS,
    Record,
    Thing,
    beneficiary,
    civil,
    group,
    member,
)
from hub.spdci.refusing import Rejected, rejection_of

LARGEST_PAGE = 500
"""Records of one page; also of a search that asks for no page."""
FARTHEST = 100_000
"""Records before a page: behind them a list is to be exported and not paged."""
REMEMBERED = 5_000
"""Places of pages that one process keeps in mind."""


@dataclass(frozen=True)
class Kind:
    """What a registry's searches yield.

    Args:
        root: Of the graph.
        things: Its filter and order, as the schema calls them.
        fields: Of a record.
        attributes: That a query may name.
        orders: Attributes by which it may be sorted, with the order of the graph.
        record: From a node to a record.
        type: Its `reg_record_type`.
        always: What holds for all.
    """

    root: str
    things: str
    fields: str
    attributes: Mapping[str, Make]
    orders: Mapping[str, str]
    record: Callable[[Thing], Record]
    type: str
    always: Filter | None = None

    def document(self, fields: str) -> str:
        """The document of a search that yields these fields of the connection."""
        return (
            f"query Spdci($filter: {self.things}Filter, $order: {self.things}Order, $first: Int, $after: String)"
            f" {{ {self.root}(filter: $filter, orderBy: $order, first: $first, after: $after) {{ {fields} }} }}"
        )

    @property
    def page(self) -> str:
        """The document of one page."""
        return self.document(f"totalCount pageInfo {{ endCursor hasNextPage }} nodes {{ {self.fields} }}")

    @property
    def step(self) -> str:
        """The document that finds where a page begins, and reads nobody."""
        return self.document("pageInfo { endCursor hasNextPage }")


_PERSON_ORDERS = {
    **dict.fromkeys(("name", "fullname", "nama"), "NAME"),
    **dict.fromkeys(("dob", "birthdate", "dateofbirth"), "BIRTH_DATE"),
    **dict.fromkeys(("location", "areacode", "wilayah"), "AREA"),
}
MEMBER = Kind("people", "Person", MEMBER_FIELDS, PERSONS["sr"], _PERSON_ORDERS, member, "Member")
GROUP = Kind(
    "familyCards",
    "FamilyCard",
    GROUP_FIELDS,
    GROUPS,
    {"householdid": "KK", "location": "AREA"},
    group,
    "Group",
)
CIVIL = Kind("people", "Person", CIVIL_FIELDS, PERSONS["crvs"], _PERSON_ORDERS, civil, "CRVSPerson")
BENEFICIARY = Kind(
    "enrollments", "Enrollment", BENEFICIARY_FIELDS, ENROLLMENTS,
    {"enrollmentdate": "FROM", "enrolmentdate": "FROM", "location": "AREA"}, beneficiary, "Beneficiary",
    {"not": {"status": {"eq": "proposed"}}},
)  # fmt: skip
TYPES = {
    "sr": "ns:org:RegistryType:Social",
    "crvs": "ns:org:RegistryType:Civil",
    "ibr": "ns:org:RegistryType:IBR",
}


HELD = "query Spdci($filter: EnrollmentFilter) { enrollments(filter: $filter, current: true, first: 1) { totalCount } }"
REJECTED = ("scope_missing", "masked", "document_not_trusted", "fields_refused")
"""Refusals that concern one item."""


@dataclass(frozen=True)
class Found:
    """What a search found.

    Args:
        kind: What it yields; None: a document of the sender's.
        records: Of the page.
        page: Which one.
        total: Records in all.
        refused: Fields that the caller does not see.
        receipt: Proof of the line that it left; None: it left none.
    """

    kind: Kind | None
    records: list[Any]
    page: Pagination
    total: int
    refused: tuple[Refusal, ...] = ()
    receipt: Any = None


@dataclass
class Searching:
    """Searches of one server.

    Args:
        door: Plans and answers them.
    """

    door: Door
    _places: OrderedDict[bytes, str] = field(default_factory=OrderedDict)

    async def found(
        self, registry: str, criteria: Criteria, page: Pagination | None, admitted: Admitted, language: str
    ) -> Found:
        """What criteria find for a caller.

        Raises:
            Rejected: The item can't be answered.
            RefusedError: `quota_spent`, …
            RetriableError: `limit_budget`, `overloaded`, `database_busy`, `ledger_unsealed`.
        """
        try:
            document = graphql_in(criteria.query_type, criteria.query)
            if document is not None:
                return await self._documented(document, criteria, admitted, language)
            return await self._asked(kind_of(registry, criteria), criteria, page, admitted, language)
        except InvalidDocument:
            raise odd() from None
        except Malformed as error:
            raise Rejected("rjct.search_criteria.invalid", error.indonesian, error.english) from None
        except InputError as error:
            raise rejection_of(error) from None
        except RefusedError as error:
            if error.code not in REJECTED:
                raise
            raise rejection_of(error) from None

    async def enrolled(self, query: Any, admitted: Admitted, language: str) -> bool:
        """Whether an enrollment of today is as a query of paths says.

        Raises:
            Rejected: The query can't be answered.
        """
        try:
            said = simplified(filter_of(BENEFICIARY.attributes, "expression", paths(query)))
            if said == NOBODY:
                return False
            held: Filter = {"and": [said, {"not": {"status": {"in": ["proposed", "ended"]}}}]}
            _, told = await self._run(BENEFICIARY, HELD, {"filter": held}, admitted, language)
        except InputError as error:
            raise rejection_of(error) from None
        except RefusedError as error:
            if error.code not in REJECTED:
                raise
            raise rejection_of(error) from None
        return bool(told["totalCount"])

    async def _asked(
        self, kind: Kind, criteria: Criteria, page: Pagination | None, admitted: Admitted, language: str
    ) -> Found:
        said = simplified(filter_of(kind.attributes, criteria.query_type, criteria.query))
        page = _page(page)
        order = _order(kind, criteria.sort)
        if said == NOBODY:
            return Found(kind, [], page, 0)
        variables: dict[str, Any] = {"filter": {"and": [said, kind.always]} if kind.always else said}
        variables |= {"order": order} if order else {}
        after = await self._before(kind, variables, page, admitted, language)
        if after is None:
            # Nothing lies that far: how many there are is told all the same.
            answer, told = await self._run(kind, kind.document("totalCount"), variables, admitted, language)
            return self._told(kind, [], page, told["totalCount"], answer, admitted)
        asked = variables | {"first": page.page_size} | ({"after": after} if after else {})
        answer, told = await self._run(kind, kind.page, asked, admitted, language)
        self._remember(kind, variables, page, admitted, told["pageInfo"])
        records = [kind.record(one) for one in told["nodes"]]
        return self._told(kind, records, page, told["totalCount"], answer, admitted)

    def _told(
        self,
        kind: Kind | None,
        records: list[Any],
        page: Pagination,
        total: int,
        answer: Answer,
        admitted: Admitted,
    ) -> Found:
        proof = receipt(self.door.gate.ledger, answer.line, admitted.caller)
        told = orjson.loads(b"{" + proof.lstrip(b",") + b"}").get("receipt")
        return Found(kind, records, page, total, tuple(answer.refused), told)

    async def _before(
        self, kind: Kind, variables: Mapping[str, Any], page: Pagination, admitted: Admitted, language: str
    ) -> str | None:
        """The cursor before a page; blank of the first; None: the list ends before it.

        It is kept in mind where the page before it was read here, and else walked to by the largest steps.
        """
        left = (page.page_number - 1) * page.page_size
        if left == 0:
            return ""
        if left > FARTHEST:
            raise Rejected(
                "rjct.pagination.invalid",
                f"Halaman sejauh ini tidak dilayani ({FARTHEST:,} rekaman sebelumnya); persempitlah pertanyaannya.",
                f"Pages this far are not served ({FARTHEST:,} records before them); narrow the search.",
            )
        known = self._places.get(_place(kind, variables, page, admitted))
        if known is not None:
            return known
        cursor = ""
        while left:
            step = min(left, LARGEST_PAGE)
            asked = {**variables, "first": step} | ({"after": cursor} if cursor else {})
            _, told = await self._run(kind, kind.step, asked, admitted, language)
            left, cursor = left - step, told["pageInfo"]["endCursor"]
            if not told["pageInfo"]["hasNextPage"]:
                return None
            if not cursor:
                raise _masked_pages()
        return cursor

    def _remember(
        self, kind: Kind, variables: Mapping[str, Any], page: Pagination, admitted: Admitted, info: Thing
    ) -> None:
        if not info["hasNextPage"] or not info["endCursor"]:
            return
        following = Pagination(page_size=page.page_size, page_number=page.page_number + 1)
        self._places[_place(kind, variables, following, admitted)] = info["endCursor"]
        if len(self._places) > REMEMBERED:
            self._places.popitem(last=False)

    async def _documented(
        self, document: str, criteria: Criteria, admitted: Admitted, language: str
    ) -> Found:
        """What a document of the sender's yields: the entries of its one root."""
        if criteria.sort or criteria.pagination:
            raise Rejected(
                "rjct.pagination.invalid",
                "Pertanyaan graphql menyebut halaman dan urutannya sendiri di dalam dokumennya.",
                "A graphql query names page and order within its document.",
            )
        request = request_of({"query": document}, language, self.door.trusted)
        answer, told = await self._answered(request, admitted)
        if len(told) != 1 or any(name.startswith("__") for name in told):
            raise odd()
        [found] = told.values()
        records = _entries(found)
        total = found.get("totalCount") if isinstance(found, dict) else None
        page = Pagination(page_size=max(len(records), 1))
        count = total if isinstance(total, int) else len(records)
        return self._told(None, records, page, count, answer, admitted)

    async def _run(
        self, kind: Kind, document: str, variables: Mapping[str, Any], admitted: Admitted, language: str
    ) -> tuple[Answer, Any]:
        answer, told = await self._answered(Request(document, variables, language=language), admitted)
        if told[kind.root] is None:
            raise RefusedError(
                "scope_missing",
                "your agreement does not grant these records",
                allowed_by=f"an approved agreement of {admitted.caller.agency} with their scopes",
            )
        return answer, told[kind.root]

    async def _answered(self, request: Request, admitted: Admitted) -> tuple[Answer, Any]:
        door = self.door
        prepared = door.engine.prepare(request, seen_by(admitted, door.gate))
        door.budget.take(admitted.name, prepared.cost)
        async with door.admission:
            answer = await door.engine.answer(prepared, door.reads, admitted.context, door.gate.ledger)
        return answer, orjson.loads(answer.data)


def kind_of(registry: str, criteria: Criteria) -> Kind:
    """What a search of a registry yields."""
    if registry != "sr":
        return {"crvs": CIVIL, "ibr": BENEFICIARY}[registry]
    named = criteria.response_entity or criteria.reg_record_type or _collection(criteria.query) or ""
    return GROUP if named.rpartition(":")[2].lower() == "group" else MEMBER


def _collection(query: Any) -> str:
    value = query.get("value") if isinstance(query, dict) else None
    inner = value.get("expression") if isinstance(value, dict) else None
    named = inner.get("collection") if isinstance(inner, dict) else None
    return named if isinstance(named, str) else ""


def _page(asked: Pagination | None) -> Pagination:
    if asked is None:
        return Pagination(page_size=LARGEST_PAGE)
    if asked.page_size > LARGEST_PAGE:
        raise Rejected(
            "rjct.pagination.invalid",
            f"Satu halaman memuat paling banyak {LARGEST_PAGE} rekaman.",
            f"A page holds {LARGEST_PAGE} records at most.",
        )
    return asked


def _order(kind: Kind, sort: list[Sort]) -> dict[str, str] | None:
    if not sort:
        return None
    known = kind.orders.get(plain(sort[0].attribute_name))
    if len(sort) > 1 or known is None:
        names = ", ".join(sorted(kind.orders))
        raise Rejected(
            "rjct.sort.invalid",
            f"Urutan menyebut satu dari: {names}.",
            f"An order names one of: {names}.",
        )
    return {"field": known, "direction": sort[0].sort_order.upper()}


def _place(kind: Kind, variables: Mapping[str, Any], page: Pagination, admitted: Admitted) -> bytes:
    """What tells a page of a list of a caller from any other."""
    caller = admitted.caller
    who = [admitted.name, caller.agreement, caller.purpose, sorted(caller.scopes), sorted(caller.masks)]
    return orjson.dumps(
        [who, caller.areas.ranges(), kind.type, variables, page.page_size, page.page_number],
        option=orjson.OPT_SORT_KEYS,
        default=str,
    )


def _masked_pages() -> Rejected:
    return Rejected(
        "rjct.pagination.invalid",
        "Dalam penyamaran perjanjian ini hanya halaman pertama yang dilayani.",
        "Under the masks of this agreement the first page alone is served.",
    )


def _entries(found: Any) -> list[Any]:
    """The entries of what a root yields: nodes of a connection, a list, or one thing."""
    if isinstance(found, dict):
        if isinstance(found.get("edges"), list):
            return [one["node"] for one in found["edges"] if isinstance(one, dict) and one.get("node")]
        found = found["nodes"] if isinstance(found.get("nodes"), list) else [found]
    return [one for one in found or [] if isinstance(one, dict)] if isinstance(found, list) else []
