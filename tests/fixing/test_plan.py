"""A plan joins what belongs together, holds what does not, and always names a person."""

from __future__ import annotations

import pytest

from provenance.errors import StorageError
from provenance.fixing.plan import Mandate, build_plan, diff
from provenance.model import (
    AssetRef,
    Confidence,
    Container,
    Decision,
    Edit,
    Finding,
    Fixability,
    MetadataRecord,
    Property,
    Rule,
    Severity,
    Status,
    Unreadable,
    Verdict,
)

NOW = "2026-11-22T12:00:00Z"
URI = "/desk/a.jpg"


def edit(before="Aaref WATAD", after="Bakr ALKASEM", *, uri=URI, container=Container.XMP,
         locator="XMP dc:creator"):  # fmt: skip
    return Edit(uri, container, locator, Property.CREATOR_NAMES, before, after)


def finding(name, *edits, uri=URI, notice="afp-1"):
    return Finding(
        name, f"key-{name}", Rule.ERRONEOUS_CREDIT, Severity.ERROR, Confidence.STRONG,
        Fixability.SAFE, Status.OPEN, uri, "wrong credit", notice, (), tuple(edits),
    )  # fmt: skip


def record(uri=URI, *, sidecars=(), **fields):
    ref = AssetRef(
        uri, 10, "v", tuple(AssetRef(s, 5, "v", (), f"./{s[6:]}") for s in sidecars), f"./{uri[6:]}"
    )
    return MetadataRecord(ref, "image/jpeg", digest="ab" * 32, **fields)


def planned(*findings, records=None, mandate=None, digest=None):
    def unknown(uri):
        raise StorageError(f"{uri} is gone")

    return build_plan(
        findings,
        {URI: record()} if records is None else records,
        mandate or Mandate(notices={"afp-1": "anna", "afp-2": None}),
        digest or unknown,
        agent="ben",
        now=NOW,
    )


def test_findings_of_one_picture_become_one_item():
    iim = edit(container=Container.IIM, locator="IIM 2:80")
    plan = planned(finding("f1", edit()), finding("f2", iim, notice="afp-2"))
    (item,) = plan.items
    assert item.uri == URI
    assert item.path == "./a.jpg"
    assert item.edits == (edit(), iim)
    assert item.finding_ids == ("f1", "f2")
    assert item.notice_ids == ("afp-1", "afp-2")
    assert item.authority == "anna, ben"
    assert item.decisions == ()
    assert item.is_authorised
    assert item.files[0].expected_sha256 == "ab" * 32
    assert (plan.agent, plan.created, plan.held) == ("ben", NOW, ())


def test_finding_without_edits_is_no_part_of_a_plan():
    plan = planned(finding("f1"))
    assert (plan.items, plan.held) == ((), ())


def test_apart_corrections_of_one_caption_are_composed():
    base = "Road. (Photo by A / AFP) / notice"
    plan = planned(
        finding("f1", edit(base, "Road. (Photo by B / AFP) / notice")),
        finding("f2", edit(base, "Road. (Photo by A / AFP)")),
    )
    assert [one.after for one in plan.items[0].edits] == ["Road. (Photo by B / AFP)"]
    assert plan.items[0].finding_ids == ("f1", "f2")


def test_contradicting_finding_is_held_whole():
    other = edit("C", "D", locator="XMP photoshop:Credit")
    plan = planned(finding("f1", edit()), finding("f2", other, edit(after="Omar HAJ KADOUR")))
    assert plan.items[0].edits == (edit(),)
    assert plan.items[0].finding_ids == ("f1",)
    (held,) = plan.held
    assert (held.finding_id, held.path) == ("f2", "./a.jpg")
    assert "same words" in held.reason


@pytest.mark.parametrize(
    ("mandate", "notice"),
    [(Mandate(), "afp-1"), (Mandate(notices={"afp-1": "anna"}), None),
     (Mandate(notices={"afp-1": "anna"}), "afp-9")],
)  # fmt: skip
def test_nothing_without_authority(mandate, notice):
    plan = planned(finding("f1", edit(), notice=notice), mandate=mandate)
    assert plan.items == ()
    assert "authority" in plan.held[0].reason.lower()


@pytest.mark.parametrize("verdict", list(Verdict))
def test_named_decision_is_an_authority_only_where_it_says_apply(verdict):
    decision = Decision("key-f1", verdict, "carla", NOW, "seen the original")
    plan = planned(
        finding("f1", edit(), notice=None), mandate=Mandate(decisions={"key-f1": decision})
    )
    if verdict is Verdict.APPLY:
        (item,) = plan.items
        assert (item.authority, item.decisions, item.notice_ids) == ("carla", ("key-f1",), ())
        assert item.is_authorised
    else:
        assert plan.items == ()


