"""The tables by which Indonesian names are brought to one spelling for matching.

Each rule is a pattern and a literal replacement, to be applied in order, everywhere in the text. The
patterns use no lookaround, no back-reference and no class whose meaning differs between engines, so that
`re` here and the Rust engine of the bulk path give the same key for the same text.
Source: field guide section 7.1 (2026-11-21); Permendagri 73/2022 on writing names.
"""

Rules = tuple[tuple[str, str], ...]

BLANKS = (
    "[ \\t\\r\\n\\x0b\\x0c\\u00a0\\u1680\\u2000-\\u200f\\u2028\\u2029\\u202f\\u205f\\u2060\\u3000\\ufeff]"
)
QUOTES = "['`\"\\u00b4\\u02bb\\u02bc\\u02bd\\u2018\\u2019\\u201a\\u201b\\u201c\\u201d\\u201e\\u2032\\u2033]"

#: To the display form, after upper-casing: blanks of every width become one space, quotes go.
DISPLAY_RULES: Rules = ((QUOTES, ""), (f"{BLANKS}+", " "))

ACCENTS: Rules = (
    ("[\\u00c0-\\u00c5\\u0100\\u0102]", "A"),
    ("[\\u00c8-\\u00cb\\u0112]", "E"),
    ("[\\u00cc-\\u00cf\\u012a]", "I"),
    ("[\\u00d2-\\u00d6\\u014c]", "O"),
    ("[\\u00d9-\\u00dc\\u016a]", "U"),
    ("\\u00c7", "C"),
    ("\\u00d1", "N"),
)

#: Between two names of one person: `SUTRISNO ALIAS TRISNO`, `SITI/ST. AMINAH`.
ALIAS_MARK = "/|@| ALIAS | ALS[.]? | A[.]K[.]A[.]? | AKA "

_DEGREES = (
    "S[.] ?PD(?:[.] ?I)?[.]?|SPD(?:I)?|S[.] ?(?:E|H|T|P|SI|SN|SS|IP|AG|KM|PT|TP|SOS|KOM|KED|KEP"
    "|FARM|PSI|HUT|IKOM|STP)(?:[.] ?I)?[.]?|SE|SH|SAG|SSOS|SKOM|SKM|SKEP|"
    "M[.] ?(?:M|H|T|A|P|SI|SC|PD|AG|KES|KOM|HUM|BA)(?:[.] ?I)?[.]?|MM|MH|MPD|MSI|MAG|MKES|"
    "A[.] ?MD(?:[.] ?(?:PD|KEB|KEP|KES))?[.]?|A[.] ?MA[.] ?PD[.]?|AMD(?:[. ]*(?:KEB|KEP|KES|PD))?[.]?"
    "|BA|BSC|NERS|APT"
)
_BEFORE_NAME = (
    "H|HJ|HAJI|HAJJAH|KH|K[.] ?H|DRS|DRA|DRG|DR|IR|PROF|R|RR|RADEN|RD|TN|TUAN|"
    "SDR|SDRI|BPK|BAPAK|UST|USTADZ|USTAD"
)

#: Titles and everything else that stands around the name. The text begins and ends with one space here.
_TITLES: Rules = (
    ("[(][^)]*[)]?", " "),
    (f"(?:{ALIAS_MARK}).*$", " "),
    (",.*$", " "),
    (f"(?: (?:{_DEGREES}))+ *$", " "),
    (f"^(?: ?(?:{_BEFORE_NAME})[. ])+ ?", " "),
    # A wife called by her husband's name keeps the mark: without it she would bear the husband's key.
    ("^ *(?:NY|NYONYA|ISTRI|IBU|BU)[. ]+", " NYONYA "),
    ("^ *(?:ST|SITTI)[. ]+", " SITI "),
    ("^ *M[. ]+", " MUHAMAD "),
    ("[^A-Z]+", " "),
)

#: Whole words. Every word has its own space on both sides here, so that two in a row are both seen.
_WORDS: Rules = (
    (" (?:BIN|BINTI|BINTE|BTE|ALM|ALMH|ALMARHUM|ALMARHUMAH) ", " "),
    (" (?:MUH|MOH|MUHD|MOHD|MHD|MUCH|MOCH|MUKH|MOKH) ", " MUHAMAD "),
    (" M(?:U|O|OE)(?:H|CH|KH)A(?:M|MM)[AE][DT] ", " MUHAMAD "),
    (" (?:ACH|AKH|AHM|ACHM) ", " AHMAD "),
    (" A(?:H|CH|KH)M[AE][DT] ", " AHMAD "),
    (" (?:ABD|ABDL|ABDOEL) ", " ABDUL "),
    (" ABDUR ", " ABDUL "),
    (" ABDURR?AH", " ABDUL  RAH"),
    (" ABDURR?O(?:H|CH|KH)", " ABDUL  RAH"),
    (" RO(?:H|CH|KH)MAN ", " RAHMAN "),
    (" RO(?:H|CH|KH)IM ", " RAHIM "),
    (" NOO?R ", " NUR "),
    (" (?:JUSUF|JUSUP|JOESOEF|JOESOEP) ", " YUSUP "),
    (" (?:JAHJA|YAHJA) ", " YAHYA "),
)

#: Sounds that are written in several ways, old orthography (before 1972) first.
_SOUNDS: Rules = (
    ("OE", "U"),
    ("Y ", "I "),
    ("DJ", "J"),
    ("TJ", "C"),
    ("[SC]J", "S"),
    ("NJ", "NY"),
    ("SY", "S"),
    ("DZ", "Z"),
    ("[KC]H", "H"),
    ("D[HL]", "D"),
    ("TH", "T"),
    ("TS", "S"),
    ("[FV]", "P"),
    ("PH", "P"),
    ("Q", "K"),
    ("X", "KS"),
    ("AE", "AI"),
    ("IE", "I"),
    ("IY", "I"),
    ("UW", "U"),
    ("H ", " "),
)

_DOUBLES: Rules = tuple((f"{letter}{letter}+", letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")

_ONE_SPACE_AROUND: Rules = (("^", " "), ("$", " "))
_SPACE_EACH: Rules = ((" +", "  "),)
_TIDY: Rules = ((" +", " "), ("^ ", ""), (" $", ""))

#: From the display form to the match key, in steps; where no rule of a step matches, none of the step changes anything.
KEY_STEPS: tuple[Rules, ...] = (
    ACCENTS, _ONE_SPACE_AROUND + _TITLES + _SPACE_EACH, _WORDS, _SOUNDS, _DOUBLES, _TIDY,
)  # fmt: skip
KEY_RULES: Rules = tuple(rule for step in KEY_STEPS for rule in step)
#: From the display form to the match key of a name of which KEY_RULES leave nothing (`HJ`, `SE`).
BARE_RULES: Rules = (*ACCENTS, ("[^A-Z]+", " "), *_TIDY)

#: Names so common, or so much a mark of birth order or sex, that sharing one proves nothing.
#: Written as match keys write them.
COMMON_TOKENS = frozenset(
    {
        "ABDUL", "ADE", "AHMAD", "ANAK", "ANDI", "AYU", "DEWI", "DWI", "EKA", "GEDE", "GUSTI", "IDA", "KADEK",
        "KETUT", "KOMANG", "MADE", "MAS", "MUHAMAD", "NI", "NUR", "NYOMAN", "NYONYA", "PUTRA", "PUTRI",
        "PUTU", "RADEN", "SITI", "SRI", "TRI", "UMI", "WAYAN",
    }
)  # fmt: skip
