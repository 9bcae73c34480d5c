use crate::element::Element;
use crate::error::{check, Code, Error, Result};
use crate::ffi;
use crate::model::{Model, Pool, Settings};
use std::{
    ffi::{c_char, c_int, c_void, CStr},
    panic::{catch_unwind, resume_unwind, AssertUnwindSafe},
    ptr::{null, null_mut, NonNull},
    sync::Arc,
    time::Duration,
};

#[derive(Clone)]
pub struct SessionOptions {
    /// Of a pool of its own; not used where `pool` is given.
    pub threads: i32,
    pub pool: Option<Pool>,
    /// By its key; empty: the model's first.
    pub signature: String,
    /// Most bytes of activations and scratch; 0: no limit of ours.
    pub arena_limit: u64,
    /// Most iterations of one WHILE; 0: none.
    pub loop_limit: u32,
    /// Of one plan or run, to the millisecond.
    pub time_limit: Option<Duration>,
}

impl Default for SessionOptions {
    fn default() -> Self {
        SessionOptions { threads: 1, pool: None, signature: String::new(), arena_limit: 0, loop_limit: 0, time_limit: None }
    }
}

/// What an input or output is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub name: String,
    /// "float32", "int8" ...
    pub kind: String,
    pub shape: Vec<usize>,
    /// real = scales[k] * (integer - zero_points[k]): one k for the whole tensor, or one for each slice of
    /// `axis`; none where the tensor is not quantized.
    pub scales: Vec<f32>,
    pub zero_points: Vec<i32>,
    pub axis: usize,
}

/// One operator of a run.
#[derive(Clone, Debug)]
pub struct Node {
    pub subgraph: usize,
    pub index: usize,
    pub op: String,
    pub name: String,
    pub time: Duration,
}

/// What the plan takes, in bytes; constants and packed weights are the model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    pub arena: u64,
    pub constants: u64,
    pub packed: u64,
}

struct CancellationHandle(NonNull<ffi::samara_cancellation>);

// SAFETY: C lets any thread cancel, and it is freed when nobody has it any more.
unsafe impl Send for CancellationHandle {}
unsafe impl Sync for CancellationHandle {}

impl Drop for CancellationHandle {
    fn drop(&mut self) {
        // SAFETY: a run that goes by it borrows it.
        unsafe { ffi::samara_cancellation_free(self.0.as_ptr()) }
    }
}

/// Ends the runs that go by it, those under way and those to come. Clones are the same one.
#[derive(Clone)]
pub struct Cancellation(Arc<CancellationHandle>);

impl Cancellation {
    pub fn new() -> Self {
        // SAFETY: C's allocation never gives null.
        Cancellation(Arc::new(CancellationHandle(unsafe {
            NonNull::new(ffi::samara_cancellation_new()).expect("a cancellation")
        })))
    }

    pub fn cancel(&self) {
        // SAFETY: it lives as long as self.
        unsafe { ffi::samara_cancellation_cancel(self.0 .0.as_ptr()) }
    }
}

impl Default for Cancellation {
    fn default() -> Self {
        Self::new()
    }
}

#[derive(Default)]
pub struct RunOptions<'a> {
    /// Of wall time, to the millisecond; None: the session's time limit.
    pub deadline: Option<Duration>,
    pub cancellation: Option<&'a Cancellation>,
    /// Called after every operator.
    pub on_node: Option<&'a mut dyn FnMut(Node)>,
}

/// Shapes, memory and state of one user of a model.
pub struct Session {
    handle: NonNull<ffi::samara_session>,
}

// SAFETY: a session is one thread's at a time, whichever that is.
unsafe impl Send for Session {}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: nobody else has it.
        unsafe { ffi::samara_session_free(self.handle.as_ptr()) }
    }
}

fn milliseconds(d: Duration) -> i64 {
    i64::try_from(d.as_millis()).unwrap_or(i64::MAX).max(1)
}

/// # Safety
/// `text` is a C string.
unsafe fn owned(text: *const c_char) -> String {
    CStr::from_ptr(text).to_string_lossy().into_owned()
}

/// # Safety
/// `data` has `count` values, or is null with none.
unsafe fn copied<T: Copy>(data: *const T, count: usize) -> Vec<T> {
    if count == 0 { vec![] } else { std::slice::from_raw_parts(data, count).to_vec() }
}

