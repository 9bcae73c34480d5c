package samara_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"samara"
)

const (
	digits   = "../../examples/digits/models/"
	testdata = "../testdata/"
)

func load(t *testing.T, name string, options ...samara.ModelOption) *samara.Model {
	t.Helper()
	m, err := samara.Load(name, options...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// blank is an input of the type's zeroes but for one value.
func blank(t *testing.T, s *samara.Session, mark float32) []float32 {
	t.Helper()
	in, err := s.Input(0)
	if err != nil || in.Type != "float32" {
		t.Fatal(in, err)
	}
	size := 1
	for _, d := range in.Shape {
		size *= d
	}
	out := make([]float32, size)
	out[size/2] = mark
	return out
}

func expect(t *testing.T, err error, code samara.Code, part string) {
	t.Helper()
	var e *samara.Error
	if !errors.Is(err, code) || !errors.As(err, &e) || !strings.Contains(err.Error(), part) {
		t.Errorf("%v, not %v with %q", err, code, part)
	}
}

func TestRunsAModel(t *testing.T) {
	m := load(t, digits+"digits_f32.tflite")
	s, err := m.Session(samara.Threads(2))
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
	if err := s.SetInput(0, blank(t, s, 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Value(0); err == nil {
		t.Error("an output before any run")
	} else {
		expect(t, err, samara.FailedPrecondition, "run")
	}
	if err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	v, err := s.Value(0)
	if err != nil {
		t.Fatal(err)
	}
	var sum float32
	for _, p := range v.([]float32) {
		sum += p
	}
	if sum < 0.999 || sum > 1.001 {
		t.Error("probabilities add up to", sum)
	}
	var nodes []samara.Node
	if err := s.Profile(context.Background(), func(n samara.Node) { nodes = append(nodes, n) }); err != nil {
		t.Fatal(err)
	}
	if len(nodes) < 3 || nodes[0].Op == "" || nodes[0].Time < 0 {
		t.Error(nodes)
	}
	func() {
		defer func() {
			if recover() != "of the app" {
				t.Error("the panic of a callback got lost")
			}
		}()
		s.Profile(context.Background(), func(samara.Node) { panic("of the app") })
	}()
	if mem, err := s.Memory(); err != nil || mem.Arena == 0 {
		t.Error(mem, err)
	}
	if err := s.Reset(); err != nil {
		t.Error(err)
	}
	s.Close()
	expect(t, s.Run(context.Background()), samara.FailedPrecondition, "closed")
}

func TestManyGoroutinesGetTheirOwnAnswers(t *testing.T) {
	pool, err := samara.NewPool(2)
	if err != nil {
		t.Fatal(err)
	}
	m := load(t, digits+"digits_f32.tflite", samara.Numerics(samara.Reference))
	alone, err := m.Session()
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Predictor(2, samara.InPool(pool))
	if err != nil {
		t.Fatal(err)
	}
	pool.Close()
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		in := blank(t, alone, float32(i))
		if err := errors.Join(alone.SetInput(0, in), alone.Run(context.Background())); err != nil {
			t.Fatal(err)
		}
		want, _ := alone.Value(0)
		all.Add(1)
		go func() {
			defer all.Done()
			for k := 0; k < 20; k++ {
				out, err := p.Run(context.Background(), map[string]any{alone.Inputs()[0]: in})
				if err != nil || !reflect.DeepEqual(out[alone.Outputs()[0]], want) {
					t.Error(out, err, want)
				}
			}
		}()
	}
	all.Wait()
	_, err = p.Run(context.Background(), map[string]any{"nobody": nil})
	expect(t, err, samara.NotFound, "nobody")
	_, err = p.Run(context.Background(), nil)
	expect(t, err, samara.InvalidArgument, "missing")
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err = p.Run(ended, map[string]any{alone.Inputs()[0]: blank(t, alone, 0)}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	p.Close()
	_, err = m.Predictor(0)
	expect(t, err, samara.InvalidArgument, "0 sessions")
}

func TestQuantizedTensorsSayHow(t *testing.T) {
	s, err := load(t, digits+"digits_int8.tflite").Session()
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.Output(0)
	if err != nil || out.Type != "int8" || len(out.Scales) != 1 || out.ZeroPoints[0] != -128 {
		t.Error(out, err)
	}
	_, err = s.Output(1)
	expect(t, err, samara.InvalidArgument, "no output 1")
	_, err = s.Output(-1)
	expect(t, err, samara.InvalidArgument, "-1")
	expect(t, s.SetInput(0, []float64{1}), samara.InvalidArgument, "[]float64")
	expect(t, s.SetInput(0, nil), samara.InvalidArgument, "not")
	expect(t, s.Resize(0, 1<<40), samara.InvalidArgument, "dimension 0")
	expect(t, s.Resize(3, 1), samara.InvalidArgument, "input 3")
}

func TestBadModelsAreRefused(t *testing.T) {
	_, err := samara.Load("no such file")
	expect(t, err, samara.NotFound, "no such file")
	_, err = samara.LoadBytes([]byte("TFL3"))
	expect(t, err, samara.InvalidModel, "")
	_, err = samara.LoadBytes(nil)
	expect(t, err, samara.InvalidModel, "")
	_, err = samara.Load(digits+"digits_f32.tflite", samara.Numerics("exact"))
	expect(t, err, samara.InvalidArgument, "exact")
	m := load(t, digits+"digits_f32.tflite", samara.FoldConstants(false), samara.PackedLimit(1<<30))
	for _, o := range []samara.SessionOption{samara.Threads(0), samara.TimeLimit(-time.Second)} {
		_, err = m.Session(o)
		expect(t, err, samara.InvalidArgument, "")
	}
	_, err = m.Session(samara.ArenaLimit(10))
	expect(t, err, samara.ResourceExhausted, "10")
	_, err = m.Session(samara.Signature("other"), samara.LoopLimit(3))
	expect(t, err, samara.NotFound, "other")
	_, err = samara.NewPool(0)
	expect(t, err, samara.InvalidArgument, "1024")
	m.Close()
	_, err = m.Session()
	expect(t, err, samara.FailedPrecondition, "closed")
	if e := (&samara.Error{Code: samara.IO}); errors.Is(e, samara.NotFound) || samara.Code(99).Error() != "unknown" {
		t.Error(e)
	}
}

func TestTextsAndDeadlines(t *testing.T) {
	s, err := load(t, testdata+"texts.tflite").Session()
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"a\x00b", "", "größer"}
	if err := errors.Join(s.SetInput(0, texts), s.Run(context.Background())); err != nil {
		t.Fatal(err)
	}
	v, err := s.Value(0)
	if err != nil || !reflect.DeepEqual(v, []string{"größer", "a\x00b"}) {
		t.Errorf("%q %v", v, err)
	}
	expect(t, s.SetInput(0, texts[:1]), samara.InvalidArgument, "strings")
	s, err = load(t, testdata+"endless.tflite").Session()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetInput(0, []bool{true}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := s.Run(ctx); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, samara.DeadlineExceeded) {
		t.Error(err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	go cancel()
	if err := s.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
