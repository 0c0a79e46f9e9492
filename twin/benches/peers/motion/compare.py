"""Durations of random moves beside Ruckig's, and of courses along a spline beside toppra's.

compare.py PROGRAM PROBLEMS FILE: PROGRAM is the bench `motion`; FILE is written for it.
"""

import logging
import math
import random
import subprocess
import sys

import numpy
import ruckig
import toppra
import toppra.algorithm
import toppra.constraint

SEED = 7
AXES = (1, 3, 6)


def axis(dice):
    """State at the start, state at the end, limits of velocity, acceleration and jerk."""
    v, a, j = (10 ** dice.uniform(low, high) for low, high in ((-0.7, 1), (-0.3, 1.7), (0.5, 3)))

    def state():
        velocity = dice.uniform(-0.8, 0.8) * v
        # A boundary acceleration a leads to a speed further by a²/2j: what is left of the limit bounds it.
        room = math.sqrt(2 * j * (v - abs(velocity)))
        return [dice.uniform(-3, 3), velocity, dice.uniform(-0.8, 0.8) * min(a, room)]

    return state() + state() + [v, a, j]


def by_ruckig(axes):
    """The duration of a move."""
    given = ruckig.InputParameter(len(axes))
    columns = list(zip(*axes))
    given.current_position, given.current_velocity, given.current_acceleration = columns[:3]
    given.target_position, given.target_velocity, given.target_acceleration = columns[3:6]
    given.max_velocity, given.max_acceleration, given.max_jerk = columns[6:]
    trajectory = ruckig.Trajectory(len(axes))
    result = ruckig.Ruckig(len(axes)).calculate(given, trajectory)
    return trajectory.duration if int(result) >= 0 else None


def by_toppra(cells):
    """The duration of the spline with a grid of so many cells."""
    points = [[0, 0, 0], [0.5, 0.2, -0.3], [1, -0.4, 0.2], [1.5, 0, 0]]
    path = toppra.SplineInterpolator(numpy.linspace(0, 1, 4), numpy.array(points, dtype=float))
    speed = toppra.constraint.JointVelocityConstraint(numpy.array([[-2.0, 2.0]] * 3))
    acceleration = toppra.constraint.JointAccelerationConstraint(numpy.array([[-5.0, 5.0]] * 3))
    solver = toppra.algorithm.TOPPRA(
        [speed, acceleration], path, gridpoints=numpy.linspace(0, 1, cells + 1), parametrizer="ParametrizeConstAccel"
    )
    return solver.compute_trajectory(0, 0).duration


def moves(program, count, file):
    """Prints how far durations are off; whether all are right."""
    dice = random.Random(SEED)
    problems = [[axis(dice) for _ in range(AXES[n % len(AXES)])] for n in range(count)]
    with open(file, "w", encoding="ascii") as out:
        for axes in problems:
            numbers = " ".join(repr(number) for one in axes for number in one)
            out.write(f"{len(axes)} {numbers}\n")
    ours = subprocess.run([program, "times", file], check=True, capture_output=True, text=True).stdout.splitlines()
    worst, failed, refused = 0.0, 0, 0
    for axes, line in zip(problems, ours, strict=True):
        theirs = by_ruckig(axes)
        try:
            duration = float(line)
        except ValueError:
            duration = None
        if theirs is None and duration is None:
            refused += 1
        elif theirs is None or duration is None:
            failed += 1
            print(f"only one has an answer: ruckig {theirs}, genba {line}", file=sys.stderr)
        else:
            worst = max(worst, abs(duration - theirs))
    print(f"{count} random moves of {AXES} axes, seed {SEED}: max |dT| = {worst:.2e} s, "
          f"{failed} answered by one side only, {refused} refused by both")
    return worst < 1e-9 and not failed


def splines(program):
    """Prints durations side by side; whether they agree to 1e-3 s."""
    cells = [100, 1000, 4000]
    ours = subprocess.run([program, "spline", *map(str, cells)], check=True, capture_output=True, text=True).stdout.split()
    right = True
    for n, duration in zip(cells, map(float, ours), strict=True):
        theirs = by_toppra(n)
        right &= abs(duration - theirs) < 1e-3
        print(f"spline, {n:>5} cells: genba {duration:.6f} s, toppra {theirs:.6f} s, {duration - theirs:+.1e} s")
    return right


def main():
    logging.disable(logging.CRITICAL)
    program, count, file = sys.argv[1:]
    right = moves(program, int(count), file)
    right &= splines(program)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
