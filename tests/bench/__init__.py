"""Benchmarks: `make bench`. Ratios against a baseline measured in the same run, turn by turn; never a gate of CI."""
