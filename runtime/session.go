package runtime

import (
	"context"

	"github.com/tgscript/tgscript/ast/resolve"
)

// Session runs one input after the other, as a REPL does: what an input binds
// at its top level the later ones see, and may bind again. It is for one
// goroutine at a time.
type Session struct {
	options  Options
	run      Run
	names    resolve.Session
	instance *instance
	imported map[string]*instance // files that earlier inputs have loaded
	events   *events
	inputs   int  // so far
	escaped  bool // the host has a handle of them
}

// NewSession gives an empty session. Each Eval runs with run's streams,
// grants and limits; virtual time and what a seed decides go on from one to
// the next.
func NewSession(options Options, run Run) *Session {
	return &Session{
		options: options, run: run, instance: &instance{}, imported: map[string]*instance{},
		events: newEvents(run.Events),
		names:  resolve.Session{Decls: map[string]*resolve.Decl{}},
	}
}

// Eval compiles and runs an input. The error is Diagnostics, or one of Run's.
// A value that is not nil is bound to _ for the next input.
func (s *Session) Eval(ctx context.Context, name, src string) (Value, error) {
	p, all := compile(name, src, s.options, s)
	if errs := all.Errors(); len(errs) > 0 {
		return Nil, errs
	}
	x, err := p.execution(ctx, s.run)
	if err != nil {
		return Nil, err
	}
	x.events = s.events // whose numbers go on
	s.inputs++
	x.input = s.inputs
	x.handles.Store(true) // of earlier inputs
	if s.escaped {
		x.escaped.Store(true)
	}
	last := len(p.files) - 1
	for i, c := range p.files {
		if i == last {
			break
		}
		in := s.imported[c.name]
		if in == nil {
			in = newInstance(c)
			s.imported[c.name] = in
		}
		x.files = append(x.files, in)
	}
	s.names.Add(p.files[last].info)
	s.instance.make(p.files[last].info.Unit.Slots, s.names.Count, 0)
	x.files = append(x.files, s.instance)
	v, err := x.main(ctx, last)
	s.escaped = x.escaped.Load()
	if x.timing.virtual {
		s.run.Clock.start = x.clock.now()
	}
	if err == nil && v.ref != nil {
		s.bindLast(v)
	}
	return v, err
}

// lastName is the name of the last value in a session.
const lastName = "_"

// bindLast binds _ to a value.
func (s *Session) bindLast(v Value) {
	d := s.names.Decls[lastName]
	if d == nil {
		d = &resolve.Decl{Kind: resolve.LetDecl, Name: lastName, Index: s.names.Count, Used: true}
		s.names.Decls[lastName] = d
		s.names.Count++
		s.instance.globals = append(s.instance.globals, unbound)
	}
	s.instance.globals[d.Index] = v.share()
}

// Names gives the names that are bound at the top level, for completion.
func (s *Session) Names() []string {
	var names []string
	for name := range s.names.Decls {
		if name != lastName {
			names = append(names, name)
		}
	}
	return names
}
