"""One run at a time, whoever started it, and no lock left by the dead."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.failures import RunHeld
from orchestration.lock import held, holder, is_held

HOLD = """
import sys
from pathlib import Path
from orchestration.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_holder(home: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    with another_holder(tmp_path) as process:
        with pytest.raises(RunHeld, match=rf"pid {process.pid}, since \d{{4}}-") as stopped, held(tmp_path):
            pass
        assert stopped.value.exit_code == 4
        assert is_held(tmp_path)


def test_the_lock_of_a_killed_run_is_free(tmp_path: Path) -> None:
    with another_holder(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not is_held(tmp_path)
        with held(tmp_path):
            assert holder(tmp_path) is not None
            assert f"pid {os.getpid()}" in str(holder(tmp_path))


def test_a_run_may_take_its_own_lock_again_and_gives_it_back_once(tmp_path: Path) -> None:
    with held(tmp_path):
        with held(tmp_path):
            pass
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
    with another_holder(tmp_path):
        pass
