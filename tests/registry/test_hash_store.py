from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registry.values import LATER, NOW, record, unreadable

from provenance.errors import RegistryError
from provenance.model import MetadataRecord
from provenance.model.look import Look, PictureHash
from provenance.registry import (
    Registry,
    Walked,
    count_to_hash,
    failures_of,
    look_alikes,
    looks_of,
    mark_presence,
    put_hashes,
    to_hash,
    upsert_assets,
)
from provenance.registry.chunks import PIECES, buckets
from provenance.registry.tables import PICTURE_CHUNK

NIGHT = PictureHash(bytes(range(32)), 100, 3000, 2000)
DAWN = PictureHash(bytes(range(32, 64)), 90, 1200, 800)
FOG = PictureHash(bytes(32), 49)


def picture(uri: str, scan: str | None = "s1", **changes: object) -> MetadataRecord:
    return replace(record(uri), scan_digest=scan, **changes)  # type: ignore[arg-type]


def put(registry: Registry, *results: MetadataRecord, now: str = NOW) -> None:
    with registry.write() as tx:
        upsert_assets(tx, [(result, ()) for result in results], "r1", now)


def keep(registry: Registry, *rows: tuple[str, str, PictureHash | str]) -> int:
    with registry.write() as tx:
        return put_hashes(tx, rows)


def flipped(pdq: bytes, *bits: int) -> bytes:
    return (int.from_bytes(pdq) ^ sum(1 << bit for bit in set(bits))).to_bytes(32)


def filed(registry: Registry) -> int:
    with registry.read() as tx:
        return len(tx.connection.execute(PICTURE_CHUNK.select()).all())


def near(registry: Registry, pdq: bytes, within: int = 31) -> tuple[tuple[str, int], ...]:
    with registry.read() as tx:
        return look_alikes(tx, [pdq], within)[pdq]


def test_a_look_comes_back(registry: Registry) -> None:
    put(registry, picture("/a.jpg"), picture("/b.png", None), picture("/c.jpg", "s3"))
    assert keep(registry, ("/a.jpg", "s1", NIGHT), ("/b.png", "d" * 64, FOG)) == 2
    with registry.read() as tx:
        assert looks_of(tx, ["/a.jpg", "/b.png", "/c.jpg", "/none.jpg"]) == {
            "/a.jpg": Look("s1", NIGHT),
            "/b.png": Look("d" * 64, FOG),
        }


def test_what_looks_alike_is_found_nearest_first(registry: Registry) -> None:
    put(registry, *(picture(f"/{name}.jpg", name) for name in "abcd"))
    keep(
        registry,
        ("/a.jpg", "a", replace(NIGHT, pdq=flipped(NIGHT.pdq, *range(0, 256, 9)))),
        ("/b.jpg", "b", NIGHT),
        ("/c.jpg", "c", replace(NIGHT, pdq=flipped(NIGHT.pdq, *range(32)))),
        ("/d.jpg", "d", NIGHT),
    )
    assert near(registry, NIGHT.pdq) == (("/b.jpg", 0), ("/d.jpg", 0), ("/a.jpg", 29))
    assert near(registry, NIGHT.pdq, 28) == (("/b.jpg", 0), ("/d.jpg", 0))
    assert near(registry, DAWN.pdq) == ()
    with registry.read() as tx:
        assert look_alikes(tx, [], 31) == {}
        assert look_alikes(tx, [NIGHT.pdq], at_most=1) == {NIGHT.pdq: (("/b.jpg", 0),)}
        several = look_alikes(tx, iter([NIGHT.pdq, DAWN.pdq, NIGHT.pdq]))
    assert {pdq: len(found) for pdq, found in several.items()} == {NIGHT.pdq: 3, DAWN.pdq: 0}


