/**
 * Samara's engine: a Model is loaded once, its Sessions run it.
 *
 * <pre>{@code
 * try (Model model = Model.load(path);
 *     Session session = model.session()) {
 *   float[] scores = session.run(Tensor.of(picture, 1, 28, 28, 1)).get(0).floats();
 * }
 * }</pre>
 */
package dev.samara.engine;