def test_embedded_notice_is_answered_for_by_the_person_who_plans():
    plan = planned(finding("f1", edit(), notice="afp-2"))
    assert plan.items[0].authority == "ben"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "not in the registry"),
        (Unreadable(AssetRef(URI, 1, "v"), "x", "no JPEG"), "no JPEG"),
        (record(content_credentials="c2pa"), "Content Credentials"),
    ],
)
def test_picture_that_must_not_be_edited_is_held(found, words):
    plan = planned(finding("f1", edit()), records={} if found is None else {URI: found})
    assert plan.items == ()
    assert words in plan.held[0].reason


def test_sidecar_goes_with_its_picture():
    side = edit(uri="/desk/a.xmp", container=Container.SIDECAR)
    plan = planned(
        finding("f1", side, edit()),
        records={URI: record(sidecars=["/desk/a.xmp"])},
        digest=lambda uri: {"/desk/a.xmp": "cd" * 32}[uri],
    )
    (item,) = plan.items
    assert [file.uri for file in item.files] == [URI, "/desk/a.xmp"]
    assert item.files[1].expected_sha256 == "cd" * 32
    assert item.files[1].path == "./a.xmp"


def test_sidecar_that_cannot_be_read_holds_the_finding():
    side = edit(uri="/desk/a.xmp", container=Container.SIDECAR)
    plan = planned(finding("f1", side), records={URI: record(sidecars=["/desk/a.xmp"])})
    assert plan.items == ()
    assert "gone" in plan.held[0].reason


def test_file_of_nobody_is_never_edited():
    plan = planned(finding("f1", edit(uri="/etc/passwd")))
    assert plan.items == ()
    assert "/etc/passwd" in plan.held[0].reason


def test_pictures_that_share_an_edited_sidecar_become_one_item():
    one, two, side = "/desk/a.jpg", "/desk/a.tif", "/desk/a.xmp"
    shared = edit(uri=side, container=Container.SIDECAR)
    plan = planned(
        finding("f1", edit(uri=one), uri=one),
        finding("f2", edit(uri=two), uri=two),
        finding("f3", shared, uri=one),
        finding("f4", shared, uri=two),
        records={one: record(one, sidecars=[side]), two: record(two, sidecars=[side])},
        digest=lambda _: "cd" * 32,
    )
    (item,) = plan.items
    assert {file.uri for file in item.files} == {one, two, side}
    assert set(item.finding_ids) == {"f1", "f2", "f3", "f4"}
    assert sum(file.uri == side for file in item.files) == 1
    assert len([one for one in item.edits if one.uri == side]) == 1


def test_pictures_without_shared_edits_stay_apart():
    one, two = "/desk/a.jpg", "/desk/b.jpg"
    plan = planned(
        finding("f1", edit(uri=one), uri=one),
        finding("f2", edit(uri=two), uri=two),
        records={one: record(one), two: record(two)},
    )
    assert [item.uri for item in plan.items] == [one, two]


def test_diff_shows_each_value_of_each_container():
    iim = edit(container=Container.IIM, locator="IIM 2:80")
    removed = edit("C", None, locator="XMP photoshop:Credit")
    (shown,) = diff(planned(finding("f1", edit(), iim, removed)))
    assert shown.path == "./a.jpg"
    assert [(v.container, v.locator, v.before, v.after) for v in shown.values] == [
        (Container.IIM, "IIM 2:80", "Aaref WATAD", "Bakr ALKASEM"),
        (Container.XMP, "XMP dc:creator", "Aaref WATAD", "Bakr ALKASEM"),
        (Container.XMP, "XMP photoshop:Credit", "C", None),
    ]


def test_a_finding_that_sets_two_creators_sets_both():
    both = [edit("", "Bakr ALKASEM"), edit("", "Nora FELDT")]
    (item,) = planned(finding("a", *both)).items
    assert [one.after for one in item.edits] == ["Bakr ALKASEM", "Nora FELDT"]


def test_two_findings_that_set_the_same_are_one_and_others_contradict():
    both = [edit("", "Bakr ALKASEM"), edit("", "Nora FELDT")]
    (item,) = planned(finding("a", *both), finding("b", *both, notice="afp-2")).items
    assert [one.after for one in item.edits] == ["Bakr ALKASEM", "Nora FELDT"]
    assert item.finding_ids == ("a", "b")
    made = planned(finding("a", *both), finding("b", edit("", "Ana LIM"), notice="afp-2"))
    assert [one.finding_id for one in made.held] == ["b"]
    assert [one.after for one in made.items[0].edits] == ["Bakr ALKASEM", "Nora FELDT"]
