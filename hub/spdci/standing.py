"""How requests that are answered later fared: told without what was found, which travels once, in its answer."""

from typing import Any

from hub.spdci.answering import told_now
from hub.spdci.keeping import FARED, Book
from hub.spdci.messages import StatusAsked

_ACTIONS = {"search": "search", "subscribe": "subscribe", "receipt": "enrolled"}
_MEMBERS = {"search": "search_response", "subscribe": "subscribe_response", "receipt": "search_response"}


async def standing(book: Book, sender: str, registry: str, asked: StatusAsked) -> dict[str, Any]:
    """The `txnstatus_response` to a question; of what the sender never asked it tells that nothing is known."""
    value = asked.attribute_value
    values = value if isinstance(value, list) else [value]
    row = await book.write(
        FARED,
        sender=sender,
        registry=registry,
        action=_ACTIONS[asked.txn_type],
        by=asked.attribute_type,
        value=values[0],
        values=values,
    )
    items = [{"timestamp": told_now(), **one} for one in row.items] if row else []
    told = {
        "transaction_id": row.transaction if row else values[0][:99],
        "correlation_id": row.correlation if row else "unknown",
        _MEMBERS[asked.txn_type]: items,
    }
    return {"txn_type": asked.txn_type, "txn_status": told}
