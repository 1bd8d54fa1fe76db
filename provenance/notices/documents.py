"""The carriers that hold no other: text, pages, text wires, wire items in JSON and XML."""

from __future__ import annotations

from collections.abc import Sequence

from provenance.errors import NoticeError
from provenance.grammars import Context
from provenance.model import Target
from provenance.notices import kinds, text
from provenance.notices.carrier import ParsedCarrier
from provenance.notices.kinds import Kind
from provenance.notices.wires import json_items, xml_items


def parse(
    name: str,
    data: bytes,
    *,
    context: Context | None = None,
    named: Sequence[Target] = (),
) -> ParsedCarrier:
    """The notices, captions and items of one file that is no mail.

    Args:
        name: the file, as shown to people.
        data: its bytes.
        context: of the message that it came with, if it came with one.
        named: targets of a text's notices that name no picture; wire items name their own.

    Raises:
        NoticeError: ``carrier-unknown`` for what is no carrier of notices; else what its
            reader refuses.
    """
    told = kinds.foreign(data)
    if told is not None:
        what, remedy = told
        raise NoticeError(f"{name} is {what}.", code="carrier-unknown", remedy=remedy)
    found = kinds.kind(name, data)
    if found is Kind.JSON:
        return json_items.parse(name, data)
    if found is Kind.XML:
        return xml_items.parse(name, data)
    if found is Kind.WIRE:
        return text.parse_wire(name, data)
    if found is Kind.HTML:
        return text.parse_html(name, data, context=context, named=named)
    return text.parse(name, data, context=context, named=named)
