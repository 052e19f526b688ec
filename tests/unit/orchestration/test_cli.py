import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import cli, run
from orchestration.failures import ChecksFailed, FailedCheck, RunHeld, Stopped

FAILED = FailedCheck("amount_is_positive", "raw_files.deals", "amount = -1054 in 1 of 8,800 rows")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AS_OF", "SEEDS", "KEEP_VERSIONS"):
        monkeypatch.delenv(f"FUNNELHOUSE_{name}", raising=False)
    monkeypatch.setenv("FUNNELHOUSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOURCES__FILES__BUCKET_URL", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["funnelhouse", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def executing(outcome: run.Outcome | Stopped, seen: list[run.Request]) -> object:
    def execute(request: run.Request, *_: object) -> run.Outcome:
        seen.append(request)
        if isinstance(outcome, Stopped):
            raise outcome
        return outcome

    return execute


def test_a_published_run_exits_0_and_prints_only_json_to_stdout(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[run.Request] = []
    outcome = run.Outcome(True, "0001-2018-01-01", date(2018, 1, 1))
    monkeypatch.setattr(run, "execute", executing(outcome, seen))
    assert call(monkeypatch, "run", "--as-of", "2018-01-01", "--json") == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {
        "published": True,
        "version": "0001-2018-01-01",
        "as_of": "2018-01-01",
        "blocked_by": [],
    }
    assert "Published version 0001-2018-01-01" in captured.err
    assert (seen[0].job, seen[0].as_of) == ("full", date(2018, 1, 1))


def test_a_blocked_run_exits_3_and_names_the_check_and_what_is_served(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "execute", executing(ChecksFailed([FAILED], "0004-2018-01-01"), []))
    assert call(monkeypatch, "run", "--as-of", "2018-01-01", "--json") == 3
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert (told["published"], told["version"]) == (False, "0004-2018-01-01")
    assert told["blocked_by"][0]["check_name"] == "amount_is_positive"
    assert "raw_files.deals: amount = -1054" in captured.err
    assert "Still served: version 0004-2018-01-01, unchanged." in captured.err


def test_a_held_lock_exits_4_and_any_other_failure_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "execute", executing(RunHeld("pid 77 holds it"), []))
    assert call(monkeypatch, "run") == 4
    assert "pid 77" in capsys.readouterr().err
    monkeypatch.setattr(run, "execute", executing(Stopped("the vendor answered 500"), []))
    assert call(monkeypatch, "run") == 1
    assert "the vendor answered 500" in capsys.readouterr().err


def test_a_run_that_stopped_before_its_checks_prints_the_json_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for stopped, code in ((RunHeld("pid 77 holds it"), 4), (Stopped("the vendor answered 500"), 1)):
        monkeypatch.setattr(run, "execute", executing(stopped, []))
        assert call(monkeypatch, "run", "--as-of", "2018-01-01", "--json") == code
        assert json.loads(capsys.readouterr().out) == {
            "published": False,
            "version": None,
            "as_of": "2018-01-01",
            "blocked_by": [],
        }


def test_seeds_are_judged_before_a_source_is_read(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "_run_job", lambda *_: pytest.fail("a run began on wrong seeds"))
    monkeypatch.setenv("FUNNELHOUSE_SEEDS", str(home.parent / "nowhere"))
    assert call(monkeypatch, "run", "--json") == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["published"] is False
    assert "nowhere is not a folder" in captured.err


def test_a_home_that_cannot_be_written_is_a_matter_of_configuration(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text("a file where the folder should be")
    assert call(monkeypatch, "run") == 2
    assert f"FUNNELHOUSE_HOME: {home} cannot be written" in capsys.readouterr().err


def test_a_warehouse_that_another_process_holds_open_stops_the_run_at_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "_run_job", lambda *_: pytest.fail("a run began on a warehouse in use"))
    home.mkdir()
    duckdb.connect(str(home / "warehouse.duckdb")).close()
    reading = (
        f"import duckdb; held = duckdb.connect({str(home / 'warehouse.duckdb')!r}, read_only=True); "
        "print('open', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", reading], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None and reader.stdout.readline() == "open\n"
        assert call(monkeypatch, "run") == 1
        reader.communicate("\n")
    said = capsys.readouterr().err
    assert f"PID {reader.pid}" in said
    assert "read marts.duckdb instead" in said


def test_checks_of_a_home_where_nothing_was_built_are_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    duckdb.connect(str(home / "warehouse.duckdb")).close()
    assert call(monkeypatch, "check") == 2
    assert "No mart is built" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--as-of", "tomorrow"], "does not match the format"),
        (["run", "--vars", "{markov_ordr: 2}"], "unknown markov_ordr"),
        (["run", "--vars", "2"], "not a mapping"),
        (["run", "--vars", "{markov_order: 3}"], "var markov_order is 3. Allowed: 1 or 2."),
        (["run", "--nonsense"], "No such option"),
        (["backfill", "hubspot", "2026-01-01", "2026-01-31"], "google_ads"),
        (["backfill", "google_ads", "2026-02-01", "2026-01-31"], "give the earlier day first"),
        (["backfill", "google_ads", "2026-01-01", "2026-01-31"], "google_ads is not configured"),
        (["check"], "Make it with funnelhouse run"),
    ],
)
def test_wrong_use_exits_2_and_says_what_to_do(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, *arguments) == 2
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_without_a_source_a_run_says_which_exist_and_how_to_turn_one_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SOURCES__FILES__BUCKET_URL")
    assert call(monkeypatch, "run") == 2
    said = capsys.readouterr().err
    for name in ("hubspot", "google_ads", "mailchimp", "SOURCES__FILES__BUCKET_URL"):
        assert name in said


def test_as_of_is_told_else_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[run.Request] = []
    monkeypatch.setattr(
        run, "execute", executing(run.Outcome(True, "0001-2020-02-03", date(2020, 2, 3)), seen)
    )
    monkeypatch.setenv("FUNNELHOUSE_AS_OF", "2020-02-03")
    call(monkeypatch, "run")
    call(monkeypatch, "run", "--as-of", "2019-01-01")
    assert [request.as_of for request in seen] == [date(2020, 2, 3), date(2019, 1, 1)]


def test_a_selection_builds_and_never_publishes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[run.Request] = []
    monkeypatch.setattr(run, "execute", executing(run.Outcome(False, None, date(2020, 2, 3)), seen))
    assert call(monkeypatch, "run", "--select", "+fct_deals") == 0
    assert (seen[0].job, seen[0].select) == ("build", "+fct_deals")
    assert "never published" in capsys.readouterr().err


def test_status_and_versions_before_the_first_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "status") == 0
    assert "nothing yet; publish with funnelhouse run" in capsys.readouterr().out
    assert call(monkeypatch, "versions", "--json") == 0
    assert capsys.readouterr().out == "[]\n"


def test_the_env_file_of_the_working_directory_is_read_and_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("FUNNELHOUSE_HOME=elsewhere\nSOURCES__MAILCHIMP__API_KEY=key-us1\n")
    monkeypatch.setenv("SOURCES__MAILCHIMP__API_KEY", "")
    monkeypatch.delenv("SOURCES__MAILCHIMP__API_KEY")
    assert call(monkeypatch, "status") == 0
    said = capsys.readouterr().out
    assert f"home       {tmp_path / 'home'}" in said
    assert "on: mailchimp, files" in said
