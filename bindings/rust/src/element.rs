/// What a tensor's values are in Rust. Half floats are `u16`, types of fewer than 8 bits their packed bytes
/// as `u8`, truth values `u8`: 0 and 1.
///
/// # Safety
/// Any bits must be a value of the type.
pub unsafe trait Element: Copy + 'static {
    /// The names of the tensor types that it holds.
    const TYPES: &'static [&'static str];
}

macro_rules! elements {
    ($($rust:ty: $($name:literal),*;)*) => {
        // SAFETY: numbers have a value for any bits.
        $(unsafe impl Element for $rust { const TYPES: &'static [&'static str] = &[$($name),*]; })*
    };
}
elements! {
    f32: "float32";
    f64: "float64";
    i8: "int8";
    u8: "uint8", "bool", "int4", "uint4", "int2", "float8_e4m3fn", "float8_e5m2";
    i16: "int16";
    u16: "uint16", "float16", "bfloat16";
    i32: "int32";
    u32: "uint32";
    i64: "int64";
    u64: "uint64";
}
