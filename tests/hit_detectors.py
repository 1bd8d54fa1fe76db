"""One detector for each form of output: what a hostile text did there that it must not do.

Each returns the hits as sentences; none means that the text stayed text. Pages and documents are
compared with the same ones of a harmless desk: hostile text may change words, never the shape.
"""

from __future__ import annotations

import csv
import email
import email.header
import email.utils
import io
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import policy

import openpyxl
import pypdf
from lxml import etree
from lxml import html as parser

_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_FORMULA = re.compile(r"^[\s\x00\ufeff\u200b\"]*[=+\-@＝＋－＠]")

# What our own templates mark inside a text, by the text.
_INLINE = frozenset({"wbr", "ins", "del", "span", "mark", "bdi", "br"})
# How a value is offered for typing depends on whether it can be typed.
_OF_AMENDING = frozenset({"p", "label", "input", "textarea", "code", "summary"})
# Attributes whose value is a text for people and nothing else.
_WORDS = frozenset({"alt", "title", "aria-label", "value", "placeholder", "aria-description"})
_FORBIDDEN = frozenset(
    {
        "iframe", "object", "embed", "base", "math", "video", "audio", "source", "use", "mi",
        "image", "foreignobject", "animate", "template", "noscript", "plaintext", "marquee",
        "frame", "frameset", "applet", "portal",
    }
)  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}|")


def hidden(text: str, allowed: str = "\n") -> list[str]:
    """The characters of a text that a screen would obey or not show."""
    found = {c for c in text if unicodedata.category(c) in _NOT_SHOWN and c not in allowed}
    return [f"the character U+{ord(char):04X} is written raw" for char in sorted(found)]


def terminal_hits(text: str) -> list[str]:
    """What of a command's words would steer the terminal, hide, or turn round."""
    return hidden(text)


@dataclass(frozen=True)
class Shape:
    """What a page is made of, whatever its texts say.

    Attributes:
        elements: how often an element with these attributes stands below which element.
        values: of attributes that are not for people, their digits and digests left out.
        styles: the text of the style elements and scripts.
    """

    elements: Counter[tuple[str, str, tuple[str, ...]]]
    values: frozenset[tuple[str, str, str]]
    styles: tuple[str, ...]


def shape_of(page: str) -> Shape:
    """Take a page apart as a browser does."""
    root = parser.document_fromstring(page)
    elements: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    values = set()
    for node in root.iter():
        tag = _tag(node)
        if tag not in _INLINE and not (tag in _OF_AMENDING and _is_in(node, "amend")):
            elements[_parent(node), tag, _names(node)] += 1
        for name, value in node.attrib.items():
            if name not in _WORDS:
                values.add((tag, name, _skeleton(value)))
    styles = tuple(node.text_content() for node in root.iter("style", "script"))
    return Shape(elements, frozenset(values), styles)


def _names(node: etree._Element) -> tuple[str, ...]:
    """The names of its attributes; a line says either what changes or what was found."""
    return (
        ("class",) if "change" in (node.get("class") or "").split() else tuple(sorted(node.attrib))
    )


def _is_in(node: etree._Element, name: str) -> bool:
    return any(name in (above.get("class") or "").split() for above in node.iterancestors())


def _tag(node: etree._Element) -> str:
    return node.tag if isinstance(node.tag, str) else str(getattr(node.tag, "__name__", node.tag))


def _parent(node: etree._Element) -> str:
    above = node.getparent()
    while above is not None and above.tag in _INLINE:
        above = above.getparent()
    return "" if above is None else _tag(above)


def _skeleton(value: str) -> str:
    """A value without what differs from desk to desk: digests, numbers, pictures."""
    value = re.sub(r"data:image/(jpeg|png|webp);base64,[A-Za-z0-9+/=]*", "data:image", value)
    value = re.sub(r"[A-Za-z0-9_-]{16,}", lambda found: _opaque(found.group()), value)
    return re.sub(r"[0-9]+", "0", value)


def _opaque(word: str) -> str:
    """Stands for a digest or a token; words of our own style sheets stay."""
    return "H" if re.search(r"[0-9]", word) else word


def page_hits(page: str, harmless: Shape) -> list[str]:
    """What of a page a hostile text has written that the template did not."""
    hits = hidden(page, allowed="\n")
    shape = shape_of(page)
    for (above, tag, names), number in sorted((shape.elements - harmless.elements).items()):
        hits.append(f"{number} more <{tag} {' '.join(names)}> in <{above}>")
    for (above, tag, names), number in sorted((harmless.elements - shape.elements).items()):
        hits.append(f"{number} fewer <{tag} {' '.join(names)}> in <{above}>")
    for tag, name, value in sorted(shape.values - harmless.values):
        if name != "lang" or not _LANGUAGE.fullmatch(value):
            hits.append(f"<{tag} {name}={value!r}>")
    if shape.styles != harmless.styles:
        hits.append("the style or a script of the page is another")
    return [*hits, *active(page)]


