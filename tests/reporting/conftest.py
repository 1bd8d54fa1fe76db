"""An invented week on a picture desk, as values: what the reporting tests draw."""

from __future__ import annotations

from dataclasses import replace

import pytest
from family_material import STANDING, unclean
from making import dress, exif_block, iim_block, photoshop_block, xmp_packet
from painted_material import picture

from provenance.errors import StorageError
from provenance.model import (
    AssetRef,
    Authority,
    Confidence,
    Container,
    Correction,
    Decision,
    Duty,
    Edit,
    Evidence,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    NoticeKind,
    Occurrence,
    Property,
    PropertyValue,
    Pubstatus,
    Replacement,
    Rule,
    Severity,
    Status,
    Target,
    TargetKind,
    Unreadable,
    Verdict,
)
from provenance.reporting.report import (
    ComplianceReport,
    Facts,
    FileProblem,
    FixDone,
    LogState,
    Stamp,
    build,
)
from provenance.reporting.thumbnails import PictureThumbnails, drawn

ROOT = "/pictures/"
WRONG, RIGHT = "Aaref WATAD", "Bakr ALKASEM"
CAPTION = (
    "Anti-government fighters drive down a road in Maaret al-Numan in Syria's northwestern Idlib "
    "province on November 30, 2024. (Photo by {name} / AFP)"
)
NOTICE_TEXT = (
    "The erroneous mention[s] appearing in the metadata of this photo by Aaref WATAD has been "
    "modified in AFP systems in the following manner: [Bakr ALKASEM] instead of [Aaref WATAD]. "
    "Please immediately remove the erroneous mention[s] from all your online services and delete "
    "it (them) from your servers. If you have been authorized by AFP to distribute it (them) to "
    "third parties, please ensure that the same actions are carried out by them. Failure to "
    "promptly comply with these instructions will entail liability on your part for any continued "
    "or post notification usage. Therefore we thank you very much for all your attention and "
    "prompt action. We are sorry for the inconvenience this notification may cause and remain at "
    "your disposal for any further information you may require."
)
LEAKED = CAPTION.format(name=RIGHT) + " / “" + NOTICE_TEXT + "”"

CORRECTION = Notice(
    notice_id="afp-5d2f0a91c3b7e864",
    provider="AFP",
    kind=NoticeKind.CORRECTION,
    pubstatus=Pubstatus.USABLE,
    text=NOTICE_TEXT,
    byline=WRONG,
    corrections=(Correction(Property.CREATOR_NAMES, WRONG, RIGHT),),
    targets=(Target(TargetKind.IDENTIFIER, "000_36NV2QL"),),
    duties=tuple(Duty),
    occurrences=(Occurrence("notices/afp-correction.eml", 12, 12 + len(NOTICE_TEXT)),),
    received="2024-12-01T06:14:00+00:00",
    received_by="anna.editor",
    authority=Authority.BROUGHT,
    source_digest="7" * 64,
)
KILL = Notice(
    notice_id="afp-91ce004b7a3f2d55",
    provider="AFP",
    kind=NoticeKind.WITHDRAWAL,
    pubstatus=Pubstatus.CANCELED,
    text="MANDATORY KILL\nPHOTO NUMBER 000_36MX7PD BY Lina HADDAD HAS BEEN WITHDRAWN.",
    byline="Lina HADDAD",
    targets=(Target(TargetKind.IDENTIFIER, "000_36MX7PD"),),
    duties=(Duty.REMOVE_ONLINE, Duty.DELETE_SERVERS),
    replacement=Replacement.NONE,
    received="2024-12-02T15:40:00+03:00",
    received_by="anna.editor",
    authority=Authority.BROUGHT,
)
DESK = Notice(
    notice_id="desk-2b7c44d01e9f3a68",
    provider=None,
    kind=NoticeKind.CORRECTION,
    pubstatus=Pubstatus.USABLE,
    text="Byline of the harbour series corrected after a call from the photographer.",
    corrections=(Correction(Property.CREATOR_NAMES, "Jon Berg", "Jón Björgvinsson"),),
    received="2024-11-29T09:00:00+00:00",
    received_by="m.okafor",
    authority=Authority.IN_HOUSE,
)


def dressed(name: str, seed: int) -> bytes:
    """The picture with agency metadata in three containers."""
    text = CAPTION.format(name=name)
    return dress(
        picture(seed),
        exif=exif_block({"artist": name, "description": text}),
        xmp=xmp_packet({"dc:creator": [name], "dc:description": text}),
        photoshop=photoshop_block(iim_block({"byline": name, "caption": text})),
    )


