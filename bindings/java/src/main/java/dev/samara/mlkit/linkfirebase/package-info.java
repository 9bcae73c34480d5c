/** com.google.mlkit.linkfirebase: where custom models are kept. */
package dev.samara.mlkit.linkfirebase;
