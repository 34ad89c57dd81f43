"""What can go wrong between us and a source. No message here carries a secret."""

from __future__ import annotations

from analytics_platform.kernel.declare import Problem


class SourceProblem(Problem):
    """The source, or the way to it, is at fault: everything a connector raises on purpose is one of these."""

    status = 502


class SourceUnreachable(SourceProblem):
    code = "source_unreachable"
    status = 503
    title = "The data source cannot be reached."


class AddressRefused(SourceProblem):
    code = "address_refused"
    status = 422
    title = "This address may not be connected to."


class SourceAuthFailed(SourceProblem):
    code = "source_auth_failed"
    status = 422
    title = "The data source refused the user name, the password or the database."


class SourceTlsFailed(SourceProblem):
    code = "source_tls_failed"
    status = 422
    title = "TLS with the data source does not come about as its configuration asks."


class SourceConfigInvalid(SourceProblem):
    code = "source_config_invalid"
    status = 422
    title = "The configuration does not fit the kind of source."


class PathRefused(SourceProblem):
    code = "path_refused"
    status = 422
    title = "This path is not under a folder that the operator opened for sources, or no such file is there."


class DriverMissing(SourceProblem):
    code = "driver_missing"
    status = 422
    title = "The driver for this kind of source is not installed."


class QueryRefusedBySource(SourceProblem):
    code = "query_failed"
    status = 422
    title = "The data source refused the statement."


class QueryTimedOut(SourceProblem):
    code = "query_timed_out"
    status = 504
    title = "The statement took longer than its time limit and was stopped."


class QueryCancelled(SourceProblem):
    code = "query_cancelled"
    status = 409
    title = "The statement was cancelled."


class ConnectionLost(SourceUnreachable):
    """The connection broke while a statement ran; a subclass so that a kept connection can be told from a dead source."""

    title = "The connection to the data source broke."


def without_secret(message: str, secret: str) -> str:
    """A message in which the secret, if it occurs, is blacked out."""
    return message.replace(secret, "********") if len(secret) >= 3 else message
