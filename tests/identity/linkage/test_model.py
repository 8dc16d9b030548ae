"""A model's edition: what scores it gives is told by what it was declared and trained to."""

from pathlib import Path

import hub
from hub.identity.linkage.model import load_model

PATH = Path(hub.__file__).parents[1] / "config" / "identity" / "hub.toml"


def test_a_model_trained_anew_is_another_edition_of_the_same_declaration() -> None:
    model = load_model(PATH)
    assert model.trained is not None
    again = model.model_copy(update={"trained": {**model.trained, "prior": 0.5}})
    told = model.model_copy(update={"trained": {**model.trained, "records": 1}})
    assert (again.declared, again.edition == model.edition) == (model.declared, False)
    assert told.edition == model.edition
    assert model.edition.startswith(f"{model.declared}-")
