"""Foreign saves around the exchange, and file systems that cannot exchange."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading

import pytest

from provenance.errors import ConflictError, StorageError
from provenance.storage import linux
from provenance.storage.folder import Folder
from provenance.storage.replace import (
    Replacer,
    UnsettledError,
    Window,
    prepare,
)

TX = "0123456789abcdef"
OLD = b"old picture bytes" * 1000
NEW = b"new picture bytes, corrected" * 1000
FOREIGN = b"saved by another program" * 900


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def replacer():
    with Replacer() as open_replacer:
        yield open_replacer


def ready(replacer, path, data=NEW, tx=TX):
    return prepare(str(path), sha(path.read_bytes()), data, tx, replacer=replacer)


def beside(path):
    """Everything in the folder but the file and the test's own state."""
    names = {one.name for one in path.parent.iterdir()}
    return names - {path.name, "state-of-test"}


def no_exchange(monkeypatch, number=errno.EINVAL):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(linux, "exchange", refuse)


def save_by_rename(path):
    other = path.parent / "editor.sav"
    other.write_bytes(FOREIGN)
    other.rename(path)


def save_in_place(path):
    with path.open("r+b") as file:
        file.write(FOREIGN)
        file.truncate()


@pytest.mark.parametrize("save", [save_by_rename, save_in_place])
def test_foreign_save_before_the_exchange(picture, replacer, save):
    replacement = ready(replacer, picture)
    save(picture)
    with pytest.raises(ConflictError):
        replacement.exchange()
    assert picture.read_bytes() == FOREIGN
    assert beside(picture) == set()


def test_file_deleted_before_the_exchange(picture, replacer):
    replacement = ready(replacer, picture)
    picture.unlink()
    with pytest.raises(ConflictError):
        replacement.exchange()
    assert beside(picture) == set()
    assert not picture.exists()


@pytest.mark.parametrize("save", [save_by_rename, save_in_place])
def test_foreign_save_in_the_moment_of_the_exchange(picture, replacer, monkeypatch, save):
    replacement = ready(replacer, picture)
    real, calls = linux.exchange, []

    def exchange(*arguments):
        if not calls:
            save(picture)
        calls.append(arguments)
        real(*arguments)

    monkeypatch.setattr(linux, "exchange", exchange)
    with pytest.raises(ConflictError):
        replacement.exchange()
    assert len(calls) == 2
    assert picture.read_bytes() == FOREIGN
    assert beside(picture) == set()


def test_file_deleted_in_the_moment_of_the_exchange(picture, replacer, monkeypatch):
    replacement = ready(replacer, picture)
    real = linux.exchange

    def exchange(*arguments):
        picture.unlink()
        real(*arguments)

    monkeypatch.setattr(linux, "exchange", exchange)
    with pytest.raises(ConflictError):
        replacement.exchange()
    assert not picture.exists()
    assert beside(picture) == set()


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_something_else_under_the_name_in_the_moment_of_the_exchange(
    picture, replacer, monkeypatch, kind
):
    replacement = ready(replacer, picture)
    real, calls = linux.exchange, []

    def exchange(*arguments):
        if not calls:
            picture.unlink()
            if kind == "folder":
                picture.mkdir()
            elif kind == "link":
                picture.symlink_to("/etc/hostname")
            else:
                os.mkfifo(picture)
        calls.append(arguments)
        real(*arguments)

    monkeypatch.setattr(linux, "exchange", exchange)
    with pytest.raises(ConflictError):
        replacement.exchange()
    mode = os.lstat(picture).st_mode
    assert {"folder": stat.S_ISDIR, "link": stat.S_ISLNK, "pipe": stat.S_ISFIFO}[kind](mode)
    assert beside(picture) == set()


def test_second_foreign_save_during_the_way_back_stays(picture, replacer, monkeypatch):
    replacement = ready(replacer, picture)
    real, calls = linux.exchange, []
    newest = b"newest save"

    def exchange(*arguments):
        calls.append(arguments)
        if len(calls) == 1:
            save_by_rename(picture)
        if len(calls) == 2:
            picture.unlink()
            picture.write_bytes(newest)
        real(*arguments)

    monkeypatch.setattr(linux, "exchange", exchange)
    with pytest.raises(ConflictError) as caught:
        replacement.exchange()
    assert picture.read_bytes() == newest
    assert (picture.parent / replacement.temporary).read_bytes() == FOREIGN
    assert replacement.temporary in str(caught.value)


def test_save_over_ours_after_the_exchange_survives_abort(picture, replacer):
    replacement = ready(replacer, picture)
    replacement.exchange()
    save_by_rename(picture)
    with pytest.raises(ConflictError):
        replacement.abort()
    assert picture.read_bytes() == FOREIGN
    assert (picture.parent / replacement.temporary).read_bytes() == OLD


def test_write_into_the_former_file_after_the_exchange_is_kept(picture, replacer):
    with picture.open("r+b") as held_open:
        replacement = ready(replacer, picture)
        replacement.exchange()
        replacement.sync()
        held_open.write(b"late words")
        held_open.flush()
        with pytest.raises(ConflictError) as caught:
            replacement.discard_old()
    kept = picture.parent / replacement.temporary
    assert kept.read_bytes().startswith(b"late words")
    assert str(kept) in str(caught.value)
    assert picture.read_bytes() == NEW


