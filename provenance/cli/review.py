"""``review``: decide findings on a page of this machine, or in the terminal."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.common import OK, Desk, command, require_there
from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.pipeline.session import Session
    from provenance.web.surroundings import Scope


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    command(app, "review")(review)


def review(
    desk: Desk,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH...]", help="Only pictures here; without: all."),
    ] = None,
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65_535, help="Listen here; 0: any free port.")
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the link; open no browser.")
    ] = False,
    notice: Annotated[
        str | None,
        typer.Option(metavar="NOTICE", help="Only what this notice asks; the beginning of its id."),
    ] = None,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="Ask here, one finding after another; no page.")
    ] = False,
) -> int:
    """Look at findings in the browser and decide them; Ctrl-C ends it."""
    require_there(paths or ())
    if terminal:
        from provenance.cli import reviewing  # noqa: PLC0415 - start-up stays quick

        return reviewing.run(desk, tuple(paths or ()), notice)
    _require_extra()
    with desk.session(create=False, reads=True) as session:
        _serve(desk, session, _scope(session, paths or (), notice), port, show=not no_browser)
    return OK


def _require_extra() -> None:
    try:
        import fastapi  # noqa: F401, PLC0415
        import uvicorn  # noqa: F401, PLC0415
    except ImportError as error:
        raise UsageError(
            f"The review page needs packages that are not installed ({error.name}).",
            remedy="Install the extra: pip install 'provenance-auditor[web]'."
            " `provenance review --terminal` needs nothing more.",
        ) from error


def _scope(session: Session, paths: Sequence[str], notice: str | None) -> Scope:
    """What is to be reviewed.

    Raises:
        RegistryError: there is no such notice, or several.
    """
    from provenance import registry  # noqa: PLC0415
    from provenance.web.surroundings import Scope  # noqa: PLC0415

    if notice is not None:
        with session.registry.read() as tx:
            notice = registry.notice(tx, notice).notice_id
    return Scope(tuple(os.path.abspath(path) for path in paths), notice)


def _serve(desk: Desk, session: Session, scope: Scope, port: int, *, show: bool) -> None:
    """Have the page until Ctrl-C."""
    from provenance.cli import console  # noqa: PLC0415
    from provenance.cli.quarantine import folder_of  # noqa: PLC0415
    from provenance.pipeline.drawing import thumbnails  # noqa: PLC0415
    from provenance.web import server  # noqa: PLC0415
    from provenance.web.app import create_app  # noqa: PLC0415
    from provenance.web.keys import Keys  # noqa: PLC0415
    from provenance.web.pictures import Pictures  # noqa: PLC0415
    from provenance.web.surroundings import Surroundings  # noqa: PLC0415

    def tell(text: str) -> None:
        for line in text.splitlines():
            console.say(line, color=desk.color)

    def ready() -> None:
        link = keys.link()
        tell(f"The review page is ready for {session.agent}:\n  {link}")
        tell("The link works once, within ten minutes. Ctrl-C here ends the page.")
        if show:
            # Some browsers only come back when they are closed.
            threading.Thread(target=_show, args=(link, tell), daemon=True).start()

    at = server.listen(port)
    with contextlib.closing(at), thumbnails(session) as gallery:
        keys = Keys(at.getsockname()[1])
        pictures = Pictures(session.registry, gallery)
        log = tell if desk.verbose else None
        away = folder_of(desk, session)
        app = create_app(Surroundings(session, pictures, scope, tell, log, away), keys)
        server.serve(app, at, ready)
    tell("The review page has ended. What was decided is in the log.")


def _show(link: str, tell: Callable[[str], None]) -> None:
    """Open the person's browser; one that lives in this terminal would only be in the way."""
    import webbrowser  # noqa: PLC0415 - start-up stays quick

    with contextlib.suppress(webbrowser.Error, OSError):  # what then is said below
        browser = webbrowser.get()
        in_terminal = type(browser) is webbrowser.GenericBrowser and "BROWSER" not in os.environ
        if not in_terminal and browser.open(link):
            return
    tell("No browser could be opened. Open the link yourself, on this machine.")
