"""Captions out of pages: every form, the picture each belongs to, the exact place."""

from __future__ import annotations

import html
import json
import time

import page_material as material
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_material import CLEAN, HARBOUR, LEAKED, OTHER, figure, page

from provenance import pages
from provenance.errors import UnreadableError
from provenance.model import Property
from provenance.pages import Kind, PageCaption, document

D, L, N, C = (
    Property.DESCRIPTION, Property.CREDIT_LINE, Property.CREATOR_NAMES, Property.COPYRIGHT_NOTICE,
)  # fmt: skip


def captions(markup: str, name: str = "page.html") -> tuple[PageCaption, ...]:
    return pages.captions_of(name, markup.encode())


def said(markup: str, name: str = "page.html") -> list[tuple[Property, str]]:
    return [(one.property, one.text) for one in captions(markup, name)]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (figure("A man."), [(D, "A man.")]),
        ('<img src="a.jpg" alt="A man." title="Seen from above.">',
         [(D, "A man."), (D, "Seen from above.")]),
        ('<a data-caption="A man." data-credit="AFP" href="a.jpg">x</a>', [(D, "A man."), (L, "AFP")]),
        ('<div data-title="One" data-description="Two" data-copyright="© X"></div>',
         [(D, "One"), (D, "Two"), (C, "© X")]),
        ('<div class="wp-caption"><img src="a.jpg"><p class="wp-caption-text">A man.</p></div>',
         [(D, "A man.")]),
        (('<div><img src="a.jpg"><span class="image__caption">A man.</span>'
          '<span class="image__credit">Reuters</span></div>'), [(D, "A man."), (L, "Reuters")]),
        ('<amp-img src="a.jpg" alt="A man."></amp-img>', [(D, "A man.")]),
        ("<p>Prose. Nothing said to AFP is a caption.</p>", []),
        (f"<p>{OTHER.replace('&', '&amp;')}</p>", [(D, OTHER)]),
        (f"<div>x<br>{html.escape(OTHER)}<br>{CLEAN}</div>", [(D, OTHER), (D, CLEAN)]),
        (f"<td>{CLEAN}<td>{html.escape(OTHER)}", [(D, CLEAN), (D, OTHER)]),
        ("<!-- <img alt='no'> --><script>'<img alt=no>'</script><template></template>", []),
        (f"<input data-x='{html.escape(LEAKED)}'>", [(D, LEAKED)]),
        ('<figure data-caption="&lt;p&gt;A &amp;amp; B&lt;/p&gt;"></figure>', [(D, "A & B")]),
    ],
)  # fmt: skip
def test_what_markup_says(body: str, wanted: list) -> None:
    assert said(page(body)) == wanted


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"@type": "ImageObject", "caption": "A", "description": "B", "creditText": "AFP",
          "copyrightNotice": "© X", "creator": {"@type": "Person", "name": "Ann Lee"}},
         [(D, "A"), (D, "B"), (L, "AFP"), (C, "© X"), (N, "Ann Lee")]),
        ({"@graph": [{"@type": ["ImageObject"], "caption": "A",
                      "author": [{"name": "Ann Lee"}, {"name": "Bo Ek"}]}]},
         [(D, "A"), (N, "Ann Lee"), (N, "Bo Ek")]),
        ({"@type": "NewsArticle", "description": "teaser", "author": {"name": "Writer"},
          "image": {"@type": "ImageObject", "url": "a.jpg", "caption": "A"}}, [(D, "A")]),
        ({"@type": "ImageObject", "creator": "AFP", "copyrightHolder": {"name": "X"}},
         [(L, "AFP"), (C, "X")]),
        ({"@type": "ImageObject", "creator": {"@type": "Organization", "name": "Desk Pictures"}},
         [(L, "Desk Pictures")]),
        ({"@type": "NewsArticle", "articleBody": f"Prose. \n\n{CLEAN}\n\nMore."}, [(D, CLEAN)]),
        ({"image_meta": {"caption": "A", "credit": "AFP", "copyright": "©"}},
         [(D, "A"), (L, "AFP"), (C, "©")]),
        ({"id": 1, "source_url": "https://x/a.jpg", "alt_text": "B",
          "caption": {"rendered": "<p>A &#8211; B</p>\n"}}, [(D, "B"), (D, "A – B")]),
        ({"type": "image", "caption": "A", "subtitle": "S", "alt_text": "B",
          "credits": {"by": [{"type": "author", "name": "Ann Lee"}],
                      "affiliation": [{"name": "AFP"}]},
          "distributor": {"name": "Getty Images"}, "copyright": "X"},
         [(D, "A"), (D, "S"), (D, "B"), (N, "Ann Lee"), (L, "AFP"), (L, "Getty Images"), (C, "X")]),
        ({"caption": "A", "caption ": 3, "x": [None, True, 1.5, {"y": {}}]}, [(D, "A")]),
        ({"type": "menu", "caption": "", "credit": "card", "source": "x"}, []),
        ({"unknown_key": f"words {LEAKED}"}, [(D, f"words {LEAKED}")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shape", ["ld", "json", "assigned", "parsed", "pushed", "attribute"])
def test_what_json_says(told: dict, wanted: list, shape: str) -> None:
    written = json.dumps(told, ensure_ascii=shape in {"ld", "parsed"}).replace("</", "<\\/")
    markup = {
        "ld": f'<script type="application/ld+json">{written}</script>',
        "json": f'<script id="__NEXT_DATA__" type="application/json">{written}</script>',
        "assigned": f"<script>var a = 'it\\'s', b = /x/;window.F={{}};F.c={written};F.d=[1</script>",
        "parsed": f"<script>window.s = JSON.parse({json.dumps(written)})</script>",
        "pushed": f"<script>self.__next_f.push([1,{json.dumps('5:' + written)}])</script>",
        "attribute": f'<div data-props="{html.escape(written)}"></div>',
    }[shape]
    if shape == "attribute" and len(written) < 60:
        return
    assert said(page("", markup)) == wanted


def test_both_of_two_equal_keys_are_read() -> None:
    twice = '<script type="application/json">{"caption": "One", "caption": "Two"}</script>'
    assert said(page(twice)) == [(D, "One"), (D, "Two")]


def test_one_caption_in_many_places_is_one_caption() -> None:
    (one,) = captions(material.everywhere(LEAKED))
    assert one.text == LEAKED
    assert one.credit is not None
    assert one.credit.creator == "Tilda OSTERKAMP"
    kinds = {place.kind for place in one.places}
    assert kinds == {Kind.META, Kind.JSON_LD, Kind.JSON, Kind.ATTRIBUTE, Kind.FIGCAPTION, Kind.TEXT}
    assert len({place.locator for place in one.places}) == len(one.places) == 14
    assert one.picture.urls == ("https://x.example/media/one.jpg",)


def test_places_are_what_a_browser_and_an_editor_find() -> None:
    body = (
        f"<div><p>x</p><figure></figure><!-- -->\n{figure('One')}\n</div>{figure('Two', '/2.jpg')}"
    )
    places = [place for one in captions(page(body)) for place in one.places]
    assert [place.locator for place in places] == [
        "html > body > div > figure:nth-of-type(2) > figcaption line 11",
        "html > body > figure > figcaption line 15",
    ]
    table = "<table><tr><td><picture><source srcset=x><img src=a.jpg alt=A></picture></table>"
    (one,) = captions(page(table))
    assert one.places[0].path == "html > body > table > tbody > tr > td > picture > img"


def test_whose_caption_it_is() -> None:
    code = "000_36NW6CJ"
    shown = {
        "src": figure("A", f"/x/{code}.jpg?w=1"),
        "set": f'<figure><picture><source srcset="/a.webp 1x, /{code}-300x200.webp 2x"><img src="/a.jpg">'
        "</picture><figcaption>A</figcaption></figure>",
        "hidden": f'<figure><img src="data:image/gif;base64,xx"><noscript><img src="/{code}.jpg">'
        "</noscript><figcaption>A</figcaption></figure>",
        "beside": f'<div><img src="/{code}.jpg"><p class="caption">A</p></div>',
        "json": material.linked_data("A", f"https://x/{code}.jpg"),
        "quoted": figure("A", f"/x%2F{code}%2Ejpg"),
    }
    for kind, body in shown.items():
        found = [one for one in captions(page(body)) if one.text == "A"]
        assert [one.picture.identifiers for one in found] == [(code,)], kind


def test_sizes_of_one_picture_are_one_and_other_pictures_are_others() -> None:
    one = figure("Harbour.", "https://x/a-300x200.jpg") + material.linked_data(
        "Port.", "https://x/a.jpg"
    )
    assert len({one.picture.number for one in captions(page(one))}) == 1
    two = figure(HARBOUR, "https://x/a.jpg") + figure(HARBOUR, "https://x/b.jpg")
    assert len({one.picture.number for one in captions(page(two))}) == 2
    queries = figure("A", "/img?id=1") + figure("B", "/img?id=2")
    assert len({one.picture.number for one in captions(page(queries))}) == 2
    again = (
        figure(HARBOUR, "https://x/a.jpg") + f'<meta property="og:image:alt" content="{HARBOUR}">'
    )
    assert len({one.picture.number for one in captions(page(again))}) == 1


def test_a_separate_credit_is_joined_to_its_caption() -> None:
    for credit in (
        '<span class="credit">Foto: Ann Lee/dpa</span>',
        '<small class="c-copyright">Ann Lee/dpa</small>',
    ):
        body = f'<figure><img src="a.jpg"><figcaption>A man.</figcaption>{credit}</figure>'
        of = {one.property: one for one in captions(page(body))}
        assert of[D].text == "A man."
        assert of[D].credit is not None
        assert of[D].credit.creator == "Ann Lee"
        assert of[D].picture == of[L].picture
    inside = figure("x").replace(">x<", '>A man. <span class="credit">Reuters</span><')
    assert said(page(inside)) == [(D, "A man. Reuters"), (L, "Reuters")]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"<p>" + "<img alt='Jörg – “x”'>".encode(), "Jörg – “x”"),
        (b"\xef\xbb\xbf<img alt='J\xc3\xb6rg'>", "Jörg"),
        (b"\xff\xfe" + "<img alt='Jörg'>".encode("utf-16-le"), "Jörg"),
        (b'<meta charset="ISO-8859-1"><img alt="J\xf6rg \x96 x">', "Jörg – x"),
        (
            b'<meta http-equiv=x content="text/html; charset=shift_jis"><img alt="\x93\x8c\x8b\x9e">',
            "東京",
        ),
        (b'<meta charset="utf-8"><img alt="J\xf6rg">', "Jörg"),
        (b'<meta charset="rot13"><img alt="Anna">', "Anna"),
        (b'<meta charset="nonsense"><img alt="J\xc3\xb6rg">', "Jörg"),
    ],
)
def test_characters(data: bytes, text: str) -> None:
    assert [one.text for one in pages.captions_of("a.html", data)] == [text]


