"""A desk on a prepared database."""

from tests.ingest.conftest import desk as desk
from tests.ingest.conftest import prepared as prepared
