"""What the API says to callers when it can't answer: Indonesian first, English to who asks for it."""

import re
from functools import lru_cache

from hub.errors import HubError, InputError
from hub.schema.weighing import REMEMBERED, weighed

TEXTS = {
    "page_size": "Ukuran halaman harus 0 sampai 500.",
    "page_direction": "Mintalah `first` atau `last`, jangan keduanya.",
    "bad_cursor": "Kursor ini bukan dari daftar tersebut; ambil dari `edges`.",
    "cursor_of_another": "Kursor ini dibuat dengan saringan lain; pakailah yang sama, atau mulailah dari awal.",
    "cursor_old": "Kursor ini dari bentuk aliran yang lama; mulailah dari awal.",
    "cursor_forged": "Kursor ini tidak diberikan hub kepada instansi Anda; mulailah dari awal.",
    "reach_changed": "Yang boleh Anda lihat telah berubah: buanglah salinan Anda dan mulailah dari awal.",
    "cursor_ahead": "Kursor ini lebih baru daripada isi hub (dipulihkan dari cadangan?); mulailah dari awal.",
    "cursor_past": "Kursor ini lebih tua daripada yang diingat hub: buanglah salinan Anda dan mulailah dari awal.",
    "limit_operations": "Terlalu banyak operasi berjalan pada satu sambungan.",
    "one_event_source": "Sebuah subscription meminta tepat satu kolom akar.",
    "since_and_after": "Mintalah dengan `since` atau `after`, jangan keduanya.",
    "cursor_list": "Kursor ini dari daftar lain; ambil dari `edges` daftar ini.",
    "cursor_order": "Kursor ini dibuat dalam urutan lain; mulailah dari awal.",
    "filter_unindexed": "Saringan ini tidak dilayani indeks; saringlah juga menurut wilayah atau kolom berindeks.",
    "order_unindexed": "Urutan ini tidak dilayani indeks; saringlah dulu, misalnya menurut wilayah.",
    "link_day": "Berikan `at` untuk satu hari atau `ever` untuk kapan pun, jangan keduanya.",
    "limit_ids": "Satu daftar menyebut paling banyak 100 id.",
    "limit_links": "Saringan melihat ke terlalu banyak himpunan lain.",
    "bad_id": "Id ini tidak pernah diberikan oleh hub.",
    "bad_text": "Teks memuat NUL atau pasangan surrogate yang tidak utuh.",
    "unknown_operation": "Dokumen tidak memuat operasi dengan nama itu.",
    "one_operation": "Satu dokumen harus memuat tepat satu operasi.",
    "fragment_cycle": "Sebuah fragment memuat dirinya sendiri.",
    "not_a_query": "Di sini hanya query; subscription lewat /graphql/stream, mutation dengan POST ke /graphql.",
    "not_here": "Ini hanya dijawab server hub dengan POST ke /graphql, satu setiap permintaan.",
    "one_act": "Mintalah tepat satu kolom akar: satu tindakan setiap permintaan.",
    "by_variable": "Berikan NIK sebagai variabel, bukan di dalam teks dokumen.",
    "bad_key": "`key` adalah 16 sampai 64 huruf dan angka pilihan Anda, misalnya UUID acak.",
    "key_reused": "Kunci ini sudah dipakai untuk tindakan lain; pilihlah yang baru untuk tiap tindakan.",
    "role_missing": "Klien Anda tidak memegang peran yang diperlukan untuk ini.",
    "purpose_missing": "Ini hanya untuk keperluan lain daripada yang Anda sebut.",
    "unknown_person": "Hub tidak mengenal orang ini.",
    "unknown_case": "Tidak ada permohonan atau kasus dengan id ini.",
    "unknown_registry": "Tidak ada sumber dengan kode ini.",
    "unknown_finding": "Tidak ada temuan ini tentang orang tersebut.",
    "case_closed": "Permohonan atau kasus ini sudah ditutup.",
    "bad_event": "Peristiwa ini kekurangan isian yang diperlukannya, atau memuat yang bukan miliknya.",
    "unknown_source": "Tidak ada sumber dengan kode ini.",
    "case_unfit": "Permohonan kekurangan sesuatu: walidata, temuan, alasan atau isinya.",
    "unknown_breach": "Tidak ada kegagalan pelindungan dengan id ini.",
    "breach_window": "Masanya berakhir sesudah mulai, dan diketahui sesudah mulai.",
    "restriction_days": "Hari sesudah yang terakhir harus lebih kemudian daripada yang pertama.",
    "not_restricted": "Orang ini tidak sedang dibatasi.",
    "unknown_candidate": "Tidak ada pasangan ini, atau bukan untuk Anda.",
    "unknown_line": "Tidak ada penilaian ini, atau bukan untuk Anda.",
    "unknown_pair": "Salah satu rekaman pasangan ini tidak lagi mewakili siapa pun.",
    "unknown_judgement": "Penilaian ini tidak dikenal.",
    "undone_already": "Penilaian ini sudah ditarik kembali.",
    "judgement_rested_on": "Penilaian yang lebih baru tentang pasangan ini harus ditarik kembali lebih dahulu.",
    "limit_characters": "Dokumen terlalu panjang.",
    "limit_depth": "Dokumen bertingkat terlalu dalam.",
    "limit_fields": "Dokumen meminta terlalu banyak kolom.",
    "limit_aliases": "Dokumen memakai terlalu banyak alias.",
    "limit_directives": "Dokumen memakai terlalu banyak directive.",
    "limit_fragments": "Dokumen memuat terlalu banyak fragment.",
    "limit_repeats": "Dokumen terlalu sering mengulang kolom yang sama.",
    "limit_literals": "Dokumen memuat terlalu banyak variabel, argumen dan nilai.",
    "limit_values": "Dokumen membandingkan terlalu banyak nilai.",
    "limit_match_rows": "Satu panggilan mencocokkan terlalu banyak baris; bagilah daftarnya.",
    "cell_too_long": "Sebuah sel memuat teks lebih panjang daripada yang muat di lembar kerja; pilih bentuk lain.",
    "limit_export_rows": "Ekspor memuat terlalu banyak baris; ambil bertahap dengan `first` dan `after`.",
    "not_incremental": "`since` untuk seluruh daftar benda yang diikuti `changes`, tanpa `first`, `after`, `knownAt`.",
    "not_an_export": "Ekspor adalah satu query yang memilih `nodes` atau `edges` dari satu daftar berhalaman.",
    "limit_rows": "Dokumen dapat menghasilkan terlalu banyak baris; kecilkan halamannya.",
    "context_refused": "Basis data tidak menerima konteks akses Anda.",
    "token_missing": "Hub ini hanya menjawab pemanggil yang membawa token: Authorization: Bearer …",
    "token_refused": "Token tidak diterima; mintalah token baru kepada penerbitnya.",
    "token_unbound": "Di sini hanya berlaku token yang terikat pada sertifikat klien (RFC 8705).",
    "no_agreement": "Tidak ada perjanjian kerja sama yang berlaku untuk keperluan ini.",
    "unknown_purpose": "Keperluan ini tidak dikenal.",
    "unlike_token": "Token ini untuk keperluan atau perjanjian lain.",
    "scope_missing": "Perjanjian Anda tidak mencakup yang ditanyakan, disaring atau diurutkan; bagi umum: dataSets.",
    "masked": "Perjanjian Anda menyamarkan ini, sehingga tidak dapat dicari, disaring atau diurutkan.",
    "fields_refused": "Sebagian kolom ditolak atau disamarkan, dan Anda meminta semuanya atau tidak sama sekali.",
    "quota_spent": "Jatah orang per hari menurut perjanjian Anda sudah habis; mintalah lebih sedikit, atau besok.",
    "ledger_unsealed": "Catatan pengungkapan terlalu lama belum disegel; data orang tidak dijawab sampai itu selesai.",
    "no_exporter": "Klien ini tidak berhak mengekspor.",
    "database_busy": "Basis data sedang sibuk; mintalah lebih sedikit, atau coba lagi nanti.",
    "database_unavailable": "Basis data tidak menjawab; coba lagi sebentar.",
    "document_unknown": "Tidak ada dokumen tepercaya dengan id ini.",
    "document_mismatch": "Dokumen ini bukan dokumen yang id-nya dikirim bersamanya.",
    "document_not_trusted": "Server ini hanya menjawab dokumen tepercaya; mintalah salah satunya dengan id-nya.",
    "explain_refused": "Hanya operator hub yang boleh meminta penjelasan SQL.",
    "overloaded": "Terlalu banyak permintaan sedang dijawab; coba lagi sedetik lagi.",
    "limit_budget": "Jatah baris Anda untuk saat ini habis; coba lagi setelah waktu pada Retry-After.",
    "internal": "Terjadi kesalahan di dalam hub.",
}
"""Indonesian by error code; the error's own message is the English."""


