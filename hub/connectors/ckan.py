"""Data sets of a CKAN portal (Satu Data): counts by area and period, never about one person.

Source: CKAN Action API, `package_show` and `datastore_search` (CKAN 2.10); which columns mean what is the entry's
    option `datasets`.
Key: data set, and the area, period and further dimensions that the entry names, as received.
"""

from hub.toolkit.connector import Connector
from hub.toolkit.datasets import observed
from hub.toolkit.layout import Layout

LAYOUT = Layout(
    taken={"dataset": (), "key": (), "cells": ()},
    required=frozenset({"dataset", "key", "cells"}),
)

connector = Connector(name="ckan", layout=LAYOUT, key=("dataset", "key"), claims=observed)
