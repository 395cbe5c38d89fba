package runtime

import "sync"

// worklist feeds the for of one group with values that its own children may
// add: a crawl, a build, a walk. It ends when it is empty and every turn drawn
// from it has ended.
type worklist struct {
	mu    sync.Mutex
	queue []Value
	seen  map[uint64][]Value // by hash, where values are drawn once; else nil
	group *group             // whose for draws; nil before
	over  bool
}

// add appends a value and wakes the group that draws.
func (w *worklist) add(f *frame, v Value) *Error {
	w.mu.Lock()
	fresh, err := w.isFresh(v)
	if err != nil || !fresh {
		w.mu.Unlock()
		return err
	}
	before := cap(w.queue)
	w.queue = append(w.queue, v)
	queue, room := backing(w.queue), cap(w.queue)
	if w.group != nil {
		w.group.conductor.signal()
	}
	w.mu.Unlock()
	if room > before {
		f.charge(queue, valueBytes*room)
	}
	if w.seen != nil {
		f.charge(objectAt(w), seenBytes)
	}
	return nil
}

// seenBytes is about what a worklist takes for a value that it knows.
const seenBytes = 6 * valueBytes

// isFresh tells whether a value is still to be drawn. The lock is held.
func (w *worklist) isFresh(v Value) (bool, *Error) {
	if w.over {
		return false, Fail("value", "the worklist has ended: nothing can be added any more")
	}
	if w.seen == nil {
		return true, nil
	}
	h, err := hash(v)
	if err != nil {
		return false, err
	}
	for _, old := range w.seen[h] {
		if Equal(old, v) {
			return false, nil
		}
	}
	w.seen[h] = append(w.seen[h], v)
	return true, nil
}

// claim makes a group the one that draws; false: another one does.
func (w *worklist) claim(g *group) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.group != nil {
		return false
	}
	w.group = g
	return true
}

func (w *worklist) empty() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.queue) == 0
}

// worklistIterator draws from a worklist. It is asked while that is empty only
// when no turn is under way, and that is the end.
type worklistIterator struct {
	w *worklist
	i int64
}

func (it *worklistIterator) next(*frame) (k, v Value, ok bool) {
	w := it.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		w.over = true
		return Nil, Nil, false
	}
	v = w.queue[0]
	w.queue[0] = Nil
	w.queue = w.queue[1:]
	it.i++
	return Int(it.i - 1), v, true
}

func (it *worklistIterator) close() {
	it.w.mu.Lock()
	defer it.w.mu.Unlock()
	it.w.over = true
}

var worklistType = &Type{
	Name: "worklist", Doc: "feeds a group's for with what its children add",
	Methods: []*Func{
		{Sig: "add(v: any)", Doc: "appends a value; fails after the end", Fails: "value", Do: func(c *Call) (Value, error) {
			if err := c.Data().(*worklist).add(c.frame, c.Arg(0).share()); err != nil {
				return Nil, err
			}
			return Nil, nil
		}},
	},
}

func newWorklist(c *Call) (Value, error) {
	w := &worklist{}
	if c.Bool(1) {
		w.seen = map[uint64][]Value{}
	}
	it := c.frame.iterate(c.Arg(0), false, c.frame.pos)
	for {
		_, v, ok := it.next(c.frame)
		if !ok {
			break
		}
		if err := w.add(c.frame, v); err != nil {
			return Nil, err
		}
	}
	return c.newHandle(worklistType, w), nil
}