impl Model {
    pub fn session(&self, options: &SessionOptions) -> Result<Session> {
        let mut pairs = vec![
            ("threads", options.threads.to_string().into_bytes()),
            ("signature", options.signature.clone().into_bytes()),
            ("loop_limit", options.loop_limit.to_string().into_bytes()),
        ];
        if options.arena_limit > 0 {
            pairs.push(("arena_limit", options.arena_limit.to_string().into_bytes()));
        }
        if let Some(limit) = options.time_limit {
            pairs.push(("time_limit_ms", milliseconds(limit).to_string().into_bytes()));
        }
        let settings = Settings::new(pairs)?;
        let (list, count) = settings.parts();
        let pool = options.pool.as_ref().map_or(null_mut(), |p| p.handle.0.as_ptr());
        let mut out = null_mut();
        // SAFETY: all that is given lives until the call returns; the session keeps what it needs.
        check(unsafe { ffi::samara_session_new(self.handle.0.as_ptr(), pool, list, count, &mut out) })?;
        let handle = NonNull::new(out).ok_or_else(|| Error::new(Code::Internal, "no session, and no error"))?;
        Ok(Session { handle })
    }
}

impl Session {
    pub fn inputs(&self) -> Result<Vec<Tensor>> {
        // SAFETY: the handle is a session.
        let count = unsafe { ffi::samara_session_inputs(self.handle.as_ptr()) };
        (0..count).map(|i| self.input(i)).collect()
    }

    pub fn outputs(&self) -> Result<Vec<Tensor>> {
        // SAFETY: as above.
        let count = unsafe { ffi::samara_session_outputs(self.handle.as_ptr()) };
        (0..count).map(|i| self.output_tensor(i)).collect()
    }

    pub fn input(&self, i: usize) -> Result<Tensor> {
        self.describe(i, ffi::samara_session_input, ffi::samara_session_input_quantization)
    }

    pub fn output_tensor(&self, i: usize) -> Result<Tensor> {
        self.describe(i, ffi::samara_session_output, ffi::samara_session_output_quantization)
    }

    fn describe(
        &self, i: usize,
        what: unsafe extern "C" fn(*const ffi::samara_session, usize, *mut ffi::samara_tensor) -> *mut ffi::samara_error,
        how: unsafe extern "C" fn(*const ffi::samara_session, usize, *mut ffi::samara_quantization) -> *mut ffi::samara_error,
    ) -> Result<Tensor> {
        let session = self.handle.as_ptr();
        let mut t = ffi::samara_tensor { name: null(), kind: null(), dimensions: 0, shape: [0; 8] };
        let mut q = ffi::samara_quantization { scales: null(), zero_points: null(), count: 0, axis: 0 };
        // SAFETY: what is filled lives until the calls return; what it points to, as long as the session.
        unsafe {
            check(what(session, i, &mut t))?;
            check(how(session, i, &mut q))?;
            Ok(Tensor {
                name: owned(t.name),
                kind: owned(t.kind),
                shape: t.shape[..t.dimensions as usize].iter().map(|&d| d as usize).collect(),
                scales: copied(q.scales, q.count),
                zero_points: copied(q.zero_points, q.count),
                axis: q.axis as usize,
            })
        }
    }

    /// Gives input i another shape, which the next run goes by.
    pub fn resize(&mut self, i: usize, shape: &[i32]) -> Result<()> {
        let rank = c_int::try_from(shape.len()).unwrap_or(c_int::MAX);
        // SAFETY: the shape lives until the call returns.
        check(unsafe { ffi::samara_session_resize(self.handle.as_ptr(), i, shape.as_ptr(), rank) })
    }

    /// Input i's own memory.
    pub fn input_mut<T: Element>(&mut self, i: usize) -> Result<&mut [T]> {
        check_type::<T>(&self.input(i)?, i)?;
        let (mut data, mut size) = (null_mut(), 0);
        // SAFETY: the memory is the session's, which the slice borrows; it is aligned for any type, and
        // holds values of this one.
        unsafe {
            check(ffi::samara_session_input_data(self.handle.as_ptr(), i, &mut data, &mut size))?;
            let count = size / std::mem::size_of::<T>();
            Ok(if count == 0 { &mut [] } else { std::slice::from_raw_parts_mut(data.cast(), count) })
        }
    }

