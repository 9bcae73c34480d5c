package samara

// #include "samara/c/engine.h"
//
// extern void samara_go_node(uintptr_t user, samara_node* node);
// static void samara_go_tell(void* user, const samara_node* node) {
//   samara_go_node((uintptr_t)user, (samara_node*)node);
// }
// static samara_error* samara_go_run(samara_session* s, int64_t deadline_ms,
//                                    const samara_cancellation* cancellation, uintptr_t user) {
//   samara_run how = {deadline_ms, user ? samara_go_tell : 0, (void*)user, cancellation};
//   return samara_session_run(s, &how);
// }
import "C"

import (
	"context"
	"fmt"
	"runtime/cgo"
	"sync"
	"time"
	"unsafe"
)

// Tensor says what an input or output is now.
type Tensor struct {
	Name  string
	Type  string // "float32", "int8", ...
	Shape []int
	// real = Scales[k] * (integer - ZeroPoints[k]): one k for the whole tensor, or one for each slice of
	// Axis; none where the tensor is not quantized.
	Scales     []float32
	ZeroPoints []int32
	Axis       int
}

// Node is one operator of a run.
type Node struct {
	Subgraph, Index int
	Op, Name        string
	Time            time.Duration
}

// Memory is what a session's plan takes, in bytes; constants and packed weights are the model's.
type Memory struct{ Arena, Constants, Packed uint64 }

// Session has shapes, memory and state of its own. Calls wait for each other.
type Session struct {
	*handle[*C.samara_session]
	turn            sync.Mutex
	inputs, outputs map[string]int
	inputNames      []string
	outputNames     []string
}

// Session makes a session of the model.
func (m *Model) Session(options ...SessionOption) (*Session, error) {
	var settings []setting
	var pool *Pool
	for _, o := range options {
		if o.pool != nil {
			pool = o.pool
		} else {
			settings = append(settings, o.setting)
		}
	}
	var c *C.samara_session
	create := func(p *C.samara_pool) error {
		return m.with(func(model *C.samara_model) error {
			return inC(settings, func(s *C.samara_setting, n C.size_t) error {
				return take(C.samara_session_new(model, p, s, n, &c))
			})
		})
	}
	var err error
	if pool != nil {
		err = pool.with(create)
	} else {
		err = create(nil)
	}
	if err != nil {
		return nil, err
	}
	s := &Session{handle: newHandle(c, func(c *C.samara_session) { C.samara_session_free(c) })}
	s.inputNames, s.inputs = s.names(int(C.samara_session_inputs(c)), s.Input)
	s.outputNames, s.outputs = s.names(int(C.samara_session_outputs(c)), s.Output)
	return s, nil
}

func (s *Session) names(count int, what func(int) (Tensor, error)) ([]string, map[string]int) {
	list, places := make([]string, count), make(map[string]int, count)
	for i := range list {
		t, _ := what(i)
		list[i] = t.Name
		places[t.Name] = i
	}
	return list, places
}

// Close gives the session's memory back.
func (s *Session) Close() { s.close() }

// alone calls f with the session while no other call has it.
func (s *Session) alone(f func(*C.samara_session) error) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	return s.with(f)
}

// Inputs are the names of the inputs, in order.
func (s *Session) Inputs() []string { return append([]string(nil), s.inputNames...) }

// Outputs are the names of the outputs, in order.
func (s *Session) Outputs() []string { return append([]string(nil), s.outputNames...) }

// Input says what input i is now.
func (s *Session) Input(i int) (Tensor, error) { return s.describe(i, true) }

// Output says what output i is now; dimensions that depend on data are those of the last run.
func (s *Session) Output(i int) (Tensor, error) { return s.describe(i, false) }

func (s *Session) describe(i int, input bool) (out Tensor, err error) {
	err = s.alone(func(c *C.samara_session) error {
		out, err = describe(c, i, input)
		return err
	})
	return out, err
}