def test_a_picture_with_a_border_is_found_by_what_is_within_it(registry: Registry) -> None:
    put(registry, *(picture(f"/{name}.jpg", name) for name in "ab"))
    within = flipped(NIGHT.pdq, 3, 77)
    framed = Look("not this one", DAWN, trimmed=within, mirrored=bytes(31) + b"\1")
    keep(registry, ("/a.jpg", "a", framed), ("/b.jpg", "b", NIGHT))
    assert near(registry, NIGHT.pdq) == (("/b.jpg", 0), ("/a.jpg", 2))
    assert near(registry, DAWN.pdq) == (("/a.jpg", 0),)
    assert near(registry, NIGHT.pdq, 1) == (("/b.jpg", 0),)
    # From behind it is kept, and asked for by whoever looks for it.
    assert near(registry, bytes(31) + b"\1") == ()
    with registry.read() as tx:
        assert looks_of(tx, ["/a.jpg"]) == {"/a.jpg": replace(framed, basis="a")}
    assert filed(registry) == PIECES + len({*buckets(DAWN.pdq), *buckets(within)})
    keep(registry, ("/a.jpg", "a", replace(framed, trimmed=None)))
    assert filed(registry) == 2 * PIECES
    assert near(registry, NIGHT.pdq) == (("/b.jpg", 0),)
    keep(registry, ("/a.jpg", "a", Look("a", replace(DAWN, quality=49), trimmed=within)))
    assert filed(registry) == PIECES


def test_the_border_may_leave_pieces_of_the_hash_as_they_are(registry: Registry) -> None:
    put(registry, picture("/a.jpg", "a"))
    keep(registry, ("/a.jpg", "a", Look("a", NIGHT, trimmed=flipped(NIGHT.pdq, 0))))
    assert filed(registry) == PIECES + 1
    keep(registry, ("/a.jpg", "a", Look("a", NIGHT, trimmed=NIGHT.pdq)))
    assert filed(registry) == PIECES
    assert near(registry, NIGHT.pdq) == (("/a.jpg", 0),)


def test_a_hash_that_does_not_tell_is_kept_but_not_found(registry: Registry) -> None:
    put(registry, picture("/a.jpg"))
    keep(registry, ("/a.jpg", "s1", FOG))
    assert filed(registry) == 0
    assert near(registry, FOG.pdq) == ()
    keep(registry, ("/a.jpg", "s1", replace(FOG, quality=50)))
    assert near(registry, FOG.pdq) == (("/a.jpg", 0),)
    keep(registry, ("/a.jpg", "s1", FOG))
    assert filed(registry) == 0


def test_a_changed_hash_leaves_nothing_of_the_old_one(registry: Registry) -> None:
    put(registry, picture("/a.jpg"), picture("/b.jpg"))
    keep(registry, ("/a.jpg", "s1", NIGHT), ("/b.jpg", "s1", NIGHT))
    keep(registry, ("/a.jpg", "s1", NIGHT), ("/a.jpg", "s1", DAWN))
    assert filed(registry) == 2 * PIECES
    assert near(registry, NIGHT.pdq) == (("/b.jpg", 0),)
    assert near(registry, DAWN.pdq) == (("/a.jpg", 0),)
    keep(registry, ("/a.jpg", "s1", "it ends too early"))
    assert filed(registry) == PIECES
    with registry.read() as tx:
        assert looks_of(tx, ["/a.jpg"]) == {}


def test_new_picture_data_make_an_old_look_count_no_more(registry: Registry) -> None:
    put(registry, picture("/a.jpg"))
    keep(registry, ("/a.jpg", "s1", NIGHT))
    put(registry, picture("/a.jpg", "s2"), now=LATER)
    with registry.read() as tx:
        assert looks_of(tx, ["/a.jpg"]) == {}
        assert look_alikes(tx, [NIGHT.pdq]) == {NIGHT.pdq: ()}
        assert [one.basis for one in to_hash(tx)] == ["s2"]
    put(registry, picture("/a.jpg", "s1"), now=LATER)
    with registry.read() as tx:
        assert looks_of(tx, ["/a.jpg"]) == {"/a.jpg": Look("s1", NIGHT)}


