package runtime

// Keys are those of maps that are made in Go again and again: the maps have them
// in common, and each is made of its values alone. That takes a quarter of what
// NewMap does, which makes a text of each name. They never change: goroutines may
// share them.
type Keys struct {
	keys   []Value
	layout *layout // nil where the maps are too large to have one
}

// NewKeys gives the keys of some names, all different.
func NewKeys(names ...string) *Keys {
	keys := make([]Value, len(names))
	for i, name := range names {
		keys[i] = CopyString(name)
	}
	return keysOf(keys)
}

// keysOf gives keys of texts that are all different.
func keysOf(texts []Value) *Keys {
	k := &Keys{keys: texts}
	if len(texts) <= scanEntries {
		k.layout = newLayout(len(texts))
		for _, key := range texts {
			k.layout.keys = append(k.layout.keys, hashed{key, hashKey(key)})
		}
	}
	return k
}

// Map gives a map of the values of the keys, as many as these are.
func (k *Keys) Map(values ...Value) Value {
	if k.layout == nil {
		m := newMap(len(values))
		for i, v := range values {
			m.add(k.keys[i], v.share())
		}
		return m.value().share()
	}
	m := newRecord(k.layout)
	for i, v := range values {
		m.values[i] = v.share()
	}
	return m.value().share()
}

// KeyCache remembers the Keys of maps that are read from somewhere: those of one
// form have the same ones. It is for one goroutine at a time, and its zero value
// is ready.
type KeyCache struct{ recent [16]*Keys }

// Map gives a map of keys, which are texts, and values in turn; of two equal keys
// the last counts.
func (c *KeyCache) Map(pairs []Value) Value {
	n := len(pairs) / 2
	if n == 0 || n > scanEntries {
		return mapOf(pairs)
	}
	recent := &c.recent[(3*n+len(pairs[0].str())+5*len(pairs[len(pairs)-2].str()))%len(c.recent)]
	if *recent == nil || !(*recent).are(pairs) {
		v := mapOf(pairs)
		if v.mapping().len() == n {
			keys := make([]Value, n)
			for i := range keys {
				keys[i] = pairs[2*i]
			}
			*recent = keysOf(keys)
		}
		return v
	}
	m := newRecord((*recent).layout)
	for i := range m.values {
		m.values[i] = pairs[2*i+1].share()
	}
	return m.value().share()
}

// are tells whether the keys are those of keys and values in turn.
func (k *Keys) are(pairs []Value) bool {
	if len(pairs) != 2*len(k.keys) {
		return false
	}
	for i, key := range k.keys {
		if !sameKey(key, pairs[2*i]) {
			return false
		}
	}
	return true
}

// mapOf gives a map of keys, which are texts, and values in turn.
func mapOf(pairs []Value) Value {
	m := newMap(len(pairs) / 2)
	for i := 0; i < len(pairs); i += 2 {
		m.put(pairs[i], pairs[i+1].share())
	}
	return m.value().share()
}
