package org.tensorflow.lite.support.common;

/** Something that takes a value through its steps. */
public interface Processor<T> {
  T process(T input);
}
