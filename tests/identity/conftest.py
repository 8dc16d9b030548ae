"""A desk on a prepared database."""

from tests.ingest.conftest import desk, prepared

__all__ = ["desk", "prepared"]
