package dev.samara.engine;

/** What a tensor's elements are, numbered as in the file. */
public enum Type {
  FLOAT32(4),
  FLOAT16(2),
  INT32(4),
  UINT8(1),
  INT64(8),
  STRING(0),
  BOOL(1),
  INT16(2),
  COMPLEX64(8),
  INT8(1),
  FLOAT64(8),
  COMPLEX128(16),
  UINT64(8),
  RESOURCE(0),
  VARIANT(0),
  UINT32(4),
  UINT16(2),
  INT4(0),
  BFLOAT16(2),
  INT2(0),
  UINT4(0),
  FLOAT8_E4M3FN(1),
  FLOAT8_E5M2(1);

  private final int bytes;

  Type(int bytes) {
    this.bytes = bytes;
  }

  /** Of an element; 0 where elements have no size, or share bytes. */
  public int bytes() {
    return bytes;
  }

  static Type of(int number) {
    return values()[number];
  }
}
