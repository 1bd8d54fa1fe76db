"""A newsroom's folder of which the truth is known: originals, copies, neighbours, notices."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from making import dress, exif_block, iim_block, photoshop_block, xmp_packet
from notice_material import bracket
from PIL import Image
from quality.matching.bases import Base
from quality.matching.renderings import (
    COPIES,
    NEIGHBOURS,
    WITHIN_TARGET,
    Rendering,
    encode,
    frame,
)

_GIVEN = (
    "Ana", "Luc", "Mara", "Ivo", "Nora", "Emre", "Lea", "Tariq", "Ines", "Olav", "Rui", "Vera",
)  # fmt: skip
_FAMILY = (
    "LINDQUIST", "DUPOND", "TEIXEIRA", "HALVORSEN", "DERWAL", "MOREAU", "OKONKWO", "VOSKUIL",
    "SARVI", "PETROVIC", "QUILLER", "TARRANT",
)  # fmt: skip
_PLACES = (
    ("Lyon", "France"), ("Porto", "Portugal"), ("Bergen", "Norway"), ("Graz", "Austria"),
    ("Izmir", "Turkey"), ("Leeds", "United Kingdom"), ("Bari", "Italy"), ("Galati", "Romania"),
)  # fmt: skip
_SUBJECTS = (
    "People wait beside a road", "Workers clear the ground", "A crowd listens to a speech",
    "Visitors look at a building", "Animals rest near a barn", "A boat leaves the quay",
    "Children play in a square", "Firefighters stand by a bridge",
)  # fmt: skip
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


TOLD_BY = (
    "number", "number", "digest", "number", "number", "caption", "number", "digest", "number",
    "number",
)  # fmt: skip
"""How notices name their pictures, in turns."""


@dataclass(frozen=True, slots=True)
class Story:
    """What an agency sent with one picture, and what it should have sent.

    Attributes:
        number: of the picture in this set.
        code: AFP's picture number.
        wrong: the photographer who was named.
        right: the photographer who took it.
        day: ``YYYY-MM-DD``.
        city: where.
        country: of the city.
        caption: without its credit.
        told_by: how the notice names the picture: ``number``, ``caption`` or ``digest``.
    """

    number: int
    code: str
    wrong: str
    right: str
    day: str
    city: str
    country: str
    caption: str
    told_by: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What one file is.

    Attributes:
        of: number of the picture that it shows; None for one that no notice speaks of.
        near: number of the picture that it is a neighbour of; None for a copy.
        what: the rendering or the trap, as the tables call it.
        dress: which words it kept: ``all``, ``words`` (no number), ``none``.
    """

    of: int | None
    near: int | None
    what: str
    dress: str


