"""A PostgreSQL server of the tests' own, in a temporary folder, where the programs are there."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path else None


@contextmanager
def server(
    binaries: Path, *, within: str | None = None, settings: Sequence[str] = ()
) -> Iterator[str]:
    """Start a server and give the URL of its one database; end it and remove its folder after."""
    folder = Path(tempfile.mkdtemp(prefix="provenance-pg-", dir=within))
    account: dict[str, object] = {}
    user = pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:  # the server refuses to run as root
        user = "nobody"
        account = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    data = folder / "data"
    options = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **account}
    initdb = [binaries / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--no-sync", "--locale=C"], check=True, **options)  # type: ignore[call-overload]
    start = [binaries / "postgres", "-D", data, "-k", folder, "-h", "", "-F"]
    start += [part for setting in settings for part in ("-c", setting)]
    running = subprocess.Popen(start, **options)  # type: ignore[call-overload]
    try:
        _wait_for(folder / ".s.PGSQL.5432", running)
        yield f"postgresql://tests@/postgres?host={folder}"
    finally:
        running.send_signal(signal.SIGINT)  # ends sessions too; SIGTERM would wait for them
        running.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(socket: Path, running: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if socket.exists():
            time.sleep(0.2)
            return
        assert running.poll() is None, "the PostgreSQL server ended at once"
        time.sleep(0.05)
    raise AssertionError("the PostgreSQL server did not come up")
