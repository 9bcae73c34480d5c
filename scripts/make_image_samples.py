#!/usr/bin/env python3
"""Makes the small pictures of src/tasks/files/testdata: one picture in every form that is read.

The picture is 13 x 9: red grows to the right, green downwards, blue is 128 (gray: the sum of both).
Lossy forms are judged with a tolerance, so the values are smooth. Needs pillow; run it again only
to change the set.
"""
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).resolve().parent.parent / "src" / "tasks" / "files" / "testdata"
WIDTH, HEIGHT = 13, 9
y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
RGB = np.stack([x * 20, y * 25, np.full_like(x, 128)], -1).astype(np.uint8)
GRAY = (x * 10 + y * 10).astype(np.uint8)
ALPHA = np.dstack([RGB, (x * 10 + 50).astype(np.uint8)])


def orientation(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def stored(value):
    """RGB as a camera stores it under that orientation."""
    turned = {1: RGB, 2: RGB[:, ::-1], 3: RGB[::-1, ::-1], 4: RGB[::-1], 5: RGB.transpose(1, 0, 2),
              6: np.rot90(RGB), 7: RGB[::-1, ::-1].transpose(1, 0, 2), 8: np.rot90(RGB, -1)}
    return Image.fromarray(np.ascontiguousarray(turned[value]))


def bmp(depth, header=40, compression=0, masks=b"", palette=b"", rows=b"", down=False, colours=0):
    if header == 12:
        info = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, depth)
    else:
        info = struct.pack("<IiiHHIIiiII", header, WIDTH, -HEIGHT if down else HEIGHT, 1, depth,
                           compression, len(rows), 0, 0, colours, 0)
        info += masks + b"\0" * (header - 40 - len(masks) if header > 40 else 0)
    at = 14 + len(info) + len(palette)
    return struct.pack("<2sIHHI", b"BM", at + len(rows), 0, 0, at) + info + palette + rows


def bmp_rows(encode, down=False):
    out = b""
    for line in range(HEIGHT) if down else reversed(range(HEIGHT)):
        row = encode(line)
        out += row + b"\0" * (-len(row) % 4)
    return out


def interlaced_png():
    """RGB in the seven passes of Adam7, which pillow does not write."""
    def chunk(kind, content):
        return (struct.pack(">I", len(content)) + kind + content +
                struct.pack(">I", zlib.crc32(kind + content)))

    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
              (0, 1, 1, 2)]
    rows = b"".join(b"\0" + row.tobytes() for x0, y0, dx, dy in passes
                    for row in RGB[y0::dy, x0::dx] if row.size)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 1)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b""))


def write_bmps():
    bgr = lambda line: RGB[line, :, ::-1].tobytes()
    bgrx = lambda line: b"".join(bytes(p[::-1]) + b"\0" for p in RGB[line])
    five = lambda line: b"".join(
        struct.pack("<H", r >> 3 << 10 | g >> 3 << 5 | b >> 3) for r, g, b in RGB[line].tolist())
    six = lambda line: b"".join(
        struct.pack("<H", r >> 3 << 11 | g >> 2 << 5 | b >> 3) for r, g, b in RGB[line].tolist())
    masked = lambda line: b"".join(
        struct.pack("<I", int(r) << 2 | int(g) << 12 | int(b) << 22) for r, g, b in RGB[line])
    one = lambda line: np.packbits((GRAY[line] > 80).astype(np.uint8)).tobytes()
    nibbles = lambda line: bytes(
        (int(a) // 16) << 4 | int(b) // 16 for a, b in
        np.append(GRAY[line], 0).reshape(-1, 2))
    gray16 = b"".join(bytes([i * 17] * 3) + b"\0" for i in range(16))
    files = {
        "rgb24.bmp": bmp(24, rows=bmp_rows(bgr)),
        "rgb24_down.bmp": bmp(24, rows=bmp_rows(bgr, True), down=True),
        "rgb24_os2.bmp": bmp(24, header=12, rows=bmp_rows(bgr)),
        "rgb32.bmp": bmp(32, rows=bmp_rows(bgrx)),
        "rgb555.bmp": bmp(16, rows=bmp_rows(five)),
        "rgb565.bmp": bmp(16, compression=3, masks=struct.pack("<III", 0xf800, 0x7e0, 0x1f),
                          rows=bmp_rows(six)),
        "rgb32_masks.bmp": bmp(32, header=108, compression=3, rows=bmp_rows(masked),
                               masks=struct.pack("<III", 255 << 2, 255 << 12, 255 << 22)),
        "gray4.bmp": bmp(4, palette=gray16, rows=bmp_rows(nibbles)),
        "two_colours.bmp": bmp(1, palette=bytes([0, 0, 255, 0, 0, 255, 0, 0]), rows=bmp_rows(one)),
        "rle.bmp": bmp(8, compression=1, palette=bytes(1024), rows=b"\0\1"),
    }
    for name, content in files.items():
        (OUT / name).write_bytes(content)
    Image.fromarray(GRAY).save(OUT / "gray8.bmp")


def main():
    OUT.mkdir(exist_ok=True)
    rgb, gray, alpha = map(Image.fromarray, (RGB, GRAY, ALPHA))
    best = {"quality": 98, "subsampling": 0}
    rgb.save(OUT / "rgb.jpg", **best)
    rgb.save(OUT / "progressive.jpg", progressive=True, **best)
    gray.save(OUT / "gray.jpg", **best)
    rgb.convert("CMYK").save(OUT / "cmyk.jpg", **best)
    for value in range(2, 9):
        stored(value).save(OUT / f"exif{value}.jpg", exif=orientation(value), **best)
    stored(6).save(OUT / "exif6.png", exif=orientation(6))
    stored(6).save(OUT / "exif6.webp", exif=orientation(6), lossless=True)
    rgb.save(OUT / "rgb.png")
    gray.save(OUT / "gray.png")
    alpha.save(OUT / "rgba.png")
    alpha.convert("LA").save(OUT / "gray_alpha.png")
    Image.fromarray(GRAY.astype(np.uint16) * 257).save(OUT / "gray16.png")
    rgb.quantize(256, dither=Image.Dither.NONE).save(OUT / "palette.png")
    gray.point(lambda v: 255 * (v > 80)).convert("1").save(OUT / "gray1.png")
    gray.save(OUT / "transparent_gray.png", transparency=40)
    rgb.save(OUT / "lossless.webp", lossless=True)
    rgb.save(OUT / "lossy.webp", quality=95)
    alpha.save(OUT / "alpha.webp", lossless=True, exact=True)
    rgb.save(OUT / "animated.webp", save_all=True, append_images=[rgb.rotate(180)])
    rgb.save(OUT / "rgb.gif")
    (OUT / "interlaced.png").write_bytes(interlaced_png())
    write_bmps()


if __name__ == "__main__":
    main()
