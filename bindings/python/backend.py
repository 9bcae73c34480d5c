"""Builds the wheel: the package's Python files and the device library beside them.

A wheel is a zip with three files about itself, so nothing is needed to build one: no setuptools, no
network (PEP 517 and 427). The library is that of SAMARA_DEVICE_LIBRARY, else the newest below build/.
"""

import base64
import hashlib
import os
import pathlib
import re
import sysconfig
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = "libsamara_device.so"


def version():
    text = (HERE.parent.parent / "include/samara/version.h").read_text(encoding="utf-8")
    return re.search(r'kVersion.*"([0-9.]+)"', text).group(1)


def library():
    named = os.environ.get("SAMARA_DEVICE_LIBRARY")
    if named:
        return pathlib.Path(named)
    built = list((HERE.parent.parent / "build").glob(f"*/lib/{LIBRARY}"))
    if not built:
        raise SystemExit(
            f"{LIBRARY} is not built: ninja -C build/release samara_device, or SAMARA_DEVICE_LIBRARY=FILE"
        )
    return max(built, key=lambda path: path.stat().st_mtime)


def tag():
    return "py3-none-" + re.sub(r"[-.]", "_", sysconfig.get_platform())


def about():
    """The files about the wheel, without RECORD."""
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    return {
        "METADATA": "Metadata-Version: 2.1\nName: samara\n"
        f"Version: {version()}\n"
        "Summary: Runs, optimises, delivers and observes .tflite models\n"
        "License: Apache-2.0\nRequires-Python: >=3.9\n"
        f"Description-Content-Type: text/markdown\n\n{readme}",
        "WHEEL": f"Wheel-Version: 1.0\nGenerator: samara\nRoot-Is-Purelib: false\nTag: {tag()}\n",
    }


def info_folder():
    return f"samara-{version()}.dist-info"


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    folder = pathlib.Path(metadata_directory) / info_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in about().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder.name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    files = {f"samara/{p.name}": p.read_bytes() for p in sorted((HERE / "samara").glob("*.py"))}
    files["samara/py.typed"] = b""
    files[f"samara/{LIBRARY}"] = library().read_bytes()
    files.update({f"{info_folder()}/{name}": text.encode() for name, text in about().items()})
    record = []
    name = f"samara-{version()}-{tag()}.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{path},sha256={digest},{len(content)}\n")
            wheel.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
        record.append(f"{info_folder()}/RECORD,,\n")
        wheel.writestr(zipfile.ZipInfo(f"{info_folder()}/RECORD"), "".join(record))
    return name
