#!/usr/bin/env python3
"""Takes photographs out of a wheel of scikit-image, with nothing but Python's own library.

  pictures.py WHEEL FOLDER NAME...

Writes FOLDER/NAME.png, the centre 256 x 256 pixels, 8-bit RGB.
"""
import struct
import sys
import zipfile
import zlib

SIZE = 256


def chunks(png):
    at = 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        yield kind, png[at + 8:at + 8 + length]
        at += 12 + length


def unfiltered(data, width, height, step):
    """Rows of an 8-bit image without interlacing (PNG specification, section 9)."""
    stride, before, rows = width * step, bytearray(width * step), []
    for y in range(height):
        kind, *row = data[y * (stride + 1):(y + 1) * (stride + 1)]
        row = bytearray(row)
        for i in range(stride):
            left = row[i - step] if i >= step else 0
            up, corner = before[i], before[i - step] if i >= step else 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = up
            elif kind == 3:
                guess = (left + up) // 2
            elif kind == 4:
                p = left + up - corner
                guess = min((abs(p - left), 0, left), (abs(p - up), 1, up),
                            (abs(p - corner), 2, corner))[2]
            else:
                guess = 0
            row[i] = (row[i] + guess) & 255
        rows.append(row)
        before = row
    return rows


def centre(png):
    header, data = None, b""
    for kind, body in chunks(png):
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        if kind == b"IDAT":
            data += body
    width, height, depth, colour, _, _, interlaced = header
    if depth != 8 or colour not in (2, 6) or interlaced:
        sys.exit("expected 8-bit RGB or RGBA without interlacing")
    step = 3 if colour == 2 else 4
    rows = unfiltered(zlib.decompress(data), width, height, step)
    top, left = (height - SIZE) // 2, (width - SIZE) // 2
    cut = []
    for row in rows[top:top + SIZE]:
        pixels = row[left * step:(left + SIZE) * step]
        cut.append(bytes(b for i, b in enumerate(pixels) if i % step < 3))
    return cut


def encoded(rows):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) +
            chunk(b"IEND", b""))


def main():
    wheel, folder, *names = sys.argv[1:]
    with zipfile.ZipFile(wheel) as packed:
        for name in names:
            rows = centre(packed.read(f"skimage/data/{name}.png"))
            with open(f"{folder}/{name}.png", "wb") as file:
                file.write(encoded(rows))


if __name__ == "__main__":
    main()
