"""``distributed``, ``letters``, ``answered``: who has a picture, was told, and said what."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from provenance.cli.common import (
    INCOMPLETE,
    OK,
    Desk,
    Format,
    FormatOption,
    command,
    require_paths,
)
from provenance.errors import UsageError


class Listing(StrEnum):
    """How the ledger is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


NoticeId = Annotated[str, typer.Argument(metavar="NOTICE", help="Its id, or the beginning of it.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    command(app, "distributed")(distributed)
    command(app, "letters")(letters)
    command(app, "answered")(answered)


def distributed(
    desk: Desk,
    asset: Annotated[
        str | None,
        typer.Argument(metavar="ASSET", help="A path, digest, file name or agency's number."),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="NAME", help="The third party that got it.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="YYYY-MM-DD; by default today.")
    ] = None,
    contact: Annotated[
        str, typer.Option("--contact", metavar="MAIL", help="Its e-mail address, for letters.")
    ] = "",
    import_file: Annotated[
        str | None,
        typer.Option("--import", metavar="FILE", help="Take up a list: CSV, or JSON."),
    ] = None,
    root: Annotated[
        str, typer.Option("--root", metavar="DIR", help="Where paths in the list start.")
    ] = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what the list says; record nothing.")
    ] = False,
    output_format: Annotated[
        Listing, typer.Option("--format", "-f", help="table, json or csv.")
    ] = Listing.TABLE,
) -> int:
    """Record or list who received a picture.

    ASSET with --to records; ASSET alone lists who has that picture, --to NAME alone what that
    third party has, nothing at all the whole ledger.
    """
    if import_file is not None:
        if asset is not None or to is not None or on is not None or contact:
            raise UsageError(
                "--import takes pictures, names and days from the list.",
                remedy="Leave ASSET, --to, --on and --contact out.",
            )
        return _import(desk, import_file, root, output_format, preview=preview)
    if preview or root:
        raise UsageError("--preview and --root belong to --import.", remedy="Give --import FILE.")
    if asset is not None and to is not None:
        return _record(desk, asset, (to, on, contact), output_format)
    if on is not None or contact:
        raise UsageError(
            "--on and --contact tell of one delivery.", remedy="Give ASSET and --to NAME, too."
        )
    return _list(desk, asset, to, output_format)


def _record(
    desk: Desk, asset: str, told: tuple[str, str | None, str], output_format: Listing
) -> int:
    from provenance.cli import corresponded  # noqa: PLC0415 - start-up stays quick
    from provenance.pipeline.parties import delivering, names  # noqa: PLC0415

    require_paths([asset])
    name, on, contact = told
    with desk.session(create=False) as session:
        today = session.policy.today
        given = delivering.checked(name, on or today, contact, today)
        made = delivering.deliver(session, asset, given)
        delivery = made.delivery
        with session.registry.read() as tx:
            known = names.spellings(tx, delivery.recipient)
    if output_format is Listing.TABLE:
        also = [one for one in known if one != delivery.recipient]
        corresponded.recorded(delivery, made.done, also)
    else:
        corresponded.ledger([delivery], output_format.value, color=desk.color)
    corresponded.say_opened(made.opened_again, color=desk.color)
    return OK


def _list(desk: Desk, asset: str | None, to: str | None, output_format: Listing) -> int:
    from provenance import registry  # noqa: PLC0415
    from provenance.cli import corresponded  # noqa: PLC0415
    from provenance.pipeline.parties import delivering, names  # noqa: PLC0415

    kind = output_format.value
    with desk.session(create=False) as session:
        if asset is not None:
            require_paths([asset])
            found = delivering.given_out(session, asset)
            corresponded.ledger(found, kind, color=desk.color)
            return OK
        name = None if to is None else names.recipient_name(to)
        with session.registry.read() as tx:
            known = None if name is None else names.spellings(tx, name)
            corresponded.ledger(registry.iter_deliveries(tx, known), kind, color=desk.color)
    return OK


def _import(desk: Desk, path: str, root: str, output_format: Listing, *, preview: bool) -> int:
    from provenance.cli import corresponded  # noqa: PLC0415
    from provenance.pipeline.parties.delivery_import import import_deliveries  # noqa: PLC0415

    require_paths([path])
    if output_format is Listing.CSV:
        raise UsageError("An import is told as table or json.", remedy="Give another --format.")
    with desk.session(create=False) as session:
        done = import_deliveries(session, path, root, preview=preview)
    corresponded.imported(
        done, as_json=output_format is Listing.JSON, color=desk.color, preview=preview
    )
    corresponded.say_opened(done.opened_again, color=desk.color)
    return INCOMPLETE if done.bad else OK


Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Write the letters that are due.")
]
Reminders = Annotated[
    bool, typer.Option("--reminders", help="To those who were told and say nothing.")
]
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", metavar="LANG", help="en, de, es or fr; repeatable."),
]
DeskName = Annotated[
    str, typer.Option("--desk", metavar="NAME", help="Who writes, as third parties know you.")
]
Sender = Annotated[str, typer.Option("--from", metavar="MAIL", help="Your desk's e-mail address.")]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="By when you ask for it.")
]
SentTo = Annotated[
    list[str] | None,
    typer.Option("--sent", metavar="NAME", help="You sent the letter to NAME; repeatable."),
]
SentAll = Annotated[
    bool, typer.Option("--sent-all", help="You sent every letter that was written.")
]

