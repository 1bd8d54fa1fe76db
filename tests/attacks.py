"""Files made to make a parser work without end, take memory without end, or tell a lie.

Each is as small as its effect allows. ``answer`` is what must be among the codes of errors and
warnings that they get; ``read`` and ``rewritten`` say that nothing is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Mapping

from attack_material import Attack
from attacks_on_blocks import ON_BLOCKS
from attacks_on_files import ON_FILES

ATTACKS: Mapping[str, Attack] = {**ON_FILES, **ON_BLOCKS}
"""Attacks by name."""
