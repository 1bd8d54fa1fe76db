"""The review page as an application: its routes, behind the gate that lets requests in.

Routes of ``provenance.web.pages.router``, the small pictures, the static files, and plain pages
for what goes wrong. No list of the routes is given out (FastAPI's own pages are off).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from provenance.errors import ConflictError, ProvenanceError, UsageError
from provenance.web import pages, pictures, statics
from provenance.web.intake import Limits
from provenance.web.keys import Keys
from provenance.web.refusals import error_page, failure
from provenance.web.security import Gate, Outside
from provenance.web.surroundings import Surroundings, surroundings

_STATUS: Final = {
    "not-found": HTTPStatus.NOT_FOUND,
    "ambiguous": HTTPStatus.NOT_FOUND,
    "registry-locked": HTTPStatus.SERVICE_UNAVAILABLE,
    "registry-unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
}


def create_app(around: Surroundings, keys: Keys, limits: Limits | None = None) -> Gate:
    """The whole application, gate included; give it to an ASGI server.

    Args:
        around: what requests work with; its registry has to stay open.
        keys: who may come in, and under which addresses the server is reached.
        limits: of requests.
    """
    return guarded(application(around), keys, limits)


def guarded(inner: FastAPI, keys: Keys, limits: Limits | None = None) -> Gate:
    """An application of ours behind the gate: the only way in which it may be served."""
    around = inner.state.surroundings
    return Gate(inner, keys, Outside(limits or Limits(), around.tell, around.log))


def application(around: Surroundings) -> FastAPI:
    """The routes alone; they rely on the gate for everything that ``security`` promises."""
    inner = FastAPI(
        title="provenance", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    inner.state.surroundings = around
    inner.add_exception_handler(ProvenanceError, _ours)
    inner.add_exception_handler(HTTPException, _http)
    inner.add_exception_handler(RequestValidationError, _malformed)
    inner.add_exception_handler(Exception, _failed)
    inner.add_api_route(pictures.FOLDER + "/{edge}/{name}", _picture)
    inner.add_api_route("/favicon.ico", _icon)
    inner.add_api_route(statics.FOLDER + "/{name}", _static)
    inner.include_router(pages.router)
    return inner


async def _ours(request: Request, error: Exception) -> Response:
    """One of our errors, as a command would tell it."""
    assert isinstance(error, ProvenanceError)
    status = _STATUS.get(error.code)
    if status is None:
        if isinstance(error, UsageError):
            status = HTTPStatus.BAD_REQUEST
        elif isinstance(error, ConflictError):
            status = HTTPStatus.CONFLICT
        else:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            surroundings(request).tell(f"{request.method} {request.url.path}: {error}")
    return error_page(status, error.message, error.remedy)


async def _http(request: Request, error: Exception) -> Response:
    """What the router says: there is no such page, or not for this method."""
    del request
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return error_page(404, "There is no such page.", "Follow the links of the review page.")
    return error_page(error.status_code, HTTPStatus(error.status_code).phrase + ".")


async def _malformed(request: Request, error: Exception) -> Response:
    """Parameters that make no sense; what they were is not shown again."""
    del request, error
    return error_page(400, "The address does not make sense.", "Follow the links of the page.")


async def _failed(request: Request, error: Exception) -> Response:
    """What nobody foresaw; the gate, which gets it too, tells the person at the terminal."""
    del request, error
    return failure()


def _static(request: Request, name: str) -> Response:
    return _kept(request, statics.table().get(name))


def _icon(request: Request) -> Response:
    """What browsers ask for where a page names no icon."""
    return _kept(request, statics.table()["mark.svg"])


def _picture(request: Request, edge: str, name: str) -> Response:
    return _kept(request, surroundings(request).pictures.of(name, edge))


def _kept(request: Request, found: statics.Static | None) -> Response:
    """Octets that the browser may keep for itself, and asks about before it uses them again."""
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    headers = {"Cache-Control": "private, no-cache", "ETag": found.etag}
    if found.etag in request.headers.get("if-none-match", "").replace(",", " ").split():
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
