"""The reference of the HTTP benchmark: parse the same body with pydantic, return as many bytes, nothing else.

Each answer's size has a buffer of its own, as each answer of the service has, so that both move the same memory.
"""

from __future__ import annotations

import sys
from itertools import cycle

import uvloop
from aiohttp import web

from covercheck.checks.request import CheckRequest


def main(port: int, sizes: list[int]) -> None:
    """Serve until stopped."""
    bodies = cycle([b'{"' + b"x" * (size - 6) + b'":1}' for size in sizes])

    async def answer(request: web.Request) -> web.Response:
        CheckRequest.model_validate_json(await request.read())
        return web.Response(body=next(bodies), content_type="application/json")

    app = web.Application()
    app.router.add_post("/v1/checks", answer)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(size) for size in sys.argv[2].split(",")])