def record(path: str, *, caption: str = CAPTION.format(name=WRONG), name: str = WRONG,
           scan: str | None = None) -> MetadataRecord:  # fmt: skip
    """A record as the reader gives it, for a file that is about ``caption`` by ``name``."""
    values = (
        PropertyValue(Property.CREATOR_NAMES, Container.EXIF, (name,), "EXIF IFD0:Artist"),
        PropertyValue(Property.CREATOR_NAMES, Container.IIM, (name,), "IIM 2:80"),
        PropertyValue(Property.CREATOR_NAMES, Container.XMP, (name,), "XMP dc:creator"),
        PropertyValue(Property.CREDIT_LINE, Container.IIM, ("AFP",), "IIM 2:110"),
        PropertyValue(Property.DESCRIPTION, Container.IIM, (caption,), "IIM 2:120"),
        PropertyValue(Property.DESCRIPTION, Container.XMP, (caption,), "XMP dc:description"),
    )
    ref = AssetRef(ROOT + path, 41_000, "1732960000000000000-77", path=path)
    return MetadataRecord(
        ref, "image/jpeg", digest="d" * 64, scan_digest=scan, image_digest="e" * 64, values=values
    )


def finding(number: int, rule: Rule, path: str, message: str, **fields: object) -> Finding:
    """A finding with the usual answers of its rule, unless ``fields`` says otherwise."""
    usual: dict[str, object] = {
        "severity": Severity.ERROR,
        "confidence": Confidence.STRONG,
        "fixability": Fixability.DISPLAY_ONLY,
        "status": Status.OPEN,
    }
    return Finding(
        finding_id=f"f{number:015x}", decision_key=f"d{number:015x}", rule=rule, uri=ROOT + path,
        message=message, **{**usual, **fields},  # type: ignore[arg-type]
    )  # fmt: skip


def credit_edits(path: str, wrong: str = WRONG, right: str = RIGHT) -> tuple[Edit, ...]:
    """The edits that correct creator and caption in three containers."""
    uri = ROOT + path
    places = (
        (Container.EXIF, "EXIF IFD0:Artist"), (Container.IIM, "IIM 2:80"),
        (Container.XMP, "XMP dc:creator"),
    )  # fmt: skip
    names = [Edit(uri, box, at, Property.CREATOR_NAMES, wrong, right) for box, at in places]
    before, after = CAPTION.format(name=wrong), CAPTION.format(name=right)
    texts = [
        Edit(uri, Container.IIM, "IIM 2:120", Property.DESCRIPTION, before, after),
        Edit(uri, Container.XMP, "XMP dc:description", Property.DESCRIPTION, before, after),
        Edit(uri + ".xmp", Container.SIDECAR, "XMP dc:creator", Property.CREATOR_NAMES, wrong,
             right),
    ]  # fmt: skip
    return (*names, *texts)


BY_IDENTIFIER = Evidence(
    "identifier", 5.0, "Carries the identifier 000_36NV2QL that the notice names."
)
BY_SCAN = Evidence(
    "scan-digest", 5.0,
    "Holds the same compressed picture data as a file proven to be the notice's picture.",
)  # fmt: skip
NAME_STANDS = Evidence("wrong-value", 1.0, "The wrong name stands in EXIF, IIM and XMP.")
MESSAGE = "AFP corrects this picture: Bakr ALKASEM, not Aaref WATAD."


def _credit_findings() -> list[Finding]:
    safe = {"notice_id": CORRECTION.notice_id, "fixability": Fixability.SAFE}
    main, copy, crop, done, near = (
        "desk/2024-11-30_syria/000_36NV2QL.jpg", "web/renditions/syria-road-lead.jpg",
        "web/renditions/syria-road-1200.jpg", "archive/2024/11/AFP_36NV2QL.jpg",
        "incoming/syria/IMG-20241130-WA0007.jpg",
    )  # fmt: skip
    return [
        finding(1, Rule.ERRONEOUS_CREDIT, main, MESSAGE, edits=credit_edits(main),
                evidence=(BY_IDENTIFIER, NAME_STANDS), **safe),
        finding(2, Rule.ERRONEOUS_CREDIT, copy, MESSAGE, edits=credit_edits(copy)[1:2],
                evidence=(BY_SCAN,), **safe),
        finding(3, Rule.ERRONEOUS_CREDIT, crop, MESSAGE, edits=credit_edits(crop)[1:2],
                evidence=(BY_SCAN,), **safe),
        finding(4, Rule.LEAKED_NOTICE, "web/pages/retransmitted.jpg",
                "AFP's notice to its clients stands in a field that is published.",
                edits=tuple(
                    Edit(ROOT + "web/pages/retransmitted.jpg", box, at, Property.DESCRIPTION,
                         LEAKED, CAPTION.format(name=RIGHT))
                    for box, at in ((Container.IIM, "IIM 2:120"),
                                    (Container.XMP, "XMP dc:description"))),
                evidence=(Evidence("notice-text", 5.0, "The notice's own words stand in IIM, XMP."),),
                **safe),
        finding(5, Rule.ERRONEOUS_CREDIT, done, MESSAGE, edits=credit_edits(done)[:3],
                evidence=(BY_IDENTIFIER,), **{**safe, "status": Status.FIXED}),
        finding(6, Rule.ERRONEOUS_CREDIT, near, MESSAGE, edits=credit_edits(near)[1:2],
                notice_id=CORRECTION.notice_id, confidence=Confidence.MEDIUM,
                fixability=Fixability.UNSAFE, status=Status.HELD,
                evidence=(Evidence("caption-equal", 2.0, "Its caption equals that of the notice's picture."),
                          Evidence("other-identifier", -5.0, "Carries 000_36NV2QX: another picture of the same agency."),
                          Evidence("unparsed", 0.0, "The file has no digest in common with the picture."))),
    ]  # fmt: skip


