"""Re-runs the machine shop of SimPy's documentation (docs/examples/code/machine_shop.py, MIT licence) with its seed, 42, and
records what each machine drew, so that another engine can be fed with the same draws.

Writes machine_shop.bin beside this file. For each of the ten machines: the number of processing times and of up-times as
little-endian u32, then both lists as little-endian f64, in minutes. A processing time is recorded as it was drawn, when
work on the part begins. An up-time runs from the end of one repair (or the start) to the next failure: SimPy's machine keeps
drawing failures while it is broken and ignores them, and what counts is the first that finds it running. The last up-time of
each machine runs past the end of the four weeks.

    pip install simpy==4.1.2
    python machine_shop.py
"""

import pathlib
import random
import struct

import simpy

RANDOM_SEED = 42
PT_MEAN = 10.0
PT_SIGMA = 2.0
MTTF = 300.0
BREAK_MEAN = 1 / MTTF
REPAIR_TIME = 30.0
JOB_DURATION = 30.0
NUM_MACHINES = 10
SIM_TIME = 4 * 7 * 24 * 60
PUBLISHED = [3251, 3273, 3242, 3343, 3387, 3244, 3269, 3185, 3302, 3279]
LATER = 1e6


def time_per_part():
    t = random.normalvariate(PT_MEAN, PT_SIGMA)
    while t <= 0:
        t = random.normalvariate(PT_MEAN, PT_SIGMA)
    return t


class Machine:
    def __init__(self, env, repairman):
        self.env = env
        self.parts_made = 0
        self.broken = False
        self.up_since = 0.0
        self.times = []
        self.up_times = []
        self.process = env.process(self.working(repairman))
        env.process(self.break_machine())

    def working(self, repairman):
        while True:
            done_in = time_per_part()
            self.times.append(done_in)
            while done_in:
                start = self.env.now
                try:
                    yield self.env.timeout(done_in)
                    done_in = 0
                except simpy.Interrupt:
                    self.broken = True
                    done_in -= self.env.now - start
                    self.up_times.append(self.env.now - self.up_since)
                    with repairman.request(priority=1) as req:
                        yield req
                        yield self.env.timeout(REPAIR_TIME)
                    self.broken = False
                    self.up_since = self.env.now
            self.parts_made += 1

    def break_machine(self):
        while True:
            yield self.env.timeout(random.expovariate(BREAK_MEAN))
            if not self.broken:
                self.process.interrupt()


def other_jobs(env, repairman):
    while True:
        done_in = JOB_DURATION
        while done_in:
            with repairman.request(priority=2) as req:
                yield req
                start = env.now
                try:
                    yield env.timeout(done_in)
                    done_in = 0
                except simpy.Interrupt:
                    done_in -= env.now - start


def main():
    random.seed(RANDOM_SEED)
    env = simpy.Environment()
    repairman = simpy.PreemptiveResource(env, capacity=1)
    machines = [Machine(env, repairman) for _ in range(NUM_MACHINES)]
    env.process(other_jobs(env, repairman))
    env.run(until=SIM_TIME)
    made = [machine.parts_made for machine in machines]
    assert made == PUBLISHED, made
    out = b""
    for machine in machines:
        up_times = machine.up_times + [LATER]
        out += struct.pack("<II", len(machine.times), len(up_times))
        out += struct.pack(f"<{len(machine.times)}d", *machine.times)
        out += struct.pack(f"<{len(up_times)}d", *up_times)
    pathlib.Path(__file__).with_suffix(".bin").write_bytes(out)


if __name__ == "__main__":
    main()