def active(page: str) -> Iterator[str]:
    """What no page of ours has, even where the harmless one should have it, too."""
    for node in parser.document_fromstring(page).iter():
        tag = _tag(node)
        if tag in _FORBIDDEN or "Comment" in tag or "Instruction" in tag:
            yield f"a <{tag}>"
        for name, value in node.attrib.items():
            if name.lower().startswith("on") or name in {"srcdoc", "formaction", "ping"}:
                yield f"the attribute {name}"
            said = re.sub(r"[\x00-\x20]", "", value).lower()
            if name not in _WORDS and said.startswith(("javascript:", "vbscript:", "data:text")):
                yield f"the address {value!r}"
            if name in {"href", "src", "action", "data", "srcset"} and "evil.example" in said:
                yield f"the foreign address {value!r}"


def csv_hits(text: str, rows: int | None = None) -> list[str]:
    """Which cells a spreadsheet would take for a formula, whatever it splits at."""
    hits = hidden(text, allowed="\r\n\ufeff")
    text = text.removeprefix("\ufeff")
    for delimiter in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            hits += [f"the cell {one[:60]!r}" for one in row if is_formula(one)]
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if len({len(row) for row in found}) > 1:
        hits.append("rows of different lengths")
    if rows is not None and len(found) != rows:
        hits.append(f"{len(found)} rows instead of {rows}")
    return hits


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula when it opens a text."""
    return bool(_FORMULA.search(cell))


def workbook_hits(data: bytes, harmless: bytes) -> list[str]:
    """What of a workbook is more than text, numbers, dates and our own links."""
    hits = []
    parts, expected = _parts(data), _parts(harmless)
    hits += [f"the part {name}" for name in sorted(parts.keys() - expected.keys())]
    foreign = _targets(parts) - _targets(expected)
    hits += [f"a link to {target}" for target in sorted(foreign)]
    for name, content in parts.items():
        if name.endswith(".xml") and b"<!DOCTYPE" in content:
            hits.append(f"a document type in {name}")
    book = openpyxl.load_workbook(io.BytesIO(data))
    plain = openpyxl.load_workbook(io.BytesIO(harmless))
    if book.sheetnames != plain.sheetnames:
        hits.append(f"sheets called {book.sheetnames}")
    for sheet in book:
        for row in sheet.iter_rows():
            hits += [hit for one in row for hit in _cell_hits(one)]
    own = {_formula_shape(one) for one in _formulas(plain)}
    hits += [f"the formula {one}" for one in _formulas(book) if _formula_shape(one) not in own]
    return hits


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _targets(parts: dict[str, bytes]) -> set[str]:
    return {
        one.get("Target", "")
        for name, content in parts.items()
        if name.endswith(".rels")
        for one in etree.fromstring(content)
        if one.get("TargetMode") == "External"
    }


def _cell_hits(cell: openpyxl.cell.Cell) -> Iterator[str]:
    if cell.data_type == "e":
        yield f"{cell.coordinate} holds an error"
    if isinstance(cell.value, str) and cell.data_type == "s":
        yield from (f"{cell.coordinate}: {hit}" for hit in hidden(cell.value))


def _formulas(book: openpyxl.Workbook) -> list[str]:
    return [
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def _formula_shape(formula: str) -> str:
    return re.sub(r"[0-9]+", "0", formula)


def json_hits(text: str, harmless: str) -> list[str]:
    """Whether a document has another shape than the harmless one, or steers a terminal."""
    hits = hidden(text)
    try:
        document = json.loads(text, parse_constant=_no_number)
    except ValueError as error:
        return [*hits, f"it is no JSON: {error}"]
    text.encode("utf-8")
    shape, plain = Counter(_keys(document)), Counter(_keys(json.loads(harmless)))
    hits += [f"{number} more {where}" for where, number in sorted((shape - plain).items())]
    hits += [f"{number} fewer {where}" for where, number in sorted((plain - shape).items())]
    return hits


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _keys(value: object, where: str = "$") -> Iterator[str]:
    """Every place of a document by its keys, with the type of what stands there."""
    if isinstance(value, dict):
        yield where + "{}"
        for key, below in value.items():
            yield from _keys(below, f"{where}.{_skeleton(key)}")
    elif isinstance(value, list):
        for below in value:
            yield from _keys(below, where + "[]")
    else:
        yield f"{where}: {type(value).__name__}"


def sarif_hits(text: str, harmless: str) -> list[str]:
    """As JSON; and no message has a link or a place to fill, no address leads elsewhere."""
    hits = json_hits(text, harmless)
    if any("no JSON" in hit for hit in hits):
        return hits
    for key, value in _strings(json.loads(text)):
        if (key == "uri" and not re.fullmatch(r"(?:file:///|https://)?[!#-;=?-Z_a-z~%&'()*+,\[\]]*", value)) or (key == "uri" and re.match(r"(?i)(javascript|data|vbscript):|//", value)):  # fmt: skip
            hits.append(f"the address {value[:60]!r}")
        # SARIF 2.1.0, sections 3.11.5 and 3.11.6.
        if key == "(message)" and re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", value):
            hits.append(f"a link in the message {value[:60]!r}")
        if key == "(message)" and re.search(
            r"\{[0-9]+\}", value.replace("{{", "").replace("}}", "")
        ):
            hits.append(f"a place to fill in the message {value[:60]!r}")
    return hits


def _strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, below in value.items():
            # A text is a message but where it is a file's content or a bag of properties.
            is_message = name == "text" and key not in {"properties", "insertedContent", "snippet"}
            yield from _strings(below, "(message)" if is_message else name)
    elif isinstance(value, list):
        for below in value:
            yield from _strings(below, key)
    elif isinstance(value, str):
        yield key, value


def letter_hits(data: bytes, harmless: bytes) -> list[str]:
    """What of a letter's head or parts a hostile text has written."""
    letter, plain = (email.message_from_bytes(one, policy=policy.compat32) for one in (data, harmless))  # fmt: skip
    hits = []
    if [name.lower() for name in letter.keys()] != [name.lower() for name in plain.keys()]:  # noqa: SIM118 - a head may stand twice
        hits.append(f"the head {list(letter.keys())}")
    if any(line and max(line) > 126 for line in data.partition(b"\r\n\r\n")[0].splitlines()):
        hits.append("the head holds other than ASCII")
    for name, value in letter.items():
        said = str(email.header.make_header(email.header.decode_header(str(value))))
        hits += [f"{name}: {hit}" for hit in hidden(said.replace("\r\n", "\n"))]
        if name.lower() in {"to", "from", "cc", "bcc", "reply-to"}:
            number = len(email.utils.getaddresses([str(value)]))
            if number > 1:
                hits.append(f"{name} has {number} addresses")
    kinds = [[part.get_content_type() for part in one.walk()] for one in (letter, plain)]
    if kinds[0] != kinds[1]:
        hits.append(f"the parts {kinds[0]}")
    for part in letter.walk():
        if part.get_content_maintype() == "text":
            body = (part.get_payload(decode=True) or b"").decode("utf-8", "surrogateescape")
            hits += hidden(body.replace("\r\n", "\n"))
    return hits


