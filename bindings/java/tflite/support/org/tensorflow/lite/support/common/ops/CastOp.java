package org.tensorflow.lite.support.common.ops;

import org.tensorflow.lite.DataType;
import org.tensorflow.lite.support.common.TensorOperator;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** To uint8 or float32. */
public class CastOp implements TensorOperator {
  private final DataType type;

  public CastOp(DataType destinationType) {
    SupportPreconditions.checkArgument(
        destinationType == DataType.UINT8 || destinationType == DataType.FLOAT32,
        "Destination type " + destinationType + " is not supported.");
    type = destinationType;
  }

  @Override
  public TensorBuffer apply(TensorBuffer input) {
    return input.getDataType() == type ? input : TensorBuffer.createFrom(input, type);
  }
}
