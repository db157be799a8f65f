"""Samples to start from: a programme, and a spreadsheet of referrals with the map that reads it."""

from pathlib import Path

HERE = Path(__file__).parent
PROGRAMME = HERE / "aluv.toml"
PIPELINE_MAP = HERE / "pipeline.toml"
PIPELINE = HERE / "sample_pipeline.csv"
