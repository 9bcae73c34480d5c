use crate::error::{check, Code, Error, Result};
use crate::ffi;
use std::{
    ffi::{CStr, CString},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    ptr::{null_mut, NonNull},
    sync::Arc,
};

/// How integer operators round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numerics {
    /// As LiteRT's default path.
    #[default]
    Xnnpack,
    /// As LiteRT's reference kernels.
    Reference,
}

#[derive(Clone, Debug)]
pub struct ModelOptions {
    pub numerics: Numerics,
    /// What depends on constants alone is computed once, at load.
    pub fold_constants: bool,
    /// Most bytes of packed weights; 0: a gigabyte, and 16 for each byte of the file.
    pub packed_limit: u64,
    /// Shared objects with operators of one's own.
    pub ops_libraries: Vec<PathBuf>,
}

impl Default for ModelOptions {
    fn default() -> Self {
        ModelOptions { numerics: Numerics::default(), fold_constants: true, packed_limit: 0, ops_libraries: vec![] }
    }
}

/// Settings as C has them.
pub(crate) struct Settings {
    _texts: Vec<(CString, CString)>,
    list: Vec<ffi::samara_setting>,
}

impl Settings {
    pub(crate) fn new(pairs: Vec<(&str, Vec<u8>)>) -> Result<Self> {
        let mut texts = Vec::new();
        for (name, value) in pairs {
            texts.push((c_text(name.as_bytes(), name)?, c_text(&value, name)?));
        }
        let list = texts
            .iter()
            .map(|(name, value)| ffi::samara_setting { name: name.as_ptr(), value: value.as_ptr() })
            .collect();
        Ok(Settings { _texts: texts, list })
    }

    pub(crate) fn parts(&self) -> (*const ffi::samara_setting, usize) {
        (self.list.as_ptr(), self.list.len())
    }
}

fn c_text(text: &[u8], what: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error::new(Code::InvalidArgument, format!("{what} has a zero byte in it")))
}

impl ModelOptions {
    fn settings(&self) -> Result<Settings> {
        let numerics = match self.numerics {
            Numerics::Xnnpack => "xnnpack",
            Numerics::Reference => "reference",
        };
        let mut pairs = vec![
            ("numerics", numerics.into()),
            ("fold_constants", self.fold_constants.to_string().into()),
            ("packed_limit", self.packed_limit.to_string().into()),
        ];
        for library in &self.ops_libraries {
            pairs.push(("ops_library", library.as_os_str().as_bytes().to_vec()));
        }
        Settings::new(pairs)
    }
}

pub(crate) struct ModelHandle(pub(crate) NonNull<ffi::samara_model>);

// SAFETY: a model never changes, and C lets any thread use and free it.
unsafe impl Send for ModelHandle {}
unsafe impl Sync for ModelHandle {}

impl Drop for ModelHandle {
    fn drop(&mut self) {
        // SAFETY: nobody else has it any more.
        unsafe { ffi::samara_model_free(self.0.as_ptr()) }
    }
}

/// A loaded `.tflite`, which never changes. Clones share it.
#[derive(Clone)]
pub struct Model {
    pub(crate) handle: Arc<ModelHandle>,
}

impl Model {
    /// Loads and verifies a file.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Self::load_with(path, &ModelOptions::default())
    }

    pub fn load_with(path: impl AsRef<Path>, options: &ModelOptions) -> Result<Self> {
        let path = c_text(path.as_ref().as_os_str().as_bytes(), "the path")?;
        let settings = options.settings()?;
        let (list, count) = settings.parts();
        // SAFETY: all that is given lives until the call returns.
        Self::made(|out| unsafe { ffi::samara_model_load(path.as_ptr(), list, count, out) })
    }

    /// Of bytes, which are copied.
    pub fn from_bytes(bytes: &[u8], options: &ModelOptions) -> Result<Self> {
        let settings = options.settings()?;
        let (list, count) = settings.parts();
        // SAFETY: as above.
        Self::made(|out| unsafe {
            ffi::samara_model_load_bytes(bytes.as_ptr().cast(), bytes.len(), list, count, out)
        })
    }

    fn made(load: impl FnOnce(*mut *mut ffi::samara_model) -> *mut ffi::samara_error) -> Result<Self> {
        let mut out = null_mut();
        check(load(&mut out))?;
        let handle = NonNull::new(out).ok_or_else(|| Error::new(Code::Internal, "no model, and no error"))?;
        Ok(Model { handle: Arc::new(ModelHandle(handle)) })
    }

    /// The keys by which a session names them; one that is empty for a model without any.
    pub fn signatures(&self) -> Vec<String> {
        let model = self.handle.0.as_ptr();
        // SAFETY: the keys live as long as the model.
        unsafe {
            (0..ffi::samara_model_signatures(model))
                .map(|i| CStr::from_ptr(ffi::samara_model_signature(model, i)).to_string_lossy().into_owned())
                .collect()
        }
    }
}

pub(crate) struct PoolHandle(pub(crate) NonNull<ffi::samara_pool>);

// SAFETY: C lets any thread use and free a pool.
unsafe impl Send for PoolHandle {}
unsafe impl Sync for PoolHandle {}

impl Drop for PoolHandle {
    fn drop(&mut self) {
        // SAFETY: sessions keep what they need of it.
        unsafe { ffi::samara_pool_free(self.0.as_ptr()) }
    }
}

/// Threads that sessions share. Clones are the same pool.
#[derive(Clone)]
pub struct Pool {
    pub(crate) handle: Arc<PoolHandle>,
}

impl Pool {
    /// For regions of that many threads, the caller among them.
    pub fn new(threads: i32) -> Result<Self> {
        let mut out = null_mut();
        // SAFETY: `out` lives until the call returns.
        check(unsafe { ffi::samara_pool_new(threads, &mut out) })?;
        let handle = NonNull::new(out).ok_or_else(|| Error::new(Code::Internal, "no pool, and no error"))?;
        Ok(Pool { handle: Arc::new(PoolHandle(handle)) })
    }
}
