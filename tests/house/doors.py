#!/usr/bin/env python3
"""Holds the house to src/DOORS: every #include of src/ and include/ is compared with it.

  doors.py [ROOT]

A room may include itself and the rooms that DOORS names for it. include/samara/<room>/ belongs to
the room of that name. *_test.cc and *_test.h may also include `testing` and what lies behind its
doors. Third-party headers are seen only in folders named after the library. Exit 1 and one line a fault, else 0."""
import pathlib
import re
import sys

# Where the headers of a library may be seen: a prefix of the header's name, and folders below src/.
LIBRARIES = {
    "flatbuffers/flexbuffers.h": "*/flexbuffers",
    "flatbuffers/": "engine/schema",
    "nlohmann/": "*/nlohmann",
    "jpeglib.h": "*/jpeg", "jerror.h": "*/jpeg",
    "png.h": "*/png",
    "webp/": "*/webp",
    "zlib.h": "*/zlib",
    "zstd.h": "*/zstd",
    "openssl/": "*/openssl",
    "curl/": "*/curl",
    "CLI/": "cli/args",
    "boost/": "*/beast",
    "sqlite3.h": "*/sqlite",
    "libpq-fe.h": "*/postgres",
    "systemd/": "*/systemd",
    "gtest/": "testing", "gmock/": "testing",
}
# The network belongs to fleet/io, whatever else a file may include of the system.
NETWORK = {"sys/socket.h", "netdb.h", "arpa/inet.h", "netinet/in.h", "netinet/tcp.h", "sys/un.h"}
SYSTEM = re.compile(
    r"[a-z_0-9]+|(sys|linux|asm|bits|arpa|netinet)/[a-z_0-9]+\.h|"
    r"([a-z]mmintrin|immintrin|arm_neon|arm_acle|cpuid|unistd|fcntl|dlfcn|pthread|sched|signal|dirent|poll|spawn|"
    r"errno|time|stdlib|string|stdint|stddef|math|limits|semaphore|termios|fenv|stdio|setjmp|"
    r"netdb|glob|fnmatch|ftw|elf|link|malloc|ucontext|execinfo|getopt)\.h")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)
SUFFIXES = {".h", ".cc", ".inl", ".inc", ".c"}


def read_doors(path, faults):
    doors = {}
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        room, _, rest = line.partition(":")
        doors[room.strip()] = rest.split()
    for room, targets in doors.items():
        for target in targets:
            if target not in doors:
                faults.append(f"src/DOORS: {room} names {target}, which has no line")
    return doors


def find_circle(doors, faults):
    done, path = set(), []

    def visit(room):
        if room in path:
            faults.append("src/DOORS: a circle: " + " -> ".join(path[path.index(room):] + [room]))
            return
        if room in done or room not in doors:
            return
        path.append(room)
        for target in doors[room]:
            visit(target)
        path.pop()
        done.add(room)

    for room in doors:
        visit(room)


def room_of(parts, doors):
    """The room that a path below src/ (as a tuple of names) lies in, or None."""
    for n in range(len(parts), 0, -1):
        if "/".join(parts[:n]) in doors:
            return "/".join(parts[:n])
    return None


# include/samara/c/ is shared: a header there belongs to the room that defines its functions.
C_HEADERS = {"types.h": "base", "engine.h": "engine/c_api", "device.h": "fleet/device_capi"}


def public_room(name, doors):
    """The room of include/samara/<name>/."""
    found = [room for room in doors if room.rsplit("/", 1)[-1] == name]
    return found[0] if len(found) == 1 else None


def target_room(include, doors):
    parts = pathlib.PurePosixPath(include).parts
    if parts[:2] == ("tensorflow", "lite"):
        return "engine/tflite_abi"
    if parts[:2] == ("samara", "c"):
        return C_HEADERS.get(parts[-1])
    if parts[0] == "samara":
        return public_room(parts[1], doors) if len(parts) > 2 else "base"
    return room_of(parts[:-1], doors)


def allowed_library(include, where, is_test):
    """None: not a library in the list. Else whether `where` (a folder below src/) may see it."""
    for prefix, folder in LIBRARIES.items():
        if include == prefix or (prefix.endswith("/") and include.startswith(prefix)):
            if is_test and folder in ("testing", "*/flexbuffers"):
                return True
            name = folder.removeprefix("*/")
            inside = f"/{where}/"
            if folder.startswith("*/"):
                return f"/{name}/" in inside
            return inside.startswith(f"/{name}/")
    return None


def check_file(path, relative, room, where, doors, faults):
    is_test = path.name.endswith(("_test.cc", "_test.h"))
    allowed = {room, *doors[room]}
    if is_test and "testing" in doors:
        allowed |= {"testing", *doors["testing"]}
    text = path.read_text(encoding="utf-8")
    for match in INCLUDE.finditer(text):
        quote, include = match.groups()
        at = f"{relative}:{text.count(chr(10), 0, match.start()) + 1}"
        if quote == '"' and re.fullmatch(r"[a-z0-9_]+_list\.inc", include):
            continue  # made by samara_collect()
        target = target_room(include, doors) if quote == '"' else None
        if target:
            if target not in allowed:
                faults.append(f"{at}: {room} has no door to {target}: {include}")
            continue
        library = allowed_library(include, where, is_test)
        if library is False:
            faults.append(f"{at}: {include} is seen only in a folder named after its library")
        elif library is None and quote == '"':
            faults.append(f"{at}: not a path from src/ or include/: {include}")
        elif library is None and not SYSTEM.fullmatch(include):
            faults.append(f"{at}: a library that tests/house/doors.py does not list: {include}")
        elif include in NETWORK and not room.startswith("fleet/io"):
            faults.append(f"{at}: only fleet/io sees the network: {include}")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    faults, files = [], 0
    doors = read_doors(root / "src/DOORS", faults)
    find_circle(doors, faults)
    for room in doors:
        if not (root / "src" / room / "CMakeLists.txt").exists():
            faults.append(f"src/DOORS: {room} has no CMakeLists.txt")
    for path in sorted(root.glob("src/**/CMakeLists.txt")):
        for room in re.findall(r"^samara_room\(([a-z0-9_/]+)", path.read_text(), re.M):
            if room not in doors or (root / "src" / room) != path.parent:
                faults.append(f"{path.relative_to(root)}: room {room} is not that folder of src/DOORS")
    for top in ("src", "include/samara"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in SUFFIXES:
                continue
            files += 1
            relative = path.relative_to(root)
            parts = path.relative_to(root / top).parts
            if top == "src":
                room, where = room_of(parts[:-1], doors), "/".join(parts[:-1])
            elif parts[0] == "c":
                room, where = C_HEADERS.get(parts[-1]), "include/c"
            else:
                room = public_room(parts[0], doors) if len(parts) > 1 else "base"
                where = f"include/{room}"
            if room is None:
                faults.append(f"{relative}: in no room of src/DOORS")
                continue
            check_file(path, relative, room, where, doors, faults)
    if files == 0:
        faults.append(f"{root}: no sources found")
    print("\n".join(faults) if faults else f"{files} files keep to {len(doors)} rooms' doors")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
