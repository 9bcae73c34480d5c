// Runs that a coroutine waits for, over the standard library alone.
package dev.samara.engine

import java.util.concurrent.CompletionException
import java.util.concurrent.Executor
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.coroutines.suspendCoroutine

/** As run(), in a thread of the executor's. Cancelling the coroutine does not end the run. */
public suspend fun Session.await(executor: Executor, vararg inputs: Tensor): List<Tensor> =
    suspendCoroutine { waiting ->
      runAsync(executor, *inputs).whenComplete { outputs, error ->
        when (error) {
          null -> waiting.resume(outputs)
          is CompletionException -> waiting.resumeWithException(error.cause ?: error)
          else -> waiting.resumeWithException(error)
        }
      }
    }
