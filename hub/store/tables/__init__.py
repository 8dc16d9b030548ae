"""All tables of the hub, by subject; importing this fills `metadata`."""

from hub.store.tables import (
    access,
    agreements,
    audit,
    claims,
    feed,
    graph,
    identity,
    ledger,
    provenance,
    reference,
    restrictions,
    rights,
)
from hub.store.tables.base import SCHEMA, metadata

__all__ = [
    "SCHEMA",
    "access",
    "agreements",
    "audit",
    "claims",
    "feed",
    "graph",
    "identity",
    "ledger",
    "metadata",
    "provenance",
    "reference",
    "restrictions",
    "rights",
]
