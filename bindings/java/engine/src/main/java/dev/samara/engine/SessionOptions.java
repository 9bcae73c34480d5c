package dev.samara.engine;

import java.util.Objects;

/** Of one user of a model. */
public final class SessionOptions {
  String signature = "";
  int threads = 1;
  long timeLimitMs;

  /** "": the model's first. */
  public SessionOptions signature(String key) {
    signature = Objects.requireNonNull(key);
    return this;
  }

  public SessionOptions threads(int threads) {
    this.threads = threads;
    return this;
  }

  /** Of each run; 0: none. */
  public SessionOptions timeLimitMs(long ms) {
    timeLimitMs = ms;
    return this;
  }
}
