"""The hub's own PostgreSQL, started on demand and shared by every hub command on one data directory."""

from hub.store.embedded.address import ServerAddress
from hub.store.embedded.server import EmbeddedServer

__all__ = ["EmbeddedServer", "ServerAddress"]
