"""What ends a command, and the exit code that says so: 2 configuration, 3 checks, 4 lock, 1 any other."""

from dataclasses import dataclass

SHOWN_CHECKS = 20


class Stopped(Exception):
    """A failure that a person can act on; its message says how."""

    exit_code = 1


class ConfigurationError(Stopped):
    """Wrong use: a flag, an environment variable, a seed or a file that cannot be taken as it is."""

    exit_code = 2


class RunHeld(Stopped):
    """Another run holds the lock."""

    exit_code = 4


class NotGood(Exception):
    """What the gate says to a publication of what the run has not checked, or found wrong."""


@dataclass(frozen=True)
class FailedCheck:
    """A blocking check that did not hold: which one, on which relation, and what it saw."""

    check_name: str
    asset: str
    message: str

    def __str__(self) -> str:
        about = "" if self.message.startswith(self.asset) else f"{self.asset}: "
        return f"{about}{self.message} [{self.check_name}]"


class ChecksFailed(Stopped):
    """Blocking checks that stopped the publication."""

    exit_code = 3

    def __init__(self, failed: list[FailedCheck], served: str | None) -> None:
        self.failed = failed
        self.served = served
        lines = [f"Not published: {len(failed)} blocking check{'s' if len(failed) > 1 else ''} failed."]
        lines += [f"  {check}" for check in failed[:SHOWN_CHECKS]]
        if len(failed) > SHOWN_CHECKS:
            lines.append(f"  … and {len(failed) - SHOWN_CHECKS} more, in observability.check_results.")
        lines.append(
            f"Still served: version {served}, unchanged."
            if served
            else "Nothing has been published yet, so no marts.duckdb is served."
        )
        lines.append(
            "Correct the data or the rule and run again; `funnelhouse check` repeats the checks alone."
        )
        super().__init__("\n".join(lines))
