package dev.samara.engine;

/** How integers round: as XNNPACK does, or as LiteRT's reference kernels do. */
public enum Numerics {
  XNNPACK,
  REFERENCE
}
