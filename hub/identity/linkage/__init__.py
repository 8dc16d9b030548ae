"""Records that may be of one person: scored by a model, decided by what an error costs."""

from hub.identity.linkage.model import Model, load_model
from hub.identity.linkage.pairs import Linked, Pair, dedupe, link

__all__ = ["Linked", "Model", "Pair", "dedupe", "link", "load_model"]
