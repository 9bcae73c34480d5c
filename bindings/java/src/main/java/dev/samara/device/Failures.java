package dev.samara.device;

import java.util.HashMap;
import java.util.Map;

/**
 * One number for each way in which a model cannot be had, as Firebase and ML Kit number them: by
 * what happened to the download where something did, else by the kind of the error.
 */
public final class Failures {
  /** Not one of Firebase's: ML Kit has it for a model that this device cannot run. */
  public static final int INCOMPATIBLE = 100;

  private static final Map<String, Integer> BY_EVENT = new HashMap<>();

  static {
    BY_EVENT.put("content_wrong", 102);
    BY_EVENT.put("no_space", 101);
    BY_EVENT.put("not_offered", 5);
    BY_EVENT.put("disk_failed", 13);
    BY_EVENT.put("cancelled", 1);
    BY_EVENT.put("unfit", INCOMPATIBLE);
    BY_EVENT.put("check_failed", INCOMPATIBLE);
    BY_EVENT.put("refused_before", 9);
  }

  private Failures() {}

  /** {@code event}: the last one of the model's delivery since the call began; null: none. */
  public static int number(Status status, @Nullable String event, boolean offline) {
    if (status != Status.UNAVAILABLE) {
      return number(status);
    }
    Integer known = event == null ? null : BY_EVENT.get(event);
    if (known != null) {
      return known;
    }
    return offline ? 17 : 14;
  }

  /** Whether the model will come by itself, as soon as the conditions for it hold. */
  public static boolean waitsForConditions(Status status, @Nullable String event) {
    return status == Status.UNAVAILABLE
        && ("conditions_unmet".equals(event) || "conditions_lost".equals(event));
  }

  private static int number(Status status) {
    switch (status) {
      case INVALID_ARGUMENT:
        return 3;
      case INVALID_MODEL:
        return INCOMPATIBLE;
      case UNSUPPORTED:
        return 12;
      case NOT_FOUND:
        return 5;
      case RESOURCE_EXHAUSTED:
        return 8;
      case CANCELLED:
        return 1;
      case DEADLINE_EXCEEDED:
        return 4;
      case UNAVAILABLE:
        return 14;
      case DATA_LOSS:
        return 102;
      case PERMISSION_DENIED:
        return 7;
      case FAILED_PRECONDITION:
      case NOT_INITIALIZED:
        return 9;
      default:
        return 13;
    }
  }
}
