package dev.samara.device;

/** Who answers an inference. */
public enum Way {
  DELEGATE,
  CPU,
  PREVIOUS,
  BUNDLED,
  CALLBACK,
  REMOTE
}
