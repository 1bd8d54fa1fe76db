"""Pages: the captions that a published page shows, and the pictures they belong to.

Everything a page holds is hostile: nothing is fetched, nothing is run, and the cost of
reading grows with the length of the page.
"""

from provenance.pages.characters import Characters, decode
from provenance.pages.mapped import Change
from provenance.pages.reading import LARGEST, captions_of, read
from provenance.pages.records import (
    FEED_TYPE,
    HTML_TYPE,
    is_page,
    number_of,
    pictures_of,
    values_of,
)
from provenance.pages.sources import Spot, spots
from provenance.pages.values import Kind, Page, PageCaption, PagePicture, Place

__all__ = [
    "FEED_TYPE",
    "HTML_TYPE",
    "LARGEST",
    "Change",
    "Characters",
    "Kind",
    "Page",
    "PageCaption",
    "PagePicture",
    "Place",
    "Spot",
    "captions_of",
    "decode",
    "is_page",
    "number_of",
    "pictures_of",
    "read",
    "spots",
    "values_of",
]
