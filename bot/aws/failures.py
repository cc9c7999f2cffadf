"""What AWS and boto3 say when a call fails, CloudWatch Logs above all, in words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    LoginError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import ConnectionError as NoConnection
from botocore.parsers import ResponseParserError

from bot.errors import AwayError, BotError, LaterError
from bot.query.errors import QueryError, Span


@dataclass(frozen=True, slots=True)
class Context:
    """What was being done: the region, and the query with its groups, or a search's id."""

    region: str
    query: str = ""
    groups: tuple[str, ...] = ()
    search_id: str = ""


_SIGN_IN = (
    "Sign in again (`aws sso login`), or give the bot's role or environment valid credentials."
)

# Error codes that mean the same to people. `{said}` is AWS's own message.
_CREDENTIALS = {
    ("ExpiredTokenException", "ExpiredToken", "RequestExpired"): (
        "The AWS credentials have expired. " + _SIGN_IN
    ),
    (
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
    ): ("AWS does not accept the credentials: {said}\n" + _SIGN_IN),
}
"""What every service of AWS may answer."""

_WORDS = {
    **_CREDENTIALS,
    ("AccessDeniedException", "AccessDenied", "UnauthorizedOperation"): (
        "AWS does not let the bot do this: {said}\nGive its role logs:StartQuery on the log groups, "
        "and logs:GetQueryResults and logs:StopQuery."
    ),
    (
        "ServiceUnavailableException",
        "ServiceUnavailable",
        "InternalFailure",
        "InternalServerError",
    ): (
        "CloudWatch Logs in {region} has a fault of its own. Try again in a few minutes. "
        "AWS says: {said}"
    ),
    ("InvalidParameterException",): "CloudWatch Logs refused the query: {said}",
}
_BY_CODE = {code: words for codes, words in _WORDS.items() for code in codes}

Failure: TypeAlias = ClientError | BotoCoreError | ResponseParserError | UnicodeDecodeError
FAILURES = (ClientError, BotoCoreError, ResponseParserError, UnicodeDecodeError)
"""What a boto3 call raises when it fails: AWS's answer, botocore's own errors, and what its parser
raises when something else than AWS answers."""


_LIMITED = {
    "ThrottlingException": ("more requests than it allows", 2.0),
    "Throttling": ("more requests than it allows", 2.0),
    "TooManyRequestsException": ("more requests than it allows", 2.0),
    "RequestLimitExceeded": ("more requests than it allows", 2.0),
    # Dashboards and scheduled queries have places too, so it is not ours to know when one is free.
    "LimitExceededException": ("more queries than it runs at once", 10.0),
}


def limited(error: Failure, context: Context) -> LaterError | None:
    """When to come back, if a quota of the account is used up; None for any other failure."""
    code = error.response["Error"].get("Code", "") if isinstance(error, ClientError) else ""
    found = _LIMITED.get(str(code))
    if found is None:
        return None
    said, seconds = found
    return LaterError(f"CloudWatch Logs in {context.region} gets {said}", seconds)


def passing(error: Failure) -> bool:
    """Whether the same call may work a moment later: AWS has a fault, or the way to it."""
    if isinstance(error, ClientError):
        return bool(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500)
    return isinstance(error, (NoConnection, HTTPClientError))


def explained(error: Failure, context: Context) -> BotError:
    """The failure as a `BotError`: a `QueryError` with the place if AWS could not read the query.

    An `AwayError` where AWS, or the way to it, has a fault that passes.
    """
    problem = _explained(error, context)
    return AwayError(str(problem)) if passing(error) else problem


def _explained(error: Failure, context: Context) -> BotError:
    if isinstance(error, ClientError):
        return _answered(error, context)
    return BotError(unanswered(error, f"CloudWatch Logs in {context.region}"))


def _answered(error: ClientError, context: Context) -> BotError:
    """AWS answered, with an error."""
    response: dict[str, Any] = error.response
    code = str(response["Error"].get("Code", ""))
    said = str(response["Error"].get("Message") or code)
    if "creation time" in said and code in ("MalformedQueryException", "InvalidParameterException"):
        # Seen in both errors: the window's end lies before the group, or outside its retention.
        return BotError(
            "There is nothing to search in this window: it ends before the log group was made, or "
            f"longer ago than the group keeps its events. AWS says: {said}"
        )
    if code == "MalformedQueryException":
        return _malformed(response, said, context.query)
    if code == "ResourceNotFoundException":
        return BotError(_not_found(said, context))
    words = _BY_CODE.get(code)
    if words is None:
        if response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
            words = _BY_CODE["ServiceUnavailableException"]
        else:
            words = "CloudWatch Logs in {region} refused: {code}: {said}"
    return BotError(words.format(region=context.region, code=code, said=said))


def _malformed(response: dict[str, Any], said: str, query: str) -> BotError:
    """MalformedQueryException carries `queryCompileError {message, location}`; all of it may lack."""
    detail = response.get("queryCompileError") or {}
    message = str(detail.get("message") or said)
    place = detail.get("location") or {}
    start, end = place.get("startCharOffset"), place.get("endCharOffset")
    if start is None:
        return BotError(f"CloudWatch Logs cannot read the query: {message}")
    start = max(0, min(int(start), len(query)))
    end = max(start, min(int(end if end is not None else start), len(query)))
    return QueryError(f"CloudWatch Logs cannot read the query: {message}", Span(start, end), query)


def _not_found(said: str, context: Context) -> str:
    if context.search_id:
        return (
            "The results of this search are gone: CloudWatch Logs keeps them for seven days. "
            "Ask again."
        )
    groups = ", ".join(context.groups)
    return (
        f"A log group of this query does not exist in {context.region} ({groups}). Check `groups` "
        f"and `regions` of the source in rules/config.yml. AWS says: {said}"
    )


def about_credentials(code: str, said: str) -> str | None:
    """The words for an error code with which any service refuses the credentials; None for others."""
    words = next((words for codes, words in _CREDENTIALS.items() if code in codes), None)
    return None if words is None else words.format(said=said)


def unanswered(error: Failure, what: str) -> str:
    """The call did not reach AWS, or the answer did not reach us. `what` is a service and its place."""
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return "There are no AWS credentials here. " + _SIGN_IN
    if isinstance(error, CredentialRetrievalError | TokenRetrievalError | SSOError | LoginError):
        return f"AWS credentials could not be fetched: {error}\n{_SIGN_IN}"
    if isinstance(error, ProfileNotFound):
        return f"{error}. Correct AWS_PROFILE, or leave it out."
    if passing(error):
        return (
            f"{what} cannot be reached: {error}\n"
            "Check the network, the proxy and the name of the region."
        )
    if isinstance(error, ResponseParserError | UnicodeDecodeError):
        return (
            f"What answered for {what} does not speak its language. "
            "Check the proxy and the endpoint's address."
        )
    return f"The call to {what} could not be made: {error}"