def test_what_is_gone_does_not_look_alike(registry: Registry) -> None:
    put(registry, picture("/p/a.jpg"), picture("/p/b.jpg"))
    keep(registry, ("/p/a.jpg", "s1", NIGHT), ("/p/b.jpg", "s1", NIGHT))
    with registry.write() as tx:
        mark_presence(tx, Walked(("/p",), {"/p/b.jpg"}, {"/p": "1"}), "r2")
    assert near(registry, NIGHT.pdq) == (("/p/b.jpg", 0),)


def test_to_hash_gives_pictures_that_are_there_and_were_not_looked_at(registry: Registry) -> None:
    put(
        registry,
        picture("/p/1.jpg", "s1"),
        picture("/p/2.png", None, media_type="image/png"),
        picture("/p/3.txt", None, media_type="text/plain"),
        picture("/p/4.jpg", "s4"),
        picture("/p/5.jpg", "s5"),
        picture("/q/6.jpg", "s6"),
        picture("/p/7.jpg", "s7"),
    )
    with registry.write() as tx:
        upsert_assets(tx, [(unreadable("/p/8.jpg"), ())], "r1", NOW)
        seen = {f"/p/{name}" for name in ("1.jpg", "2.png", "3.txt", "4.jpg", "7.jpg", "8.jpg")}
        mark_presence(tx, Walked(("/p",), seen, {"/p": "1"}), "r2")
    keep(registry, ("/p/4.jpg", "s4", "too large"), ("/p/7.jpg", "s6", NIGHT))
    with registry.read() as tx:
        found = to_hash(tx)
        assert [(one.ref.uri, one.basis) for one in found] == [
            ("/p/1.jpg", "s1"),
            ("/p/2.png", "d" * 64),
            ("/p/7.jpg", "s7"),
            ("/q/6.jpg", "s6"),
        ]
        assert found[0].ref == picture("/p/1.jpg").ref
        assert [one.media_type for one in found[:2]] == ["image/jpeg", "image/png"]
        assert [one.ref.uri for one in to_hash(tx, roots=["/q", "/p/1.jpg"])] == [
            "/p/1.jpg",
            "/q/6.jpg",
        ]
        assert count_to_hash(tx) == 4
        assert count_to_hash(tx, roots=["/p"]) == 3
        assert count_to_hash(tx, roots=[]) == 0


def test_to_hash_pages_through_everything(registry: Registry) -> None:
    uris = sorted([*(f"/{number}.jpg" for number in range(600)), "/\udce9.jpg", "/\\.jpg"])
    put(registry, *(picture(uri) for uri in uris))
    for asked in (None, [*reversed(uris), "/none.jpg"]):
        with registry.read() as tx:
            met: list[str] = []
            while page := to_hash(tx, asked, after=met[-1] if met else "", at_most=101):
                assert len(page) == 101 or len(met) + len(page) == len(uris)
                met.extend(one.ref.uri for one in page)
        assert len(met) == len(uris)
        assert sorted(met) == uris
    with registry.read() as tx:
        assert [one.ref.uri for one in to_hash(tx, ["/7.jpg"], roots=["/8.jpg"])] == []


def test_why_a_picture_could_not_be_looked_at(registry: Registry) -> None:
    put(registry, picture("/a.jpg"), picture("/b.jpg"))
    keep(
        registry, ("/a.jpg", "s1", "broken\x00 \udcff" + "x" * 5000), ("/b.jpg", "old", "too large")
    )
    with registry.read() as tx:
        found = failures_of(tx, ["/a.jpg", "/b.jpg"])
        assert looks_of(tx, ["/a.jpg"]) == {}
    assert found.keys() == {"/a.jpg"}
    assert found["/a.jpg"].startswith("broken\x00 \udcff")
    assert len(found["/a.jpg"]) == 1000


