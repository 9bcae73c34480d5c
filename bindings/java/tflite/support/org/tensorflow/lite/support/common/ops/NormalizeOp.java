package org.tensorflow.lite.support.common.ops;

import org.tensorflow.lite.DataType;
import org.tensorflow.lite.support.common.TensorOperator;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** (value - mean) / stddev, for all values alike or by the last axis. */
public class NormalizeOp implements TensorOperator {
  private final float[] mean;
  private final float[] stddev;
  private final boolean nothing; // means of 0 and deviations of 1: the type stays, too

  /** Mean 0 with a deviation of 0 or infinity, which metadata without values give, is nothing. */
  public NormalizeOp(float mean, float stddev) {
    this(
        new float[] {mean},
        new float[] {mean == 0 && (stddev == 0 || Float.isInfinite(stddev)) ? 1 : stddev});
  }

  public NormalizeOp(float[] mean, float[] stddev) {
    SupportPreconditions.checkNotNull(mean, "Mean cannot be null");
    SupportPreconditions.checkNotNull(stddev, "Stddev cannot be null");
    SupportPreconditions.checkArgument(
        mean.length == stddev.length,
        "Per channel normalization requires same number of means and stddevs");
    SupportPreconditions.checkArgument(mean.length > 0, "Means and stddevs are empty.");
    this.mean = mean.clone();
    this.stddev = stddev.clone();
    boolean identity = true;
    for (int i = 0; i < mean.length; ++i) {
      SupportPreconditions.checkArgument(stddev[i] != 0, "Stddev cannot be zero.");
      identity = identity && mean[i] == 0 && stddev[i] == 1;
    }
    nothing = identity;
  }

  @Override
  public TensorBuffer apply(TensorBuffer input) {
    if (nothing) return input;
    int[] shape = input.getShape();
    int channels = mean.length;
    SupportPreconditions.checkArgument(
        channels == 1 || (shape.length > 0 && shape[shape.length - 1] == channels),
        "Number of means (stddevs) is not same with number of channels (size of last axis).");
    float[] values = input.getFloatArray();
    for (int i = 0; i < values.length; ++i)
      values[i] = (values[i] - mean[i % channels]) / stddev[i % channels];
    TensorBuffer output =
        input.isDynamic()
            ? TensorBuffer.createDynamic(DataType.FLOAT32)
            : TensorBuffer.createFixedSize(shape, DataType.FLOAT32);
    output.loadArray(values, shape);
    return output;
  }
}
