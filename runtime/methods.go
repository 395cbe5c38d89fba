package runtime

import (
	"slices"
	"sync"
)

const numKinds = KindHost + 1

// methodTables gives the methods of the core types, each in a file of its own.
// Those of ranges are the list's that change nothing, and some more. Nothing is
// made of them before a script names a method: many name none.
var methodTables func() *[numKinds][]*Func

// Set here since methods come by their own table when they name a method in
// an error.
func init() { methodTables = sync.OnceValue(makeMethodTables) }

func makeMethodTables() *[numKinds][]*Func {
	tables := &[numKinds][]*Func{
		KindString:   slices.Concat(textParts, textTests, textForms),
		KindBytes:    bytesMethods,
		KindInt:      slices.Concat(numberMethods, intMethods),
		KindFloat:    slices.Concat(numberMethods, floatMethods),
		KindList:     slices.Concat(elementMethods, orderMethods, groupingMethods, listMethods),
		KindRange:    slices.Concat(elementMethods, orderMethods, groupingMethods, rangeMethods),
		KindMap:      mapMethods,
		KindFunction: functionMethods,
		KindDuration: durationMethods,
		KindTime:     timeMethods,
	}
	for _, methods := range tables {
		for _, m := range methods {
			m.core = true
			if m.seeks != nil {
				m.seekFirst()
			}
		}
	}
	return tables
}

// changing tells the names of the methods that change their receiver.
func changing(method string) bool {
	switch method {
	case "push", "insert", "remove", "pop", "sort", "reverse", "clear", "delete":
		return true
	}
	return false
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
	for kind, methods := range methodTables() {
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
		return methodTables()[k]
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
