"""What the tests ask of each open door, by its route."""

QUERIES = (
    '{"q":{"query":"SITI"},"r":{"query":"BUDI","type":"desa","properties":[{"pid":"parent","v":"33.20"}]}}'
)
OPEN = {
    "/data/{dataset}/{release:int}/{file}": ["/data/penerima/1/penerima-2026-03-1.csv"],
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
    "/reference/codes/{list}/{code:path}": [
        "/reference/codes/sex/P",
        "/reference/codes/person/3320014101909001",
    ],
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
}
