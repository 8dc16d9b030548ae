"""Person names of north-coast Java: single Su- names, Arabic names, modern compounds.

The tables are our own; patterns follow the field report 7.1 (inference, 2026-11-21): no surname,
single names common among the old, two and more words among the young (Permendagri 73/2022 asks for
two from 2022 on).
"""

import numpy as np
import numpy.typing as npt

from hub.simulator.plan import words

IntArray = npt.NDArray[np.int64]

_ROOTS = (
    "SU GI|SU PAR|SU MAR|SU TRI|SU WAR|SU KAR|SU NAR|SU HAR|SU DAR|SU YA|SU RA|SU JA|SU DI|SU KI|SU PRI|"
    "SU TAR|SU ROS|SU TIK|SU LAS|SU MI|SU NI|SU GENG|SU KIR|SU LIS|SU WI|SU PE|SU TE|SU WAN|SU JAR|SU TOP|"
    "KAS|KAR|MAR|NGAT|PAI|PAR|PON|RA|RUS|SAI|SAK|SAM|SAR|TAR|TU|WA|WAR|YA|LAS|LEG|JA|JAS|DAR|DUL|GI|KA|MUL|MU|ROH|TA"
)
ROOTS = tuple(root.replace(" ", "") for root in _ROOTS.split("|"))
OLD_MALE_ENDS = (
    "MAN",
    "TO",
    "YONO",
    "NO",
    "DI",
    "JO",
    "MIN",
    "YADI",
    "SONO",
    "WI",
    "SAN",
    "SIDI",
    "RI",
    "KUN",
)
OLD_FEMALE_ENDS = (
    "TI",
    "YATI",
    "INAH",
    "INEM",
    "IYEM",
    "NI",
    "SIH",
    "WATI",
    "ATUN",
    "IAH",
    "SINI",
    "TINI",
    "MI",
)

MALE_FRONT = words(
    "MUHAMMAD|AHMAD|ABDUL|MOHAMMAD|NUR|MUH|MOH|ALI|KHOIRUL|SAIFUL|MISBAHUL|MIFTAHUL|SYAIFUL|ZAENAL|ZAINAL|"
    "JAMAL|SHOLIKHUL|FAKHRUL|KHUSNUL|SAMSUL|BAHRUL|AINUL|MAS|AGUS|EKO|DWI|TRI|BUDI|ANDI|DEDI|HENDRA|RUDI|"
    "JOKO|BAMBANG|WAHYU|YOGA|BAYU|ARIF|DIMAS|RIZKI|FAJAR|ILHAM|REZA|BAGUS|GALIH|ADITYA|RAFI|DENI|FERI|IRFAN"
)
MALE_BACK = words(
    "ROHMAN|ROHIM|ANAM|HUDA|MUNIR|WAHID|ROZAK|GHOFUR|AZIZ|KARIM|HAKIM|LATIF|MAJID|SALAM|SHOMAD|JALIL|BASIR|"
    "FATAH|HADI|HAMID|MUBAROK|MUSTOFA|RIDWAN|FAUZI|SYAFII|ANWAR|HASAN|MAHMUD|YUSUF|IBRAHIM|ISMAIL|SULAIMAN|"
    "SETIAWAN|PRASETYO|NUGROHO|SAPUTRA|SANTOSO|WIBOWO|KURNIAWAN|HIDAYAT|PRATAMA|RAMADHAN|FIRMANSYAH|UTOMO|"
    "SUSANTO|HARTONO|WIDODO|PURNOMO|HERMAWAN|ARDIANSYAH|MAULANA|ALFARIZI|KHOIRON|MUTTAQIN|ARIFIN|EFENDI|"
    "FIRDAUS|ROSYID|MUZAKKI|AFANDI|SHOLEH|ASHARI|ZAKARIA|FADHIL|FAHMI|HANAFI|IQBAL|LUTFI|NAUFAL|WICAKSONO"
)
FEMALE_FRONT = words(
    "SITI|NUR|SRI|DEWI|DWI|TRI|EKA|UMI|LAILATUL|KHUSNUL|MIFTAKHUL|NAILA|PUTRI|ANISA|AYU|RINA|WIWIK|ENDANG|"
    "YULI|TITIK|RETNO|INDAH|IKA|FITRI|LILIS|NOVI|DIAN|MAYA|RATNA|WULAN|INTAN|ZAHRA|AISYAH|FATIMAH|KHOIRUN|"
    "ROUDLOTUL|ULIL|NURUL|AINUN|DINA|EVI|MELA|SHOFIA|SALSABILA|NABILA|KEYSA|ALYA|FARAH|HANA|AULIA"
)
FEMALE_BACK = words(
    "AMINAH|ROHMAH|KHOTIJAH|MUNAWAROH|ZULAIKAH|AISAH|FATIMAH|MARYAM|ROFIAH|SHOLIKAH|MUSTAFIDAH|ROHMAWATI|"
    "HIDAYAH|JANNAH|UMAYAH|HASANAH|MASLIKAH|NASIKAH|ASIYAH|ZUMROTUN|KHASANAH|FAIZAH|ISTIQOMAH|MUSLIMAH|"
    "WAHYUNI|LESTARI|RAHAYU|NINGSIH|SUSANTI|HANDAYANI|PUSPITASARI|WULANDARI|ANGGRAINI|MAHARANI|PERMATASARI|"
    "SARI|UTAMI|ASTUTI|SETYOWATI|KURNIAWATI|FITRIYANI|NOVITASARI|OKTAVIANI|SAFITRI|KUMALASARI|AZIZAH|"
    "MAGHFIROH|NADHIROH|RAHMAWATI|ULFAH|WARDANI|YULIANTI|ZAHRO|KAMILA|AZZAHRA|RAMADHANI|LATIFAH|MUFIDAH|ALMIRA"
)
TWIN_NAMES = (
    ("HASAN", "HUSEIN"),
    ("RAMA", "SINTA"),
    ("NAKULA", "SADEWA"),
    ("RIZKA", "RIZKI"),
    ("DINA", "DINI"),
    ("RENI", "RINI"),
    ("ANDRA", "INDRA"),
    ("FAHRI", "FAHRU"),
)


def draw_names(random: np.random.Generator, sex: IntArray, birth_year: IntArray) -> list[str]:
    """Full names for persons by sex (1 male, 2 female) and year of birth.

    Common words are drawn far more often than rare ones, so that namesakes happen as in a village.
    """
    count = len(sex)
    single = random.random(count) < np.clip(0.72 - (birth_year - 1950) * 0.012, 0.01, 0.75)
    third = random.random(count) < np.clip((birth_year - 1985) * 0.014, 0.02, 0.5)
    draws = random.random((4, count))
    root = (draws[0] ** 1.6 * len(ROOTS)).astype(np.int64).tolist()
    found: list[str] = []
    columns = zip(sex.tolist(), single.tolist(), third.tolist(), root, *draws[1:].tolist(), strict=True)
    for person_sex, is_single, has_third, stem, one, two, three in columns:
        if is_single:
            ends = OLD_MALE_ENDS if person_sex == 1 else OLD_FEMALE_ENDS
            found.append(ROOTS[stem] + ends[int(one * len(ends))])
            continue
        front, back = (MALE_FRONT, MALE_BACK) if person_sex == 1 else (FEMALE_FRONT, FEMALE_BACK)
        name = f"{front[int(one**1.9 * len(front))]} {back[int(two**1.3 * len(back))]}"
        if has_third:
            name = f"{name} {back[int(three * len(back))]}"
        found.append(name)
    return found
