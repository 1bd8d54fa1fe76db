"""Static files come from a fixed table, each with its type; the application's routes are few."""

from __future__ import annotations

import pytest
from web_material import house

from provenance.web import statics


def test_every_file_of_the_table_comes_with_its_type():
    with house() as made:
        assert {"text/css; charset=utf-8"} <= {one.media_type for one in statics.table().values()}
        for name, one in statics.table().items():
            answer = made.get(statics.static_url(name))
            assert answer.status_code == 200
            assert answer.content == one.content
            assert answer.headers["content-type"] == one.media_type
            kept = made.get(statics.static_url(name), ("if-none-match", answer.headers["etag"]))
            assert (kept.status_code, kept.content) == (304, b"")


def test_the_address_changes_with_the_content(monkeypatch):
    addresses = []
    for content in (b"one", b"two"):
        made = {"page.css": statics.Static.of(content, "text/css")}
        monkeypatch.setattr(statics, "table", lambda made=made: made)
        addresses.append(statics.static_url("page.css"))
    assert addresses[0] != addresses[1]


@pytest.mark.parametrize(
    "name",
    ["", "../app.py", "..%2fapp.py", "%2e%2e/app.py", "__init__.py", "app.py", "%00",
     "review.css/", "REVIEW.CSS", "review.css%00", "static/review.css", "/etc/passwd"],
)  # fmt: skip
def test_nothing_else_is_a_file(name):
    with house() as made:
        assert made.get(f"/static/{name}").status_code in {400, 404}


def test_routes_only_look_or_do_and_none_tells_of_the_others():
    with house() as made:
        paths = made.gate._inner.openapi()["paths"]
        assert len(paths) > 8
        assert {method for one in paths.values() for method in one} == {"get", "post"}
        for address in ("/openapi.json", "/docs", "/redoc"):
            assert made.get(address).status_code == 404
