"""Compares the poses of imported robots with pinocchio's.

    compare.py GENBA POSTURES

Each URDF of the installed packages is imported by itself, which takes the tip behind most joints; then the tip's pose in the root is asked
for at random postures. Joints that follow others (mimic) count as joints of their own, here and there.
"""

import glob
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile

import numpy
import pinocchio

WORST = 1e-9


def files():
    """All URDFs of the packages, each name once."""
    found = {}
    for folder in sys.path:
        for path in sorted(glob.glob(os.path.join(folder, "**", "*.urdf"), recursive=True)):
            found.setdefault(os.path.basename(path), path)
    return sorted(found.items())


def genba(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def moving(description):
    """The links that move, from the base outwards, and the tip and root, from the imported text."""
    tip = re.search(r'tip: "([^"]*)"', description).group(1)
    links = {}
    for name, on, rest in re.findall(r'"([^"]+)": \(on: "([^"]*)"(.*)', description):
        links[name] = (on, "Turns(" in rest or "Slides(" in rest)
    way, at = [], tip
    while at in links:
        if links[at][1]:
            way.append(at)
        at = links[at][0]
    return list(reversed(way)), tip


def pose(model, data, q, links, tip, root):
    """Pose of the tip in the root."""
    full = pinocchio.neutral(model)
    for value, link in zip(q, links):
        joint = model.joints[model.frames[model.getFrameId(link, pinocchio.FrameType.BODY)].parentJoint]
        if joint.nq == 2:
            full[joint.idx_q : joint.idx_q + 2] = [math.cos(value), math.sin(value)]
        else:
            full[joint.idx_q] = value
    pinocchio.framesForwardKinematics(model, data, full)
    of = lambda link: data.oMf[model.getFrameId(link, pinocchio.FrameType.BODY)]
    return of(root).inverse() * of(tip)


def compare(binary, path, postures, dice):
    """What came of one file: a refusal, or the worst error of a position (m) and of a turn (rad)."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "robot.ron")
        imported = genba(binary, "import", "urdf", path, "--out", out)
        if imported.returncode != 0:
            return imported.stderr.strip().splitlines()[0] if imported.stderr.strip() else None
        with open(out, encoding="utf-8") as text:
            links, tip = moving(text.read())
        sheet = genba(binary, "robot", out, "--json")
        if sheet.returncode != 0:
            return sheet.stderr.strip().splitlines()[0] if sheet.stderr.strip() else None
        joints = json.loads(sheet.stdout)["arms"][0]["joints"]
        assert len(joints) == len(links), (len(joints), links)
        model = pinocchio.buildModelFromUrdf(path)
        data = model.createData()
        # The root link is the first frame of a body.
        root = next(f.name for f in model.frames if f.type == pinocchio.FrameType.BODY)
        worst = [0.0, 0.0]
        for _ in range(postures):
            q = [dice.uniform(*joint["range"]) for joint in joints]
            units = ["rad" if joint["moves"] == "turns" else "m" for joint in joints]
            at = ", ".join(f"{value!r} {unit}" for value, unit in zip(q, units))
            answer = genba(binary, "robot", out, "--at", at, "--json")
            ours = json.loads(answer.stdout)["answer"]["pose"]
            theirs = pose(model, data, q, links, tip, root)
            off = numpy.linalg.norm(numpy.array(ours["position_m"]) - theirs.translation)
            turn = pinocchio.Quaternion(theirs.rotation).coeffs()
            same = numpy.array(ours["quaternion_xyzw"])
            angle = min(numpy.linalg.norm(same - turn), numpy.linalg.norm(same + turn)) * 2.0
            worst = [max(worst[0], off), max(worst[1], angle)]
        return len(links), worst


def main():
    binary, postures = sys.argv[1], int(sys.argv[2])
    dice = random.Random(1)
    good = refused = bad = 0
    for name, path in files():
        try:
            found = compare(binary, path, postures, dice)
        except Exception as error:  # A peer that cannot read a file says so; that is no verdict on ours.
            print(f"{name:45} not compared: {type(error).__name__}: {error}")
            bad += 1
            continue
        if isinstance(found, str):
            refused += 1
            print(f"{name:45} refused: {found}")
        elif found is None:
            bad += 1
            print(f"{name:45} refused without a reason")
        else:
            joints, (metres, radians) = found
            fine = max(metres, radians) < WORST
            good, bad = good + fine, bad + (not fine)
            print(f"{name:45} {joints:2} joints  {metres:8.1e} m {radians:8.1e} rad{'' if fine else '   OFF'}")
    print(f"{good} agree, {refused} refused, {bad} off or not compared")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
