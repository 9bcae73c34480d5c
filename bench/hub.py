#!/usr/bin/env python3
"""The hub against nginx serving the same bytes, on one network thread each: update checks that are
answered with 304, bytes of blobs; and the memory of idle devices, plain and by TLS. SAMARA names the
program.

The aims are half of nginx's checks and four fifths of its bytes; they are figures, not conditions. It
fails over 200 MB for 10,000 idle devices that speak plain HTTP. Exit 77 where wrk or nginx is missing."""

import os
import pathlib
import re
import resource
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/e2e"))
# pylint: disable=wrong-import-position
from hub import Hub, free_port, memory_of, sha256
from program import INT8, certificate

SECONDS = 2
CONNECTIONS = 32
PROXY = ("--proxy", "127.0.0.1")  # whose connections are not counted as those of one device


def rate(url, *headers):
    """Requests a second."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    for header in headers:
        words += ["-H", header]
    out = subprocess.run([*words, url], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in out, out
    return float(re.search(r"Requests/sec: +([\d.]+)", out)[1])


def nginx(folder, content):
    """A server of that content as /blob; its process and address."""
    www = folder / "www"
    www.mkdir()
    (www / "blob").write_bytes(content)
    folder.chmod(0o755)
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/log;\n"
        "events { worker_connections 1024; }\n"
        "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;\n"
        f"  server {{ listen 127.0.0.1:{port}; root {www}; }} }}\n", encoding="ascii")
    process = subprocess.Popen(["nginx", "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    return process, f"http://127.0.0.1:{port}/blob"


def compare(hub, device, folder, model):
    check = f"http://127.0.0.1:{hub.port}/v1/projects/default/models/digits/channels/stable"
    token = "Authorization: Bearer " + device
    etag = hub.call("GET", check[check.index("/v1"):], token=device).headers["etag"]
    process, address = nginx(folder, model)
    try:
        peer_etag = urllib.request.urlopen(address).headers["ETag"]
        blob = f"http://127.0.0.1:{hub.port}/v1/projects/default/blobs/{sha256(model)}"
        # In turns, so that a slow moment of the machine meets both.
        figures = [(rate(check, token, "If-None-Match: " + etag),
                    rate(address, "If-None-Match: " + peer_etag), rate(blob, token), rate(address))
                   for _ in range(5)]
    finally:
        process.terminate()
        process.wait()
    return [max(turn[i] for turn in figures) for i in range(4)]


def idle_memory(hub, device, count, tls=None):
    links = []
    for _ in range(count):
        link = socket.create_connection(("127.0.0.1", hub.port))
        if tls:
            link = tls.wrap_socket(link)
        link.sendall(b"GET /v1/whoami HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " +
                     device.encode() + b"\r\n\r\n")
        assert link.recv(4096).startswith(b"HTTP/1.1 200")
        links.append(link)
    used = memory_of(hub.process.pid)
    for link in links:
        link.close()
    return used


def idle_memory_by_tls(folder, count):
    certified, key = certificate(folder)
    hub = Hub(folder / "tls", "--rate", "0", *PROXY, "--certificate", certified, "--key", key).start()
    try:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        return idle_memory(hub, hub.admin, count, tls)
    finally:
        hub.stop()


def main():
    if not shutil.which("wrk") or not shutil.which("nginx"):
        print("wrk or nginx is not installed")
        return 77
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # Padded to the size of a small network for phones: what follows a model in its file is nobody's.
    model = pathlib.Path(INT8).read_bytes() + bytes(4_000_000)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        hub = Hub(folder / "hub", "--rate", "0", *PROXY).start()
        try:
            assert hub.add(model, "1.0.0").status == 201
            assert hub.publish("1.0.0").status == 200
            path = "/v1/projects/default/models/digits/channels/stable"
            assert hub.call("PUT", path, {"version": "1.0.0"}).status == 200
            device = hub.token("device")
            checks, peer_checks, blobs, peer_blobs = compare(hub, device, folder, model)
            count = min(10_000, most - 200)
            idle = idle_memory(hub, device, count)
        finally:
            hub.stop()
        idle_tls = idle_memory_by_tls(folder, count)
    print(f"| what | hub | nginx | ratio |\n|---|---|---|---|\n"
          f"| checks (304) a second | {checks:.0f} | {peer_checks:.0f} | {checks / peer_checks:.2f} |\n"
          f"| blobs of {len(model)} bytes a second | {blobs:.0f} | {peer_blobs:.0f} | "
          f"{blobs / peer_blobs:.2f} |")
    print(f"{checks / peer_checks:.0%} of nginx's checks, {blobs / peer_blobs:.0%} of its blobs, "
          f"{idle / 1e6:.0f} MB with {count} idle devices, {idle_tls / 1e6:.0f} MB by TLS")
    return 0 if idle < 200e6 else 1


if __name__ == "__main__":
    sys.exit(main())
