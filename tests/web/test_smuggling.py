"""Two requests in one, and addresses in disguise: what the server takes, and what never happens."""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlencode

import pytest
from web_material import FORM, HOST, ORIGIN, Open, house, opened, received


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        state = tmp_path_factory.mktemp("state")
        patch.setenv("PROVENANCE_STATE", str(state))
        patch.setenv("PROVENANCE_REGISTRY", f"sqlite:///{state}/registry.db")
        with opened() as made:
            yield made


def statuses(answer: bytes) -> list[int]:
    """Of every answer that came over one connection."""
    return [int(one[:3]) for one in answer.split(b"HTTP/1.1 ")[1:]]


def proofs(page: Open, *lines: str, first: str = "POST /deed HTTP/1.1") -> bytes:
    own = (f"Host: 127.0.0.1:{page.port}", f"Cookie: {page.house.cookie}",
           "Sec-Fetch-Site: same-origin", f"Content-Type: {FORM}")  # fmt: skip
    return "\r\n".join([first, *own, *lines, "", ""]).encode("latin-1")


def body(page: Open) -> bytes:
    return urlencode({"csrf": page.house.csrf}).encode()


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)


# What lengths a request claims; in none of them may the form in its body be let in.
CLAIMS = {
    "chunks and a length": ("Transfer-Encoding: chunked", "Content-Length: {n}"),
    "a length and chunks": ("Content-Length: {n}", "Transfer-Encoding: chunked"),
    "chunks and no length": ("Content-Length: 0", "Transfer-Encoding: chunked"),
    "two lengths": ("Content-Length: {n}", "Content-Length: 0"),
    "two lengths in one": ("Content-Length: {n}, 0",),
    "chunks twice": ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    "chunks in chunks": ("Transfer-Encoding: chunked, chunked",),
    "an unknown coding": ("Transfer-Encoding: xchunked",),
    "identity and chunks": ("Transfer-Encoding: identity, chunked",),
    "packed chunks": ("Transfer-Encoding: gzip, chunked",),
    "a tab before the colon": ("Transfer-Encoding\t: chunked", "Content-Length: {n}"),
    "a space before the colon": ("Transfer-Encoding : chunked", "Content-Length: {n}"),
    "a control sign before chunked": ("Transfer-Encoding: \x0bchunked", "Content-Length: {n}"),
    "a signed length": ("Content-Length: +{n}",),
    "a negative length": ("Content-Length: -{n}",),
    "a length in hexadecimals": ("Content-Length: 0x{n}",),
    "a length with an underscore": ("Content-Length: 1_0",),
    "a length of other digits": ("Content-Length: \u00b2",),
    "a huge length": ("Content-Length: " + "9" * 40,),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_request_that_says_its_length_in_two_ways_is_refused(page, name):
    sent = body(page)
    lines = [line.replace("{n}", str(len(sent))) for line in CLAIMS[name]]
    before = page.house.deeds
    smuggled = proofs(page, f"Content-Length: {len(sent)}") + sent
    for data in (sent, chunked(sent)):
        answer = statuses(page.send(proofs(page, *lines, "Connection: close") + data + smuggled))
        assert len(answer) <= 1, "what stands behind it was taken for a request"
        assert answer == [] or 400 <= answer[0] < 600
    assert page.house.deeds == before


BROKEN_CHUNKS = {
    "a size that is none": b"zz\r\n",
    "a size beyond all bounds": b"f" * 30 + b"\r\n",
    "a negative size": b"-1\r\n",
    "a size with a prefix": b"0x10\r\n",
    "a chunk that is longer than it says": b"2\r\nabcdef\r\n0\r\n\r\n",
    "an endless extension": b"1;" + b"a" * 70_000 + b"\r\n",
    "an endless trailer": b"0\r\n" + b"a: b\r\n" * 20_000,
}


@pytest.mark.parametrize("name", BROKEN_CHUNKS)
def test_chunks_that_are_none_end_the_connection(page, name):
    before = page.house.deeds
    head = proofs(page, "Transfer-Encoding: chunked", "Connection: close")
    answer = statuses(page.send(head + BROKEN_CHUNKS[name] + body(page)))
    assert answer == [] or (len(answer) == 1 and answer[0] >= 400)
    assert page.house.deeds == before


def test_chunks_that_are_sound_are_one_form(page):
    before = page.house.deeds
    head = proofs(page, "Transfer-Encoding: chunked", "Connection: close")
    assert statuses(page.send(head + chunked(body(page)))) == [200]
    assert page.house.deeds > before


def test_a_second_request_behind_a_whole_one_is_one_of_its_own(page):
    """Pipelining is no smuggling: each has to bring its proofs."""
    sent = body(page)
    first = proofs(page, f"Content-Length: {len(sent)}") + sent
    bare = f"POST /deed HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nConnection: close\r\n".encode()
    before = page.house.deeds
    answer = page.send(first + bare + b"Content-Length: %d\r\n\r\n" % len(sent) + sent)
    assert statuses(answer) == [200, 403]
    assert page.house.deeds - before == 1


FIRSTS = [
    "GET //token HTTP/1.1",
    "GET //evil.example/token HTTP/1.1",
    "GET /\\evil.example/ HTTP/1.1",
    "GET /%2f%2fevil.example HTTP/1.1",
    "GET /./token HTTP/1.1",
    "GET /x/../token HTTP/1.1",
    "GET /x/%2e%2e/token HTTP/1.1",
    "GET /%74oken%00 HTTP/1.1",
    "GET /token%00.css HTTP/1.1",
    "GET /token%0d%0aX:y HTTP/1.1",
    "GET /token; HTTP/1.1",
    "GET /token/ HTTP/1.1",
    "GET /TOKEN HTTP/1.1",
    "GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
    "GET /static/..%5c..%5capp.py HTTP/1.1",
    "GET /static//etc/passwd HTTP/1.1",
    "GET /static/page.css%00 HTTP/1.1",
    "GET /picture/160/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1",
    "GET /picture/0160/" + "0" * 64 + " HTTP/1.1",
    "GET /%C0%AE%C0%AE/token HTTP/1.1",
    "GET /\xff\xfe HTTP/1.1",
    "GET http://evil.example/token HTTP/1.1",
    "GET token HTTP/1.1",
    "GET * HTTP/1.1",
    "GET /token HTTP/1.1 HTTP/1.1",
    "GET /token",
    "GET\t/token\tHTTP/1.1",
    "GET  /token HTTP/1.1",
    "GET /token HTTP/1.1\rX: y",
]


@pytest.mark.parametrize("first", FIRSTS)
def test_no_address_in_disguise_leads_to_a_page(page, first):
    answer = page.send(proofs(page, "Connection: close", first=first))
    assert page.house.csrf.encode() not in answer
    assert b"root:" not in answer
    assert all(400 <= one < 600 for one in statuses(answer))
    top = answer.partition(b"\r\n\r\n")[0]
    assert b"evil.example" not in top
    assert b"\nX:" not in top


def test_line_feeds_alone_are_no_second_reading(page):
    """RFC 9112 section 2.2 lets a server take them; then everything in them counts as well."""
    before = page.house.deeds
    sent = proofs(page, "Origin: http://evil.example", "Connection: close").replace(b"\r\n", b"\n")
    assert all(one >= 400 for one in statuses(page.send(sent + body(page))))
    assert page.house.deeds == before


def test_a_folded_line_belongs_to_the_one_above(page):
    sent = body(page)
    before = page.house.deeds
    lines = ("Origin: http://evil.example\r\n null", f"Content-Length: {len(sent)}")
    assert statuses(page.send(proofs(page, *lines, "Connection: close") + sent)) == [403]
    lines = ("X-A: b\r\n Transfer-Encoding: chunked", f"Content-Length: {len(sent)}")
    assert statuses(page.send(proofs(page, *lines, "Connection: close") + sent)) == [200]
    assert page.house.deeds - before == 1


def test_whoever_has_closed_one_half_is_answered_once(page):
    """A connection without an owner any more may be taken for a stranger's; it gets no page then."""
    with socket.create_connection(("127.0.0.1", page.port), 5) as line:
        line.sendall(proofs(page, "Connection: close", first="GET /token HTTP/1.1")[:-4])
        line.shutdown(socket.SHUT_WR)
        answer = received(line)
    assert page.house.csrf.encode() not in answer
    assert len(statuses(answer)) <= 1


def test_many_connections_that_say_nothing_keep_nobody_out_for_good(page):
    idle = [socket.create_connection(("127.0.0.1", page.port), 5) for _ in range(70)]
    for line in idle:
        line.close()
    sent = proofs(page, "Connection: close", first="GET /token HTTP/1.1")
    # The first may be told that too many are there; it waits until all were looked at.
    told = [statuses(page.send(sent, wait=60)) for _ in range(2)]
    assert told[-1] == [200]


def test_head_has_the_heads_of_a_look_and_no_body(page):
    sent = proofs(page, "Connection: close", first="HEAD /token HTTP/1.1")
    head, _, rest = page.send(sent).partition(b"\r\n\r\n")
    assert statuses(head) == [200]
    assert rest == b""
    assert b"content-security-policy" in head.lower()


def test_no_part_of_a_page_is_given_out(page):
    sent = proofs(page, "Range: bytes=0-0,2-2", "Connection: close", first="GET /token HTTP/1.1")
    answer = page.send(sent)
    assert statuses(answer) == [200]
    assert b"content-range" not in answer.lower()


COOKIES = [
    ("{name}=x; {own}", 200),
    ("{own}; {name}=x", 200),
    ("{own}; {own}", 200),
    ("a=b; {own}; c=d", 200),
    ("{name}80={value}", 403),
    ("x{own}", 403),
    ("{name} = {value}", 403),
    ('{name}="{value}"', 403),
    ("{name}={value}x", 403),
    ("{name}=" + "{value}"[:-1] + "", 403),
    ("{name};{value}", 403),
    ("a={own}", 403),
    ("{own}".upper(), 403),
]  # fmt: skip


@pytest.mark.parametrize(("given", "want"), COOKIES)
def test_cookies_of_other_servers_of_this_address(given, want):
    with house() as made:
        own = made.cookie
        name, _, value = own.partition("=")
        if given == "{own}".upper():
            made.cookie = own.upper()
        elif given.endswith("{value}"[:-1]):
            made.cookie = own[:-1]
        else:
            made.cookie = given.format(own=own, name=name, value=value)
        assert made.get("/token").status_code == want


def test_the_links_token_stands_in_no_answer_and_no_log():
    with house(log=True) as made:
        link = made.keys.link()
        token = link.partition("token=")[2]
        target = link.removeprefix(ORIGIN)
        looks = [[("host", HOST)], [("host", HOST), ("sec-fetch-site", "cross-site")],
                 [("host", "evil.example")], [("host", HOST), ("origin", "http://evil.example")]]  # fmt: skip
        answers = [made.ask("GET", target, head) for head in looks]
        answers += [made.ask("POST", target, looks[0]), made.ask("HEAD", target, looks[0])]
        for answer in answers:
            assert token not in answer.text
            assert token not in repr(answer.headers)
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store"
        assert not [line for line in (*made.logged, *made.told) if token in line or "?" in line]


def test_a_session_cannot_be_chosen_by_somebody_else():
    """Fixation: what the browser brings along is never what the new session is known by."""
    with house() as made:
        link = made.keys.link().removeprefix(ORIGIN)
        planted = f"{made.keys.cookie}=planted"
        answer = made.ask("GET", link, [("host", HOST), ("cookie", planted)])
        given = answer.headers["set-cookie"].partition(";")[0]
        assert given not in {planted, made.cookie}
        for old in (planted, made.cookie):
            assert made.ask("GET", "/token", [("host", HOST), ("cookie", old)]).status_code == 403
        assert made.ask("GET", "/token", [("host", HOST), ("cookie", given)]).status_code == 200


def test_two_deeds_at_once_are_done_one_after_the_other(page):
    sent = body(page)
    octets = proofs(page, f"Content-Length: {len(sent)}", "Connection: close") + sent
    before, answers = page.house.deeds, []
    askers = [threading.Thread(target=lambda: answers.append(page.send(octets))) for _ in range(8)]
    for one in askers:
        one.start()
    for one in askers:
        one.join(20)
    assert [statuses(one) for one in answers] == [[200]] * 8
    assert page.house.deeds - before == 8