@dataclass(slots=True)
class World:
    """A folder on disk with the truth about each of its files.

    Attributes:
        folder: the pictures.
        notices: the notices.
        truths: by path below ``folder``.
        stories: by number.
    """

    folder: Path
    notices: Path
    truths: dict[str, Truth] = field(default_factory=dict)
    stories: dict[int, Story] = field(default_factory=dict)

    def put(self, name: str, data: bytes, truth: Truth) -> None:
        """Write a file and remember what it is."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.truths[name] = truth


def story(number: int, chance: random.Random, told_by: str) -> Story:
    """An invented story; names, places and days come back, numbers do not."""
    wrong = f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}"
    right = wrong
    while right.split()[1] == wrong.split()[1]:
        right = f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}"
    city, country = chance.choice(_PLACES)
    day = f"2024-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    caption = (
        f"{chance.choice(_SUBJECTS)} in {city}, {country} on {_written(day)}, as the inquiry "
        f"number {number + 400} of the regional council began."
    )
    code = f"36{_LETTERS[chance.randrange(10, 34)]}" + _base(number, 3) + "K"
    return Story(number, code, wrong, right, day, city, country, caption, told_by)


def _base(number: int, digits: int) -> str:
    out = ""
    for _ in range(digits):
        number, rest = divmod(number, len(_LETTERS))
        out = _LETTERS[rest] + out
    return out


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _written(day: str) -> str:
    year, month, number = day.split("-")
    return f"{_MONTHS[int(month) - 1]} {int(number)}, {year}"


def words(told: Story, *, by: str | None = None, code: str | None = "", agency: str = "AFP",
          caption: str | None = None) -> Callable[[bytes], bytes]:  # fmt: skip
    """Dress a JPEG as the agency does; ``code`` None leaves every number out."""
    by = told.wrong if by is None else by
    code = told.code if code == "" else code
    text = f"{told.caption if caption is None else caption} (Photo by {by} / {agency})"
    iim = {
        "byline": by, "credit": agency, "source": agency, "caption": text, "city": told.city,
        "country": told.country, "date": told.day.replace("-", ""), "headline": told.city.upper(),
    }  # fmt: skip
    xmp = {
        "dc:creator": by, "dc:description": text, "photoshop:Credit": agency,
        "photoshop:City": told.city, "photoshop:Country": told.country,
        "photoshop:DateCreated": told.day,
    }  # fmt: skip
    if code is not None:
        iim["title"] = xmp["dc:title"] = f"000_{code}"
    return lambda jpeg: dress(
        jpeg,
        exif=exif_block({"artist": by, "taken": f"{told.day.replace('-', ':')} 10:00:00"}),
        photoshop=photoshop_block(iim_block(iim)),
        xmp=xmp_packet(xmp, padding=200),
    )


def build(folder: Path, bases: Sequence[Base], seed: int = 20_241) -> World:
    """Write the set: nineteen of twenty bases with a notice, the others as strangers beside them.

    The same bases and seed give the same set.
    """
    world = World(folder / "pictures", folder / "notices")
    world.notices.mkdir(parents=True)
    strangers = bases[::20]
    for number, base in enumerate(one for at, one in enumerate(bases) if at % 20):
        chance = random.Random(f"{seed}/{number}")
        told_by = TOLD_BY[number % len(TOLD_BY)]
        told = story(number, chance, told_by)
        world.stories[number] = told
        original = words(told)(encode(frame(base.image), "JPEG", 90))
        first = f"wire/{told.day}/000_{told.code}.jpg"
        world.put(first, original, Truth(number, None, "the original", "all"))
        for name, data, truth in _copies(told, frame(base.image), chance):
            world.put(name, data, truth)
        for name, data, truth in _neighbours(told, base, chance):
            world.put(name, data, truth)
        stranger = frame(strangers[number % len(strangers)].image)
        for name, data, truth in _traps(told, stranger, chance):
            world.put(name, data, truth)
        _notice(world, told)
    return world


def _notice(world: World, told: Story) -> None:
    pair = bracket(f"[{told.right}] instead of [{told.wrong}]", byline=told.wrong)
    name = world.notices / f"{told.number:04d}.txt"
    if told.told_by == "number":
        name.write_text(f"Picture 000_{told.code}\n\n{pair}\n", encoding="utf-8")
    elif told.told_by == "caption":
        name.write_text(
            f"{told.caption} (Photo by {told.right} / AFP) / {pair}\n", encoding="utf-8"
        )
    # What is told by its digest is taken up by ``notices new``, which the judge calls.


def _copies(
    told: Story, original: Image.Image, chance: random.Random
) -> Iterator[tuple[str, bytes, Truth]]:
    for at, one in enumerate(_fitting(original)):
        kept = one.render(original, chance)
        data = encode(kept, one.kind, one.quality)
        place = f"web/{told.number:04d}/{chance.randrange(16**8):08x}"
        suffix = {"JPEG": "jpg", "TIFF": "tif"}.get(one.kind, one.kind.lower())
        yield f"{place}.{suffix}", data, Truth(told.number, None, one.name, "none")
        if one.kind != "JPEG":
            continue
        both = one.name in WITHIN_TARGET
        if both or (at + told.number) % 2:
            yield f"{place}-a.jpg", words(told)(data), Truth(told.number, None, one.name, "all")
        if both or not (at + told.number) % 2:
            undressed = words(told, code=None)(data)
            yield f"{place}-w.jpg", undressed, Truth(told.number, None, one.name, "words")


def _fitting(image: Image.Image) -> list[Rendering]:
    return [one for one in COPIES if max(image.size) >= one.needs]


def _next(told: Story, step: int) -> str:
    """A number that the agency gives to a frame close by."""
    return told.code[:-1] + _LETTERS[(20 + step) % len(_LETTERS)]


def _neighbours(
    told: Story, base: Base, chance: random.Random
) -> Iterator[tuple[str, bytes, Truth]]:
    frames = [(what, render(base.image, chance)) for what, render in NEIGHBOURS.items()]
    frames += [("burst: another painted frame", frame(other)) for other in base.others]
    for step, (what, taken) in enumerate(frames, start=1):
        data = encode(taken, "JPEG", 88)
        place = f"wire/{told.day}/{chance.randrange(16**8):08x}"
        by = told.right if what.startswith("a colleague") else told.wrong
        own = words(told, code=_next(told, step), by=by)(data)
        yield f"{place}-a.jpg", own, Truth(None, told.number, what, "all")
        plain = words(told, code=None, by=by)(data)
        yield f"{place}-w.jpg", plain, Truth(None, told.number, what, "words")
        yield f"{place}-n.jpg", data, Truth(None, told.number, what, "none")


def _traps(
    told: Story, stranger: Image.Image, chance: random.Random
) -> Iterator[tuple[str, bytes, Truth]]:
    """Other pictures with something of the corrected one's words."""

    def jpeg() -> bytes:
        # No two of them are the same file, nor the same frame.
        dx, dy = chance.uniform(0, 0.1), chance.uniform(0, 0.1)
        box = (round(stranger.width * dx), round(stranger.height * dy),
               round(stranger.width * (0.9 + dx)), round(stranger.height * (0.9 + dy)))  # fmt: skip
        return encode(stranger.crop(box), "JPEG", chance.randint(80, 92))

    place = f"wire/{told.day}"
    given, _, family = told.wrong.partition(" ")
    other = f"A view of the harbour of {told.city}, {told.country} on {_written(told.day)}."
    spoken = f"{told.wrong}, a visitor, speaks in {told.city} on {_written(told.day)}."
    traps = (
        ("another picture, same caption", "all", words(told, code=_next(told, 11))),
        ("another picture, same caption", "words", words(told, code=None)),
        ("his other picture of that day", "all", words(told, code=_next(told, 12), caption=other)),
        ("his other picture of that day", "words", words(told, code=None, caption=other)),
        ("a name that holds the name", "words", words(told, code=None, by=f"{given} {family}SON")),
        ("he is the subject", "words", words(told, code=None, by="Kay NIELSTROM", caption=spoken)),
        ("the right name as the byline", "words",
         words(told, code=None, by=told.right, caption=other)),
    )  # fmt: skip
    for what, dressed, dressing in traps:
        name = f"{place}/{chance.randrange(16**8):08x}.jpg"
        yield name, dressing(jpeg()), Truth(None, told.number, what, dressed)
    same_name = f"desk/{told.number:04d}/000_{told.code}.jpg"
    # The file name is all that it has: an agency's number that names another picture is the
    # desk's own error, and must wait for a person.
    yield same_name, jpeg(), Truth(None, told.number, "misnamed by the desk", "none")


__all__ = ["Story", "Truth", "World", "build", "story", "words"]