def _other_findings() -> list[Finding]:
    kill, harbour = "archive/2024/10/000_36MX7PD.jpg", "desk/harbour/DSC_0412.jpg"
    warning, note = {"severity": Severity.WARNING}, {"severity": Severity.NOTE}
    return [
        finding(10, Rule.WITHDRAWN, kill, "AFP has withdrawn this picture: it may no longer be used.",
                notice_id=KILL.notice_id,
                evidence=(Evidence("identifier", 5.0, "Carries the identifier 000_36MX7PD that the notice names."),)),
        finding(11, Rule.ERRONEOUS_CREDIT, harbour, "The desk corrects this picture: Jón Björgvinsson, not Jon Berg.",
                notice_id=DESK.notice_id, status=Status.FIXED, fixability=Fixability.SAFE,
                edits=credit_edits(harbour, "Jon Berg", "Jón Björgvinsson")[:2]),
        finding(20, Rule.CREDIT_MISSING, "web/renditions/market-square-640.jpg",
                "The file says nowhere who made the picture.", **warning),
        finding(21, Rule.CREDIT_MISSING, "web/renditions/stadium-640.jpg",
                "The file says nowhere who made the picture.", **{**warning, "status": Status.WAIVED}),
        finding(22, Rule.CONTAINERS_DISAGREE, "freelancers/k.osei/skyline-03.jpg",
                "The containers disagree about creatorNames.", **warning,
                evidence=(Evidence("iim", 0.0, "IIM 2:80: Kofi OSEI"),
                          Evidence("xmp", 0.0, "XMP dc:creator: Kofi Osei; Ama Mensah"))),
        finding(23, Rule.CREDIT_INCOMPLETE, "archive/2024/09/convoy-night-a-rather-long-file-name-given-by-the-content-management-system-0001.jpg",
                "An agency is credited, but no photographer: AFP.", **note),
        finding(24, Rule.CREDIT_TRUNCATED, "desk/portraits/ministry.jpg",
                "IIM 2:80 holds “Wilhelmina van der Hoeven-Steenb”, cut from “Wilhelmina van der Hoeven-Steenbergen”.", **note),
        finding(25, Rule.RESTRICTED, "archive/2024/10/handout-dam.jpg",
                "The time limit of 14 days has run out.", **warning),
        finding(26, Rule.UNREADABLE, "incoming/broken.jpg", "The file ends in the middle of a segment."),
    ]  # fmt: skip


