"""A new file as what changes in an old one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.metadata.splicing import Splice, common_back, common_front

ALIKE = st.lists(st.sampled_from([b"a", b"b", b"ab" * 50, b"a" * 300])).map(b"".join)


@given(ALIKE, ALIKE)
def test_splice_makes_the_new_file_of_the_old_one(old, new):
    splice = Splice.between(old, new)
    assert splice.applied(old) == new
    assert splice.front + len(splice.middle) + splice.back == len(new)


@given(ALIKE, ALIKE)
def test_common_ends_are_as_long_as_they_can_be(one, other):
    limit = min(len(one), len(other))
    front = common_front(one, 0, other, 0, limit)
    assert one[:front] == other[:front]
    assert front == limit or one[front] != other[front]
    back = common_back(one, len(one), other, len(other), limit)
    assert one[len(one) - back :] == other[len(other) - back :]
    assert back == limit or one[-back - 1] != other[-back - 1]


def test_what_changes_is_small_whatever_the_size_of_the_file():
    old = bytes(2_000_000)
    new = old[:5000] + b"credit" + old[5000:]
    assert len(Splice.between(old, new).middle) <= len(b"credit")


@pytest.mark.parametrize(("front", "back"), [(-1, 0), (0, -1), (3, 2), (5, 0), (1 << 70, 0)])
def test_splice_that_does_not_fit_is_refused(front, back):
    with pytest.raises(ValueError, match="outside"):
        Splice(front, b"x", back).applied(b"1234")
