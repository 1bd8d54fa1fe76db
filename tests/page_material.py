"""Pages built for tests: the shapes in which publishing systems print captions."""

from __future__ import annotations

import html
import json

NOTICE = (
    "?The erroneous mention[s] appearing in the metadata of this photo by Jonas WEIDNER has been "
    "modified in AFP systems in the following manner: [Tilda OSTERKAMP] instead of [Jonas WEIDNER]. "
    "Please immediately remove the erroneous mention[s] from all your online services and delete "
    "it (them) from your servers. If you have been authorized by AFP to distribute it (them) to "
    "third parties, please ensure that the same actions are carried out by them. Failure to "
    "promptly comply with these instructions will entail liability on your part for any continued "
    "or post notification usage. Therefore we thank you very much for all your attention and "
    "prompt action. We are sorry for the inconvenience this notification may cause and remain at "
    "your disposal for any further information you may require.?"
)
HARBOUR = "A container ship leaves the port of Hamburg, northern Germany, on December 2, 2024."
TOWER = "Visitors look at the tower of the old town hall in Hamburg & the rain on December 2, 2024."
RIGHT_CREDIT = "(Photo by Tilda OSTERKAMP / AFP)"
WRONG_CREDIT = "(Photo by Jonas WEIDNER / AFP)"
LEAKED = f"{HARBOUR} {RIGHT_CREDIT} / {NOTICE}"
CLEAN = f"{HARBOUR} {RIGHT_CREDIT}"
OTHER = f"{TOWER} {WRONG_CREDIT}"
"""The photographer wrongly named on one picture keeps his credit on another."""


def page(body: str, head: str = "") -> str:
    """A page around a body."""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{head}\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def figure(caption: str, src: str = "/media/one.jpg", alt: str = "") -> str:
    """A picture with its caption."""
    return (
        f'<figure>\n<img src="{src}" alt="{html.escape(alt)}">\n'
        f"<figcaption>{html.escape(caption)}</figcaption>\n</figure>"
    )


def linked_data(caption: str, src: str, **more: object) -> str:
    """The same picture as schema.org has it."""
    told = {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "NewsArticle",
                "headline": "News",
                "image": {"@type": "ImageObject", "contentUrl": src, "caption": caption, **more},
            }
        ],
    }
    written = json.dumps(told).replace("</", "<\\/")
    return f'<script type="application/ld+json">{written}</script>'


def everywhere(caption: str, src: str = "https://x.example/media/one.jpg") -> str:
    """One caption in every place that a page has for it."""
    quoted = html.escape(caption)
    wordpress = {"id": 7, "source_url": src, "caption": {"rendered": f"<p>{quoted}</p>"},
                 "alt_text": caption, "media_details": {"image_meta": {"caption": caption}}}  # fmt: skip
    arc = {"content_elements": [{"type": "image", "url": src, "caption": caption, "subtitle": ""}]}
    head = (
        f'<meta property="og:image" content="{src}">\n'
        f'<meta property="og:image:alt" content="{quoted}">\n'
        f'<meta name="twitter:image:alt" content="{quoted}">\n'
        f'<meta property="og:description" content="{quoted}">\n'
        f"{linked_data(caption, src)}\n"
        f"<script>window.Fusion={{}};Fusion.globalContent={json.dumps(arc)};Fusion.x=1;</script>\n"
        f"<script>window.__STATE__ = JSON.parse({json.dumps(json.dumps(wordpress))});</script>"
    )
    body = (
        f'<figure data-caption="{quoted}"><a href="{src}"><img src="{src}" alt="{quoted}" '
        f'title="{quoted}"></a>\n<figcaption class="wp-caption-text">{quoted}</figcaption></figure>\n'
        f'<amp-img src="{src}" alt="{quoted}"></amp-img>\n'
        f"<p>{quoted}</p>"
    )
    return page(body, head)
