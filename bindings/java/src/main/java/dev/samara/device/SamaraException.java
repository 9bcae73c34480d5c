package dev.samara.device;

/** What the device library could not do, and why, as a sentence. */
public class SamaraException extends Exception {
  private static final long serialVersionUID = 1;
  private final Status status;

  public SamaraException(Status status, String message) {
    super(message);
    this.status = status;
  }

  /** Called by native code. */
  SamaraException(int status, byte[] message) {
    this(Status.of(status), Native.string(message));
  }

  public Status getStatus() {
    return status;
  }
}
