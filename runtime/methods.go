package runtime

import (
	"slices"
	"sync"
)

const numKinds = KindHost + 1

// methodTables are the methods of the core types, each in a file of its own.
// Those of ranges are the list's that change nothing, and some more.
var methodTables [numKinds][]*Func

// Set here since methods come by their own table when they name a method in
// an error.
func init() {
	methodTables[KindString] = stringMethods
	methodTables[KindBytes] = bytesMethods
	methodTables[KindInt] = slices.Concat(numberMethods, intMethods)
	methodTables[KindFloat] = slices.Concat(numberMethods, floatMethods)
	methodTables[KindList] = slices.Concat(elementMethods, orderMethods, groupingMethods, listMethods)
	methodTables[KindRange] = slices.Concat(elementMethods, orderMethods, groupingMethods, rangeMethods)
	methodTables[KindMap] = mapMethods
	methodTables[KindFunction] = functionMethods
	methodTables[KindDuration] = durationMethods
	methodTables[KindTime] = timeMethods
	for _, methods := range methodTables {
		for _, m := range methods {
			m.core = true
		}
	}
}

// changing holds the names of the methods that change their receiver.
var changing = map[string]bool{
	"push": true, "insert": true, "remove": true, "pop": true, "sort": true, "reverse": true, "clear": true, "delete": true,
}

// byKind holds methods of one name by the kind of their receiver.
type byKind [numKinds]*Func

// methodsNamed are the methods of one name.
type methodsNamed struct {
	all   byKind
	quick [3]byKind // those whose Quick takes 0, 1 and 2 arguments
}

// methodIndex finds methods by their name.
var methodIndex = sync.OnceValue(func() map[string]*methodsNamed {
	index := map[string]*methodsNamed{}
	for kind, methods := range methodTables {
		for _, m := range methods {
			name := m.Name()
			if index[name] == nil {
				index[name] = new(methodsNamed)
			}
			index[name].all[kind] = m
			for n := range index[name].quick {
				if m.quickFor(n) {
					index[name].quick[n][kind] = m
				}
			}
		}
	}
	return index
})

// noMethods is for names that no core type has a method of.
var noMethods byKind

// methodTable gives the methods that have a name, by the kind of receiver.
func methodTable(name string) *byKind {
	if m := methodIndex()[name]; m != nil {
		return &m.all
	}
	return &noMethods
}

// quickTable gives those that can be called by their Quick with n arguments by
// position.
func quickTable(name string, n int) *byKind {
	if m := methodIndex()[name]; m != nil && n < len(m.quick) {
		return &m.quick[n]
	}
	return &noMethods
}

// methodsOf gives the methods of a core type in the order of the reference.
func methodsOf(k Kind) []*Func {
	if k < numKinds {
		return methodTables[k]
	}
	return nil
}

// hasMethod tells whether x has a method.
func hasMethod(x Value, name string) bool {
	if x.is(KindHost) {
		for _, m := range x.host().typ.Methods {
			if m.Name() == name {
				return true
			}
		}
		return false
	}
	return x.Kind() < numKinds && methodTable(name)[x.Kind()] != nil
}

// methodNames gives the names of the methods of x.
func methodNames(x Value) []string {
	methods := methodsOf(x.Kind())
	if x.is(KindHost) {
		methods = x.host().typ.Methods
	}
	names := make([]string, len(methods))
	for i, m := range methods {
		names[i] = m.Name()
	}
	return names
}
