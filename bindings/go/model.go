package samara

// #cgo pkg-config: samara-c
// #include <stdlib.h>
// #include "samara/c/engine.h"
import "C"

import (
	"runtime"
	"sync"
	"unsafe"
)

// handle is a C object that is freed once, by Close or when nobody has it any more. Calls that use it
// hold it, so that Close waits for them.
type handle[P comparable] struct {
	mutex sync.RWMutex
	c     P
	free  func(P)
}

func newHandle[P comparable](c P, free func(P)) *handle[P] {
	h := &handle[P]{c: c, free: free}
	runtime.SetFinalizer(h, func(h *handle[P]) { h.close() })
	return h
}

func (h *handle[P]) close() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	var none P
	if h.c != none {
		h.free(h.c)
		h.c = none
	}
}

// with calls f unless the object was closed.
func (h *handle[P]) with(f func(P) error) error {
	h.mutex.RLock()
	defer h.mutex.RUnlock()
	var none P
	if h.c == none {
		return &Error{FailedPrecondition, "it was closed"}
	}
	return f(h.c)
}

// Model is a loaded .tflite, which never changes. Any goroutine may use it at any time.
type Model struct {
	*handle[*C.samara_model]
	signatures []string
}

// Load loads and verifies a file.
func Load(path string, options ...ModelOption) (*Model, error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	return load(options, func(s *C.samara_setting, n C.size_t, out **C.samara_model) *C.samara_error {
		return C.samara_model_load(name, s, n, out)
	})
}

// LoadBytes is Load for bytes, which are copied.
func LoadBytes(data []byte, options ...ModelOption) (*Model, error) {
	return load(options, func(s *C.samara_setting, n C.size_t, out **C.samara_model) *C.samara_error {
		return C.samara_model_load_bytes(unsafe.Pointer(unsafe.SliceData(data)), C.size_t(len(data)), s, n,
			out)
	})
}

func load(options []ModelOption,
	how func(*C.samara_setting, C.size_t, **C.samara_model) *C.samara_error) (*Model, error) {
	settings := make([]setting, len(options))
	for i, o := range options {
		settings[i] = o.setting
	}
	var c *C.samara_model
	err := inC(settings, func(s *C.samara_setting, n C.size_t) error { return take(how(s, n, &c)) })
	if err != nil {
		return nil, err
	}
	m := &Model{handle: newHandle(c, func(c *C.samara_model) { C.samara_model_free(c) })}
	for i := C.size_t(0); i < C.samara_model_signatures(c); i++ {
		m.signatures = append(m.signatures, C.GoString(C.samara_model_signature(c, i)))
	}
	return m, nil
}

// Signatures are the keys that Signature takes; one that is empty for a model without any.
func (m *Model) Signatures() []string { return append([]string(nil), m.signatures...) }

// Close gives the memory back. Sessions go on: they keep what they need.
func (m *Model) Close() { m.close() }

// Pool is threads that sessions share. Any goroutine may use it at any time.
type Pool struct{ *handle[*C.samara_pool] }

// NewPool makes a pool for regions of that many threads, the caller among them.
func NewPool(threads int) (*Pool, error) {
	var c *C.samara_pool
	if err := take(C.samara_pool_new(C.int(threads), &c)); err != nil {
		return nil, err
	}
	return &Pool{newHandle(c, func(c *C.samara_pool) { C.samara_pool_free(c) })}, nil
}

// Close ends the threads once no session has them.
func (p *Pool) Close() { p.close() }
