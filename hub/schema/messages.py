"""What the API says to callers when it can't answer: Indonesian first, English to who asks for it."""

from hub.errors import HubError, InputError

TEXTS = {
    "page_size": "Ukuran halaman harus 0 sampai 500.",
    "page_direction": "Mintalah `first` atau `last`, jangan keduanya.",
    "bad_cursor": "Kursor ini bukan dari daftar tersebut; ambil dari `edges`.",
    "bad_id": "Id ini tidak pernah diberikan oleh hub.",
    "bad_text": "Teks memuat NUL atau pasangan surrogate yang tidak utuh.",
    "unknown_operation": "Dokumen tidak memuat operasi dengan nama itu.",
    "one_operation": "Satu dokumen harus memuat tepat satu operasi.",
    "fragment_cycle": "Sebuah fragment memuat dirinya sendiri.",
    "not_a_query": "Hub ini hanya menjawab query; tidak ada mutation dan subscription.",
    "limit_characters": "Dokumen terlalu panjang.",
    "limit_depth": "Dokumen bertingkat terlalu dalam.",
    "limit_fields": "Dokumen meminta terlalu banyak kolom.",
    "limit_aliases": "Dokumen memakai terlalu banyak alias.",
    "limit_directives": "Dokumen memakai terlalu banyak directive.",
    "limit_fragments": "Dokumen memuat terlalu banyak fragment.",
    "limit_rows": "Dokumen dapat menghasilkan terlalu banyak baris; kecilkan halamannya.",
    "area_code_invalid": "Kode wilayah harus berbentuk PP, PP.KK, PP.KK.CC atau PP.KK.CC.DDDD.",
    "area_system_missing": "Kode tanpa titik berbeda arti menurut Kemendagri dan BPS; tulis titiknya.",
    "context_refused": "Basis data tidak menerima konteks akses Anda.",
    "database_busy": "Basis data sedang sibuk; coba lagi sebentar.",
    "internal": "Terjadi kesalahan di dalam hub.",
}
"""Indonesian by error code; the error's own message is the English."""


class Spoken(InputError):  # noqa: N818  # it is said to the caller
    """A caller's mistake that carries its text in both languages.

    Args:
        code: See HubError.
        english: Message in English.
        indonesian: Message in Indonesian.
    """

    def __init__(self, code: str, english: str, indonesian: str) -> None:
        super().__init__(code, english)
        self.indonesian = indonesian

    def __reduce__(self) -> tuple[type["Spoken"], tuple[str, str, str]]:  # type: ignore[override]
        """All three arguments travel when the error crosses a process border."""
        return type(self), (self.code, self.message, self.indonesian)


def message(error: HubError, language: str) -> str:
    """The text of an error in a language, `id` or `en`."""
    if language == "en":
        return error.message
    if isinstance(error, Spoken):
        return error.indonesian
    return TEXTS.get(error.code, error.message)


def language_of(accepted: str) -> str:
    """`en` where an Accept-Language header ranks English above Indonesian, else `id`."""
    ranks: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            rank = float(weight) if weight else 1.0
        except ValueError:
            rank = 0.0
        bare = name.partition("-")[0]
        ranks[bare] = max(rank, ranks.get(bare, 0.0))
    return "en" if ranks.get("en", 0.0) > ranks.get("id", 0.0) else "id"
