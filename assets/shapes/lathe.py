#!/usr/bin/env python3
"""Makes lathe.glb, a turning centre in colour: python3 lathe.py

Written for Genba and in the public domain (CC0), as is what it makes. glTF 2.0 is in metres, y up; here x is along the machine, y
across it towards its back and z up, and turned on writing. Every solid is closed.
"""
import json
import math
import struct
from pathlib import Path

solids = []  # (colour, triangles)


def block(colour, low, high):
    """A box from corner to corner (m)."""
    corners = [[(low, high)[n >> axis & 1][axis] for axis in range(3)] for n in range(8)]
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    prism(colour, corners, quads)


def prism(colour, corners, quads):
    faces = [t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))]
    solids.append((colour, [[corners[n] for n in face] for face in faces]))


def rod(colour, start, end, radius, sides=20):
    """A cylinder along x or z, from start to end (m)."""
    along = max(range(3), key=lambda axis: abs(end[axis] - start[axis]))
    others = [axis for axis in range(3) if axis != along]
    if along == 1:
        raise ValueError("rods lie along x or stand along z")
    rims = []
    for middle in (start, end):
        rim = []
        for n in range(sides):
            point = list(middle)
            point[others[0]] += radius * math.cos(2 * math.pi * n / sides)
            point[others[1]] += radius * math.sin(2 * math.pi * n / sides)
            rim.append(point)
        rims.append(rim)
    triangles = []
    for n in range(sides):
        m = (n + 1) % sides
        low, high = rims
        triangles += [[low[n], low[m], high[m]], [low[n], high[m], high[n]]]
        triangles += [[list(start), low[m], low[n]], [list(end), high[n], high[m]]]
    solids.append((colour, triangles))


GREY, WHITE, BLUE, DARK, GLASS, STEEL, RED, YELLOW = (
    (0.30, 0.32, 0.35), (0.82, 0.84, 0.86), (0.04, 0.17, 0.42), (0.05, 0.055, 0.06),
    (0.20, 0.42, 0.55), (0.45, 0.47, 0.50), (0.60, 0.03, 0.03), (0.75, 0.45, 0.02),
)

# The bed with its chip tray, and the housing about an opening to the front.
block(DARK, (-1.15, -0.55, 0.0), (1.15, 0.65, 0.12))
block(GREY, (-1.2, -0.6, 0.12), (1.2, 0.7, 0.75))
block(WHITE, (-1.2, 0.3, 0.75), (1.2, 0.7, 1.85))
block(WHITE, (-1.2, -0.55, 0.75), (-0.45, 0.3, 1.85))
block(WHITE, (0.95, -0.55, 0.75), (1.2, 0.3, 1.85))
block(BLUE, (-1.2, -0.6, 1.85), (1.2, 0.7, 1.98))
block(BLUE, (-1.2, -0.605, 0.62), (1.2, -0.6, 0.75))
# Spindle with its chuck and jaws, tailstock, turret.
rod(STEEL, (-0.45, -0.1, 1.2), (-0.28, -0.1, 1.2), 0.2)
for n in range(3):
    angle = 2 * math.pi * n / 3 + math.pi / 2
    y, z = -0.1 + 0.12 * math.cos(angle), 1.2 + 0.12 * math.sin(angle)
    block(DARK, (-0.28, y - 0.04, z - 0.04), (-0.2, y + 0.04, z + 0.04))
block(GREY, (0.6, -0.22, 0.75), (0.95, 0.05, 1.3))
rod(STEEL, (0.45, -0.1, 1.2), (0.6, -0.1, 1.2), 0.05)
rod(STEEL, (0.1, 0.12, 1.42), (0.25, 0.12, 1.42), 0.16, 12)
block(GREY, (0.25, 0.0, 1.3), (0.5, 0.3, 1.55))
# The door, slid open, with its pane and handle.
block(BLUE, (-1.16, -0.64, 0.8), (-0.5, -0.61, 1.8))
block(GLASS, (-1.05, -0.65, 1.0), (-0.62, -0.64, 1.65))
rod(STEEL, (-0.55, -0.67, 1.1), (-0.55, -0.67, 1.5), 0.015, 10)
# The panel on its arm, and the lamp of the machine.
block(GREY, (1.0, -0.7, 1.15), (1.04, -0.56, 1.25))
block(DARK, (0.92, -0.78, 1.0), (1.24, -0.72, 1.5))
block(GLASS, (0.96, -0.785, 1.22), (1.2, -0.78, 1.44))
rod(STEEL, (0.9, 0.5, 1.98), (0.9, 0.5, 2.1), 0.02, 10)
for n, colour in enumerate((RED, YELLOW, (0.02, 0.35, 0.12))):
    low = 2.1 + 0.09 * n
    rod(colour, (0.9, 0.5, low), (0.9, 0.5, low + 0.09), 0.045, 12)


def main():
    blob, views, accessors, primitives, materials = b"", [], [], [], []
    palette = sorted({colour for colour, _ in solids})
    for material, colour in enumerate(palette):
        points, numbers, known = [], [], {}
        for own, triangles in solids:
            if own != colour:
                continue
            for triangle in triangles:
                for x, y, z in triangle:
                    point = (round(x, 6), round(z, 6), round(-y, 6))
                    numbers.append(known.setdefault(point, len(points)))
                    if known[point] == len(points):
                        points.append(point)
        for data, kind, target in (
            (b"".join(struct.pack("<3f", *point) for point in points), "VEC3", 34962),
            (b"".join(struct.pack("<H", n) for n in numbers), "SCALAR", 34963),
        ):
            data_view = {"buffer": 0, "byteOffset": len(blob), "byteLength": len(data), "target": target}
            accessor = {"bufferView": len(views), "type": kind}
            if kind == "VEC3":
                accessor |= {"componentType": 5126, "count": len(points)}
                accessor |= {"min": [min(p[n] for p in points) for n in range(3)]}
                accessor |= {"max": [max(p[n] for p in points) for n in range(3)]}
            else:
                accessor |= {"componentType": 5123, "count": len(numbers)}
            views.append(data_view)
            accessors.append(accessor)
            blob += data + b"\0" * (-len(data) % 4)
        position = len(accessors) - 2
        primitives.append({"attributes": {"POSITION": position}, "indices": position + 1, "material": material})
        pbr = {"baseColorFactor": [*colour, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.7}
        materials.append({"pbrMetallicRoughness": pbr})
    scene = {
        "asset": {"version": "2.0", "generator": "lathe.py of Genba", "copyright": "CC0"},
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": "lathe"}],
        "meshes": [{"primitives": primitives}], "materials": materials, "accessors": accessors,
        "bufferViews": views, "buffers": [{"byteLength": len(blob)}],
    }
    text = json.dumps(scene, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    whole = struct.pack("<III", 0x46546C67, 2, 28 + len(text) + len(blob))
    whole += struct.pack("<II", len(text), 0x4E4F534A) + text
    whole += struct.pack("<II", len(blob), 0x004E4942) + blob
    Path(__file__).with_name("lathe.glb").write_bytes(whole)


if __name__ == "__main__":
    main()
