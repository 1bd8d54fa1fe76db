"""Records and notices by hand: one invented picture, and what an agency says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from notice_material import bracket

from provenance.matching import Picture, match, picture_of
from provenance.metadata.planned import planned
from provenance.metadata.properties import ROWS
from provenance.model import (
    AssetRef,
    Authority,
    Container,
    Correction,
    Edit,
    Finding,
    Match,
    MetadataRecord,
    Notice,
    NoticeKind,
    Policy,
    Property,
    PropertyValue,
    Pubstatus,
    Rule,
    Target,
    TargetKind,
)
from provenance.rules import examine

WRONG, RIGHT = "Luc MARIN", "Ana DUPOND"
SCENE = "Boats lie on the river in Lyon on May 2, 2023."
CAPTION = f"{SCENE} (Photo by {WRONG} / AFP)"
CORRECTED = f"{SCENE} (Photo by {RIGHT} / AFP)"
LEAKED = f"{CORRECTED} / ?{bracket(f'[{RIGHT}] instead of [{WRONG}]')}?"
CODE = "36NV2QL"
IDENTIFIER = f"afp:{CODE}"
SCAN = "5c" * 32
POLICY = Policy(today="2024-12-01")

IIM, XMP, EXIF, SIDECAR = Container.IIM, Container.XMP, Container.EXIF, Container.SIDECAR


def locator(prop: Property, container: Container) -> str:
    """Where the standard of a container keeps a property."""
    row = ROWS[prop]
    if container is Container.IIM:
        assert row.iim is not None
        return f"IIM {row.iim.name}"
    if container is Container.EXIF:
        assert row.exif is not None
        return f"EXIF {row.exif.locator}"
    return f"XMP {row.xmp.qname}"


def value(
    prop: Property, container: Container, *texts: str, where: str = "", uri: str = ""
) -> PropertyValue:
    """What one container says of one property."""
    return PropertyValue(prop, container, texts, where or locator(prop, container), uri)


def picture(
    *values: PropertyValue,
    name: str = "scan.jpg",
    scan: str | None = SCAN,
    digest: str | None = None,
    media_type: str = "image/jpeg",
    credentials: str | None = None,
) -> MetadataRecord:
    """A picture that says these things and nothing else."""
    return MetadataRecord(
        ref=AssetRef(f"/archive/{name}", 1000, "v1"),
        media_type=media_type,
        digest=digest,
        scan_digest=scan,
        values=values,
        content_credentials=credentials,
    )


def credited(
    creator: str = WRONG, *, caption: str | None = None, code: str = CODE, **of: str
) -> MetadataRecord:
    """AFP's picture as it came, credited to ``creator`` in IIM and XMP."""
    text = f"{SCENE} (Photo by {creator} / AFP)" if caption is None else caption
    return picture(
        value(Property.CREATOR_NAMES, IIM, creator),
        value(Property.DESCRIPTION, IIM, text),
        value(Property.CREDIT_LINE, IIM, "AFP"),
        value(Property.TITLE, IIM, f"000_{code}"),
        value(Property.DATE_CREATED, IIM, "2023-05-02"),
        value(Property.CITY, IIM, "Lyon"),
        value(Property.CREATOR_NAMES, XMP, creator),
        value(Property.DESCRIPTION, XMP, text),
        **of,
    )


def with_value(record: MetadataRecord, *more: PropertyValue) -> MetadataRecord:
    """The record with further values."""
    return replace(record, values=(*record.values, *more))


def without(record: MetadataRecord, *props: Property) -> MetadataRecord:
    """The record without some properties."""
    return replace(record, values=tuple(v for v in record.values if v.property not in props))


def target(kind: TargetKind, written: str) -> Target:
    return Target(kind, written)


def by_identifier(written: str = f"000_{CODE}") -> tuple[Target, ...]:
    return (Target(TargetKind.IDENTIFIER, written),)


def by_caption(text: str = CORRECTED) -> tuple[Target, ...]:
    return (Target(TargetKind.CAPTION, text),)


