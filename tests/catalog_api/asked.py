"""What the tests ask of each open door, by its route; RESOURCE stands for the id of a file of released rows."""

QUERIES = (
    '{"q":{"query":"SITI"},"r":{"query":"BUDI","type":"desa","properties":[{"pid":"parent","v":"33.20"}]}}'
)
OPEN = {
    "/reference": ["/reference"],
    "/reference/wilayah": [
        "/reference/wilayah",
        "/reference/wilayah?system=bps",
        "/reference/wilayah?on=2016-01-01",
    ],
    "/reference/wilayah/{code}": ["/reference/wilayah/33.20", "/reference/wilayah/3320010001?system=bps"],
    "/reference/successors": ["/reference/successors"],
    "/reference/bridges": ["/reference/bridges"],
    "/reference/codes": ["/reference/codes"],
    "/reference/codes/{list}": ["/reference/codes/sex", "/reference/codes/program?format=ttl"],
    "/reference/codes/{list}/{code:path}": ["/reference/codes/sex/P"],
    "/reconcile": [
        "/reconcile",
        f"/reconcile?queries={QUERIES}",
        '/reconcile?extend={"ids":["wilayah/33.20","person/1"],"properties":[{"id":"name"}]}',
    ],
    "/reconcile/suggest/entity": ["/reconcile/suggest/entity?prefix=siti"],
    "/reconcile/suggest/type": ["/reconcile/suggest/type?prefix=w"],
    "/reconcile/suggest/property": ["/reconcile/suggest/property?prefix=k"],
    "/reconcile/extend/propose": ["/reconcile/extend/propose?type=wilayah"],
    "/reconcile/preview": ["/reconcile/preview?id=wilayah/33.20"],
    "/catalog": ["/catalog"],
    "/catalog.{form}": ["/catalog.ttl", "/catalog.jsonld"],
    "/dataset/{dataset}": ["/dataset/penerima"],
    "/dataset/{dataset}.{form}": ["/dataset/penerima.ttl"],
    "/data/{dataset}/{number}/datapackage.json": ["/data/penerima/1/datapackage.json"],
    "/data/{dataset}/{release:int}/{file}": ["/data/penerima/1/penerima-2026-03-1.csv"],
    "/api/3/action/{action}": [
        "/api/3/action/package_search?q=SITI",
        "/api/3/action/package_show?id=penerima",
        "/api/3/action/datastore_search?resource_id=RESOURCE",
        '/api/3/action/datastore_search?resource_id=RESOURCE&filters={"program":"PKH"}',
    ],
    "/api/action/{action}": [
        "/api/action/package_list",
        "/api/action/datastore_search?resource_id=RESOURCE",
        "/api/action/datastore_search?resource_id=RESOURCE&q=pkh&sort=desil+desc",
    ],
    "/api/3": ["/api/3"],
    "/sitemap.xml": ["/sitemap.xml"],
    "/robots.txt": ["/robots.txt"],
}
NOWHERE = [
    "/reference/codes/person/3320014101909001",
    "/dataset/person_state",
    "/dataset/person_state.ttl",
    "/data/penerima/1/secret",
    "/data/person/1/person_state",
    "/api/3/action/datastore_search?resource_id=person_state",
    "/api/3/action/package_show?id=person",
]
"""What nobody finds: names of tables, files and persons."""
