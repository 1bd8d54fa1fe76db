"""Values of the domain: however they are made, they are the same and frozen."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from provenance.model import Container, Property, PropertyValue

SAID = (Property.CREDIT_LINE, Container.SIDECAR, ("AFP",), "XMP photoshop:Credit", "/a.xmp")


def test_a_quick_value_is_as_any_other() -> None:
    value, quick = PropertyValue(*SAID), PropertyValue.of(*SAID)
    assert type(quick) is PropertyValue
    assert (quick, hash(quick), repr(quick)) == (value, hash(value), repr(value))
    assert dataclasses.astuple(quick) == SAID
    assert PropertyValue.of(*SAID[:4]) == PropertyValue(*SAID[:4]) != value


def test_a_quick_value_is_frozen() -> None:
    quick = PropertyValue.of(*SAID)
    for one in dataclasses.fields(PropertyValue):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(quick, one.name, "x")
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(quick, one.name)
    assert quick == PropertyValue(*SAID)


def test_a_quick_value_can_be_copied_sent_and_replaced() -> None:
    quick = PropertyValue.of(*SAID)
    assert pickle.loads(pickle.dumps(quick)) == copy.deepcopy(quick) == quick
    other = dataclasses.replace(quick, values=("Reuters",))
    assert (type(other), other.values, other.locator) == (PropertyValue, ("Reuters",), SAID[3])
