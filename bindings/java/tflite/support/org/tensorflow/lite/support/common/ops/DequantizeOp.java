package org.tensorflow.lite.support.common.ops;

/** (value - zeroPoint) * scale. */
public class DequantizeOp extends NormalizeOp {
  public DequantizeOp(float zeroPoint, float scale) {
    super(zeroPoint, 1 / scale);
  }
}