def test_unreadable_after_the_exchange_is_swapped_back(picture, replacer, monkeypatch):
    replacement = ready(replacer, picture)

    def holds(self, name, data):
        raise StorageError("the disk gives an error")

    monkeypatch.setattr(Folder, "holds", holds)
    with pytest.raises(StorageError) as caught:
        replacement.exchange()
    assert not isinstance(caught.value, UnsettledError)
    assert picture.read_bytes() == OLD
    assert beside(picture) == set()


def test_unreadable_for_good_is_unsettled_and_keeps_both(picture, replacer, monkeypatch):
    replacement = ready(replacer, picture)

    def unreadable(self, *_):
        raise StorageError("the disk gives an error")

    monkeypatch.setattr(Folder, "holds", unreadable)
    monkeypatch.setattr(Folder, "digest", unreadable)
    with pytest.raises(UnsettledError):
        replacement.exchange()
    both = {picture.read_bytes(), (picture.parent / replacement.temporary).read_bytes()}
    assert both == {OLD, NEW}


def test_without_exchange_a_link_is_used(picture, replacer, monkeypatch):
    no_exchange(monkeypatch)
    replacement = ready(replacer, picture)
    replacement.exchange()
    assert replacement.window is Window.LINK
    assert (picture.parent / replacement.temporary).read_bytes() == OLD
    replacement.sync()
    replacement.discard_old()
    assert picture.read_bytes() == NEW
    assert beside(picture) == set()


def test_without_exchange_abort_still_restores(picture, replacer, monkeypatch):
    no_exchange(monkeypatch)
    replacement = ready(replacer, picture)
    replacement.exchange()
    replacement.abort()
    assert picture.read_bytes() == OLD
    assert beside(picture) == set()


def test_without_links_a_rename_is_used(picture, replacer, monkeypatch):
    no_exchange(monkeypatch)

    def refuse(*_, **__):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    replacement = ready(replacer, picture)
    replacement.exchange()
    assert replacement.window is Window.RENAME
    replacement.sync()
    replacement.discard_old()
    assert picture.read_bytes() == NEW
    assert beside(picture) == set()


@pytest.mark.parametrize("save", [save_by_rename, save_in_place])
@pytest.mark.parametrize("links", [True, False])
def test_without_exchange_a_foreign_save_before_the_last_look_survives(
    picture, replacer, monkeypatch, save, links
):
    real = os.link

    def link(*arguments, **keywords):
        save(picture)
        if not links:
            raise OSError(errno.EOPNOTSUPP, "no links here")
        real(*arguments, **keywords)

    no_exchange(monkeypatch)
    monkeypatch.setattr(os, "link", link)
    replacement = ready(replacer, picture)
    with pytest.raises(ConflictError):
        replacement.exchange()
    assert picture.read_bytes() == FOREIGN
    assert beside(picture) == set()


def test_without_exchange_a_write_into_the_old_file_at_the_rename_survives(
    picture, replacer, monkeypatch
):
    real, renames = os.rename, []

    def rename(*arguments, **keywords):
        if not renames:
            save_in_place(picture)
        renames.append(arguments)
        real(*arguments, **keywords)

    no_exchange(monkeypatch)
    replacement = ready(replacer, picture)
    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(ConflictError):
        replacement.exchange()
    assert picture.read_bytes() == FOREIGN
    assert beside(picture) == set()


def test_without_exchange_the_name_is_read_again_after_sync(picture, replacer, monkeypatch):
    no_exchange(monkeypatch)
    replacement = ready(replacer, picture)
    replacement.exchange()
    save_by_rename(picture)
    with pytest.raises(ConflictError):
        replacement.sync()
    assert picture.read_bytes() == FOREIGN
    assert (picture.parent / replacement.temporary).read_bytes() == OLD


def test_put_back_never_overwrites(tmp_path, monkeypatch):
    for fallback in (False, True):
        if fallback:

            def refuse(*_):
                raise OSError(errno.EINVAL, "no flags")

            monkeypatch.setattr(linux, "rename_new", refuse)
        (tmp_path / "kept").write_bytes(OLD)
        (tmp_path / "name").write_bytes(FOREIGN)
        with Folder.open(str(tmp_path)) as folder:
            assert folder.put_back("kept", "name") is False
            assert (tmp_path / "name").read_bytes() == FOREIGN
            (tmp_path / "name").unlink()
            assert folder.put_back("kept", "name") is True
        assert (tmp_path / "name").read_bytes() == OLD
        assert not (tmp_path / "kept").exists()


def test_two_threads_racing_for_one_file(picture):
    """Exactly one of two replacements of the same original wins; the other reports."""
    for round_ in range(40):
        picture.write_bytes(OLD)
        outcomes: list[str] = []
        start = threading.Barrier(2)

        def run(number: int, barrier=start, told=outcomes, turn=round_) -> None:
            with Replacer() as mine:
                replacement = ready_for(mine, picture, number, turn)
                barrier.wait()
                try:
                    replacement.exchange()
                    replacement.sync()
                    replacement.discard_old()
                    told.append(f"won {number}")
                except ConflictError:
                    told.append("conflict")

        threads = [threading.Thread(target=run, args=(n,)) for n in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [one for one in outcomes if one.startswith("won")]
        assert len(outcomes) == 2
        if winners:
            assert len(winners) == 1
            assert picture.read_bytes() == f"version {winners[0][4:]}".encode()
        else:
            assert picture.read_bytes() in {OLD, b"version 1", b"version 2"}


def ready_for(replacer, path, number, turn):
    tx = f"{turn:04x}{number:012x}"
    return prepare(str(path), sha(OLD), f"version {number}".encode(), tx, replacer=replacer)