def test_the_servers_word_goes_before_the_pages() -> None:
    data = b'<meta charset="utf-8"><img alt="\xe4\xf6">'
    (one,) = pages.read("a.html", data, "iso-8859-5").captions
    assert one.text == b"\xe4\xf6".decode("iso-8859-5")


HOSTILE = [
    "", "<", "<a", "</", "<!--", "<![CDATA[", "<img alt='", "<figure>" * 3_000 + "<figcaption>x",
    "<script>" + '{"caption":' * 50_000, '<script type="application/json">' + "[" * 100_000,
    '<script type="application/json">{"caption": "\\ud800\\uZZZZ\\x"}', "\x00<img alt='\x00a\x01'>",
    "<figcaption>" + "<figcaption>a" * 20_000, "<table>" * 500 + "<figcaption>x" + "</div>" * 900,
    "<html><html><body><head><figure><body><figcaption>x</html><img alt=y>",
    "<img provenance-token=99999 alt=x><img provenance-token=-1 alt=y>",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["a.html", "a.rss"])
def test_broken_markup_never_raises(number: int, name: str) -> None:
    captions(HOSTILE[number], name)
    captions(f"<rss>{HOSTILE[number]}", name)


@given(st.lists(st.sampled_from(
    ["<figure>", "</figure>", "<figcaption>", "</figcaption>", "<img src=a.jpg alt='", "'", '"', ">",
     "<script>", "</script>", '{"caption":"', "x (Photo by Ann Lee / AFP)", "<!--", "-->", "&amp;",
     "&#x41", "<p>", "</p>", "<br>", " ", "=", "<template>", "\n", "<a data-caption=", "]]>", "\\"]
), max_size=40))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_whatever_is_thrown_together_is_read_and_found_again(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    found = pages.read("a.html", data)
    wanted = frozenset(place.locator for one in found.captions for place in one.places)
    text = pages.decode(data).text
    for spot in pages.spots("a.html", data, "", wanted).values():
        if spot.mapped is not None and spot.mapped.layers == ():
            spans = zip(spot.mapped.starts, spot.mapped.ends, strict=True)
            assert "".join(text[a:b] for a, b in spans) == spot.text


# Each at a thousandth of its size for each n: a megabyte or so at 1,000.
MONSTERS = [
    lambda n: page("<div><span>a</span></div>" * (33 * n)),
    lambda n: page("<p>a" * (100 * n)),
    lambda n: page("<img src=/a.jpg>" * (60 * n)),
    lambda n: page("<figure><img src=a.jpg><figcaption>Word</figcaption></figure>" * (8 * n)),
    lambda n: page("", f'<script type="application/ld+json">{json.dumps([{"@type": "ImageObject", "caption": "x" * 50, "url": "a.jpg"}] * (15 * n))}</script>'),
    lambda n: page("<img alt=x srcset='" + "/a.jpg 1x, " * (150 * n) + "'>"),
    lambda n: page("<img " + "data-caption=x " * (100 * n) + ">"),
    lambda n: page("<img " + "".join(f"data-x{k}=y " for k in range(60 * n)) + ">"),
    lambda n: "<a b='" * (200 * n),
    lambda n: "<a b=" * (200 * n) + ">",
    lambda n: "<" * (1000 * n),
    lambda n: "<!" * (500 * n),
    lambda n: "&#x" * (300 * n),
    lambda n: "<script>caption" + '=["=[' * (100 * n),
    lambda n: "<script>caption" + "={'a" * (100 * n),
    lambda n: '<script>caption={"a":"' + '\\"' * (400 * n),
    lambda n: "<p>" + "(Photo by " * (50 * n),
    lambda n: "<p>" + "</b>words " * (100 * n),
    lambda n: "<div class='" + "caption-" * (100 * n) + "'>",
]  # fmt: skip


def seconds(markup: str) -> float:
    """The lesser processor time of two readings."""
    spent = []
    for _ in range(2):
        begun = time.process_time()
        captions(markup)
        spent.append(time.process_time() - begun)
    return min(spent)


@pytest.mark.parametrize("number", range(len(MONSTERS)))
def test_monsters_are_read_in_linear_time(number: int) -> None:
    """Four times as much takes four times as long; a square would take sixteen times."""
    small, large = (seconds(MONSTERS[number](n)) for n in (50, 200))
    assert large < 8 * max(small, 0.01)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(len(MONSTERS)))
