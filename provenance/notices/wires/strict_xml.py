"""XML read strictly: no DTD, no entity, no network; with limits, by the rules of XML 1.0.

The bytes are decoded here, once, and what is looked at for declarations is what is parsed:
no encoding can hide one. Files that carry a DTD are refused, also those of NewsML 1.2 and
NITF that name the standard's own: a DTD can change what the text says.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from lxml import etree

from provenance.errors import NoticeError
from provenance.wording import squeeze

_LARGEST = 10_000_000
_DEEPEST = 256
_MOST_MARKS = 500_000
_LONGEST_DECLARATION = 1024

# XML 1.0 (fifth edition), appendix F: byte order marks, then the first characters as they
# are in each width. The longer mark comes first: UTF-16's is the beginning of UTF-32's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", 3),
    (codecs.BOM_UTF32_LE, "utf-32-le", 4),
    (codecs.BOM_UTF32_BE, "utf-32-be", 4),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
    (b"<\x00\x00\x00", "utf-32-le", 0),
    (b"\x00\x00\x00<", "utf-32-be", 0),
    (b"<\x00", "utf-16-le", 0),
    (b"\x00<", "utf-16-be", 0),
)
_DECLARATION = re.compile(r"\s{0,64}<\?xml\s[^<>]{0,1000}?\?>")
_DECLARED = re.compile(r"""\sencoding\s{0,8}=\s{0,8}["']([A-Za-z][A-Za-z0-9._-]{0,40})["']""")
# The encodings of text that Python knows by these names; "utf_7", "punycode" and the like are
# not: one text could be written in many ways.
_CHARSET = re.compile(
    r"utf_8|utf_16|utf_32|ascii|iso8859_\d{1,2}|cp125\d|cp437|cp850|cp86\d|koi8_[rut]|mac_roman|"
    r"shift_jis|euc_j[px]\w{0,4}|euc_kr|cp932|cp949|gb2312|gbk|gb18030|big5|tis_620"
)
# Agencies declare these and send UTF-8.
_WESTERN = frozenset(["ascii", "iso8859_1", "iso8859_15", "cp1252"])
_OPENINGS = re.compile(r"<!--|<!\[CDATA\[|<\?|<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CLOSINGS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}

_BREAKS = frozenset(
    """address article aside blockquote block br caption dd div dl dt figcaption figure footer h1
    h2 h3 h4 h5 h6 header hl1 hl2 hr li line main nav note ol p pre section table td th title tr
    ul byttl byline hedline abstract body""".split()  # noqa: SIM905 - names, easier to read so
)
_TAG = re.compile(
    r"</?(p|br|div|h[1-6]|li|ul|ol|dl|dd|dt|td|th|tr|table|tbody|thead|section|header|footer|"
    r"article|blockquote|hr|pre|a|abbr|b|big|cite|code|em|font|i|img|q|s|small|span|strike|strong|"
    r"sub|sup|tt|u)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A well-formed XML file.

    Attributes:
        root: its first element, without comments and processing instructions.
        text: the file as decoded, for offsets.
    """

    root: etree._Element
    text: str


def read(name: str, data: bytes) -> Document:
    """The document of an XML file.

    Args:
        name: the file, for the errors.
        data: its bytes.

    Raises:
        NoticeError: it is too large, damaged or too deep, or holds a DTD or an entity.
    """
    if len(data) > _LARGEST:
        raise NoticeError(
            f"{name} has {len(data):,} bytes; XML of up to {_LARGEST:,} is read.",
            code="notice-too-large",
            remedy="Save the item that holds the notice as a file of its own.",
        )
    text = _decoded(name, data)
    _refuse_declarations(name, text)
    if text.count("<") + text.count("=") > _MOST_MARKS:
        raise NoticeError(
            f"{name} has more than {_MOST_MARKS:,} tags and attributes.",
            code="notice-too-large",
            remedy="Save the item that holds the notice as a file of its own.",
        )
    root = _parsed(name, text)
    if _depth(root) > _DEEPEST:
        raise _too_deep(name)
    return Document(root, text)


def _decoded(name: str, data: bytes) -> str:
    encoding, skip = "", 0
    for mark, found, length in _MARKS:
        if data.startswith(mark):
            encoding, skip = found, length
            break
    else:
        encoding = _declared(name, data)
    try:
        return data[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, skip + error.start) + 1
        raise NoticeError(
            f"{name}, line {line}: the bytes there are not {encoding.upper()},"
            " which the file says it is.",
            code="carrier-damaged",
            remedy="Get the file again from the agency, or save it in the encoding it declares.",
        ) from error


def _declared(name: str, data: bytes) -> str:
    head = data[:_LONGEST_DECLARATION].decode("latin-1")
    declaration = _DECLARATION.match(head)
    named = _DECLARED.search(declaration[0]) if declaration is not None else None
    if named is None:
        return "utf-8"
    try:
        label = codecs.lookup(named[1]).name.lower().replace("-", "_")
    except LookupError:
        label = ""
    if _CHARSET.fullmatch(label) is None:
        raise NoticeError(
            f"{name}, line 1: the encoding {named[1]!r} is not one of the encodings of text.",
            code="carrier-encoding",
            remedy="Save the file as UTF-8.",
        )
    # A declaration that can be read byte by byte is in no wide encoding: some programs
    # write the name of the one they hold in memory.
    wide = label.startswith(("utf_16", "utf_32"))
    return "utf-8" if wide or (label in _WESTERN and _is_utf8(data)) else label


def _is_utf8(data: bytes) -> bool:
    """Whether bytes beyond ASCII are UTF-8: as a Western encoding they would make no words."""
    try:
        return not data.isascii() and bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _refuse_declarations(name: str, text: str) -> None:
    """Refuse a document type or an entity declaration that stands as markup."""
    position = 0
    while (opening := _OPENINGS.search(text, position)) is not None:
        closing = _CLOSINGS.get(opening[0])
        if closing is None:
            line = text.count("\n", 0, opening.start()) + 1
            raise NoticeError(
                f"{name}, line {line}: it holds {opening[0].upper()}; files with a document type"
                " or entities are not read, because these can change what the text says.",
                code="carrier-doctype",
                remedy="Delete the declaration up to its closing '>' and take up the file again,"
                " or ask the agency for the item without a DTD.",
            )
        end = text.find(closing, opening.end())
        if end < 0:
            return  # Not well-formed: the parser says where.
        position = end + len(closing)


def _parsed(name: str, text: str) -> etree._Element:
    declaration = _DECLARATION.match(text)
    start = declaration.end() if declaration is not None else 0
    # The lines before it keep their number.
    body = "\n" * text.count("\n", 0, start) + text[start:]
    parser = etree.XMLParser(
        encoding="utf-8",
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(body.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error.msg or "").lower():
            raise _too_deep(name) from error
        raise NoticeError(
            f"{name}, line {error.lineno or 1}: this is not well-formed XML ({error.msg}).",
            code="carrier-damaged",
            remedy="Get the file again, whole, from the agency; or save the notice's words as a"
            " text file.",
        ) from error
    except (etree.LxmlError, ValueError) as error:
        raise NoticeError(
            f"{name}: this is not well-formed XML ({error}).",
            code="carrier-damaged",
            remedy="Get the file again, whole, from the agency.",
        ) from error


def _too_deep(name: str) -> NoticeError:
    return NoticeError(
        f"{name}: its elements are nested more than {_DEEPEST} deep.",
        code="carrier-too-deep",
        remedy="Save the notice's words as a text file.",
    )


def _depth(root: etree._Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    """An element's namespace; empty where it has none."""
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """The children with one of these local names that are in their parent's namespace."""
    if element is not None:
        space = namespace(element)
        for one in element:
            if local(one) in names and namespace(one) == space:
                yield one


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first such child, if any."""
    return next(children(element, name), None)


def words(element: etree._Element | None) -> str:
    """The words of an element and all in it, as one line; markup in them is taken out."""
    return flat(_spoken(element, " "))


def lines(element: etree._Element | None) -> str:
    """The words of an element, one line for each paragraph, heading or cell of a table.

    Text without any element in it keeps the lines that it was sent in.
    """
    plain = element is not None and not len(element)
    spoken = _spoken(element, "\n", "\n" if plain else " ")
    if _TAG.search(spoken) is not None:
        spoken = unescape(_TAG.sub(lambda tag: _joint(tag[1].lower(), "\n"), spoken))
    return "\n".join(line for one in spoken.split("\n") if (line := squeeze(one)))


def _spoken(element: etree._Element | None, joint: str, soft: str = " ") -> str:
    """The text of an element: ``joint`` for a break by markup, ``soft`` for the file's own."""
    if element is None:
        return ""
    pieces: list[str] = []
    for event, one in etree.iterwalk(element, events=("start", "end")):
        pieces.append(_joint(local(one), joint))
        if event == "start":
            pieces.append((one.text or "").replace("\n", soft))
        elif one is not element:
            pieces.append((one.tail or "").replace("\n", soft))
    return "".join(pieces)


def _joint(name: str, joint: str) -> str:
    return joint if name in _BREAKS else ""


def flat(text: str) -> str:
    """A text as one line. HTML that was carried as text (``&lt;p&gt;``) is taken out.

    Only HTML's own tags are: ``<desk@agency.example>`` stays.
    """
    if _TAG.search(text) is not None:
        text = unescape(_TAG.sub(lambda tag: _joint(tag[1].lower(), " "), text))
    return squeeze(text)
