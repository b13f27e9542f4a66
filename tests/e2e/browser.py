"""Chromium without a window, driven over its debugging pipe: pages opened, read, clicked and photographed."""

import base64
import itertools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without a window, and without a word to anybody."""
END = b"\0"


class Browser:
    """One page, on a phone's screen. Use it in a `with`."""

    def __init__(self, folder: Path, size: tuple[int, int] = (390, 780)) -> None:
        self._folder, self._size = folder / "browser", size
        self._numbers = itertools.count(1)
        self._session: str | None = None

    def __enter__(self) -> "Browser":
        reads, self._to = os.pipe()
        self._from, writes = os.pipe()
        flags = [*QUIET, "--remote-debugging-pipe", f"--user-data-dir={self._folder}", "about:blank"]
        line = f'exec chromium "$@" 3<&{reads} 4>&{writes}'
        ends = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "pass_fds": (reads, writes)}
        self._process = subprocess.Popen(["bash", "-c", line, "chromium", *flags], **ends)  # type: ignore[call-overload]
        os.close(reads)
        os.close(writes)
        self._answers = os.fdopen(self._from, "rb")
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        width, height = self._size
        phone = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": True}
        self.ask("Emulation.setDeviceMetricsOverride", **phone)
        return self

    def __exit__(self, *exception: object) -> None:
        os.close(self._to)  # and it ends
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._answers.close()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """What Chromium answers to a command of its protocol."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + END)
        while True:
            answer = json.loads(self._message())
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def _message(self) -> bytes:
        data = bytearray()
        while (byte := self._answers.read(1)) != END:
            assert byte, "Chromium has ended"
            data += byte
        return bytes(data)

    def open(self, address: str) -> None:
        self.ask("Page.navigate", url=address)

    def value(self, script: str) -> Any:
        """Of an expression in the page."""
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def photograph(self, out: Path) -> None:
        """The screen as PNG."""
        out.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))
