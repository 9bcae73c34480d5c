//! samara/c/engine.h.
#![allow(non_camel_case_types)]
use std::ffi::{c_char, c_int, c_void};

macro_rules! opaque {
    ($($name:ident),*) => { $(#[repr(C)] pub struct $name { _private: [u8; 0] })* };
}
opaque!(samara_error, samara_model, samara_pool, samara_session, samara_cancellation);

#[repr(C)]
pub struct samara_setting {
    pub name: *const c_char,
    pub value: *const c_char,
}

#[repr(C)]
pub struct samara_tensor {
    pub name: *const c_char,
    pub kind: *const c_char,
    pub dimensions: c_int,
    pub shape: [i32; 8],
}

#[repr(C)]
pub struct samara_quantization {
    pub scales: *const f32,
    pub zero_points: *const i32,
    pub count: usize,
    pub axis: c_int,
}

#[repr(C)]
pub struct samara_bytes {
    pub data: *const c_void,
    pub size: usize,
}

#[repr(C)]
pub struct samara_node {
    pub subgraph: c_int,
    pub index: c_int,
    pub op: *const c_char,
    pub name: *const c_char,
    pub nanoseconds: i64,
}

#[repr(C)]
pub struct samara_run {
    pub deadline_ms: i64,
    pub on_node: Option<unsafe extern "C" fn(*mut c_void, *const samara_node)>,
    pub user: *mut c_void,
    pub cancellation: *const samara_cancellation,
}

#[repr(C)]
pub struct samara_memory {
    pub arena: u64,
    pub constants: u64,
    pub packed: u64,
}

type Failed = *mut samara_error;

extern "C" {
    pub fn samara_error_status(error: *const samara_error) -> c_int;
    pub fn samara_error_text(error: *const samara_error) -> *const c_char;
    pub fn samara_error_free(error: *mut samara_error);

    pub fn samara_model_load(path: *const c_char, settings: *const samara_setting, count: usize,
                             out: *mut *mut samara_model) -> Failed;
    pub fn samara_model_load_bytes(data: *const c_void, size: usize, settings: *const samara_setting,
                                   count: usize, out: *mut *mut samara_model) -> Failed;
    pub fn samara_model_free(model: *mut samara_model);
    pub fn samara_model_signatures(model: *const samara_model) -> usize;
    pub fn samara_model_signature(model: *const samara_model, i: usize) -> *const c_char;

    pub fn samara_pool_new(threads: c_int, out: *mut *mut samara_pool) -> Failed;
    pub fn samara_pool_free(pool: *mut samara_pool);

    pub fn samara_session_new(model: *const samara_model, pool: *mut samara_pool,
                              settings: *const samara_setting, count: usize,
                              out: *mut *mut samara_session) -> Failed;
    pub fn samara_session_free(session: *mut samara_session);
    pub fn samara_session_inputs(session: *const samara_session) -> usize;
    pub fn samara_session_outputs(session: *const samara_session) -> usize;
    pub fn samara_session_input(session: *const samara_session, i: usize, out: *mut samara_tensor) -> Failed;
    pub fn samara_session_output(session: *const samara_session, i: usize, out: *mut samara_tensor) -> Failed;
    pub fn samara_session_input_quantization(session: *const samara_session, i: usize,
                                             out: *mut samara_quantization) -> Failed;
    pub fn samara_session_output_quantization(session: *const samara_session, i: usize,
                                              out: *mut samara_quantization) -> Failed;
    pub fn samara_session_resize(session: *mut samara_session, i: usize, shape: *const i32,
                                 dimensions: c_int) -> Failed;
    pub fn samara_session_input_data(session: *mut samara_session, i: usize, data: *mut *mut c_void,
                                     size: *mut usize) -> Failed;
    pub fn samara_session_output_data(session: *const samara_session, i: usize, data: *mut *const c_void,
                                      size: *mut usize) -> Failed;
    pub fn samara_session_set_strings(session: *mut samara_session, i: usize, texts: *const samara_bytes,
                                      count: usize) -> Failed;
    pub fn samara_session_strings(session: *mut samara_session, i: usize, texts: *mut *const samara_bytes,
                                  count: *mut usize) -> Failed;
    pub fn samara_session_run(session: *mut samara_session, how: *const samara_run) -> Failed;
    pub fn samara_session_reset(session: *mut samara_session) -> Failed;
    pub fn samara_session_memory(session: *const samara_session) -> samara_memory;

    pub fn samara_cancellation_new() -> *mut samara_cancellation;
    pub fn samara_cancellation_cancel(cancellation: *mut samara_cancellation);
    pub fn samara_cancellation_free(cancellation: *mut samara_cancellation);
}
