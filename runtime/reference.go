package runtime

// Methods gives the methods of a core type in the order of the reference.
// None of them is to be changed.
func Methods(k Kind) []*Func { return methodsOf(k) }

// TypeOf gives the type of a host object; nil for any other value.
func TypeOf(v Value) *Type {
	if v.Kind() != KindHost {
		return nil
	}
	return v.host().typ
}