def test_a_picture_that_is_not_registered_is_left_out(registry: Registry) -> None:
    assert keep(registry, ("/none.jpg", "s1", NIGHT)) == 0
    assert filed(registry) == 0


def test_what_is_no_hash_is_refused_and_nothing_is_kept(registry: Registry) -> None:
    put(registry, picture("/a.jpg"))
    with pytest.raises(RegistryError, match="32 octets"):
        keep(registry, ("/a.jpg", "s1", PictureHash(b"short", 100)))
    for form in ("trimmed", "mirrored"):
        with pytest.raises(RegistryError, match="32 octets"):
            keep(registry, ("/a.jpg", "s1", replace(Look("s1", NIGHT), **{form: b"short"})))
    with registry.read() as tx, pytest.raises(RegistryError, match="32 octets"):
        look_alikes(tx, [b"short"])
    with registry.read() as tx, pytest.raises(RegistryError):
        put_hashes(tx, [("/a.jpg", "s1", NIGHT)])
    assert filed(registry) == 0


def neighbours(rng: random.Random, pdq: bytes, count: int) -> list[bytes]:
    return [flipped(pdq, *rng.sample(range(256), rng.randrange(64))) for _ in range(count)]


def by_force(kept: dict[str, bytes], pdq: bytes, within: int) -> set[tuple[str, int]]:
    whole = int.from_bytes(pdq)
    distances = ((uri, (whole ^ int.from_bytes(other)).bit_count()) for uri, other in kept.items())
    return {(uri, bits) for uri, bits in distances if bits <= within}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), within=st.integers(0, 31))
def test_the_search_misses_nothing(registry: Registry, seed: int, within: int) -> None:
    rng = random.Random(seed)
    bases = [rng.randbytes(32) for _ in range(3)]
    kept = {
        f"/{seed}/{number}.jpg": pdq
        for number, pdq in enumerate(one for base in bases for one in neighbours(rng, base, 30))
    }
    put(registry, *(picture(uri) for uri in kept))
    keep(registry, *((uri, "s1", PictureHash(pdq, 50)) for uri, pdq in kept.items()))
    with registry.read() as tx:
        found = look_alikes(tx, bases, within)
    for base in bases:
        own = {one for one in found[base] if one[0] in kept}
        assert own == by_force(kept, base, within)
        assert list(found[base]) == sorted(found[base], key=lambda one: (one[1], one[0]))


def test_hashes_asked_together_are_answered_as_if_asked_alone(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies share a search, up to a number; strangers, borders and limits mix nothing up."""
    monkeypatch.setattr("provenance.registry.hash_store._TOGETHER", 3)
    rng = random.Random(11)
    bases = [rng.randbytes(32) for _ in range(3)]
    kept = {
        f"/{number}.jpg": pdq
        for number, pdq in enumerate(one for base in bases for one in neighbours(rng, base, 20))
    }
    bare = dict(zip(list(kept)[::4], reversed(kept.values()), strict=False))
    put(registry, *(picture(uri) for uri in kept))
    looks = {u: Look("", PictureHash(pdq, 90), bare.get(u)) for u, pdq in kept.items()}
    with registry.write() as tx:
        put_hashes(tx, ((uri, "s1", look) for uri, look in looks.items()))
    asked = [one for base in bases for one in (base, *neighbours(rng, base, 6))]
    with registry.read() as tx:
        together = look_alikes(tx, asked)
        few = look_alikes(tx, asked, at_most=2)
        alone = {pdq: look_alikes(tx, [pdq])[pdq] for pdq in asked}
    assert together == alone
    assert max(map(len, alone.values())) > 2
    for pdq in asked:
        true = dict(by_force(kept, pdq, 31))
        for uri, bits in by_force(bare, pdq, 31):
            true[uri] = min(bits, true.get(uri, bits))
        assert dict(together[pdq]) == true
        assert len(few[pdq]) == min(2, len(alone[pdq]))
        assert [bits for _, bits in few[pdq]] == [bits for _, bits in alone[pdq]][:2]
