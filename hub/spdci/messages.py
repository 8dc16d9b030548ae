"""Headers and messages of SPDCI as the hub takes them, checked whole before anything is done.

Source: SPDCI API standards 1.0.0 (social registry, CRVS, IBR). Members that the standard does not know are let be, as
it has it; of those it knows, a value of another form refuses the request, and the place is named, never the value.
"""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from hub.spdci.refusing import BAD, Nack

MOST_ITEMS = 100
"""Items of one request."""
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


def instant(told: str) -> datetime:
    """A time stamp with its zone (RFC 3339).

    Raises:
        ValueError: It is of another form.
    """
    if not _RFC3339.fullmatch(told):
        raise ValueError("a date and a time with its zone")
    return datetime.fromisoformat(told.upper())


def _is_instant(told: str) -> str:
    instant(told)
    return told


def _is_text(told: str) -> str:
    told.encode()
    if not told.isprintable():
        raise ValueError("a printable text")
    return told


Instant = Annotated[str, AfterValidator(_is_instant)]
Id = Annotated[str, Field(min_length=1, max_length=99), AfterValidator(_is_text)]
Reference = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_is_text)]
Locale = Annotated[str, Field(pattern=r"^[a-z]{3}$")]
Page = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Part(BaseModel):
    """A part of a message; what the standard does not know in it is let be."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Header(Part):
    """Of a request."""

    message_id: Id
    message_ts: Instant
    action: Id
    sender_id: Id
    total_count: Annotated[int, Field(ge=0)]
    version: Id = "1.0.0"
    sender_uri: Annotated[str, Field(max_length=2000), AfterValidator(_is_text)] | None = None
    receiver_id: Id | None = None
    is_msg_encrypted: bool = False


class CallbackHeader(Part):
    """Of what answers or tells without being asked."""

    message_id: Id
    message_ts: Instant
    action: Id
    status: Literal["rcvd", "pdng", "succ", "rjct"]
    sender_id: Id
    version: Id = "1.0.0"
    receiver_id: Id | None = None
    is_msg_encrypted: bool = False


class Pagination(Part):
    """Which page is asked for."""

    page_size: Page
    page_number: Page = 1


class Sort(Part):
    """An order."""

    attribute_name: Reference
    sort_order: Literal["asc", "desc"] = "asc"


class Purpose(Part):
    """What something is for."""

    code: Id | None = None
    ref_uri: Reference | None = None
    text: Annotated[str, Field(max_length=999)] | None = None


class Leave(Part):
    """`consent` or `authorize`."""

    purpose: Purpose | None = None


class Criteria(Part):
    """What is looked for."""

    query_type: Literal["idtype-value", "expression", "predicate", "graphql"]
    query: Any
    version: Id = "1.0.0"
    reg_type: Reference | None = None
    reg_record_type: Reference | None = None
    response_entity: Reference | None = None
    sort: Annotated[list[Sort], Field(max_length=10)] = []
    pagination: Pagination | None = None
    consent: Leave | None = None
    authorize: Leave | None = None


class SearchItem(Part):
    """One search. Some senders put `pagination` beside the criteria; it means the same there."""

    reference_id: Reference
    timestamp: Instant
    search_criteria: Criteria
    locale: Locale | None = None
    pagination: Pagination | None = None

    @property
    def page(self) -> Pagination | None:
        """Which page is asked for."""
        return self.search_criteria.pagination or self.pagination


class SearchRequest(Part):
    """Searches."""

    transaction_id: Id
    search_request: Annotated[list[SearchItem], Field(min_length=1, max_length=MOST_ITEMS)]


class SubscribeCriteria(Part):
    """Of what somebody wants to be told."""

    reg_event_type: Reference
    filter: Any
    notify_record_type: Reference
    filter_type: Reference | None = None
    frequency: dict[str, Any] | None = None
    authorize: Leave | None = None


class SubscribeItem(Part):
    """One subscription."""

    reference_id: Reference
    timestamp: Instant
    subscribe_criteria: SubscribeCriteria
    locale: Locale | None = None


class SubscribeRequest(Part):
    """Subscriptions."""

    transaction_id: Id
    subscribe_request: Annotated[list[SubscribeItem], Field(min_length=1, max_length=MOST_ITEMS)]


class UnsubscribeRequest(Part):
    """Subscriptions that end."""

    transaction_id: Id
    timestamp: Instant
    subscription_codes: Annotated[list[Id], Field(min_length=1, max_length=MOST_ITEMS)]


class StatusAsked(Part):
    """Of what the standing is asked."""

    reference_id: Reference
    txn_type: Literal["search", "subscribe", "receipt"]
    attribute_type: Literal["transaction_id", "reference_id_list", "correlation_id"]
    attribute_value: Annotated[list[Reference], Field(min_length=1, max_length=MOST_ITEMS)] | Id
    locale: Locale | None = None


class StatusRequest(Part):
    """How a request fared."""

    transaction_id: Id
    txnstatus_request: StatusAsked


class EnrolledCriteria(Part):
    """Who is asked about, and which program."""

    query: Any
    query_type: Reference | None = None
    response_entity: Reference | None = None
    authorize: Leave | None = None
    consent: Leave | None = None


class EnrolledRequest(Part):
    """Whether somebody is in a program."""

    transaction_id: Id
    enrolled_criteria: EnrolledCriteria


class Beneficiaries(Part):
    """Who is told of; each is read by itself."""

    beneficiaries: Annotated[list[Any], Field(min_length=1, max_length=MOST_ITEMS)]


class UpdatesRequest(Part):
    """What a system of a program tells of its beneficiaries."""

    transaction_id: Id
    enrolled_updates: Beneficiaries


Model = TypeVar("Model", bound=BaseModel)


def checked(model: type[Model], told: object, place: str) -> Model:
    """A part of a request in its form.

    Args:
        model: Its form.
        told: As it came.
        place: What it is called in a refusal.

    Raises:
        Nack: `err.request.bad`, with the place of the first fault.
    """
    try:
        return model.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    except RecursionError:
        first = {"loc": (), "type": "", "msg": "", "input": None}
    where = ".".join([place, *map(str, first["loc"])])
    raise Nack(BAD, f"{where}: kosong atau bentuknya salah", f"{where}: left out, or of a wrong form")
