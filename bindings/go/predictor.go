package samara

import (
	"context"
	"fmt"
)

// Predictor is sessions that any number of goroutines take in turn. Sessions that keep a state from
// run to run are not for it.
type Predictor struct {
	free chan *Session
	all  []*Session
}

// Predictor makes that many sessions: so many inferences run at once, further ones wait.
func (m *Model) Predictor(sessions int, options ...SessionOption) (*Predictor, error) {
	if sessions < 1 {
		return nil, &Error{InvalidArgument, fmt.Sprintf("%d sessions", sessions)}
	}
	p := &Predictor{free: make(chan *Session, sessions)}
	for i := 0; i < sessions; i++ {
		s, err := m.Session(options...)
		if err != nil {
			p.Close()
			return nil, err
		}
		p.all = append(p.all, s)
		p.free <- s
	}
	return p, nil
}

// Run runs one inference: values by input name, and by output name. Waiting and running end with ctx.
func (p *Predictor) Run(ctx context.Context, inputs map[string]any) (map[string]any, error) {
	var s *Session
	select {
	case s = <-p.free:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { p.free <- s }()
	for name := range inputs {
		if _, ok := s.inputs[name]; !ok {
			return nil, &Error{NotFound, fmt.Sprintf("there is no input '%s'; there are %q", name, s.inputNames)}
		}
	}
	for i, name := range s.inputNames {
		values, ok := inputs[name]
		if !ok {
			return nil, &Error{InvalidArgument, fmt.Sprintf("input '%s' is missing", name)}
		}
		if err := s.SetInput(i, values); err != nil {
			return nil, err
		}
	}
	if err := s.Run(ctx); err != nil {
		return nil, err
	}
	out := make(map[string]any, len(s.outputNames))
	for i, name := range s.outputNames {
		values, err := s.Value(i)
		if err != nil {
			return nil, err
		}
		out[name] = values
	}
	return out, nil
}

// Close gives the sessions back, after the inferences that have them.
func (p *Predictor) Close() {
	for _, s := range p.all {
		s.Close()
	}
}