    /// Output i's own memory, as the last run left it.
    pub fn output<T: Element>(&self, i: usize) -> Result<&[T]> {
        check_type::<T>(&self.output_tensor(i)?, i)?;
        let (mut data, mut size): (*const c_void, usize) = (null(), 0);
        // SAFETY: as above.
        unsafe {
            check(ffi::samara_session_output_data(self.handle.as_ptr(), i, &mut data, &mut size))?;
            let count = size / std::mem::size_of::<T>();
            Ok(if count == 0 { &[] } else { std::slice::from_raw_parts(data.cast(), count) })
        }
    }

    /// Copies texts, which may hold any bytes, into input i.
    pub fn set_texts<T: AsRef<[u8]>>(&mut self, i: usize, texts: &[T]) -> Result<()> {
        let views: Vec<ffi::samara_bytes> = texts
            .iter()
            .map(|t| ffi::samara_bytes { data: t.as_ref().as_ptr().cast(), size: t.as_ref().len() })
            .collect();
        // SAFETY: the texts live until the call returns.
        check(unsafe { ffi::samara_session_set_strings(self.handle.as_ptr(), i, views.as_ptr(), views.len()) })
    }

    pub fn texts(&mut self, i: usize) -> Result<Vec<Vec<u8>>> {
        let (mut texts, mut count): (*const ffi::samara_bytes, usize) = (null(), 0);
        // SAFETY: the texts are valid until the next call for the session.
        unsafe {
            check(ffi::samara_session_strings(self.handle.as_ptr(), i, &mut texts, &mut count))?;
            Ok((0..count).map(|k| &*texts.add(k)).map(|t| copied(t.data.cast(), t.size)).collect())
        }
    }

    /// One inference over the inputs as they are.
    pub fn run(&mut self) -> Result<()> {
        self.run_with(RunOptions::default())
    }

    pub fn run_with(&mut self, options: RunOptions<'_>) -> Result<()> {
        let mut teller = options.on_node.map(|call| Teller { call, panicked: None });
        let how = ffi::samara_run {
            deadline_ms: options.deadline.map_or(0, milliseconds),
            on_node: teller.as_ref().map(|_| tell as _),
            user: teller.as_mut().map_or(null_mut(), |t| (t as *mut Teller<'_>).cast()),
            cancellation: options.cancellation.map_or(null(), |c| c.0 .0.as_ptr()),
        };
        // SAFETY: what `how` points to lives until the call returns.
        let result = check(unsafe { ffi::samara_session_run(self.handle.as_ptr(), &how) });
        if let Some(payload) = teller.and_then(|t| t.panicked) {
            resume_unwind(payload);
        }
        result
    }

    /// Variables (the state of an LSTM ...) back to their first values.
    pub fn reset(&mut self) -> Result<()> {
        // SAFETY: the handle is a session.
        check(unsafe { ffi::samara_session_reset(self.handle.as_ptr()) })
    }

    pub fn memory(&self) -> Memory {
        // SAFETY: as above.
        let m = unsafe { ffi::samara_session_memory(self.handle.as_ptr()) };
        Memory { arena: m.arena, constants: m.constants, packed: m.packed }
    }
}

fn check_type<T: Element>(t: &Tensor, i: usize) -> Result<()> {
    if T::TYPES.contains(&t.kind.as_str()) {
        return Ok(());
    }
    let asked = std::any::type_name::<T>();
    Err(Error::new(Code::InvalidArgument, format!("tensor {i} '{}' holds {}, not {asked}", t.name, t.kind)))
}

struct Teller<'a> {
    call: &'a mut dyn FnMut(Node),
    panicked: Option<Box<dyn std::any::Any + Send>>,
}

/// A panic waits until C has returned.
unsafe extern "C" fn tell(user: *mut c_void, node: *const ffi::samara_node) {
    let (teller, node) = (&mut *user.cast::<Teller<'_>>(), &*node);
    if teller.panicked.is_some() {
        return;
    }
    let told = Node {
        subgraph: node.subgraph as usize,
        index: node.index as usize,
        op: owned(node.op),
        name: owned(node.name),
        time: Duration::from_nanos(node.nanoseconds.max(0) as u64),
    };
    teller.panicked = catch_unwind(AssertUnwindSafe(|| (teller.call)(told))).err();
}
