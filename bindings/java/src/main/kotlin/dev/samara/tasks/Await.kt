// What kotlinx.coroutines has for Google's tasks, over the standard library alone.
package dev.samara.tasks

import java.util.concurrent.CancellationException
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.coroutines.suspendCoroutine

/** The result, or what the task failed with. Cancelling the coroutine does not end the work. */
public suspend fun <R> Task<R>.await(): R = suspendCoroutine { waiting ->
  addOnCompleteListener(TaskExecutors.BACKGROUND) { done ->
    val error = done.exception
    when {
      error != null -> waiting.resumeWithException(error)
      done.isCanceled -> waiting.resumeWithException(CancellationException("it was cancelled"))
      else -> waiting.resume(done.result)
    }
  }
}
