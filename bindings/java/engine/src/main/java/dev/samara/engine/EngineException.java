package dev.samara.engine;

import java.util.Locale;

/** What the engine could not do: of which kind, and as a sentence what and where. */
public class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final Code code;

  /** The engine's own list, closed. */
  public enum Code {
    INVALID_ARGUMENT,
    INVALID_MODEL,
    UNSUPPORTED,
    NOT_FOUND,
    IO,
    RESOURCE_EXHAUSTED,
    CANCELLED,
    DEADLINE_EXCEEDED,
    UNAVAILABLE,
    DATA_LOSS,
    PERMISSION_DENIED,
    FAILED_PRECONDITION,
    INTERNAL
  }

  /** Called by native code, too. */
  EngineException(String code, String message) {
    this(Code.valueOf(code.toUpperCase(Locale.ROOT)), message);
  }

  EngineException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public Code getCode() {
    return code;
  }
}
