"""File names that tell something, apart from those that cameras and systems give to all.

``DSC_0001.jpg``, ``image.jpg`` and ``1.jpg`` stand in every archive many times over: that two
files bear such a name says nothing about either.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_VOCABULARY: Final = (
    # a picture, in the languages of newsrooms
    "image images img imgs picture pictures pict pic pics photo photos photograph foto fotos "
    "fotografia fotografie fotografi bild bilder imagen imagenes imagem imagens immagine immagini "
    "afbeelding beeld billede bilde kuva obraz obrazek zdjecie slika kep resim gorsel görsel "
    "изображение фото фотография картинка снимок صورة 画像 写真 图片 圖片 照片 사진 "
    # nothing yet
    "untitled unbenannt unnamed noname titel title sans titre titulo título senza titolo naamloos "
    "default placeholder dummy blank none null undefined unknown new neu nouveau nuevo test temp "
    "tmp sample example "
    # what a program did to it
    "copy kopie copie copia kopi kopia edit edited bearbeitet modifie modificado export exported "
    "output final version rev crop cropped resized resize rotated scaled compressed optimized "
    "converted print web lowres hires low high res small medium large big thumb thumbnail thumbs "
    "preview mini full fullsize original orig master main "
    # its place on a page, and how it came
    "hero header banner cover teaser front background bg slide slider gallery article post page "
    "content media asset file files datei fichier document doc attachment anhang upload uploads "
    "download downloads screenshot bildschirmfoto capture screen shot scan scanned camera kamera "
    "whatsapp telegram signal facebook twitter instagram received fb snap "
    # what cameras begin with (DCF leaves four characters to the maker)
    "dsc dscf dscn dcim dcp cimg mvi mov gopr dji pxl sam hpim kif sdc pano burst hdr vid "
    "the and for with und von mit der die das les des par por para con del"
)
_WORDS: Final = frozenset(_VOCABULARY.split())
# JEITA CP-3461 (DCF), 6.3: four free characters and a number of four digits.
_DCF = re.compile(r"[0-9a-z_]{4}\d{4}", re.ASCII)
_OF_A_CAMERA = re.compile(rf"\A{_DCF.pattern}(?![0-9a-z])", re.ASCII)
_SIZE = re.compile(
    r"\d{1,5}(?:x\d{0,5}|px|w|h|p|k|dpi|kb|mb)|[wh]\d{1,5}|[vr]\d{1,3}|wa\d{1,6}", re.ASCII
)
_DAY_OR_TIME = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{0,9}"
    r"|(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{0,3}",
    re.ASCII,
)
_PART = re.compile(r"[^\W_]+")
_EXTENSION = re.compile(r"\.[^.\s/]{1,5}$")
_TRAILING_DIGITS = re.compile(r"\d{1,6}$")
_LONGEST_NAME: Final = 512
_LONGEST_COUNTER: Final = 7
_SHORTEST_WORD: Final = 3
_SHORTEST_SCRIPT_WORD: Final = 2
_SHORTEST_CODE: Final = 6


@lru_cache(maxsize=1024)
def tells(name: str) -> bool:
    """Whether a file name can tell one picture from another, by its form.

    Args:
        name: a base name, in any casing, with or without its extension.

    Returns:
        True where it holds a word that is not every picture's (``boats.jpg``), a code
        (``AFP_36NV2QL``) or a number longer than a counter; False for counters, days, hours,
        sizes, cameras' names and words like ``image`` and ``untitled``.
    """
    stem = _EXTENSION.sub("", name[:_LONGEST_NAME].casefold())
    # The four free characters may be underscores, which part words elsewhere.
    return any(map(_tells, _PART.findall(_OF_A_CAMERA.sub("", stem))))


def _tells(part: str) -> bool:
    if _DCF.fullmatch(part) or _SIZE.fullmatch(part) or part in _WORDS:
        return False
    if part.isdigit():
        return len(part) > _LONGEST_COUNTER and _DAY_OR_TIME.fullmatch(part) is None
    word = _TRAILING_DIGITS.sub("", part)
    if word.isalpha():
        shortest = _SHORTEST_WORD if word.isascii() else _SHORTEST_SCRIPT_WORD
        return len(word) >= shortest and word not in _WORDS
    return len(part) >= _SHORTEST_CODE
