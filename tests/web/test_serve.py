"""The service as a process: rules before the port, a line when ready, an orderly end, patience that ends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from covercheck.settings import Settings
from covercheck.web.serve import serve
from tests.books import files_of, policy
from tests.web.serving import QUESTION, Log, app_for

SOURCE = Path(__file__).parents[2] / "coverage"
RUN = "from covercheck.settings import Settings; from covercheck.web.serve import run; run(Settings())"


@dataclass
class Service:
    """A running process."""

    process: asyncio.subprocess.Process
    ready: str
    url: str

    async def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Ask it to end; its exit code and what else it wrote."""
        self.process.send_signal(number)
        async with asyncio.timeout(10):
            _, rest = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, rest.decode()


def payers_in(folder: Path, **changes: Any) -> Path:
    """A folder of rule files."""
    for name, data in files_of(policy(), **changes).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


async def start(payers: Path, **variables: str) -> asyncio.subprocess.Process:
    """The process, writing to a pipe."""
    path = os.pathsep.join(filter(None, (str(SOURCE), os.environ.get("PYTHONPATH"))))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERCHECK_") or name == "COVERCHECK_DATA_DIR"}
    env = kept | {"PYTHONPATH": path, "COVERCHECK_PORT": "0", "COVERCHECK_PAYERS": str(payers), **variables}
    return await asyncio.create_subprocess_exec(sys.executable, "-c", RUN, env=env, stderr=asyncio.subprocess.PIPE)


@asynccontextmanager
async def running(payers: Path, **variables: str) -> AsyncIterator[Service]:
    """A process that is ready."""
    process = await start(payers, **variables)
    assert process.stderr is not None
    try:
        async with asyncio.timeout(20):
            lines = ""
            while " ready on " not in lines:
                line = await process.stderr.readline()
                assert line, lines
                lines += line.decode()
        found = re.search(r"ready on (http://\S+)", lines)
        assert found is not None
        yield Service(process, lines, found[1])
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    """Exit code and what it wrote, of a process that ends by itself."""
    async with asyncio.timeout(20):
        _, written = await process.communicate()
    return process.returncode, written.decode()


async def test_it_says_when_it_is_ready_and_answers(tmp_path: Path) -> None:
    async with running(payers_in(tmp_path)) as service, aiohttp.ClientSession() as session:
        assert re.search(
            r"^covercheck \S+ ready on http://127\.0\.0\.1:\d+ \(1 payers, sha256:[0-9a-f]{64}\)$", service.ready, re.MULTILINE
        )
        async with session.post(f"{service.url}/v1/checks", json=QUESTION) as response:
            assert response.status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
async def test_a_signal_ends_it_in_order(tmp_path: Path, number: int) -> None:
    async with running(payers_in(tmp_path)) as service:
        code, rest = await service.end(number)
        assert (code, rest) == (0, "")


async def test_a_running_request_gets_its_answer_before_the_end(tmp_path: Path) -> None:
    async with running(payers_in(tmp_path)) as service, aiohttp.ClientSession() as session:
        gone_on = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b'{"payer": "acme", "date_of_service": "2026-12-01",'
            await gone_on.wait()
            yield b'"therapy": "spravato"}'

        asking = asyncio.create_task(session.post(f"{service.url}/v1/checks", data=slow(), headers={"Content-Type": "application/json"}))
        await asyncio.sleep(0.2)
        ending = asyncio.create_task(service.end())
        await asyncio.sleep(0.2)
        assert not ending.done()
        gone_on.set()
        assert (await asking).status == 200
        assert (await ending)[0] == 0


async def test_it_logs_one_json_line_for_a_request_to_stderr(tmp_path: Path) -> None:
    async with running(payers_in(tmp_path)) as service, aiohttp.ClientSession() as session:
        async with session.get(f"{service.url}/v1/payers?q=acme"):
            pass
        _, rest = await service.end()
        assert rest.count("\n") == 1
        assert '"route":"/v1/payers"' in rest
        assert "acme" not in rest


async def test_refused_rules_are_all_shown_and_nothing_listens(tmp_path: Path) -> None:
    changes = {"acme/payer.yaml": {"payer": "acme", "nam": "Acme"}, "beta/stray.yaml": {"polcy": "beta/stray"}}
    code, written = await ended(await start(payers_in(tmp_path, **changes)))
    assert code == 1
    assert "acme/payer.yaml" in written
    assert "beta/payer.yaml" in written
    assert "beta/stray.yaml" in written
    assert "ready on" not in written
    assert "Traceback" not in written


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    code, written = await ended(await start(tmp_path / "nowhere"))
    assert (code, "nowhere" in written, "COVERCHECK_PAYERS" in written, "Traceback" in written) == (1, True, True, False)


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, written = await ended(await start(payers_in(tmp_path), COVERCHECK_PORT=port))
    assert (code, f"127.0.0.1:{port}" in written, "Traceback" in written) == (1, True, False)


async def test_where_other_machines_can_reach_it_the_first_start_makes_a_token_and_shows_it_once(tmp_path: Path) -> None:
    payers = payers_in(tmp_path)
    async with running(payers, COVERCHECK_HOST="0.0.0.0") as service:
        found = re.search(r"cck_\w{8}_[\w-]{43}", service.ready)
        assert found is not None
        url = service.url.replace("0.0.0.0", "127.0.0.1")
        async with aiohttp.ClientSession() as session:
            assert (await session.get(f"{url}/v1/payers")).status == 401
            assert (await session.get(f"{url}/v1/payers", headers={"Authorization": f"Bearer {found[0]}"})).status == 200
    async with running(payers, COVERCHECK_HOST="0.0.0.0") as service:
        assert "cck_" not in service.ready


async def test_it_tells_of_a_setting_that_is_none(tmp_path: Path) -> None:
    async with running(payers_in(tmp_path), COVERCHECK_PYAERS="x") as service:
        assert "COVERCHECK_PYAERS" in service.ready


class TestPatience:
    """Slow clients do not hold a connection for ever."""

    @pytest.mark.parametrize("sent", [b"", b"POST /v1/checks HTTP/1.1\r\nHost: x\r\nX-Slow: "], ids=["nothing", "half a head"])
    async def test_a_head_that_never_ends_is_given_up(self, log: Log, capsys: pytest.CaptureFixture[str], sent: bytes) -> None:
        settings = Settings(port=0, idle_seconds=0.3)
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(app_for(log), settings, stop))
        try:
            port = await self.port(capsys)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            async with asyncio.timeout(3):
                assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()
        finally:
            stop.set()
            await serving

    async def port(self, capsys: pytest.CaptureFixture[str]) -> int:
        """The port it took, once it says so."""
        told = ""
        async with asyncio.timeout(10):
            while (found := re.search(r"ready on http://127\.0\.0\.1:(\d+)", told)) is None:
                await asyncio.sleep(0.02)
                told += capsys.readouterr().err
        return int(found[1])
