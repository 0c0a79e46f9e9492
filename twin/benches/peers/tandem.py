"""A saturated line in SimPy: 50 stations, 10 places between, services of 1 s, blocking after service.

Prints parts per second over PARTS after WARMUP parts.
"""

import random
import sys

import simpy

STATIONS, PLACES = 50, 10


def station(env, before, after, draw):
    while True:
        if before is not None:
            yield before.get()
        yield env.timeout(draw(1.0))
        yield after.put(None)


def last_station(env, before, draw, warmup, parts):
    for done in range(warmup + parts):
        if done == warmup:
            since = env.now
        yield before.get()
        yield env.timeout(draw(1.0))
    return parts / (env.now - since)


def main(warmup, parts):
    draw = random.Random(1).expovariate
    env = simpy.Environment()
    buffers = [simpy.Store(env, PLACES) for _ in range(STATIONS - 1)]
    for before, after in zip([None, *buffers], buffers):
        env.process(station(env, before, after, draw))
    rate = env.run(env.process(last_station(env, buffers[-1], draw, warmup, parts)))
    print(f"{rate:.4f}")


main(int(sys.argv[1]), int(sys.argv[2]))
