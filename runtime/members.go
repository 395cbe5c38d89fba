package runtime

import (
	"maps"
	"slices"
	"sync"

	"github.com/tgscript/tgscript/ast/resolve"
)

// members are what a module or the Universe offers, as the checker asks for
// it: functions by their names, nil for what is no function.
type members map[string]*Func

func membersOf(m *Module) members {
	all := make(members, len(m.Funcs)+len(m.Consts))
	for _, fn := range m.Funcs {
		all[fn.Name()] = fn
	}
	for _, c := range m.Consts {
		all[c.Name] = nil
	}
	return all
}

// Find gives the signature of a function, nil for what is no function.
func (m members) Find(name string) (sig *resolve.Signature, ok bool) {
	fn, ok := m[name]
	if fn != nil {
		sig = fn.Signature()
	}
	return sig, ok
}

// Names gives all names in order.
func (m members) Names() []string { return slices.Sorted(maps.Keys(m)) }

// universe are the members that every script has.
var universe = sync.OnceValue(func() members {
	for _, fn := range Universe.Funcs {
		fn.core = true
	}
	for _, typ := range []*Type{channelType, counterType, cellType, semaphoreType, rateType, worklistType} {
		for _, m := range typ.Methods {
			m.core = true
		}
	}
	all := membersOf(Universe)
	all[argsName] = nil
	return all
})

// members gives what a module of the program offers; nil if there is none of
// that name.
func (l *loader) members(name string) resolve.Members {
	m := l.program.modules[name]
	if m == nil {
		return nil
	}
	if l.offers[name] == nil {
		l.offers[name] = membersOf(m)
	}
	return l.offers[name]
}
