"""The words of an HTML body, read with limits and without any network access."""

from __future__ import annotations

from lxml import etree

from provenance.errors import NoticeError

_LARGEST = 4_000_000
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset({"script", "style", "head", "template", "noscript", "object"})


def words(markup: str, name: str) -> str:
    """The visible words, one line for each block.

    Args:
        markup: an HTML document or fragment.
        name: the file, for the error.

    Raises:
        NoticeError: the markup is too large or cannot be read.
    """
    if len(markup) > _LARGEST:
        raise NoticeError(
            f"{name}: the HTML text has {len(markup):,} characters; {_LARGEST:,} are read.",
            code="notice-too-large",
            remedy="Save the notice itself as a text file.",
        )
    parser = etree.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise NoticeError(
            f"{name}: the HTML text cannot be read ({error}).",
            remedy="Save the notice itself as a text file.",
        ) from error
    return "" if root is None else _spoken(root)


def _spoken(root: etree._Element) -> str:
    pieces: list[str] = []
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            pieces.append("\n" if tag in _BLOCKS else "")
            pieces.append((element.text or "") if not silent else "")
        else:
            silent -= tag in _SILENT
            pieces.append("\n" if tag in _BLOCKS and tag != "br" else "")
            pieces.append((element.tail or "") if not silent else "")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
