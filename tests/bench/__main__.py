"""`make bench`, or `make bench ARGS="drain board"`."""

import sys
import time

from tests.bench import awards, board, challenges, drain, redirect, webhook

BENCHES = {"webhook": webhook.run, "drain": drain.run, "awards": awards.run, "board": board.run,
           "challenges": challenges.run, "redirect": redirect.run}  # fmt: skip


def main() -> int:
    """Runs the benchmarks named, or all."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for name in names:
        started = time.perf_counter()
        BENCHES[name]()
        print(f"  ({name}: {time.perf_counter() - started:.0f} s)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
