"""A key is changed without a refusal: two generations are believed at once, and a retired one never again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from hub.access import rotating
from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.access.issuer import NAME, own_issuer
from hub.access.rotating import retire, rotate, told
from hub.access.sealing import ledger_keys, lines_about, seal_waiting
from hub.access.tokens import believed
from hub.access.trust import Trust
from hub.access.verifying import verified
from hub.errors import InputError, RefusedError
from hub.store import generations
from hub.store.database import Database
from hub.store.generations import KeyName, Ring
from hub.store.read import open_reader
from hub.store.roles import Role
from tests.access.test_sealing import leave

REACH = Reach([(0, 9)], EVERY_SCOPE, "a")


@pytest_asyncio.fixture
async def hub(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A hub whose keys settle at once, with a ring of its own."""
    monkeypatch.setattr(generations, "SETTLES", timedelta())
    monkeypatch.setattr(rotating, "SETTLES", timedelta())
    return replace(fresh_database, roles=replace(fresh_database.roles, ring=Ring()))


async def entered(hub: Database, *contexts: str) -> list[str | None]:
    async with open_reader(hub, 1) as reader:
        return [await reader.text("select hub.enter($1)::text", [context]) for context in contexts]


async def changed(hub: Database, name: KeyName) -> int:
    made = await rotate(hub, name, "ani")
    await hub.learn_keys()
    return made


async def test_contexts_of_both_keys_are_let_in_until_the_old_one_is_retired(hub: Database) -> None:
    old = hub.roles.key("context")
    assert await changed(hub, "context") == 2
    new = hub.roles.key("context")
    assert new != old
    assert await entered(hub, sign(old, REACH), sign(new, REACH), sign(bytes(32), REACH)) == [
        "true",
        "true",
        "false",
    ]
    await retire(hub, "context", 1, "ani", at_once=True)
    assert await entered(hub, sign(old, REACH), sign(new, REACH)) == ["false", "true"]


async def test_a_new_key_signs_once_every_process_has_heard_of_it(
    hub: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "SETTLES", timedelta(hours=1))
    old = hub.roles.key("context")
    await changed(hub, "context")
    assert hub.roles.key("context") == old
    assert [(one.generation, one.standing) for one in told(hub.roles.ring)[:2]] == [
        (1, "signs"),
        (2, "settles"),
    ]
    with pytest.raises(InputError, match="does not sign yet"):
        await rotate(hub, "context", "ani")
    monkeypatch.setattr(generations, "SETTLES", timedelta())
    assert hub.roles.key("context") != old


async def test_tokens_of_both_keys_are_believed_until_the_old_one_is_retired(
    hub: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    trust = Trust(tmp_path_factory.mktemp("config"), (), lambda: own_issuer(hub.roles))
    old, same = own_issuer(hub.roles).token("sistem", agency="dinsos"), trust[NAME]
    assert trust[NAME] is same
    await changed(hub, "tokens")
    new = own_issuer(hub.roles).token("sistem", agency="dinsos")
    assert {believed(each, trust).subject for each in (old, new)} == {"sistem"}
    await retire(hub, "tokens", 1, "ani", at_once=True)
    await hub.learn_keys()
    assert believed(new, trust).subject == "sistem"
    with pytest.raises(RefusedError):
        believed(old, trust)


async def test_nothing_is_refused_while_keys_are_changed_under_load(
    hub: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Eight askers, each with the context and the token of its moment, while both keys are changed three times."""
    trust = Trust(tmp_path_factory.mktemp("config"), (), lambda: own_issuer(hub.roles))
    answers: list[tuple[str | None, str]] = []
    over = asyncio.Event()
    async with open_reader(hub, 4) as reader:

        async def ask() -> None:
            while not over.is_set():
                context, token = (
                    sign(hub.roles.key("context"), REACH),
                    own_issuer(hub.roles).token("s", agency="d"),
                )
                let_in = await reader.text("select hub.enter($1)::text", [context])
                answers.append((let_in, believed(token, trust).subject))

        askers = [asyncio.create_task(ask()) for _ in range(8)]
        for _ in range(3):
            await changed(hub, "context")
            await changed(hub, "tokens")
            enough = len(answers) + 100
            while len(answers) < enough and not any(one.done() for one in askers):
                await asyncio.sleep(0.001)
        over.set()
        await asyncio.gather(*askers)
    assert set(answers) == {("true", "s")}


async def test_the_ledger_tells_of_a_person_over_every_key_and_every_checkpoint_holds(hub: Database) -> None:
    names: tuple[KeyName, ...] = ("subjects", "checkpoints")
    for _ in range(3):
        await leave(hub, [7], [8])
        await seal_waiting(hub, ledger_keys(hub.roles))
        for name in names:
            await changed(hub, name)
    await retire(hub, "checkpoints", 1, "ani")
    await hub.learn_keys()
    keys = ledger_keys(hub.roles)
    async with hub.connect(Role.LEDGER) as connection:
        found = await lines_about(connection, keys, [7])
    assert len({line["subjects"][0] for line in found}) == 3
    assert [line["seq"] for line in found] == [1, 3, 5]
    verifier = await verified(hub)
    assert (verifier.lines, verifier.end()) == (6, [])


@pytest.mark.parametrize(
    ("name", "generation", "code"),
    [
        ("context", 1, "key_in_use"),
        ("context", 2, "key_signs"),
        ("context", 3, "unknown_key"),
        ("subjects", 1, "key_needed"),
    ],
)
async def test_what_is_in_use_is_not_retired(
    hub: Database, name: KeyName, generation: int, code: str
) -> None:
    await changed(hub, "context")
    with pytest.raises(InputError) as refused:
        await retire(hub, name, generation, "ani")
    assert refused.value.code == code


async def test_the_last_key_is_not_retired(hub: Database) -> None:
    with pytest.raises(InputError) as refused:
        await retire(hub, "tokens", 1, "ani", at_once=True)
    assert refused.value.code == "key_signs"


async def test_what_was_done_with_keys_is_told_with_its_actor(hub: Database) -> None:
    before = datetime.now(UTC)
    await changed(hub, "tokens")
    await retire(hub, "tokens", 1, "budi", at_once=True)
    await hub.learn_keys()
    first, second = (one for one in told(hub.roles.ring) if one.name == "tokens")
    assert (first.standing, second.standing, second.by) == ("retired", "signs", "ani")
    assert second.made is not None
    assert second.made >= before


async def test_pseudonyms_are_others_once_their_key_is_changed_and_stay_apart_by_agreement(
    hub: Database,
) -> None:
    uses = [f"pseudonyms pks-{number}" for number in (1, 2)]
    before = [hub.roles.derive_pseudonyms(use) for use in uses]
    assert before == [hub.roles.derive(use) for use in uses]
    await changed(hub, "pseudonyms")
    after = [hub.roles.derive_pseudonyms(use) for use in uses]
    assert len({*before, *after}) == 4
    await retire(hub, "pseudonyms", 1, "ani")
    await hub.learn_keys()
    assert [hub.roles.derive_pseudonyms(use) for use in uses] == after