_STANDARD = {
    "GRAPHQL_PARSE_FAILED": "Dokumen GraphQL tidak dapat dibaca",
    "GRAPHQL_VALIDATION_FAILED": "Dokumen tidak sesuai dengan skema",
    "BAD_USER_INPUT": "Nilai variabel tidak sesuai dengan tipenya",
}
#: Where graphql-core repeats what was sent: a document may hold a NIK or a name in the wrong place.
_REPEATED = (
    (re.compile(r", found: .*", re.DOTALL), "."),
    (re.compile(r"( cannot represent [^:]*): .*", re.DOTALL), r"\1."),
    (re.compile(r"Value .* does not exist in", re.DOTALL), "Value does not exist in"),
    (
        re.compile(r"((?:Expected .*, found|Unexpected) (?:String|BlockString|Int|Float)) .*", re.DOTALL),
        r"\1.",
    ),
    (re.compile(r"\d{6,}"), "…"),
)


def standard(text: str, code: str, language: str) -> str:
    """The text of an error that the GraphQL library found, without the values that it repeats.

    Its wording is English; in Indonesian a sentence that says what is wrong at all stands before it.
    """
    for pattern, less in _REPEATED:
        text = pattern.sub(less, text)
    return text if language == "en" else f"{_STANDARD[code]}: {text}"


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


@lru_cache(maxsize=REMEMBERED)
@lru_cache(maxsize=REMEMBERED)
def language_of(accepted: str) -> str:
    """`en` where an Accept-Language header ranks English above Indonesian, else `id`."""
    ranks: dict[str, float] = {}
    for name, weight in weighed(accepted).items():
        bare = name.partition("-")[0]
        ranks[bare] = max(weight, ranks.get(bare, 0.0))
    return "en" if ranks.get("en", 0.0) > ranks.get("id", 0.0) else "id"
