"""AAP's template: kill or takedown."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from provenance.grammars import Context, Reading, find, read
from provenance.grammars.agencies import aap
from provenance.model import Duty, ItemClass, NoticeKind, Pubstatus, Replacement


def template(item: str = "image", replaced: str = "will be issued shortly") -> str:
    """The notice, filled in."""
    return (
        "Pursuant to your Information Supply Agreement with Australian Associated Press (AAP), AAP"
        f" requests that you remove the above {item} from any media you publish and access to the"
        f" {item} be immediately disabled including but not limited to those websites in either"
        " your direct or indirect possession, custody, or control. AAP has become aware that the"
        f" {item} may potentially expose AAP and those who publish the {item} to the risk of:\n"
        " - a claim in defamation.\n"
        f"This kill/takedown is mandatory, and no further use can be made of the {item}.\n"
        f"A replacement {item} {replaced}.\n"
        "AAP will not be liable for any losses suffered or incurred by you after receipt of this"
        " Notice."
    )


def _one(text: str) -> Reading:
    (found,) = find(text)
    return found


def test_a_filled_template() -> None:
    text = f"Boats lie in Perth.\n\nKill/Takedown notice\n\n{template()} Next caption."
    found = _one(text)
    assert (found.provider, found.kind, found.pubstatus) == (
        "AAP",
        NoticeKind.WITHDRAWAL,
        Pubstatus.CANCELED,
    )
    assert found.item_class is ItemClass.PICTURE
    assert found.replacement is Replacement.COMING
    assert (found.complete, found.unparsed) == (True, "")
    assert text[found.start : found.end] == f"Kill/Takedown notice\n\n{template()}"
    assert [one.asks for one in found.instructions] == [
        Duty.REMOVE_ONLINE,
        Duty.INFORM_THIRD_PARTIES,
        "replacement",
    ]
    assert found.instructions[0].words.startswith("Pursuant to your Information Supply")


@pytest.mark.parametrize(
    ("replaced", "expected"),
    [
        ("will be issued shortly", Replacement.COMING),
        ("will not be issued", Replacement.NONE),
        ("will be issued shortly/will not be issued", Replacement.UNKNOWN),
    ],
)
@pytest.mark.parametrize(
    ("item", "kind"), [("story", ItemClass.TEXT), ("photo", ItemClass.PICTURE)]
)
def test_replacement_and_item(
    item: str, kind: ItemClass, replaced: str, expected: Replacement
) -> None:
    found = _one(template(item, replaced))
    assert (found.replacement, found.item_class) == (expected, kind)


@pytest.mark.parametrize("space", ["\n", "  ", "\u00a0", "&nbsp;"])
def test_white_space_and_case(space: str) -> None:
    assert _one(template().replace(" ", space)).form == "aap.takedown"
    assert _one(template().upper()).provider == "AAP"


def test_an_unknown_reason_is_left_over() -> None:
    found = _one(template().replace("a claim in defamation", "something new"))
    assert found.unparsed == "something new"


def test_a_cut_notice_is_incomplete() -> None:
    cut = template()[: template().index("AAP will not be liable")]
    assert not _one(cut).complete


def test_the_real_templates(shared: Path) -> None:
    seen = []
    for name in ("superdesk_superdesk-core__d38a33db", "superdesk_superdesk-aap__8a9db615"):
        path = shared / "corpus/wires" / f"{name}_content_templates.json"
        body = json.loads(path.read_text("utf-8"))[0]["data"]["body_html"]
        for found in find(re.sub("<[^>]{0,80}>", "\n", body)):
            seen.append(found.provider)
            assert found.unparsed == "[insert relevant option/s from below]"
            assert (found.replacement, found.complete) == (Replacement.UNKNOWN, True)
    assert seen == ["AAP", "NZN", "AAP"]


def test_titles() -> None:
    found = _one("Kill/Takedown notice")
    assert (found.kind, found.complete, found.provider) == (NoticeKind.WITHDRAWAL, False, None)
    assert find("Takedown notice") == ()
    assert read("Takedown notice", Context("AAP")) == ()
    assert len(read("Takedown notice", Context("AAP", signalled=True))) == 1


@pytest.mark.parametrize(
    "words",
    [
        "He sent a kill/takedown notice to the paper.",
        "Pursuant to your Information Supply Agreement with AAP, invoices are due monthly.",
        "The takedown took place in Perth.",
    ],
)
def test_prose(words: str) -> None:
    assert find(words) == ()


@pytest.mark.parametrize(
    "unit",
    [
        "Kill/Takedown notice\n",
        "pursuant to your supply agreement with requests that you remove the above story ",
    ],
)
def test_a_megabyte_of_its_worst_case(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    start = time.process_time()
    list(aap.readings(text))
    assert time.process_time() - start < 1
