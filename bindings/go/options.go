package samara

// #include <stdlib.h>
// #include "samara/c/engine.h"
import "C"

import (
	"strconv"
	"time"
	"unsafe"
)

type setting struct{ name, value string }

// ModelOption is a setting of Load.
type ModelOption struct{ setting }

// Rounding is how integer operators round.
type Rounding string

const (
	Reference Rounding = "reference" // as LiteRT's reference kernels
	XNNPACK   Rounding = "xnnpack"   // as LiteRT's default path; the default
)

// Numerics chooses how integers round.
func Numerics(r Rounding) ModelOption { return ModelOption{setting{"numerics", string(r)}} }

// FoldConstants says whether what depends on constants alone is computed once, at load.
func FoldConstants(on bool) ModelOption {
	return ModelOption{setting{"fold_constants", strconv.FormatBool(on)}}
}

// PackedLimit bounds the bytes of packed weights.
func PackedLimit(bytes uint64) ModelOption {
	return ModelOption{setting{"packed_limit", strconv.FormatUint(bytes, 10)}}
}

// OpsLibrary adds the operators of a shared object.
func OpsLibrary(path string) ModelOption { return ModelOption{setting{"ops_library", path}} }

// SessionOption is a setting of a Session or a Predictor.
type SessionOption struct {
	setting
	pool *Pool
}

// Threads is the number of threads of a session's own pool.
func Threads(n int) SessionOption {
	return SessionOption{setting: setting{"threads", strconv.Itoa(n)}}
}

// Signature chooses a signature by its key.
func Signature(key string) SessionOption { return SessionOption{setting: setting{"signature", key}} }

// ArenaLimit bounds the bytes of activations and scratch.
func ArenaLimit(bytes uint64) SessionOption {
	return SessionOption{setting: setting{"arena_limit", strconv.FormatUint(bytes, 10)}}
}

// LoopLimit bounds the iterations of one WHILE.
func LoopLimit(n uint32) SessionOption {
	return SessionOption{setting: setting{"loop_limit", strconv.FormatUint(uint64(n), 10)}}
}

// TimeLimit bounds every plan and every run, to the millisecond.
func TimeLimit(d time.Duration) SessionOption {
	return SessionOption{setting: setting{"time_limit_ms", strconv.FormatInt(d.Milliseconds(), 10)}}
}

// InPool makes a session work with the threads of a pool that others share.
func InPool(p *Pool) SessionOption { return SessionOption{pool: p} }

// inC calls f with the settings as C has them, which end with the call.
func inC(settings []setting, f func(*C.samara_setting, C.size_t) error) error {
	if len(settings) == 0 {
		return f(nil, 0)
	}
	size := C.size_t(unsafe.Sizeof(C.samara_setting{}))
	array := (*C.samara_setting)(C.malloc(C.size_t(len(settings)) * size))
	defer C.free(unsafe.Pointer(array))
	for i, s := range settings {
		name, value := C.CString(s.name), C.CString(s.value)
		defer C.free(unsafe.Pointer(name))
		defer C.free(unsafe.Pointer(value))
		unsafe.Slice(array, len(settings))[i] = C.samara_setting{name: name, value: value}
	}
	return f(array, C.size_t(len(settings)))
}
