/** com.google.mlkit.common.model: models by name, their conditions, and who manages them. */
package dev.samara.mlkit.common.model;
