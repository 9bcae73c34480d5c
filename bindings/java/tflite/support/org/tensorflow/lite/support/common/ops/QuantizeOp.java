package org.tensorflow.lite.support.common.ops;

/** value / scale + zeroPoint, in floats: CastOp comes behind it. */
public class QuantizeOp extends NormalizeOp {
  public QuantizeOp(float zeroPoint, float scale) {
    super(-zeroPoint * scale, scale);
  }
}
