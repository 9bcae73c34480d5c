package dev.samara.device;

/** What kind of failure it is; the numbers are those of samara/c/device.h. */
public enum Status {
  INVALID_ARGUMENT(1),
  INVALID_MODEL(2),
  UNSUPPORTED(3),
  NOT_FOUND(4),
  IO(5),
  RESOURCE_EXHAUSTED(6),
  CANCELLED(7),
  DEADLINE_EXCEEDED(8),
  UNAVAILABLE(9),
  DATA_LOSS(10),
  PERMISSION_DENIED(11),
  FAILED_PRECONDITION(12),
  INTERNAL(13),
  NOT_INITIALIZED(100);

  private final int number;

  Status(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  static Status of(int number) {
    for (Status status : values()) {
      if (status.number == number) {
        return status;
      }
    }
    return INTERNAL;
  }
}
