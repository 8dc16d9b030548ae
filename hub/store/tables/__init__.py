"""All tables of the hub, by subject; importing this fills `metadata`."""

from hub.store.tables import (
    access,
    acts,
    agreements,
    audit,
    claims,
    feed,
    graph,
    handed,
    identity,
    ledger,
    overlap,
    provenance,
    reference,
    restrictions,
    rights,
    sharing,
    spdci,
)
from hub.store.tables.base import SCHEMA, metadata

__all__ = [
    "SCHEMA",
    "access",
    "acts",
    "agreements",
    "audit",
    "claims",
    "feed",
    "graph",
    "handed",
    "identity",
    "ledger",
    "metadata",
    "overlap",
    "provenance",
    "reference",
    "restrictions",
    "rights",
    "sharing",
    "spdci",
]
