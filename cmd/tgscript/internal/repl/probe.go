package repl

import (
	"context"

	"github.com/tgscript/tgscript/runtime"
)

// probeModule is the name of the module that brings a value out of a session.
const probeModule = "__repl"

// probe gets at values that the session holds, without binding _ to them: its
// one function keeps what it is called with and gives nil.
type probe struct{ value runtime.Value }

func (p *probe) module() *runtime.Module {
	return &runtime.Module{
		Name: probeModule,
		Doc:  "what the REPL looks at",
		Funcs: []*runtime.Func{{
			Sig: "look(x: any)",
			Doc: "keeps x for the REPL",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				p.value = c.Arg(0)
				return runtime.Nil, nil
			},
		}},
	}
}

// inspect gives the value of an expression.
func (r *REPL) inspect(ctx context.Context, expr string) (runtime.Value, error) {
	r.probe.value = runtime.Nil
	_, err := r.session.Eval(ctx, "input", probeModule+".look("+expr+"\n)")
	return r.probe.value, err
}
