"""Documents say what the code says."""

import re

import pytest

from hub.settings import PREFIX, Settings
from tests.house.tree import ROOT, modules

PAGE = (ROOT / "docs/settings.md").read_text()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_its_line(name: str) -> None:
    assert f"\n| `{PREFIX}{name.upper()}` |" in PAGE


def test_every_line_is_of_a_setting_that_exists() -> None:
    told = set(re.findall(r"^\| `HUB_(\w+)` \|", PAGE, re.MULTILINE))
    assert told == {name.upper() for name in Settings.model_fields}


def test_every_make_target_says_what_it_does() -> None:
    targets = re.findall(r"^([a-z-]+):(?!=)(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [name for name, rest in targets if "## " not in rest] == []
    assert {"install", "demo", "test", "test-long", "bench", "lint", "fmt", "help"} <= {
        name for name, _ in targets
    }


def test_the_environment_is_read_by_settings_alone() -> None:
    readers = [
        str(module.path)
        for module in modules("hub")
        if module.name != "hub.settings" and re.search(r"os\.(environ|getenv)", module.text)
    ]
    assert readers == []


def test_every_rule_of_the_audit_stands_in_its_page() -> None:
    page = (ROOT / "docs/audit.md").read_text()
    told = set(re.findall(r"^\| `(\w+)` \| (?:overlap|inclusion|exclusion) \|", page, re.MULTILINE))
    assert told == {path.stem for path in (ROOT / "config/rules").glob("*.toml")}
