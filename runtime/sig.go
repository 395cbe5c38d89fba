package runtime

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tgscript/tgscript/ast/resolve"
)

// params is a Func's signature, read once.
type params struct {
	once    sync.Once
	name    string
	list    []sigParam
	result  string
	rest    int // index of ...rest, -1 without one
	options int // index of **options, -1 without one
	most    int // how many arguments can be given by position
	quick   [2]quickParam
	self    *Function
	owner   atomic.Pointer[Type] // of a host's method that was called: its type
}

type sigParam struct {
	name      string
	types     string
	kinds     kindSet
	hosts     []string // names of host types it takes
	optional  bool
	nilable   bool // nil is a value it takes
	namedOnly bool
	rest      bool
	options   bool
	fallback  Value // absent: none
}

// quickParam is a parameter as a call of Quick sees it.
type quickParam struct {
	plain    kindSet // what is handed on as it is; bind looks at the rest
	fallback Value   // where it is absent
}

// kindSet is a set of Kinds.
type kindSet uint32

const anyKind kindSet = 1<<(KindHost+1) - 1

func (s kindSet) has(k Kind) bool { return s&(1<<k) != 0 }

// prepared gives the parsed signature. A signature that cannot be read is a
// mistake of the module's author and panics.
func (fn *Func) prepared() *params {
	p := &fn.params
	p.once.Do(func() {
		err := p.parse(fn.Sig)
		if err == nil && fn.Quick != nil {
			err = p.parseQuick()
		}
		if err != nil {
			panic(fmt.Sprintf("runtime: signature %q: %v", fn.Sig, err))
		}
		p.self = &Function{header: header{KindFunction}, builtin: fn}
	})
	return p
}

// parse reads `name(a: int, b: string = "x", ...rest: any, **options) -> int`.
func (p *params) parse(sig string) error {
	open := strings.IndexByte(sig, '(')
	end := strings.LastIndexByte(sig, ')')
	if open < 0 || end < open {
		return fmt.Errorf("no parameter list")
	}
	p.name = strings.TrimSpace(sig[:open])
	if _, result, ok := strings.Cut(sig[end:], "->"); ok {
		p.result = strings.TrimSpace(result)
	}
	p.rest, p.options = -1, -1
	namedOnly := false
	for _, part := range splitParams(sig[open+1 : end]) {
		if part == "*" {
			namedOnly = true
			continue
		}
		q, err := parseParam(part)
		if err != nil {
			return err
		}
		q.namedOnly = namedOnly && !q.options
		switch {
		case q.rest:
			p.rest, namedOnly = len(p.list), true
		case q.options:
			p.options = len(p.list)
		case !namedOnly:
			p.most++
		}
		p.list = append(p.list, q)
	}
	return nil
}

// parseQuick makes ready the parameters of a Quick.
func (p *params) parseQuick() error {
	if len(p.list) > len(p.quick) || p.options >= 0 {
		return fmt.Errorf("a Quick takes at most %d parameters", len(p.quick))
	}
	for i := range p.list {
		q, to := &p.list[i], &p.quick[i]
		to.plain, to.fallback = q.kinds, given(q.fallback)
		if len(q.hosts) > 0 {
			to.plain &^= 1 << KindHost
		}
		if q.optional && !q.nilable {
			to.plain &^= 1 << KindNil // it asks for the default
		}
	}
	if p.rest == 0 {
		p.quick[1] = p.quick[0]
	}
	return nil
}

// quickFor tells whether a call with n arguments, all by position, can go to
// the function's Quick.
func (fn *Func) quickFor(n int) bool {
	p := fn.prepared()
	switch {
	case fn.Quick == nil || n > len(p.quick):
		return false
	case p.rest >= 0:
		return n == fn.usual
	}
	for i := range p.list {
		if i >= n && !p.list[i].optional {
			return false
		}
	}
	return n <= p.most
}

// splitParams cuts a parameter list at its commas, those in quotes apart.
func splitParams(text string) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i <= len(text); i++ {
		if i == len(text) || text[i] == ',' && !quoted {
			if part := strings.TrimSpace(text[start:i]); part != "" {
				parts = append(parts, part)
			}
			start = i + 1
		} else if text[i] == '"' {
			quoted = !quoted
		}
	}
	return parts
}

func parseParam(text string) (q sigParam, err error) {
	q.fallback = absent
	head, fallback, hasDefault := strings.Cut(text, "=")
	name, types, _ := strings.Cut(head, ":")
	q.name, q.types = strings.TrimSpace(name), strings.TrimSpace(types)
	if rest, ok := strings.CutPrefix(q.name, "..."); ok {
		q.name, q.rest, q.optional = rest, true, true
	}
	if options, ok := strings.CutPrefix(q.name, "**"); ok {
		q.name, q.options, q.optional = options, true, true
	}
	if hasDefault {
		q.optional = true
		fallback = strings.TrimSpace(fallback)
		if q.fallback, err = sigLiteral(fallback); err != nil {
			return q, err
		}
		if fallback == "nil" {
			q.fallback = absent
		}
	}
	if q.types == "" {
		q.types = "any"
	}
	q.kinds, q.hosts, err = parseTypes(q.types)
	q.nilable = q.kinds.has(KindNil)
	return q, err
}

