"""What a partner's system tells of its beneficiaries: each is answered by itself, and laid down for its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.domain import clock
from hub.errors import FatalError
from hub.registry.programs import load_programs
from hub.registry.sources import SourceConfig, load_sources
from hub.registry.spdci import Sender, Spdci
from hub.spdci.answering import told_now
from hub.spdci.enrolling import met, rows_of
from hub.spdci.hearing import Heard
from hub.spdci.messages import UpdatesRequest
from hub.spdci.refusing import Rejected
from hub.toolkit.addresses import address_of
from hub.toolkit.pushing import Tray

CONNECTOR = "ibr_updates"
KEY = ("sender", "program", "beneficiary")


@dataclass(frozen=True)
class Inbox:
    """Takes what one sender tells of beneficiaries.

    Args:
        sender: Its id.
        programs: Codes of which it may tell.
        tray: Where it is laid down.
    """

    sender: str
    programs: frozenset[str]
    tray: Tray

    def taken(self, asked: Heard[UpdatesRequest]) -> list[dict[str, Any]]:
        """The answers to the items of a message, once what could be read of it is on disk.

        `rcvd` is said of what was taken, not `succ`: it is in the graph after the next sync of the source.
        """
        told, rows = [], []
        for number, item in enumerate(asked.message.enrolled_updates.beneficiaries, 1):
            answer: dict[str, Any] = {"reference_id": _reference(item, number), "timestamp": told_now()}
            try:
                rows += rows_of(item, self.sender, self.programs, clock.today())
                told.append(answer | {"status": "rcvd"})
            except Rejected as error:
                words = error.words(asked.sent.language)
                told.append(answer | {"status": "rjct", "status_reason_message": words})
        if rows:
            self.tray.lay(self.sender, rows)
        return told


def inboxes_of(config: Spdci, directory: Path) -> Mapping[str, Inbox]:
    """The inboxes of the senders that may tell of beneficiaries; nothing is read where there are none.

    Args:
        config: Who may send.
        directory: The configuration.

    Raises:
        FatalError: `config_invalid`: `updates` or `programs` of a sender names what there is not.
    """
    tellers = [one for one in config.senders if one.updates]
    if not tellers:
        return {}
    sources, programs = load_sources(directory / "sources"), load_programs(directory / "programs")
    codes = frozenset(program.code for program in programs.values())
    return {one.id: _inbox(one, sources.get(str(one.updates)), codes) for one in tellers}


def _inbox(sender: Sender, source: SourceConfig | None, codes: frozenset[str]) -> Inbox:
    if source is None or source.read_by != CONNECTOR or source.transport != "directory":
        raise FatalError(
            "config_invalid",
            f"spdci.toml: updates of {sender.id} names no source over directory with connector {CONNECTOR}",
        )
    if not set(sender.programs) <= codes:
        raise FatalError("config_invalid", f"spdci.toml: programs of {sender.id} names one that there is not")
    directory = Path(address_of(source.address, None, source.name).removeprefix("file://"))
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Inbox(sender.id, frozenset(sender.programs) or codes, Tray(directory, KEY, met))


def _reference(item: Any, number: int) -> str:
    """What an item is called in its answer: as the sender calls it, else by its place from 1."""
    named = [item.get(name) for name in ("reference_id", "@id")] if isinstance(item, dict) else []
    return next((one for one in named if isinstance(one, str) and 0 < len(one) <= 255), str(number))
