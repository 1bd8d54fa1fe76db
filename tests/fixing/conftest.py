"""A desk for the tests of fixing."""

from __future__ import annotations

import pytest
from fixing_material import open_desk


@pytest.fixture
def desk(own_state):
    """A registry and a log of its own, and a person."""
    made = open_desk(own_state)
    yield made
    made.registry.close()
