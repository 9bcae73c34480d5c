use samara::*;
use std::thread;
use std::time::Duration;

const DIGITS: &str = "../../examples/digits/models/";
const ENDLESS: &str = "../testdata/endless.tflite";

fn digits(name: &str) -> Model {
    Model::load(format!("{DIGITS}{name}.tflite")).unwrap()
}

fn expect<T>(result: Result<T>, code: Code, part: &str) {
    let error = result.err().expect("an error");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(part), "{error}");
}

#[test]
fn runs_a_model() {
    let model = digits("digits_f32");
    assert_eq!(model.signatures().len(), 1);
    let mut session = model.session(&SessionOptions { threads: 2, ..Default::default() }).unwrap();
    drop(model);
    expect(session.output::<f32>(0), Code::FailedPrecondition, "run");
    session.input_mut::<f32>(0).unwrap().fill(0.5);
    let mut nodes = vec![];
    session
        .run_with(RunOptions { on_node: Some(&mut |n| nodes.push(n)), ..Default::default() })
        .unwrap();
    assert!(nodes.len() > 2 && !nodes[0].op.is_empty());
    let sum: f32 = session.output::<f32>(0).unwrap().iter().sum();
    assert!((sum - 1.0).abs() < 1e-3, "{sum}");
    assert!(session.memory().arena > 0);
    session.reset().unwrap();
    expect(session.output::<i8>(0), Code::InvalidArgument, "float32");
    expect(session.input_mut::<f32>(1), Code::InvalidArgument, "input 1");
    expect(session.resize(0, &[1; 9]), Code::InvalidArgument, "9 dimensions");
}

#[test]
fn sessions_of_many_threads_share_a_model_and_a_pool() {
    let model = digits("digits_int8");
    let pool = Pool::new(2).unwrap();
    let run = |model: &Model, pool: Option<Pool>, value: i8| {
        let mut s = model.session(&SessionOptions { pool, ..Default::default() }).unwrap();
        s.input_mut::<i8>(0).unwrap().fill(value);
        s.run().unwrap();
        s.output::<i8>(0).unwrap().to_vec()
    };
    let threads: Vec<_> = (0..6i8)
        .map(|k| {
            let (model, pool) = (model.clone(), pool.clone());
            thread::spawn(move || run(&model, Some(pool), k))
        })
        .collect();
    drop(pool);
    for (k, t) in threads.into_iter().enumerate() {
        assert_eq!(t.join().unwrap(), run(&model, None, k as i8));
    }
    let t = model.session(&SessionOptions::default()).unwrap().output_tensor(0).unwrap();
    assert_eq!((t.kind.as_str(), t.zero_points[0]), ("int8", -128));
    expect(Pool::new(0), Code::InvalidArgument, "1024");
}

#[test]
fn texts_go_through() {
    let mut s = Model::load("../testdata/texts.tflite").unwrap().session(&SessionOptions::default()).unwrap();
    s.set_texts(0, &[&b"a\0b"[..], b"", "größer".as_bytes()]).unwrap();
    s.run().unwrap();
    assert_eq!(s.texts(0).unwrap(), ["größer".as_bytes().to_vec(), b"a\0b".to_vec()]);
    expect(s.set_texts(0, &["one"]), Code::InvalidArgument, "strings");
    expect(s.input_mut::<u8>(0), Code::InvalidArgument, "string");
}

#[test]
fn runs_end_by_deadline_budget_and_when_cancelled() {
    let model = Model::load(ENDLESS).unwrap();
    let mut s = model.session(&SessionOptions::default()).unwrap();
    s.input_mut::<u8>(0).unwrap().fill(1);
    let deadline = Some(Duration::from_millis(5));
    expect(s.run_with(RunOptions { deadline, ..Default::default() }), Code::DeadlineExceeded, "WHILE");
    let cancellation = Cancellation::new();
    let other = cancellation.clone();
    let canceller = thread::spawn(move || other.cancel());
    let how = RunOptions { cancellation: Some(&cancellation), ..Default::default() };
    expect(s.run_with(how), Code::Cancelled, "");
    canceller.join().unwrap();
    let mut s = model.session(&SessionOptions { loop_limit: 10, ..Default::default() }).unwrap();
    s.input_mut::<u8>(0).unwrap().fill(1);
    expect(s.run(), Code::ResourceExhausted, "10");
}

#[test]
fn a_panic_in_a_callback_comes_out_of_run() {
    let mut s = digits("digits_f32").session(&SessionOptions::default()).unwrap();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = s.run_with(RunOptions { on_node: Some(&mut |_| panic!("of the app")), ..Default::default() });
    }));
    assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"of the app"));
    s.run().unwrap();
}

#[test]
fn bad_models_and_options_are_refused() {
    expect(Model::load("no such file"), Code::NotFound, "no such file");
    expect(Model::load("a\0b"), Code::InvalidArgument, "zero byte");
    let reference = ModelOptions { numerics: Numerics::Reference, fold_constants: false, ..Default::default() };
    expect(Model::from_bytes(b"TFL3", &reference), Code::InvalidModel, "");
    expect(Model::from_bytes(b"", &reference), Code::InvalidModel, "");
    let own = ModelOptions { ops_libraries: vec!["no/such.so".into()], ..Default::default() };
    expect(Model::load_with(ENDLESS, &own), Code::NotFound, "no/such.so");
    let model = digits("digits_f32");
    let with = |options: SessionOptions| model.session(&options);
    expect(with(SessionOptions { threads: 0, ..Default::default() }), Code::InvalidArgument, "1024");
    expect(with(SessionOptions { arena_limit: 10, ..Default::default() }), Code::ResourceExhausted, "10");
    expect(with(SessionOptions { signature: "other".into(), ..Default::default() }), Code::NotFound, "other");
}
