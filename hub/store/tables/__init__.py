"""All tables of the hub, by subject; importing this fills `metadata`."""

from hub.store.tables import access, claims, feed, graph, identity, provenance, reference
from hub.store.tables.base import SCHEMA, metadata

__all__ = ["SCHEMA", "access", "claims", "feed", "graph", "identity", "metadata", "provenance", "reference"]
