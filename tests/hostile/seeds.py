#!/usr/bin/env python3
"""Seeds for the fuzz targets: seeds.py SERVER FOLDER [MODEL...]

Writes FOLDER/models: a small model of every operator in each of its types that runs, and the MODELs
that are small; FOLDER/metadata, FOLDER/archive and FOLDER/options, out of models and made here."""

import hashlib
import io
import multiprocessing
import pathlib
import sys
import zipfile

from specimen import specimens  # first: it finds the conformance harness
from ai_edge_litert import schema_py_generated as schema
from server import Server, operators_of

_TYPES = 6  # of an operator at most
_LARGEST = 16 << 10


def keep(folder, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def models_of(task):
    program, op = task
    server = Server(program)
    found = specimens(server, op, _TYPES)
    server.close()
    return [(s.data, s.copy().operator.customOptions) for s in found]


def metadata_in(data):
    """The metadata that a model carries."""
    try:
        model = schema.ModelT.InitFromPackedBuf(bytearray(data), 0)
        for entry in model.metadata or []:
            content = model.buffers[entry.buffer].data
            if content is not None:
                yield bytes(content)
    except Exception:  # no sound model: of no use for metadata
        return


def archives():
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        for count in (0, 1, 3):
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", method) as archive:
                for i in range(count):
                    archive.writestr(f"labels{i}.txt", "cat\ndog\n" * 5 * i)
            yield file.getvalue()


def main():
    program, folder, *files = sys.argv[1:]
    folder = pathlib.Path(folder)
    operators = operators_of(program)
    custom = [name for code, name in operators if code == 32]
    with multiprocessing.Pool() as pool:
        tasks = [(program, name) for _, name in operators]
        for (_, name), found in zip(operators, pool.imap(models_of, tasks)):
            if not found:
                sys.exit(f"{name}: no valid model of it")
            for data, options in found:
                keep(folder / "models", data)
                if name in custom and options is not None:
                    keep(folder / "options", bytes([custom.index(name)]) + bytes(options))
    for path in files:
        data = pathlib.Path(path).read_bytes()
        for content in metadata_in(data):
            keep(folder / "metadata", content)
        if len(data) <= _LARGEST:
            keep(folder / "models", data)
    for data in archives():
        keep(folder / "archive", data)
    for kind in sorted(folder.iterdir()):
        print(f"{kind.name}: {len(list(kind.iterdir()))} seeds")


if __name__ == "__main__":
    main()
