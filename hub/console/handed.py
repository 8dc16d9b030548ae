"""`/berkas`: who has the code of a file that was handed over fetches it here, until its last day.

The code is sent in the body of a form, never in an address, so that no history and no log keeps it. The file stays
locked: its password goes by another way. Unknown codes are answered alike, whatever they resemble.
"""

import html
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from hub.errors import HubError
from hub.schema.admission import Admission
from hub.schema.asking import Malformed, no_other_site
from hub.schema.messages import language_of, message
from hub.sharing.handing import HandedFiles

LONGEST = 1024
"""Bytes of a form."""
PLACES = 2
"""Codes that are looked up at one time."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
WORDS = {
    "id": {
        "title": "Ambil berkas", "code": "Kode", "fetch": "Ambil",
        "hint": "Ketik kode yang Anda terima. Kata sandi berkas dikirim lewat jalan lain.",
        "unknown": "Tidak ada berkas dengan kode ini.",
        "over": "Berkas ini tidak diberikan lagi: masa berlakunya lewat, berkas ditarik, atau perjanjiannya berhenti.",
        "odd": "Kirimlah satu kode lewat formulir ini.",
    },
    "en": {
        "title": "Fetch a file", "code": "Code", "fetch": "Fetch",
        "hint": "Type the code that you were given. The password of the file comes by another way.",
        "unknown": "There is no file of this code.",
        "over": "This file is given out no longer: its last day is over, it was taken back, or its agreement stopped.",
        "odd": "Send one code by this form.",
    },
}  # fmt: skip
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 1rem/1.5 sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }}
input, button {{ font: inherit; padding: .4rem .6rem }} input {{ width: 22rem; max-width: 100% }}
[role=alert] {{ border-left: .3rem solid; padding-left: .8rem }}</style></head>
<body><main><h1>{title}</h1>{alert}
<form method="post" action="/berkas"><p><label for="code">{code}</label><br>
<input id="code" name="code" required autocomplete="off" autocapitalize="characters" spellcheck="false"></p>
<p>{hint}</p><p><button>{fetch}</button></p></form></main></body></html>
"""


class HandedDoor:
    """Gives out the handed files of one hub.

    Args:
        files: Where they are.
    """

    def __init__(self, files: HandedFiles) -> None:
        self._files, self._admission = files, Admission(PLACES)

    async def answer(self, http: Request) -> Response:
        """The page, or the file of a code."""
        language = language_of(http.headers.get("accept-language", ""))
        if http.method in ("GET", "HEAD"):
            return _page(language)
        try:
            no_other_site(http)
            code = await _code(http)
            if code is None:
                return _page(language, "odd", 400)
            async with self._admission:
                place, row = await self._files.fetched(code)
        except Malformed as error:
            return _page(language, "odd", error.status)
        except HubError as error:
            return HTMLResponse(html.escape(message(error, language)), 503, {"retry-after": "1"})
        if row is None:
            return _page(language, "unknown", 404)
        if place is None:
            return _page(language, "over", 410)
        name = f"{row.agreement.partition('@')[0]}-{row.request}.zip"
        return FileResponse(
            place, media_type="application/zip", filename=name, headers={"cache-control": "no-store"}
        )


async def _code(http: Request) -> str | None:
    """The one code of a form; None: there is none, or more."""
    if http.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    got = bytearray()
    async for piece in http.stream():
        got += piece
        if len(got) > LONGEST:
            return None
    try:
        codes = parse_qs(got.decode("ascii"), strict_parsing=True).get("code", [])
    except ValueError:
        return None
    return codes[0] if len(codes) == 1 else None


def _page(language: str, alert: str = "", status: int = 200) -> Response:
    words = WORDS[language]
    told = f'<p role="alert">{words[alert]}</p>' if alert else ""
    headers = {
        "content-security-policy": POLICY, "cache-control": "no-store", "content-language": language,
        "vary": "accept-language",
    }  # fmt: skip
    return HTMLResponse(PAGE.format(language=language, alert=told, **words), status, headers)


async def _answer(http: Request) -> Response:
    door: HandedDoor = http.app.state.handed
    return await door.answer(http)


ROUTE = Route("/berkas", _answer, methods=["GET", "POST"])
