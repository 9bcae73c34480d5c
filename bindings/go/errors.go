package samara

// #include "samara/c/engine.h"
import "C"

// Code says what kind of failure an Error is: errors.Is(err, samara.NotFound).
type Code int

const (
	InvalidArgument    Code = C.SAMARA_INVALID_ARGUMENT
	InvalidModel       Code = C.SAMARA_INVALID_MODEL
	Unsupported        Code = C.SAMARA_UNSUPPORTED
	NotFound           Code = C.SAMARA_NOT_FOUND
	IO                 Code = C.SAMARA_IO
	ResourceExhausted  Code = C.SAMARA_RESOURCE_EXHAUSTED
	Cancelled          Code = C.SAMARA_CANCELLED
	DeadlineExceeded   Code = C.SAMARA_DEADLINE_EXCEEDED
	Unavailable        Code = C.SAMARA_UNAVAILABLE
	DataLoss           Code = C.SAMARA_DATA_LOSS
	PermissionDenied   Code = C.SAMARA_PERMISSION_DENIED
	FailedPrecondition Code = C.SAMARA_FAILED_PRECONDITION
	Internal           Code = C.SAMARA_INTERNAL
)

var codeNames = [...]string{"ok", "invalid_argument", "invalid_model", "unsupported", "not_found", "io",
	"resource_exhausted", "cancelled", "deadline_exceeded", "unavailable", "data_loss",
	"permission_denied", "failed_precondition", "internal"}

func (c Code) Error() string {
	if c < 0 || int(c) >= len(codeNames) {
		return "unknown"
	}
	return codeNames[c]
}

// Error is what failed, where, and while doing what.
type Error struct {
	Code Code
	Text string
}

func (e *Error) Error() string { return "samara: " + e.Text }

// Is lets errors.Is compare an Error with a Code.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// take turns a C error into Go's and frees it; nil for none.
func take(e *C.samara_error) error {
	if e == nil {
		return nil
	}
	defer C.samara_error_free(e)
	return &Error{Code(C.samara_error_status(e)), C.GoString(C.samara_error_text(e))}
}
