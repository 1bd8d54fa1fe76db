"""Small pictures by opaque names: nothing of a path, nothing of the file itself."""

from __future__ import annotations

import pytest
from web_material import HOST, JPEG, Drawer, house

from provenance.reporting.thumbnails import Thumbnail
from provenance.web.pictures import EDGES, MOST_NAMES, Pictures

URI = "/pictures/secret name é\udcff/ALEPPO 01.jpg"


@pytest.mark.parametrize("edge", EDGES)
def test_a_picture_that_a_page_named(edge):
    with house() as made:
        made.hold(URI, digest="d" * 64)
        answer = made.get(made.pictures.url(URI, edge))
        assert answer.status_code == 200
        assert answer.content == JPEG
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["x-content-type-options"] == "nosniff"
        ((ref, asked, content),) = made.drawer.asked
        assert (ref.uri, asked, content) == (URI, edge, "d" * 64)


def test_the_browser_keeps_what_has_not_changed():
    with house() as made:
        made.hold(URI)
        address = made.pictures.url(URI, 160)
        etag = made.get(address).headers["etag"]
        kept = made.get(address, ("if-none-match", f'"other", {etag}'))
        assert (kept.status_code, kept.content) == (304, b"")
        assert kept.headers["etag"] == etag
        made.drawer.made = Thumbnail(JPEG + b"another", 3, 2)
        assert made.get(address, ("if-none-match", etag)).status_code == 200


def test_a_name_tells_nothing_and_is_another_ones_in_another_server():
    with house() as made:
        one = made.pictures.url(URI, 160)
        assert one == made.pictures.url(URI, 160)
        assert one != made.pictures.url(URI + "x", 160)
        assert len(one.rpartition("/")[2]) == 64
        assert "ALEPPO" not in one
        other = Pictures(made.registry, Drawer())
        assert other.url(URI, 160) != one


def test_a_name_is_known_only_where_a_page_gave_it_out():
    with house() as made:
        made.hold(URI)
        unknown = Pictures(made.registry, Drawer(), b"k" * 32).url(URI, 160)
        assert made.get(unknown).status_code == 404
        made.pictures.url(URI, 320)  # the same name, for whatever edge
        assert made.get(unknown).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/picture/160/" + "0" * 64,
        "/picture/160/",
        "/picture/160",
        "/picture/160/..",
        "/picture/160/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/picture/160//pictures/one.jpg",
        "/picture/160/' OR 1=1 --",
        "/picture/161/{name}",
        "/picture/0/{name}",
        "/picture/-160/{name}",
        "/picture/1e9/{name}",
        "/picture/%D9%A1%D9%A6%D9%A0/{name}",
        "/picture/160/{name}0",
        "/picture/160/{name}%00",
        "/picture/160/{NAME}",
    ],
)
def test_nothing_else_is_a_picture(address):
    with house() as made:
        made.hold(URI)
        name = made.pictures.url(URI, 160).rpartition("/")[2]
        capital = name.upper()
        wanted = address.replace("{name}", name).replace("{NAME}", capital).replace(" ", "%20")
        assert made.get(wanted).status_code in {400, 404}
        assert made.drawer.asked == []


def test_what_is_no_picture_any_more():
    with house() as made:
        assert made.get(made.pictures.url(URI, 160)).status_code == 404  # not in the registry
        made.hold(URI)
        made.drawer.made = Thumbnail(reason="The file is no longer there.")
        assert made.get(made.pictures.url(URI, 160)).status_code == 404


def test_only_three_sizes_are_drawn():
    with house() as made, pytest.raises(ValueError, match="77"):
        made.pictures.url(URI, 77)


def test_names_are_remembered_within_bounds(monkeypatch):
    assert MOST_NAMES >= 150_000  # 50,000 findings at three sizes
    monkeypatch.setattr("provenance.web.pictures.MOST_NAMES", 2)
    with house() as made:
        made.hold("/a", "/b", "/c")
        addresses = [made.pictures.url(uri, 160) for uri in ("/a", "/b", "/c")]
        assert [made.get(one).status_code for one in addresses] == [404, 200, 200]


def test_another_site_cannot_show_a_picture():
    with house() as made:
        made.hold(URI)
        address = made.pictures.url(URI, 160)
        head = [("host", HOST), ("cookie", made.cookie), ("sec-fetch-dest", "image")]
        for site in ("cross-site", "same-site"):
            assert made.ask("GET", address, [*head, ("sec-fetch-site", site)]).status_code == 403
        answer = made.ask("GET", address, [*head, ("sec-fetch-site", "same-origin")])
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