def pdf_hits(data: bytes, harmless: bytes) -> list[str]:
    """What of a PDF acts, leads away or hides."""
    hits = []
    names = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AA",
             b"/SubmitForm", b"/ImportData", b"/RichMedia")  # fmt: skip
    found, expected = (pypdf.PdfReader(io.BytesIO(one)) for one in (data, harmless))
    acts = {key for one in _objects(found) for key in one if key.encode() in names}
    hits += [f"the entry {key}" for key in sorted(acts)]
    hits += [f"a link to {one}" for one in sorted(_links(found) - _links(expected))]
    for page in found.pages:
        hits += hidden(page.extract_text())
    for key, value in (found.metadata or {}).items():
        hits += [f"{key}: {hit}" for hit in hidden(str(value))]
    return hits


def _objects(reader: pypdf.PdfReader) -> Iterator[dict[str, object]]:
    """Every dictionary that can be reached, however deep it is nested."""
    waiting: list[object] = [reader.trailer]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, pypdf.generic.IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, dict):
            yield one
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, list):
            waiting += list(one)


def _links(reader: pypdf.PdfReader) -> set[str]:
    return {
        str(one["/A"].get_object().get("/URI"))
        for page in reader.pages
        for one in (note.get_object() for note in page.get("/Annots", ()))
        if "/A" in one and "/URI" in one["/A"].get_object()
    }


def culprits(texts: tuple[str, ...], is_hit: Callable[[tuple[str, ...]], bool]) -> list[str]:
    """The texts that hit alone, found by halving; for the message of a test that failed."""
    if not is_hit(texts):
        return []
    if len(texts) == 1:
        return [ascii(texts[0])]
    middle = len(texts) // 2
    return [*culprits(texts[:middle], is_hit), *culprits(texts[middle:], is_hit)]
