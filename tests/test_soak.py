"""A short soak; `make soak` runs a long one."""

import pytest
from soak import run_soak


@pytest.mark.xdist_group("soak")
def test_a_server_survives_edits_and_shows_what_a_fresh_build_shows():
    soak = run_soak(edits=8, seed=1)

    assert soak.faults == []
    assert soak.answered == soak.edits == 8
    assert soak.comparisons > 0
