package org.tensorflow.lite.support.common;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;

/** Steps one after the other. */
public class SequentialProcessor<T> implements Processor<T> {
  /** In their order. */
  protected final List<Operator<T>> operatorList;

  protected SequentialProcessor(Builder<T> builder) {
    operatorList = new ArrayList<>(builder.steps);
  }

  @Override
  public T process(T x) {
    T value = x;
    for (Operator<T> step : operatorList) value = step.apply(value);
    return value;
  }

  /** Collects the steps. */
  protected static class Builder<T> {
    private final List<Operator<T>> steps = new ArrayList<>();

    protected Builder() {}

    public Builder<T> add(Operator<T> op) {
      steps.add(SupportPreconditions.checkNotNull(op, "Adding null Op is illegal."));
      return this;
    }

    public SequentialProcessor<T> build() {
      return new SequentialProcessor<>(this);
    }
  }
}
