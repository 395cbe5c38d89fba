package runtime

// selected gives the entries of the receiver for which keep says so.
func (c *Call) selected(keep func(key, value Value) (bool, error)) (Value, error) {
	out := newMap(0)
	for k, v := range entriesOf(c.recv).all() {
		yes, err := keep(k, v)
		if err != nil {
			return Nil, err
		}
		if yes {
			c.frame.putIn(out, k, v)
		}
	}
	return out.value(), nil
}

// merged gives a with what b holds over it; nested maps likewise where deep.
func merged(a, b Value, deep bool, w *walk) (Value, *Error) {
	if err := w.down(a.mapping().len()+b.mapping().len(), "merge"); err != nil {
		return Nil, err
	}
	defer w.up()
	entriesOf(a) // their values are about to be shared
	out := a.mapping().clone(b.mapping().len())
	for k, v := range entriesOf(b).all() {
		at := out.find(k)
		if at < 0 {
			out.add(k, v)
			continue
		}
		if old := out.valueAt(at); deep && old.is(KindMap) && v.is(KindMap) {
			both, err := merged(old, v, true, w)
			if err != nil {
				return Nil, err
			}
			v = both
		}
		out.setAt(at, v)
	}
	return out.value(), nil
}

// seekFirst gives a method that looks for a key the Quick that does.
func (fn *Func) seekFirst() {
	fn.Quick = func(recv, key, b Value) (Value, *Error) {
		pos, err := seek(recv, key)
		if err != nil {
			return Nil, err
		}
		return fn.seeks(recv, pos, b), nil
	}
}

var mapMethods = []*Func{
	{
		Sig: "len() -> int", Doc: "how many entries it has", Example: `{a: 1}.len()  # 1`,
		Quick: func(recv, _, _ Value) (Value, *Error) { return Int(int64(recv.mapping().len())), nil },
	}, {
		Sig: "keys() -> list", Doc: "the keys in order", Example: `{a: 1, b: 2}.keys()  # ["a", "b"]`,
		makes: 1, Quick: func(recv, _, _ Value) (Value, *Error) {
			out := emptyList(recv.mapping().len())
			for k := range recv.mapping().all() {
				out.push(k)
			}
			return out.value(), nil
		},
	}, {
		Sig: "values() -> list", Doc: "the values in order", Example: `{a: 1, b: 2}.values()  # [1, 2]`,
		makes: 1, Quick: func(recv, _, _ Value) (Value, *Error) {
			out := emptyList(recv.mapping().len())
			for _, v := range entriesOf(recv).all() {
				out.push(v)
			}
			return out.value(), nil
		},
	}, {
		Sig: "entries() -> list", Doc: "the entries in order, each as [key, value]", Example: `{a: 1}.entries()  # [["a", 1]]`,
		makes: 2, Quick: func(recv, _, _ Value) (Value, *Error) {
			out := make([]Value, 0, recv.mapping().len())
			for k, v := range entriesOf(recv).all() {
				out = append(out, newPair(k, v))
			}
			return newList(out), nil
		},
	}, {
		Sig: "has(key: any) -> bool", Doc: "whether a key is there", Example: `{a: nil}.has("a")  # true`, Fails: "type",
		seeks: func(_ Value, pos int, _ Value) Value { return Bool(pos >= 0) },
	}, {
		Sig: "get(key: any, default: any = nil) -> any", Doc: "the value of a key, the default if it is not there",
		Example: `{a: 1}.get("b", 0)  # 0`, Fails: "type",
		seeks: func(recv Value, pos int, otherwise Value) Value {
			if pos < 0 {
				return otherwise
			}
			return entryOf(recv, pos)
		},
	}, {
		Sig: "map_values(fn: function) -> map", Doc: "the same keys with what fn(value) gives",
		Example: `{a: 1}.map_values(v -> v + 1)  # {a: 2}`,
		Do: func(c *Call) (Value, error) {
			out := newMap(c.recv.mapping().len())
			for k, old := range entriesOf(c.recv).all() {
				v, err := c.Invoke(c.Arg(0), old)
				if err != nil {
					return Nil, err
				}
				c.frame.putIn(out, k, v)
			}
			return out.value(), nil
		},
	}, {
		Sig: "map_keys(fn: function) -> map", Doc: "the same values under the keys that fn(key) gives; of two under one key the last stays",
		Example: `{a: 1}.map_keys(k -> k.upper())  # {A: 1}`, Fails: "type value",
		Do: func(c *Call) (Value, error) {
			out := newMap(c.recv.mapping().len())
			for old, v := range entriesOf(c.recv).all() {
				k, err := c.key(c.Arg(0), old)
				if err != nil {
					return Nil, err
				}
				c.frame.putIn(out, k, v)
			}
			return out.value(), nil
		},
	}, {
		Sig: "filter(fn: function) -> map", Doc: "the entries for which fn(key, value) is true",
		Example: `{a: 1, b: 2}.filter((k, v) -> v > 1)  # {b: 2}`, Fails: "type",
		Do: func(c *Call) (Value, error) {
			return c.selected(func(k, v Value) (bool, error) { return c.test(c.Arg(0), k, v) })
		},
	}, {
		Sig: "merge(other: map, deep: bool = false) -> map", Doc: "both maps in one: other's values win, the order is this one's first; deep: maps inside likewise",
		Example: `{a: 1, b: 2}.merge({b: 3, c: 4})  # {a: 1, b: 3, c: 4}`,
		makes:   everything, Do: func(c *Call) (Value, error) { return ok(merged(c.recv, c.Arg(0), c.Bool(1), &walk{})) },
	}, {
		Sig: "delete(key: any) -> any", Doc: "takes a key out and gives its value, nil if it was not there",
		Example: `{ var m = {a: 1}; m.delete("a") }  # 1`, Fails: "type", changes: true,
		seeks: func(recv Value, pos int, _ Value) Value {
			if pos < 0 {
				return Nil
			}
			return recv.mapping().deleteAt(pos)
		},
	}, {
		Sig: "clear() -> nil", Doc: "takes all entries out", Example: `{ var m = {a: 1}; m.clear(); m }  # {}`, changes: true,
		Quick: func(recv, _, _ Value) (Value, *Error) {
			recv.mapping().clear()
			return Nil, nil
		},
	},
}
