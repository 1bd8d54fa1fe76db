"""Fuzz one parser, guided by the branches that its inputs reach; started by hand::

    pip install atheris
    python tests/fuzz/fuzz.py png --minutes 30 --corpus ~/fuzz/png

What is worth keeping is added to the corpus folder, which the next run begins with. A finding
ends the run and is left in the folder ``findings`` beside it; what to do with it stands in
CONTRIBUTING.md. The last lines of the output have the figures for docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import atheris

_HERE = Path(__file__).resolve()
sys.path[:0] = [str(_HERE.parent), str(_HERE.parents[1]), str(_HERE.parents[2] / "fixtures")]

with atheris.instrument_imports(include=["provenance.metadata"]):
    from targets import TARGETS

from hostile_material import TOKENS  # noqa: E402  (found by the path above)

_LONGEST_FILE = 16_384
_SECONDS = 5
_MEMORY = 512  # MiB; the fuzzer itself takes some two hundred


def main() -> None:
    """Read the command line and hand over to libFuzzer, which ends the process."""
    parser = argparse.ArgumentParser(description="Fuzz one parser.")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--corpus", type=Path, help="kept between runs; default: fuzz-TARGET")
    parser.add_argument("--seeds", type=Path, help="a folder of files to begin with besides")
    parser.add_argument("--only", type=Path, help="run this one file, a finding, and end")
    chosen = parser.parse_args()
    corpus: Path = chosen.corpus or Path(f"fuzz-{chosen.target}")
    findings = corpus.with_name(corpus.name + "-findings")
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    target = TARGETS[chosen.target]
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = findings / "words.txt"
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in TOKENS))
    # What is left to ExifTool ends there: its own process would be fuzzed, not ours.
    os.environ.update(PATH="", PROVENANCE_EXIFTOOL="")
    options = [
        f"-max_total_time={round(chosen.minutes * 60)}",
        f"-max_len={_LONGEST_FILE}",
        f"-timeout={_SECONDS}",
        f"-rss_limit_mb={_MEMORY}",
        f"-artifact_prefix={findings}/",
        f"-dict={words}",
        "-print_final_stats=1",
    ]
    folders = [str(folder) for folder in (corpus, chosen.seeds) if folder is not None]
    if chosen.only is not None:
        folders = [str(chosen.only)]
    call = target.call

    def once(data: bytes) -> None:
        call(data)

    atheris.Setup([sys.argv[0], *options, *folders], once)
    atheris.Fuzz()


def _escaped(token: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in token)


if __name__ == "__main__":
    main()