def notice(
    wrong: str | None = WRONG,
    right: str | None = RIGHT,
    *,
    prop: Property | None = Property.CREATOR_NAMES,
    targets: Sequence[Target] = by_identifier(),
    ident: str = "afp-1",
    **of: object,
) -> Notice:
    """AFP's correction of one credit, brought by a person, naming the picture."""
    stated = {
        "provider": "AFP",
        "kind": NoticeKind.CORRECTION,
        "pubstatus": Pubstatus.USABLE,
        "text": f"[{right}] instead of [{wrong}]",
        "byline": wrong,
        "corrections": (Correction(prop, wrong, right),),
        "targets": tuple(targets),
        "received": "2024-11-30T10:00:00Z",
        "received_by": "anna.editor",
        "authority": Authority.BROUGHT,
    }
    return Notice(notice_id=ident, **(stated | of))  # type: ignore[arg-type]


def withdrawal(targets: Sequence[Target] = by_identifier(), **of: object) -> Notice:
    """AFP's kill of one picture."""
    killed = {
        "kind": NoticeKind.WITHDRAWAL,
        "pubstatus": Pubstatus.CANCELED,
        "corrections": (),
        "byline": None,
        "ident": "afp-kill",
    }
    return notice(targets=targets, **(killed | of))  # type: ignore[arg-type]


def held_against(
    one: Notice, record: MetadataRecord, proven: Sequence[MetadataRecord] = ()
) -> Match | None:
    """The notice held against the asset, knowing what ``proven`` say of its picture."""
    return match(one, picture_of(one, proven), record)


def reasons(found: Match | Finding | None) -> set[str]:
    """The names of the evidence."""
    return set() if found is None else {reason.name for reason in found.evidence}


def pairs(*notices: Notice, proven: Sequence[MetadataRecord] = ()) -> list[tuple[Notice, Picture]]:
    return [(one, picture_of(one, proven)) for one in notices]


def findings(
    record: MetadataRecord, *notices: Notice, proven: Sequence[MetadataRecord] = ()
) -> tuple[Finding, ...]:
    """Everything that is found on an asset with these notices in force."""
    return examine(record, pairs(*notices, proven=proven), (), POLICY)


def of_rule(found: Sequence[Finding], rule: Rule) -> list[Finding]:
    return [one for one in found if one.rule is rule]


def applied(record: MetadataRecord, edits: Sequence[Edit]) -> MetadataRecord:
    """The record as it reads once the edits are made."""
    values: list[PropertyValue] = []
    for uri in dict.fromkeys(one.uri or record.ref.uri for one in record.values):
        here = [one for one in record.values if (one.uri or record.ref.uri) == uri]
        values += planned(here, [edit for edit in edits if edit.uri == uri])
    return replace(record, values=tuple(values))


STRIPPED = without(credited(scan=None), Property.TITLE)


@dataclass(frozen=True)
class Case:
    """A notice, the asset it is held against, and the files proven before."""

    notice: Notice
    record: MetadataRecord
    proven: tuple[MetadataRecord, ...] = ()
    others: tuple[Notice, ...] = ()
    rivals: frozenset[str] = frozenset()

    def credit(self) -> Finding:
        """The one erroneous credit that this notice finds."""
        (found,) = [one for one in self.credits() if one.notice_id == self.notice.notice_id]
        return found

    def credits(self) -> list[Finding]:
        known: list[tuple[Notice, Picture]] = [
            (one, replace(known, rivals=self.rivals))
            for one, known in pairs(self.notice, *self.others, proven=self.proven)
        ]
        return of_rule(examine(self.record, known, (), POLICY), Rule.ERRONEOUS_CREDIT)


BY_IDENTIFIER = Case(notice(), credited())
BY_DIGEST = Case(notice(targets=[target(TargetKind.DIGEST, f"scan:{SCAN}")]), credited())
BY_PROVEN_COPY = Case(notice(), without(credited(), Property.TITLE), (credited(),))
EMBEDDED = Case(
    notice(
        targets=[*by_identifier(), target(TargetKind.DIGEST, f"scan:{SCAN}")],
        authority=Authority.EMBEDDED,
        received_by=None,
    ),
    credited(),
)
IN_HOUSE = Case(notice(authority=Authority.IN_HOUSE, provider=None), credited())


def but(case: Case = BY_IDENTIFIER, **of: object) -> Case:
    """The safe case with one condition broken."""
    return replace(case, **of)  # type: ignore[arg-type]


def saying(**of: object) -> Case:
    return but(notice=replace(BY_IDENTIFIER.notice, **of))  # type: ignore[arg-type]
