package dev.samara.modeldownloader;

import dev.samara.device.SamaraException;
import dev.samara.device.Status;

/** Why a model cannot be had: Firebase's codes, by name and number. */
public class FirebaseMlException extends SamaraException {
  public static final int CANCELLED = 1;
  public static final int UNKNOWN = 2;
  public static final int INVALID_ARGUMENT = 3;
  public static final int DEADLINE_EXCEEDED = 4;
  public static final int NOT_FOUND = 5;
  public static final int ALREADY_EXISTS = 6;
  /** A signature or a token is not as it must be. */
  public static final int PERMISSION_DENIED = 7;
  public static final int RESOURCE_EXHAUSTED = 8;
  /** The app was closed; or this device has refused the version, and the message says why. */
  public static final int FAILED_PRECONDITION = 9;
  public static final int ABORTED = 10;
  public static final int OUT_OF_RANGE = 11;
  public static final int UNIMPLEMENTED = 12;
  public static final int INTERNAL = 13;
  /** The hub cannot be reached, and no model is here. */
  public static final int UNAVAILABLE = 14;
  public static final int UNAUTHENTICATED = 16;
  /** As UNAVAILABLE, where the provider of the device's state says that there is no network. */
  public static final int NO_NETWORK_CONNECTION = 17;
  public static final int NOT_ENOUGH_SPACE = 101;
  /** No mirror sent the bytes that were signed for. */
  public static final int MODEL_HASH_MISMATCH = 102;
  public static final int DOWNLOAD_URL_EXPIRED = 121;

  private static final long serialVersionUID = 1;
  private final int code;

  FirebaseMlException(Status status, String message, int code) {
    super(status, message);
    this.code = code;
  }

  public int getCode() {
    return code;
  }
}
