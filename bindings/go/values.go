package samara

// #include <stdlib.h>
// #include "samara/c/engine.h"
//
// static samara_error* samara_go_strings(samara_session* s, size_t i, char* bytes, size_t* sizes,
//                                        size_t count, samara_bytes* texts) {
//   for (size_t k = 0; k < count; ++k) {
//     texts[k].data = bytes;
//     texts[k].size = sizes[k];
//     bytes += sizes[k];
//   }
//   return samara_session_set_strings(s, i, texts, count);
// }
import "C"

import (
	"fmt"
	"unsafe"
)

// kind is how Go holds a type's values: bytes of a slice, and a new slice over given bytes.
type kind struct {
	bytes func(any) ([]byte, bool)
	slice func([]byte) any
}

func kindOf[T any]() kind {
	var one T
	size := int(unsafe.Sizeof(one))
	return kind{
		func(values any) ([]byte, bool) {
			v, ok := values.([]T)
			if !ok {
				return nil, false
			}
			return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*size), true
		},
		func(bytes []byte) any {
			v := make([]T, len(bytes)/size)
			copy(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*size), bytes)
			return v
		}}
}

// bools are made one by one: another byte than 0 and 1 would be no bool of Go.
var bools = kind{kindOf[bool]().bytes, func(bytes []byte) any {
	v := make([]bool, len(bytes))
	for i, b := range bytes {
		v[i] = b != 0
	}
	return v
}}

var kinds = map[string]kind{
	"float32": kindOf[float32](), "float64": kindOf[float64](), "float16": kindOf[uint16](),
	"bfloat16": kindOf[uint16](), "int8": kindOf[int8](), "uint8": kindOf[uint8](),
	"int16": kindOf[int16](), "uint16": kindOf[uint16](), "int32": kindOf[int32](),
	"uint32": kindOf[uint32](), "int64": kindOf[int64](), "uint64": kindOf[uint64](),
	"bool": bools, "complex64": kindOf[complex64](), "complex128": kindOf[complex128]()}

// kindNamed is the type's kind; types of fewer than 8 bits and small floats are bytes as they are.
func kindNamed(name string) kind {
	if k, ok := kinds[name]; ok {
		return k
	}
	return kinds["uint8"]
}

func set(c *C.samara_session, i int, values any) error {
	t, err := describe(c, i, true)
	if err != nil {
		return err
	}
	if texts, ok := values.([]string); ok {
		return setStrings(c, i, texts)
	}
	bytes, ok := kindNamed(t.Type).bytes(values)
	if !ok {
		return &Error{InvalidArgument, fmt.Sprintf("input %d '%s' holds %s, not %T", i, t.Name, t.Type, values)}
	}
	var data unsafe.Pointer
	var size C.size_t
	if err := take(C.samara_session_input_data(c, C.size_t(i), &data, &size)); err != nil {
		return err
	}
	if uint64(size) != uint64(len(bytes)) {
		return &Error{InvalidArgument, fmt.Sprintf("input %d '%s' takes %d bytes (%v %s), not %d", i, t.Name,
			uint64(size), t.Shape, t.Type, len(bytes))}
	}
	copy(unsafe.Slice((*byte)(data), int(size)), bytes)
	return nil
}

func setStrings(c *C.samara_session, i int, texts []string) error {
	var all []byte
	sizes := make([]C.size_t, len(texts)+1)
	for k, text := range texts {
		all = append(all, text...)
		sizes[k] = C.size_t(len(text))
	}
	bytes := C.CBytes(append(all, 0))
	defer C.free(bytes)
	room := C.calloc(C.size_t(len(sizes)), C.size_t(unsafe.Sizeof(C.samara_bytes{})))
	defer C.free(room)
	return take(C.samara_go_strings(c, C.size_t(i), (*C.char)(bytes), unsafe.SliceData(sizes),
		C.size_t(len(texts)), (*C.samara_bytes)(room)))
}

func value(c *C.samara_session, i int) (any, error) {
	t, err := describe(c, i, false)
	if err != nil {
		return nil, err
	}
	if t.Type == "string" {
		var texts *C.samara_bytes
		var count C.size_t
		if err := take(C.samara_session_strings(c, C.size_t(i), &texts, &count)); err != nil {
			return nil, err
		}
		out := make([]string, int(count))
		for k, text := range unsafe.Slice(texts, int(count)) {
			out[k] = C.GoStringN((*C.char)(text.data), C.int(text.size))
		}
		return out, nil
	}
	var data unsafe.Pointer
	var size C.size_t
	if err := take(C.samara_session_output_data(c, C.size_t(i), &data, &size)); err != nil {
		return nil, err
	}
	return kindNamed(t.Type).slice(unsafe.Slice((*byte)(data), int(size))), nil
}
