"""A stand-in for the vendor's face fusion service, for the booth examples. It counts what it bills, as vendors do.

    python3 fusion_stub.py      prints its address and serves until its standard input ends

POST /fuse/ID   answers 200 with a result code, late for every photo that ends in 7. It bills what the picture is to
                blame for: there is no face in those that end in 4. Every tenth photo meets a fault of the service once,
                which is not billed. Photo 31 is stopped by the moderator; what that costs the vendor does not say, and
                bills it.
GET  /seen/ID   200 if a call of that id was billed, else 404; 503 when it is asked about an id for the first time,
                because whoever asks must not take a service that is down for one that has billed nothing
GET  /count     how many calls were billed
"""

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LATE = 0.75  # seconds

billed: list[str] = []
failed: set[str] = set()
asked: set[str] = set()


def fuse(photo: str) -> str:
    """The result code of one photo."""
    if photo.endswith("0") and photo not in failed:
        failed.add(photo)
        return "InternalError"
    billed.append(photo)
    if photo.endswith("7"):
        time.sleep(LATE)
    if photo.endswith("4"):
        return "FailedOperation.NoFaceDetected"
    return "FailedOperation.ModerationFailed" if photo.endswith("31") else "Success"


class Fusion(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.answer(200, fuse(self.path.rsplit("/", 1)[1]))

    def do_GET(self) -> None:
        if self.path == "/count":
            self.answer(200, str(len(billed)))
        else:
            photo = self.path.rsplit("/", 1)[1]
            self.answer(503 if photo not in asked else 200 if photo in billed else 404, "")
            asked.add(photo)

    def answer(self, status: int, text: str) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())
        except OSError:  # whoever asked did not wait for it
            self.close_connection = True

    def log_message(self, format: str, *arguments: object) -> None:
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Fusion)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
