"""A server of files with ranges and entity tags, whose connections end where it is told.

  cutting_server.py FOLDER ADDRESS CUTS SEED

CUTS times, at random places of bodies over a megabyte, a connection ends in the middle: half of them
closed, half of them reset. Prints its port, and at each cut a line."""

import http.server
import pathlib
import random
import re
import socket
import struct
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder, left, chance = pathlib.Path(), 0, random.Random()

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = (self.folder / self.path.lstrip("/")).resolve()
        if not path.is_file() or self.folder not in path.parents:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content = path.read_bytes()
        tag = f'"{len(content)}-{path.stat().st_mtime_ns}"'
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked.group(1)) if asked and self.headers.get("If-Range", tag) == tag else 0
        self.send_response(206 if start else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(content) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self.body(memoryview(content)[start:], len(content))

    def body(self, rest, whole):
        cls = type(self)
        try:
            if whole < 1 << 20 or cls.left == 0:
                self.wfile.write(rest)
                return
            # So far apart that as many cuts as are left fit into what is left.
            self.wfile.write(rest[: self.chance.randrange(1, max(2, 2 * len(rest) // (cls.left + 2)))])
        except ConnectionError:
            self.close_connection = True
            return
        cls.left -= 1
        print("cut", cls.left, flush=True)
        if cls.left % 2:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True


def main():
    folder, address, cuts, seed = sys.argv[1:5]
    Handler.folder, Handler.left = pathlib.Path(folder).resolve(), int(cuts)
    Handler.chance = random.Random(int(seed))
    server = http.server.ThreadingHTTPServer((address, 0), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
