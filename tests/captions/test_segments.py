"""Segmentation: captions run together, wrapped, doubled, mixed with prose and notices."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from provenance.captions import body, segment

ONE = "Boats lie on the river in Lyon on May 2, 2023. (Photo by Ana DUPOND / AFP)"
TWO = "A man reads in a park in Nice on May 3, 2023. - The park reopened on May 1. (Photo by Luc MARIN / AFP)"
THREE = 'A woman says "No" in Metz. (AP Photo/Eva Roth, File)'


def _texts(text: str) -> list[str]:
    return [one.text for one in segment(text)]


def test_captions_run_together_are_taken_apart() -> None:
    text = ONE + TWO + THREE
    found = segment(text)
    assert [one.text for one in found] == [ONE, TWO, THREE]
    assert [text[one.start : one.end] for one in found] == [ONE, TWO, THREE]


def test_words_without_a_credit_are_no_caption() -> None:
    assert segment("Close\nnewsletters\n\nThe minister said it was so.\n\n") == ()


def test_a_caption_does_not_take_the_headline_or_the_prose_before_it() -> None:
    text = (
        f"White House watches\n{ONE}\nIt was late.\n\nThe prose ends here.\n\n{THREE}\nMore prose."
    )
    assert _texts(text) == [ONE, THREE]


def test_a_sentence_running_across_a_line_end_is_kept() -> None:
    text = "Headline of the day\nBoats lie on the river in\nLyon on May 2, 2023. (Photo by Ana DUPOND /\nAFP)"
    assert _texts(text) == [ONE]


def test_hard_wrapped_paragraph_is_one_caption() -> None:
    text = (
        "Anti-flood barriers stand along the river on November 30, 2024. - The people of\n"
        "the town had left their houses on November 29. The river Xisto rose at night by\n"
        "more than two metres, the mayor said. (Photo by Ana DUPOND / AFP)"
    )
    assert _texts("Prose.\n\n" + text) == [" ".join(text.split())]


def test_a_credit_on_its_own_line_belongs_to_the_line_above() -> None:
    found = segment(
        "Prose before.\n\nBoats lie on the river.\n(Photo by Ana DUPOND / AFP)\n\nProse behind."
    )
    assert [one.text for one in found] == ["Boats lie on the river. (Photo by Ana DUPOND / AFP)"]


def test_doubled_credit_is_one_caption() -> None:
    text = "Boats. (Photo by Ana DUPOND / AFP) (Photo by ANA DUPOND/AFP via Getty Images)"
    (found,) = segment(text)
    (one,) = found.credits
    assert one.raw == text.removeprefix("Boats. ")
    assert found.credit == one


def test_the_credit_that_names_a_person_leads() -> None:
    (found,) = segment("Boats. (Photo by AFP) (Photo by ANA DUPOND/AFP via Getty Images)")
    assert found.credit is not None
    assert found.credit.creator == "ANA DUPOND"


def test_restrictions_stay_with_the_caption_they_follow() -> None:
    tail = ' / RESTRICTED TO EDITORIAL USE - MANDATORY CREDIT "AFP PHOTO / Ana DUPOND" - NO MARKETING NO ADVERTISING CAMPAIGNS - DISTRIBUTED AS A SERVICE TO CLIENTS'
    found = segment(ONE + tail + TWO)
    assert [one.text for one in found] == [ONE + tail, TWO]
    reuters = "Smoke rises in Bern. REUTERS/Mario Sala  (SWITZERLAND - Tags: POLITICS) TPX IMAGES OF THE DAY"
    assert _texts(reuters + "A boat sinks. (AP Photo/Eva Roth)") == [
        reuters.replace("  ", " "),
        "A boat sinks. (AP Photo/Eva Roth)",
    ]


def test_a_field_is_captions_from_end_to_end() -> None:
    text = "Boats lie.\r\rThe river\nrises. (Photo by Ana DUPOND / AFP) File."
    (found,) = segment(text, whole=True)
    assert found.text == "Boats lie. The river rises. (Photo by Ana DUPOND / AFP) File."
    assert (found.start, found.end) == (0, len(text))
    (bare,) = segment("  No credit here \n", whole=True)
    assert (bare.text, bare.credit) == ("No credit here", None)
    assert segment(" \n ", whole=True) == ()


def test_body_leaves_the_words_only() -> None:
    assert body(ONE) == "Boats lie on the river in Lyon on May 2, 2023."
    assert body("Boats. / AFP PHOTO / ANA DUPOND") == "Boats."
    assert body("No credit") == "No credit"


_SENTENCE = st.lists(
    st.sampled_from(["people", "boats", "walk", "near", "the", "old", "river", "market", "before", "dusk", "Lyon", "Aleppo", "Maria", "2023"]),
    min_size=2, max_size=9,
).map(lambda words: " ".join(words).capitalize() + ".")  # fmt: skip
_CREDIT = st.sampled_from(
    ["(Photo by Ana DUPOND / AFP)", "(AFP Photo)", "(AP Photo/Eva Roth)", "(Photo by EVA ROTH/AFP via Getty Images)",
     "(Photo by Eva ROTH / AFP) (Photo by EVA ROTH/AFP via Getty Images)", "(Mika Olen/Pool via AP)"]
)  # fmt: skip


@given(
    st.lists(st.tuples(_SENTENCE, _CREDIT), min_size=1, max_size=6),
    st.sampled_from(["", " ", "\n", "\n\n"]),
)
def test_what_was_joined_comes_apart(pairs: list[tuple[str, str]], glue: str) -> None:
    captions = [f"{words} {credit}" for words, credit in pairs]
    text = glue.join(captions)
    assert _texts(text) == captions
    assert [text[one.start : one.end] for one in segment(text)] == captions


@given(st.text(max_size=400))
def test_any_text_gives_ordered_disjoint_spans(text: str) -> None:
    for whole in (False, True):
        floor = 0
        for one in segment(text, whole=whole):
            assert floor <= one.start <= one.end <= len(text)
            floor = one.end
