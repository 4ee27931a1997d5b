"""Every command that writes, killed at random points: before a step, in the midst of one, or after a time."""

from tests.benchmarks.test_speed import told as printed
from tests.killing import COMMANDS
from tests.reading.test_replacing import kills

A_COMMAND = 29


def test_killed_commands(tmp_path):
    print()
    deaths = 0
    for name in COMMANDS:
        (tmp_path / name).mkdir()
        faults, killed = kills(tmp_path / name, name, A_COMMAND)
        assert faults == [], name
        deaths += killed
    printed(f"commands started to be killed, {len(COMMANDS) * A_COMMAND}, of which were killed before they ended", deaths)
    assert len(COMMANDS) * A_COMMAND >= 200