func describe(c *C.samara_session, i int, input bool) (Tensor, error) {
	var t C.samara_tensor
	var q C.samara_quantization
	what, how := func() error { return take(C.samara_session_output(c, C.size_t(i), &t)) },
		func() error { return take(C.samara_session_output_quantization(c, C.size_t(i), &q)) }
	if input {
		what, how = func() error { return take(C.samara_session_input(c, C.size_t(i), &t)) },
			func() error { return take(C.samara_session_input_quantization(c, C.size_t(i), &q)) }
	}
	if i < 0 {
		return Tensor{}, &Error{InvalidArgument, fmt.Sprintf("there is no tensor %d", i)}
	}
	if err := what(); err != nil {
		return Tensor{}, err
	}
	if err := how(); err != nil {
		return Tensor{}, err
	}
	out := Tensor{Name: C.GoString(t.name), Type: C.GoString(t._type), Axis: int(q.axis),
		Shape: make([]int, int(t.dimensions))}
	for d := range out.Shape {
		out.Shape[d] = int(t.shape[d])
	}
	if q.count > 0 {
		n := int(q.count)
		out.Scales = append(out.Scales, unsafe.Slice((*float32)(unsafe.Pointer(q.scales)), n)...)
		out.ZeroPoints = append(out.ZeroPoints, unsafe.Slice((*int32)(unsafe.Pointer(q.zero_points)), n)...)
	}
	return out, nil
}

// Resize gives input i another shape, which the next run goes by.
func (s *Session) Resize(i int, shape ...int) error {
	sizes := make([]C.int32_t, len(shape))
	for d, size := range shape {
		if int(int32(size)) != size {
			return &Error{InvalidArgument, fmt.Sprintf("dimension %d is %d", d, size)}
		}
		sizes[d] = C.int32_t(size)
	}
	return s.alone(func(c *C.samara_session) error {
		return take(C.samara_session_resize(c, C.size_t(i), unsafe.SliceData(sizes), C.int(len(sizes))))
	})
}

// SetInput copies values into input i: a slice of the tensor's type, as long as its shape says; of
// uint16 for half floats, of bytes for types of fewer than 8 bits, of strings for texts.
func (s *Session) SetInput(i int, values any) error {
	return s.alone(func(c *C.samara_session) error { return set(c, i, values) })
}

// Value copies output i as the last run left it, a slice of the tensor's type as SetInput has them.
func (s *Session) Value(i int) (out any, err error) {
	err = s.alone(func(c *C.samara_session) error {
		out, err = value(c, i)
		return err
	})
	return out, err
}

// Run runs one inference over the inputs as they are. It ends early when ctx does.
func (s *Session) Run(ctx context.Context) error { return s.run(ctx, nil) }

// Profile is Run, and calls f after every operator, on the goroutine that runs.
func (s *Session) Profile(ctx context.Context, f func(Node)) error { return s.run(ctx, f) }

func (s *Session) run(ctx context.Context, each func(Node)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var milliseconds int64
	if end, ok := ctx.Deadline(); ok {
		milliseconds = max(1, time.Until(end).Milliseconds())
	}
	cancellation := C.samara_cancellation_new()
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		C.samara_cancellation_cancel(cancellation)
		close(ended)
	})
	defer func() {
		if !stop() {
			<-ended
		}
		C.samara_cancellation_free(cancellation)
	}()
	var user cgo.Handle
	told := teller{each: each}
	if each != nil {
		user = cgo.NewHandle(&told)
		defer user.Delete()
	}
	err := s.alone(func(c *C.samara_session) error {
		return take(C.samara_go_run(c, C.int64_t(milliseconds), cancellation, C.uintptr_t(user)))
	})
	if told.panicked != nil {
		panic(told.panicked)
	}
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

// teller calls the app's function. A panic waits until C has returned.
type teller struct {
	each     func(Node)
	panicked any
}

//export samara_go_node
func samara_go_node(user C.uintptr_t, n *C.samara_node) {
	t := cgo.Handle(user).Value().(*teller)
	if t.panicked != nil {
		return
	}
	defer func() { t.panicked = recover() }()
	t.each(Node{int(n.subgraph), int(n.index), C.GoString(n.op), C.GoString(n.name),
		time.Duration(n.nanoseconds)})
}

// Reset sets variables, the state of an LSTM and its like, back to their first values.
func (s *Session) Reset() error {
	return s.alone(func(c *C.samara_session) error { return take(C.samara_session_reset(c)) })
}

// Memory is what the plan takes now.
func (s *Session) Memory() (out Memory, err error) {
	err = s.alone(func(c *C.samara_session) error {
		m := C.samara_session_memory(c)
		out = Memory{uint64(m.arena), uint64(m.constants), uint64(m.packed)}
		return nil
	})
	return out, err
}
