"""What was asked and who subscribed outlives the process that took it: the next one answers, and tells.

What a process had in hand when it ended is left to it for a minute, so that this may take as long.
"""

from pathlib import Path

import pytest

from hub.store.database import Database
from tests.conftest import wait_for
from tests.schema.conftest import BUDI, story
from tests.spdci.office import made, serving
from tests.spdci.receiving import Receiver
from tests.spdci.test_later import acknowledged, marry, search, subscribed, subscription


@pytest.mark.long
def test_what_waits_and_who_subscribed_outlive_the_process(
    database: Database, receiver: Receiver, tmp_path: Path
) -> None:
    wait_for(story().store(database))
    office = made(database, tmp_path, receiver.url)
    with serving(office):
        [standing] = subscribed(office, receiver, subscription("MARRIAGE"), "crvs")["subscriptions"]
        receiver.refuses = 10_000
        correlation = acknowledged(search(office, transaction="before"))
        receiver.has_refused()
    wait_for(marry(database, BUDI))
    receiver.refuses = 0
    with serving(office):
        told = {path: message["message"] for path, message, _ in (receiver.next(), receiver.next())}
    answer, notice = told["/dci/registry/on-search"], told["/dci/registry/notify"]
    assert (answer["transaction_id"], answer["correlation_id"]) == ("before", correlation)
    assert answer["search_response"][0]["data"]["reg_records"][0]["@type"] == "Member"
    assert notice["subscription_code"] == standing["code"]
    [event] = notice["notify_event"]
    assert event["data"]["reg_event_type"] == "MARRIAGE"
