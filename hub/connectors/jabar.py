"""Data sets of Open Data Jabar: counts by kabupaten and year, never about one person.

Source: `/api-backend/bigdata/{opd}/{dataset}` of data.jabarprov.go.id (rows as seen, 2026); which columns mean what is
    the entry's option `datasets`.
Key: data set, and the area, period and further dimensions that the entry names, as received.
"""

from hub.toolkit.connector import Connector
from hub.toolkit.datasets import observed
from hub.toolkit.layout import Layout

LAYOUT = Layout(
    taken={"dataset": (), "key": (), "cells": ()},
    required=frozenset({"dataset", "key", "cells"}),
)

connector = Connector(name="jabar", layout=LAYOUT, key=("dataset", "key"), claims=observed)
