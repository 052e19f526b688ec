"""What ingestion stops for; each message says what to do next."""


class IngestionError(Exception):
    """A source cannot be brought in."""


class Misconfigured(IngestionError):
    """Settings are missing, contradict each other or name what isn't there."""
