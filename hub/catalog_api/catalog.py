"""`/catalog` and `/dataset/<name>` in the form that is wanted: for people, or as linked data."""

from hub.catalog_api.dcat import PAGE, catalog, dataset
from hub.catalog_api.forms import form_of, told
from hub.catalog_api.open_door import Asked, Told
from hub.catalog_api.pages import catalog_page, dataset_page
from hub.schema.asking import Malformed

FORMS = ("html", "ttl", "jsonld")


async def catalog_door(asked: Asked) -> Told:
    """The catalog; as linked data 100 data sets a page."""
    words = asked.words("format", "page")
    form = form_of(asked, FORMS, asked.path.get("form") or words.get("format", ""))
    entries = await asked.door.shelf.entries()
    asked.door.take(asked.http, min(len(entries), PAGE) if form != "html" else len(entries))
    if form == "html":
        return catalog_page(asked, entries)
    number = words.get("page", "1")
    if not (number.isascii() and number.isdecimal() and 0 < len(number) < 7 and int(number)):
        raise Malformed(400, "`page` adalah bilangan mulai 1", "`page` is a number from 1")
    return told(form, catalog(asked, entries, int(number)))


async def dataset_door(asked: Asked) -> Told:
    """One data set."""
    form = form_of(asked, FORMS, asked.path.get("form") or asked.words("format").get("format", ""))
    entry = await asked.door.shelf.entry(asked.path["dataset"])
    asked.door.take(asked.http, 1)
    return dataset_page(asked, entry) if form == "html" else told(form, [dataset(asked, entry)])