def facts() -> Facts:
    """Everything the desk knows at the end of the week."""
    findings = (*_credit_findings(), *_other_findings())
    scans = {2: "a" * 64, 3: "a" * 64, 1: "a" * 64}
    captions = {
        20: "Shoppers at the covered market in Gaziantep, Turkey, October 12, 2024.",
        21: "",
    }
    records = {}
    for number, one in zip([1, 2, 3, 4, 5, 6, 10, 11, *range(20, 27)], findings, strict=True):
        path = one.uri.removeprefix(ROOT)
        if one.rule is not Rule.UNREADABLE:
            text = captions.get(number, CAPTION.format(name=WRONG))
            records[one.uri] = record(path, caption=text, scan=scans.get(number, f"{number:064x}"))
    broken = AssetRef(ROOT + "incoming/broken.jpg", 912, "1-1", path="incoming/broken.jpg")
    return Facts(
        assets=4_212,
        notices=(CORRECTION, KILL, DESK),
        findings=findings,
        records=records,
        unreadable=(Unreadable(broken, "truncated", "The file ends in the middle of a segment.",
                               "Ask the sender for the whole file."),),
        decisions={
            f"d{6:015x}": Decision(f"d{6:015x}", Verdict.HOLD, "anna.editor",
                                   "2024-12-01T09:30:00+00:00", "Waiting for the agency's answer"),
            f"d{21:015x}": Decision(f"d{21:015x}", Verdict.WAIVE, "m.okafor",
                                    "2024-12-01T10:02:00+00:00", "Library stock, credit on page",
                                    until="2026-12-31"),
        },
        fixes=(
            FixDone(ROOT + "archive/2024/11/AFP_36NV2QL.jpg", "r-20241201-0702", "2024-12-01T07:02:11+00:00",
                    "anna.editor", "commit", (f"f{5:015x}",), 41),
            FixDone(ROOT + "desk/harbour/DSC_0412.jpg", "r-20241129-1210", "2024-11-29T12:10:40+00:00",
                    "m.okafor", "commit", (f"f{11:015x}",), 17),
        ),
        problems=(FileProblem("incoming/link-to-shared", "symlink-skipped",
                              "A symbolic link was not followed.", "Name its target to scan it."),),
        log=LogState("provenance-auditor/9f21c07be4d35a18", 58,
                     "c4b1f2e6a0d97385" * 4),
        published={ROOT + "desk/2024-11-30_syria/000_36NV2QL.jpg": ("Front page, 1 December 2024",)},
        standings={CORRECTION.notice_id: STANDING},
    )  # fmt: skip


STAMP = Stamp(
    generated="2024-12-03T08:00:00+00:00",
    generated_by="anna.editor",
    program="provenance-auditor 0.1.0",
    scope=("desk", "web", "archive", "incoming", "freelancers"),
)


def read_picture(ref: AssetRef) -> bytes:
    """Painted pictures by path; copies of one picture look alike."""
    if "stadium" in ref.path:
        raise StorageError(f"{ref.path} is no longer there.")
    alike = "36NV2QL" in ref.path or "syria-road" in ref.path or "retransmitted" in ref.path
    return dressed(WRONG, 1 if alike else sum(ref.path.encode()))


@pytest.fixture
def week() -> Facts:
    return facts()


@pytest.fixture
def report(week: Facts) -> ComplianceReport:
    return build(week, STAMP)


@pytest.fixture
def thumbnails() -> PictureThumbnails:
    return PictureThumbnails(lambda ref, edge: drawn(read_picture, ref, edge))


@pytest.fixture
def hostile_report(week: Facts):
    """The same week, with ``text`` in every free-text field that anybody outside can fill."""

    def make(text: str) -> ComplianceReport:
        return build(_poisoned(week, text), replace(STAMP, generated_by=text, scope=(text,)))

    return make


def _poisoned(week: Facts, text: str) -> Facts:
    edit = Edit(ROOT + text, Container.XMP, text, Property.CREATOR_NAMES, text, "x" + text)
    sidecar = replace(edit, uri=ROOT + "b/" + text, after=text * 2)
    base = week.findings[0]
    findings = tuple(
        replace(base, finding_id=f"{text}{rule}", rule=rule, uri=ROOT + text, message=text,
                notice_id=notice_id, evidence=(Evidence(text, weight, text),),
                edits=(edit, sidecar), decision_key="k")
        for rule in Rule
        for notice_id, weight in ((CORRECTION.notice_id, 1.0), (None, -1.0))
    )  # fmt: skip
    notice = replace(
        CORRECTION, provider=text, text=text, byline=text, received=text, received_by=text,
        language=text, unparsed=text, complete=False,
        corrections=(Correction(None, text, text), Correction(None, None, None)),
        targets=(Target(TargetKind.CAPTION, text),), occurrences=(Occurrence(text, 0, 1, text),),
    )  # fmt: skip
    plain = replace(notice, notice_id="plain", corrections=(), kind=NoticeKind.WITHDRAWAL,
                    targets=(Target(TargetKind.IDENTIFIER, text),))  # fmt: skip
    one = record(text, caption=text, name=text)
    return replace(
        week,
        notices=(notice, plain),
        findings=findings,
        records={ROOT + text: replace(one, ref=replace(one.ref, uri=ROOT + text))},
        unreadable=(Unreadable(AssetRef("/x", 1, "1", path=text), text, text, text),),
        decisions={"k": Decision("k", Verdict.APPLY, text, text, text, text)},
        fixes=(FixDone(ROOT + text, text, text, text, "commit", tuple(f.finding_id for f in findings), 1),),
        problems=(FileProblem(text, text, text, text),),
        log=LogState(text, 1, text), published={ROOT + text: (text,)},
        standings={one.notice_id: unclean(text) for one in (notice, plain)},
    )  # fmt: skip