def test_whole_monsters_are_read_in_seconds(number: int) -> None:
    assert seconds(MONSTERS[number](1_000)) < 5


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableError) as caught:
        pages.captions_of("big.html", b" " * (pages.LARGEST + 1))
    assert "big.html" in caught.value.message
    with pytest.raises(UnreadableError) as caught:
        pages.captions_of("x.rss", b'<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>')
    assert caught.value.code == "entities"
    monkeypatch.setattr(document, "_MOST_ELEMENTS", 5_000)
    assert pages.captions_of("many.html", b"<a>" * 4_000) == ()
    with pytest.raises(UnreadableError) as caught:
        pages.captions_of("many.html", b"<a>" * 21_000)
    assert caught.value.code == "too-large"
    assert "5,000" in caught.value.message


def test_what_stands_too_deep_is_told() -> None:
    deep = pages.read("a.html", (page("<div>" * 400 + "<img alt='x'>")).encode())
    assert [one.code for one in deep.warnings] == ["page-cut"]
    assert pages.read("a.html", page(figure("x")).encode()).warnings == ()


def test_real_pages(shared) -> None:
    """Every page is read quickly, and nearly every place is found again in its source."""
    for path in sorted((shared / "corpus" / "pages").iterdir()):
        data = path.read_bytes()
        begun = time.perf_counter()
        found = pages.read(path.name, data)
        assert time.perf_counter() - begun < 2, path.name
        wanted = frozenset(place.locator for one in found.captions for place in one.places)
        spots = pages.spots(path.name, data, "", wanted)
        assert spots
        assert all(spot.mapped is not None for spot in spots.values()), path.name