SentOn = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="The day you sent them; by default today."),
]


def letters(
    desk: Desk,
    notice_id: NoticeId,
    out: Out = None,
    reminders: Reminders = False,
    language: Languages = None,
    desk_name: DeskName = "",
    sender: Sender = "",
    until: Until = None,
    sent: SentTo = None,
    sent_all: SentAll = False,
    on: SentOn = None,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Show, write or mark as sent the letters to third parties. Nothing is sent from here.

    NOTICE alone shows who has copies of its picture, was told, and said what.
    """
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import corresponded  # noqa: PLC0415
    from provenance.pipeline.parties import corresponding, lettering  # noqa: PLC0415

    says_sent = bool(sent) or sent_all
    if says_sent and out is not None:
        raise UsageError("Write letters first, then send them, then say so.", remedy="Leave --out.")
    if on is not None and not says_sent:
        raise UsageError(
            "--on is the day on which letters were sent.", remedy="Give --sent NAME or --sent-all."
        )
    manner = lettering.Manner(
        languages=tuple(one.casefold() for one in language or ()),
        desk=desk_name or desk.config.text("letters.desk"),
        sender=sender or desk.config.text("letters.from"),
        due=pipeline.last_day(until),
        reminders=reminders,
    )
    with desk.session(create=False) as session:
        if says_sent:
            done = corresponding.say_sent(session, notice_id, sent or (), every=sent_all, on=on)
        elif out is not None:
            require_paths([str(out)])
            done = lettering.write_letters(session, notice_id, out, manner)
        else:
            done = corresponding.correspondence(session, notice_id)
    as_json = output_format is Format.JSON
    corresponded.show(done, as_json=as_json, color=desk.color, reminders=reminders)
    return OK


def answered(
    desk: Desk,
    notice_id: NoticeId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The third party.")],
    complied: Annotated[bool, typer.Option("--complied", help="It did what was asked.")] = False,
    refused: Annotated[bool, typer.Option("--refused", help="It will not.")] = False,
    not_held: Annotated[
        bool, typer.Option("--not-held", help="It does not have the picture.")
    ] = False,
    other: Annotated[bool, typer.Option("--other", help="Anything else: give --words.")] = False,
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="FILE|URL", help="The answer itself.")
    ] = "",
    words: Annotated[str, typer.Option("--words", metavar="TEXT", help="What it said.")] = "",
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Record what a third party answered."""
    from provenance.cli import corresponded  # noqa: PLC0415
    from provenance.model import AnswerKind  # noqa: PLC0415
    from provenance.pipeline.parties import corresponding  # noqa: PLC0415

    given = {
        AnswerKind.COMPLIED: complied,
        AnswerKind.REFUSED: refused,
        AnswerKind.NOT_HELD: not_held,
        AnswerKind.OTHER: other,
    }
    kinds = [kind for kind, chosen in given.items() if chosen]
    if len(kinds) != 1:
        raise UsageError(
            "Say what the answer comes to.",
            remedy="Give one of --complied, --refused, --not-held and --other.",
        )
    with desk.session(create=False) as session:
        reply = corresponding.Reply(kinds[0], words, evidence)
        done = corresponding.take_answer(session, notice_id, name, reply)
    corresponded.show(done, as_json=output_format is Format.JSON, color=desk.color)
    return OK
