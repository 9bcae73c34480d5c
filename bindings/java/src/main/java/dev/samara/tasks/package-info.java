/**
 * Work that is under way, with the names and the behaviour of com.google.android.gms.tasks, and a
 * bridge to CompletableFuture. Listeners without an executor are called in {@link
 * dev.samara.tasks.TaskExecutors#MAIN_THREAD}: Android's main thread, elsewhere one of the
 * library's.
 */
package dev.samara.tasks;
