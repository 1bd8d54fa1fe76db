"""How invented notices stand with the copies of their pictures."""

from __future__ import annotations

from provenance.reporting.family import MemberState, NoticeStanding, Standing

STANDING = Standing(
    NoticeStanding.OPEN,
    total=6,
    clean=3,
    gone=1,
    unclean=(
        ("desk/2024-11-30_syria/000_36NV2QL.jpg", MemberState.OPEN),
        ("incoming/syria/IMG-20241130-WA0007.jpg", MemberState.HELD),
        ("share/unmounted/000_36NV2QL.tif", MemberState.OFFLINE),
    ),
)


def unclean(path: str) -> Standing:
    """One copy of two is not clean, and this is its path."""
    return Standing(NoticeStanding.OPEN, 2, 1, 0, ((path, MemberState.OPEN),))
