"""Which limits hold for a notice: names of agencies are compared as credits compare them."""

from __future__ import annotations

from provenance.captions.agencies import agency_named
from provenance.model import Deadlines, Limits
from provenance.wording import normalise, squeeze


def agency_key(name: str) -> str:
    """The name by which two spellings of one agency are equal.

    A printed spelling that credit lines know stands for the agency's short name (``Agence
    France-Presse`` is ``AFP``); of any other name, case and white space do not count.
    """
    plain = squeeze(name)
    return normalise(agency_named(plain) or agency_named(plain.upper()) or plain)


def limits_for(deadlines: Deadlines, provider: str | None) -> Limits:
    """The limits for a notice of this agency; the general ones where it is not known."""
    if provider is None:
        return deadlines.general
    wanted = agency_key(provider)
    own = (limits for name, limits in deadlines.agencies if agency_key(name) == wanted)
    return next(own, deadlines.general)
