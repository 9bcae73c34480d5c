package org.tensorflow.lite.support.common;

/** A step of a processor. */
public interface Operator<T> {
  T apply(T x);
}
