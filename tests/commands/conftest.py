"""A repository of the kingdoms' own."""

import os
import subprocess

import pytest


def git(folder, *words):
    apart = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    author = ["-c", "user.name=Clerk", "-c", "user.email=clerk@ruritania.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *author, *words], cwd=folder, check=True, capture_output=True, env=apart)


@pytest.fixture
def committed(copy, monkeypatch):
    """The copy in a sub-folder of a repository of its own, committed."""
    for key in [key for key in os.environ if key.startswith("GIT_")]:
        monkeypatch.delenv(key)
    git(copy.parent, "init", "--quiet")
    git(copy.parent, "add", "ruritania")
    git(copy.parent, "commit", "--quiet", "-m", "The kingdoms.")
    return copy