// sigLiteral reads the literal of a default.
func sigLiteral(text string) (Value, error) {
	switch text {
	case "nil":
		return Nil, nil
	case "true", "false":
		return Bool(text == "true"), nil
	case "[]":
		return newList(nil).share(), nil
	case "{}":
		return newMap(0).value().share(), nil
	}
	if strings.HasPrefix(text, `"`) {
		s, err := strconv.Unquote(text)
		return String(s), err
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Int(n), nil
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil {
		return Float(x), nil
	}
	d, err := parseDuration(text)
	if err != nil {
		return Nil, fmt.Errorf("default %q is no literal", text)
	}
	return Duration(d), nil
}

// parseTypes reads `int | string | channel`.
func parseTypes(text string) (set kindSet, hosts []string, err error) {
	for _, name := range strings.Split(text, "|") {
		name = strings.TrimSpace(name)
		if base, ok := strings.CutSuffix(name, "?"); ok {
			name = base
			set |= 1 << KindNil
		}
		switch name {
		case "any":
			set |= anyKind
			continue
		case "number":
			set |= 1<<KindInt | 1<<KindFloat
			continue
		case "src": // text, bytes, a list or stream of lines, a channel
			set |= 1<<KindString | 1<<KindBytes | 1<<KindList | 1<<KindHost
			continue
		}
		known := false
		for k := KindNil; k < KindHost; k++ {
			if kindNames[k] == name {
				set |= 1 << k
				known = true
			}
		}
		if !known {
			set |= 1 << KindHost
			hosts = append(hosts, name)
		}
	}
	return set, hosts, nil
}

// bind puts the arguments of a call to their parameters and checks them.
func (p *params) bind(c *Call, positional []Value, named []Named) *Error {
	p = c.fn.prepared()
	n := len(positional)
	if n > p.most && p.rest < 0 {
		return Fail("type", "`%s` takes %s, got %d", p.name, p.counts(), n+len(named)).hint(p.nameFor(positional[p.most]))
	}
	if p.rest >= 0 && n > p.rest {
		c.rest = positional[p.rest:]
		n = p.rest
		for _, v := range c.rest {
			if err := p.check(&p.list[p.rest], v); err != nil {
				return err
			}
		}
	}
	var args []Value
	switch used := len(positional); {
	case len(p.list) <= cap(positional) && p.rest < 0:
		args = positional[:len(p.list)]
	case used+len(p.list) <= len(c.room):
		args = c.room[used : used+len(p.list)] // behind positional, which may stand there too
		copy(args, positional[:n])
	default:
		args = make([]Value, len(p.list))
		copy(args, positional[:n])
	}
	for i := n; i < len(args); i++ {
		args[i] = absent
	}
	for _, arg := range named {
		if err := p.bindNamed(c, args, arg); err != nil {
			return err
		}
	}
	for i := range args {
		q := &p.list[i]
		if args[i].ref == tagAbsent {
			if !q.optional {
				return p.missing(i, len(positional)+len(named))
			}
			args[i] = q.fallback
			continue
		}
		if args[i].ref == nil && q.optional && !q.nilable {
			args[i] = q.fallback // an explicit nil asks for the default
			continue
		}
		if err := p.check(q, args[i]); err != nil {
			return err
		}
	}
	c.args = args
	return nil
}

func (p *params) bindNamed(c *Call, args []Value, arg Named) *Error {
	for i := range p.list {
		if q := &p.list[i]; q.name == arg.Name && !q.rest && !q.options {
			if args[i].ref != tagAbsent {
				return Fail("type", "`%s` got its argument `%s` twice", p.name, arg.Name)
			}
			args[i] = arg.Value
			return nil
		}
	}
	if p.options >= 0 {
		c.named = append(c.named, arg)
		return nil
	}
	var names []string
	for _, q := range p.list {
		if !q.rest {
			names = append(names, q.name)
		}
	}
	return Fail("type", "`%s` has no parameter `%s`", p.name, arg.Name).hintNear(arg.Name, names)
}

func (p *params) missing(i, got int) *Error {
	if p.list[i].namedOnly {
		return Fail("type", "`%s` needs `%s:`", p.name, p.list[i].name)
	}
	return Fail("type", "`%s` takes %s, got %d: `%s` is missing", p.name, p.counts(), got, p.list[i].name)
}

// nameFor says which parameter that is only given by name would take an
// argument that has no place; "" if none.
func (p *params) nameFor(v Value) string {
	for i := range p.list {
		q := &p.list[i]
		if q.namedOnly && q.kinds != anyKind && q.kinds.has(v.Kind()) {
			return "write `" + q.name + ": …`"
		}
	}
	return ""
}

func (p *params) counts() string {
	least := 0
	for _, q := range p.list {
		if !q.optional && !q.namedOnly {
			least++
		}
	}
	if p.rest >= 0 {
		return countText(least, -1)
	}
	return countText(least, p.most)
}

// check tells whether a value fits a parameter.
func (p *params) check(q *sigParam, v Value) *Error {
	k := v.Kind()
	if q.kinds.has(k) && (k != KindHost || len(q.hosts) == 0 || q.takesHost(v)) {
		return nil
	}
	err := Fail("type", "`%s`: `%s` must be %s, got %s", p.name, q.name, withArticle(q.types), typeName(v))
	if k == KindInt && q.kinds.has(KindDuration) {
		return err.hint("durations have a unit: `" + strconv.FormatInt(v.int(), 10) + "s`")
	}
	return err
}

func (q *sigParam) takesHost(v Value) bool {
	for _, name := range q.hosts {
		if v.host().typ.Name == name {
			return true
		}
	}
	return false
}

// signature gives what the checker wants to know.
func (p *params) signature() *resolve.Signature {
	s := &resolve.Signature{Result: p.result}
	for _, q := range p.list {
		s.Params = append(s.Params, resolve.SigParam{
			Name: q.name, Type: q.types, Optional: q.optional, Rest: q.rest,
			NamedOnly: q.namedOnly, NamedRest: q.options,
		})
	}
	return s
}
