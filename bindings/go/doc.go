// Package samara runs .tflite models: the engine of libsamara.so as Go programs see it.
//
//	model, err := samara.Load("model.tflite", samara.Numerics(samara.Reference))
//	predictor, err := model.Predictor(4, samara.Threads(1))
//	out, err := predictor.Run(ctx, map[string]any{"image": pixels})
//	scores := out["scores"].([]float32)
//
// A Model, a Pool and a Predictor serve any number of goroutines. A Session is for those who want its
// memory and its state to themselves; its calls may come from any goroutine, one after the other.
// Nothing needs to be closed, but Close gives memory back sooner.
package samara
