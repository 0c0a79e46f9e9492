"""M/M/1 in SimPy: arrivals at 0.8 /s, services of 1 s; prints the mean wait in the queue of CUSTOMERS."""

import random
import sys

import simpy


def customer(env, server, draw, waits):
    arrived = env.now
    with server.request() as turn:
        yield turn
        waits.append(env.now - arrived)
        yield env.timeout(draw(1.0))


def source(env, server, customers, draw, waits):
    for _ in range(customers):
        yield env.timeout(draw(0.8))
        env.process(customer(env, server, draw, waits))


def main(customers):
    draw = random.Random(1).expovariate
    env = simpy.Environment()
    waits = []
    env.process(source(env, simpy.Resource(env), customers, draw, waits))
    env.run()
    print(f"{sum(waits) / customers:.4f}")


main(int(sys.argv[1]))
