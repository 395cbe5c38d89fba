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

// methodIndex finds a method by its name and the kind of its receiver.
var methodIndex = sync.OnceValue(func() map[string]*[numKinds]*Func {
	index := map[string]*[numKinds]*Func{}
	for kind, methods := range methodTables {
		for _, m := range methods {
			name := m.Name()
			if index[name] == nil {
				index[name] = new([numKinds]*Func)
			}
			index[name][kind] = m
		}
	}
	return index
})

// methodTable gives the methods that have a name, by the kind of receiver;
// nil if no core type has one.
func methodTable(name string) *[numKinds]*Func { return methodIndex()[name] }

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
	table := methodTable(name)
	return table != nil && x.Kind() < numKinds && table[x.Kind()] != nil
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
