"""Every command that writes, killed at random points: before a step, in the midst of one, or after a time."""

from tests.benchmarks.test_speed import told as printed
from tests.killing import COMMANDS
from tests.reading.test_replacing import kills

A_COMMAND = 26


def test_killed_commands(tmp_path):
    print()
    found = kills(tmp_path, list(COMMANDS), A_COMMAND)
    assert {name: faults for name, (faults, _) in found.items() if faults} == {}
    deaths = sum(killed for _, killed in found.values())
    printed(f"commands started to be killed, {len(COMMANDS) * A_COMMAND}, of which were killed before they ended", deaths)
    assert len(COMMANDS) * A_COMMAND >= 200
