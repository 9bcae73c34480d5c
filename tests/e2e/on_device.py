"""What runs on the device's side of the link: one download, or a stream of inferences during updates.

  on_device.py fetch STORE URL SHA256
  on_device.py follow STORE ROOT METADATA_URL TARGET_URL MODEL

fetch prints the file's hash. follow opens the model, infers until its input ends, and prints a line for
each version that it sees and, at the end, how many inferences it made."""

import hashlib
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "bindings/python"))
from samara import device  # noqa: E402  pylint: disable=wrong-import-position


def fetch(store, url, sha256):
    with device.Device(store, options={"bus": "-"}) as made:
        file = made.get_from_url(url, sha256=sha256, name="model")
        print(hashlib.sha256(pathlib.Path(file.path).read_bytes()).hexdigest())


def follow(store, root, metadata_url, target_url, name):
    options = {"bus": "-", "retry_ms": "300"}
    with device.Device(store, root=root, metadata_url=metadata_url, target_urls=[target_url],
                       options=options) as made:
        while True:
            try:
                model = made.open(name)
                break
            except device.Unavailable:
                time.sleep(0.2)
        ended = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()

        def update():
            while not ended.wait(0.3):
                made.prefetch([name])

        threading.Thread(target=update).start()
        seen, runs = "", 0
        size = 4
        for n in model.inputs[0].shape:
            size *= n
        while not ended.is_set():
            model.run([bytes(size)])
            runs += 1
            if model.file.sha256 != seen:
                seen = model.file.sha256
                print("version", seen, flush=True)
        print("inferences", runs, flush=True)
        model.close()


if __name__ == "__main__":
    {"fetch": fetch, "follow": follow}[sys.argv[1]](*sys.argv[2:])
