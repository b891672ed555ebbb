"""The Apprise API's /notify/ over the real `apprise` library, delivering to a file: `apprise-receiver.py FILE`.

Prints its port. Answers as the API does: 200 delivered, 400 what it cannot read, 424 a target failed.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import apprise
from apprise.decorators import notify

TYPES = {"info", "success", "warning", "failure"}
FORMATS = {"text", "markdown", "html"}


@notify(on="intofile")
def into_file(body, title, notify_type, *args, **kwargs):
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(json.dumps({"title": title, "body": body, "type": str(notify_type)}) + "\n")
    return True


class Api(BaseHTTPRequestHandler):
    def do_POST(self):
        try:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            usable = asked["type"] in TYPES and asked["format"] in FORMATS and asked["body"] != ""
        except (KeyError, TypeError, ValueError):
            usable = False
        if self.path != "/notify/" or not usable:
            return self.answer(400)
        targets = apprise.Apprise()
        if not targets.add(asked["urls"]):
            return self.answer(400)
        delivered = targets.notify(
            body=asked["body"],
            title=asked["title"],
            notify_type=asked["type"],
            body_format=asked["format"],
        )
        return self.answer(200 if delivered else 424)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Api)
print(server.server_port, flush=True)
server.serve_forever()
