"""A stand-in for the vendor's face fusion service, for the booth examples. It counts what it is asked, as vendors do.

    python3 fusion_stub.py      prints its address and serves until its standard input ends

POST /fuse/ID   does the work: 200, late for every photo with a 7, or 500 for every tenth: a fault of the service, which
                it does not count (a picture without a face it would: R36)
GET  /seen/ID   200 if a call of that id was counted, else 404
GET  /count     how many calls were counted
"""

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LATE = 0.75  # seconds

counted: list[str] = []
failed: set[str] = set()


class Fusion(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        name = self.path.rsplit("/", 1)[1]
        if name.endswith("0") and name not in failed:
            failed.add(name)
            self.answer(500, "InternalError")
        else:
            counted.append(name)
            time.sleep(LATE if name.endswith("7") else 0)
            self.answer(200, "fused")

    def do_GET(self) -> None:
        if self.path == "/count":
            self.answer(200, str(len(counted)))
        else:
            seen = self.path.rsplit("/", 1)[1] in counted
            self.answer(200 if seen else 404, "")

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
