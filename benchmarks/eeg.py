"""A minute of EEG against real time, one column, compiled.

Run: python benchmarks/eeg.py
"""

from timing import best

from allostasis.circuit.eeg import operating_point, simulate_eeg

SECONDS = 60.0


def times_real_time(repeats: int = 5) -> float:
    """How many seconds of EEG one second of computing gives."""

    def run():
        simulate_eeg(operating_point("alpha"), seconds=SECONDS)

    run()
    return SECONDS / best(run, repeats)


if __name__ == "__main__":
    print(f"{SECONDS:g} s of EEG: {times_real_time():.0f} times real time")
