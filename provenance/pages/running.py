"""The running words of a page, between the borders of its blocks."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from lxml import etree

from provenance.pages.document import BLOCKS, DEEPEST, SILENT, Document, Element, local
from provenance.pages.mapped import BREAK


@dataclass(slots=True)
class Run:
    """Words between two borders of blocks.

    Attributes:
        owner: the block they stand in.
        number: of the last start tag before them, among the document's tokens.
        skip: how many characters, without white space, stand between it and them.
        words: as they stand there.
    """

    owner: Element
    number: int
    skip: int
    words: list[str] = field(default_factory=list)


def runs(document: Document, root: Element, claimed: Container[Element]) -> Iterator[Run]:
    """The words of a page, block by block.

    Args:
        document: the page.
        root: its root.
        claimed: elements whose words are captions already.
    """
    run: Run | None = None
    number, spent, silent, depth = -1, 0, 0, 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local(element)
        starts = event == "start"
        depth += 1 if starts else -1
        border = name in BLOCKS and name != "br"
        if border and run is not None:
            yield run
            run = None
        quiet = name in SILENT or element in claimed
        if starts:
            silent += quiet
            if (known := document.index(element)) >= 0:
                number, spent = known, 0
            said = element.text if isinstance(element.tag, str) else ""
            owner: Element | None = element
        else:
            silent -= quiet
            said, owner = element.tail, element.getparent()
        words = f"{BREAK}{said or ''}" if name == "br" and not starts else said or ""
        if name not in SILENT or not starts:
            spent_here = len("".join(words.replace(BREAK, "").split()))
        else:
            spent_here, words = 0, ""
        if words and not silent and owner is not None and depth < DEEPEST:
            if run is None:
                run = Run(_block(owner), number, spent)
            run.words.append(words)
        spent += spent_here
    if run is not None:
        yield run


def _block(element: Element) -> Element:
    while local(element) not in BLOCKS and (above := element.getparent()) is not None:
        element = above
    return element
