"""How tests read a page that the program made."""

from __future__ import annotations

from lxml import html as parser


def tree(page: str) -> parser.HtmlElement:
    return parser.document_fromstring(page)


def text_of(node: parser.HtmlElement) -> str:
    return " ".join(node.text_content().split())
