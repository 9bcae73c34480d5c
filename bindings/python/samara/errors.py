"""What Samara could not do. One class for each kind, under the kind of Python's own where there is one."""


class Error(Exception):
    """What could not be done; `status` is its kind, the text says why."""

    status = "internal"


class NotInitialized(Error):
    """The default device is used before initialize() or after shutdown()."""


class InvalidArgument(Error, ValueError):
    """A value that was given cannot be used."""


class InvalidModel(Error):
    """The model's file contradicts itself or the format."""


class Unsupported(Error):
    """Well-formed, but nothing that this build can do."""


class NotFound(Error, LookupError):
    """There is no such model, version or file."""


class Failed(Error, OSError):
    """Reading or writing failed."""


class ResourceExhausted(Error):
    """A limit on memory, size or disk space was reached."""


class Cancelled(Error):
    """It was cancelled."""


class DeadlineExceeded(Error, TimeoutError):
    """It took too long."""


class Unavailable(Error):
    """It cannot be had now; trying again may help."""


class DataLoss(Error):
    """Bytes are not what they must be."""


class PermissionDenied(Error):
    """The system, a signature or a policy forbids it."""


class FailedPrecondition(Error):
    """The model or device is not in the state that the call needs."""


class Internal(Error):
    """A fault of the library's own."""


_ERRORS = {
    "invalid_argument": InvalidArgument,
    "invalid_model": InvalidModel,
    "unsupported": Unsupported,
    "not_found": NotFound,
    "io": Failed,
    "resource_exhausted": ResourceExhausted,
    "cancelled": Cancelled,
    "deadline_exceeded": DeadlineExceeded,
    "unavailable": Unavailable,
    "data_loss": DataLoss,
    "permission_denied": PermissionDenied,
    "failed_precondition": FailedPrecondition,
    "internal": Internal,
    "not_initialized": NotInitialized,
}
for _status, _kind in _ERRORS.items():
    _kind.status = _status


def error_of(status, message):
    """The exception for a kind of failure, by its name."""
    return _ERRORS.get(status, Internal)(message)
