use crate::ffi;
use std::{ffi::CStr, fmt};

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    InvalidArgument,
    InvalidModel,
    Unsupported,
    NotFound,
    Io,
    ResourceExhausted,
    Cancelled,
    DeadlineExceeded,
    Unavailable,
    DataLoss,
    PermissionDenied,
    FailedPrecondition,
    Internal,
}

const CODES: [Code; 13] = [
    Code::InvalidArgument, Code::InvalidModel, Code::Unsupported, Code::NotFound, Code::Io,
    Code::ResourceExhausted, Code::Cancelled, Code::DeadlineExceeded, Code::Unavailable, Code::DataLoss,
    Code::PermissionDenied, Code::FailedPrecondition, Code::Internal,
];

/// What failed, where, and while doing what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    text: String,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn new(code: Code, text: impl Into<String>) -> Self {
        Error { code, text: text.into() }
    }

    pub fn code(&self) -> Code {
        self.code
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

/// Turns C's error into ours and frees it.
pub(crate) fn check(error: *mut ffi::samara_error) -> Result<()> {
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: the error is ours until it is freed, and its text is a C string that lives as long.
    unsafe {
        let code = usize::try_from(ffi::samara_error_status(error) - 1).ok();
        let code = code.and_then(|i| CODES.get(i).copied()).unwrap_or(Code::Internal);
        let text = CStr::from_ptr(ffi::samara_error_text(error)).to_string_lossy().into_owned();
        ffi::samara_error_free(error);
        Err(Error { code, text })
    }
}
