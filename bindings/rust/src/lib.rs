//! Runs `.tflite` models: the engine of `libsamara.so` as Rust programs see it.
//!
//! ```no_run
//! let model = samara::Model::load("model.tflite")?;
//! let mut session = model.session(&samara::SessionOptions { threads: 2, ..Default::default() })?;
//! session.input_mut::<f32>(0)?.fill(0.5);
//! session.run()?;
//! let scores: &[f32] = session.output(0)?;
//! # Ok::<(), samara::Error>(())
//! ```
//!
//! A [`Model`] and a [`Pool`] serve any number of threads; clones share them. A [`Session`] belongs to one
//! thread at a time, and may move between threads.

mod element;
mod error;
mod ffi;
mod model;
mod session;

pub use element::Element;
pub use error::{Code, Error, Result};
pub use model::{Model, ModelOptions, Numerics, Pool};
pub use session::{Cancellation, Memory, Node, RunOptions, Session, SessionOptions, Tensor};
