"""The same checks on a folder that is not ours to ship: `make test-data DATA=folder`."""

import os
from pathlib import Path

import pytest

from tests.hub.referrals.pipelines import check_pipeline


@pytest.mark.data
def test_the_real_pipeline_is_worth_what_its_cells_say(request: pytest.FixtureRequest) -> None:
    folder = request.config.getoption("--data", None) or os.environ.get("HURRAH_DATA")
    assert folder, "name the folder: make test-data DATA=folder, or HURRAH_DATA=folder"
    check_pipeline(Path(folder) / "sales_pipeline.csv")
