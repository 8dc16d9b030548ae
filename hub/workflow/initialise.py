"""`hub init`: tables, reference data, programs and the rows of the sources, in one transaction.

A group of reference files is loaded anew when one of them differs from what is loaded, else left alone.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched, chain
from typing import Any, NamedTuple

from hub.domain import clock
from hub.errors import FatalError
from hub.registry.reference import Reference, ReferenceFile, reference_files
from hub.registry.sources import load_sources
from hub.settings import Settings
from hub.store.copying import copy_csv
from hub.store.database import Database
from hub.store.migrate import head, upgrade
from hub.store.sql import AsyncConnection, text
