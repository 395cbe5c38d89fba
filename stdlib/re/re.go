// Package re is the module re: regular expressions as RE2 has them, whose time
// is linear in the text. Positions count characters, as indices of texts do.
package re

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
)

// Module is the module re.
var Module = &runtime.Module{
	Name: "re",
	Doc:  "regular expressions",
	Funcs: []*runtime.Func{
		{
			Sig:     "test(pattern: string, text: string) -> bool",
			Doc:     "whether the pattern matches anywhere in the text",
			Example: "re.test(`^\\d+$`, \"42\")  # true",
			Fails:   "value",
			Do: func(c *runtime.Call) (runtime.Value, error) {
				p, err := compile(c.Text(0))
				if err != nil {
					return runtime.Nil, err
				}
				return runtime.Bool(p.MatchString(c.Text(1))), nil
			},
		},
		{
			Sig:     "find(pattern: string, text: string) -> map?",
			Doc:     "the first match, {text, start, end, groups, names}; nil without one",
			Example: "re.find(`(\\w)=(\\d)`, \"x: a=1\").groups  # [\"a\", \"1\"]",
			Fails:   "value",
			Do:      find,
		},
		{
			Sig:     "find_all(pattern: string, text: string, limit: int = nil) -> list",
			Doc:     "all matches that do not overlap, at most limit",
			Example: "re.find_all(`\\d+`, \"1 22 333\").map(m -> m.text)  # [\"1\", \"22\", \"333\"]",
			Fails:   "value",
			Do:      findAll,
		},
		{
			Sig:     "replace(pattern: string, text: string, with: string | function, limit: int = nil) -> string",
			Doc:     "the text with each match, at most limit, replaced: by a text with $1, ${name} and $$, or by what a function gives for the match",
			Example: "re.replace(`(\\w+)@(\\w+)`, \"ann@home\", \"$2 $1\")  # \"home ann\"",
			Fails:   "value type",
			Do:      replace,
		},
		{
			Sig:     "split(pattern: string, text: string, limit: int = nil) -> list",
			Doc:     "the parts of the text between the matches, at most limit",
			Example: "re.split(`\\s*,\\s*`, \"a , b,c\")  # [\"a\", \"b\", \"c\"]",
			Fails:   "value",
			Do:      split,
		},
		{
			Sig:     "escape(s: string) -> string",
			Doc:     "a pattern that matches the text s",
			Example: `re.escape("a.b")  # "a\\.b"`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				c.Charge(len(c.Text(0)))
				return runtime.String(regexp.QuoteMeta(c.Text(0))), nil
			},
		},
	},
}

// compiled keeps the patterns that were used lately.
var compiled = cache{patterns: map[string]*regexp.Regexp{}}

// cache forgets everything when it is full: a script that makes patterns out
// of data must not fill the memory.
type cache struct {
	mu       sync.RWMutex
	patterns map[string]*regexp.Regexp
}

const cacheSize = 256

func (c *cache) get(pattern string) *regexp.Regexp {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.patterns[pattern]
}

func (c *cache) put(pattern string, p *regexp.Regexp) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.patterns) >= cacheSize {
		clear(c.patterns)
	}
	c.patterns[pattern] = p
}

func compile(pattern string) (*regexp.Regexp, error) {
	if p := compiled.get(pattern); p != nil {
		return p, nil
	}
	p, err := regexp.Compile(pattern)
	if err != nil {
		text := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		return nil, runtime.Fail("value", "%q is no pattern: %s", pattern, text)
	}
	compiled.put(pattern, p)
	return p, nil
}

// limit gives the parameter i as regexp has it: -1 for all.
func limit(c *runtime.Call, i int) (int, error) {
	if c.Arg(i).IsNil() {
		return -1, nil
	}
	n := c.Int(i)
	if n < 1 {
		return 0, runtime.Fail("value", "limit: %d is not above 0", n)
	}
	return int(min(n, 1<<31-1)), nil
}

// What a match and a part take, at least, and how much of a text is made before
// it is charged.
const (
	matchBytes = 300
	partBytes  = 48
	largePart  = 1 << 20
)

// matcher makes the maps of a text's matches, which must come in order.
type matcher struct {
	pattern *regexp.Regexp
	names   []string
	text    string
	offset  int // in bytes
	index   int // in characters
}

func newMatcher(p *regexp.Regexp, text string) *matcher {
	return &matcher{pattern: p, names: p.SubexpNames(), text: text}
}

// position gives the index of the character at an offset, which is not before
// the last one asked for.
func (m *matcher) position(offset int) runtime.Value {
	m.index += utf8.RuneCountInString(m.text[m.offset:offset])
	m.offset = offset
	return runtime.Int(int64(m.index))
}

var (
	matchKeys = runtime.NewKeys("text", "start", "end", "groups", "names")
	noGroups  = runtime.NewList(nil)
	noNames   = runtime.NewMap()
)

// match gives the map for what regexp found, as pairs of offsets.
func (m *matcher) match(at []int) runtime.Value {
	text, start, end := m.group(at, 0), m.position(at[0]), m.position(at[1])
	if len(at) == 2 {
		return matchKeys.Map(text, start, end, noGroups, noNames)
	}
	groups := make([]runtime.Value, len(at)/2-1)
	names := noNames
	var named runtime.MapBuilder
	for i := range groups {
		groups[i] = m.group(at, i+1)
		if name := m.names[i+1]; name != "" {
			named.Set(name, groups[i])
			names = runtime.Nil
		}
	}
	if names.IsNil() {
		names = named.Map()
	}
	return matchKeys.Map(text, start, end, runtime.NewList(groups), names)
}

// group gives the text of a group, nil for one that took no part.
func (m *matcher) group(at []int, i int) runtime.Value {
	if at[2*i] < 0 {
		return runtime.Nil
	}
	return runtime.CopyString(m.text[at[2*i]:at[2*i+1]])
}

func find(c *runtime.Call) (runtime.Value, error) {
	p, err := compile(c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	at := p.FindStringSubmatchIndex(c.Text(1))
	if at == nil {
		return runtime.Nil, nil
	}
	c.Charge(matchBytes)
	return newMatcher(p, c.Text(1)).match(at), nil
}

func findAll(c *runtime.Call) (runtime.Value, error) {
	p, err := compile(c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	n, err := limit(c, 2)
	if err != nil {
		return runtime.Nil, err
	}
	found := p.FindAllStringSubmatchIndex(c.Text(1), n)
	c.Charge(len(found) * matchBytes)
	m := newMatcher(p, c.Text(1))
	all := make([]runtime.Value, len(found))
	for i, at := range found {
		all[i] = m.match(at)
	}
	return runtime.NewList(all), nil
}

func split(c *runtime.Call) (runtime.Value, error) {
	p, err := compile(c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	n, err := limit(c, 2)
	if err != nil {
		return runtime.Nil, err
	}
	parts := p.Split(c.Text(1), n)
	c.Charge(len(parts) * partBytes)
	all := make([]runtime.Value, len(parts))
	for i, part := range parts {
		all[i] = runtime.CopyString(part)
	}
	return runtime.NewList(all), nil
}

func replace(c *runtime.Call) (runtime.Value, error) {
	p, err := compile(c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	n, err := limit(c, 3)
	if err != nil {
		return runtime.Nil, err
	}
	text := c.Text(1)
	with, err := replacer(c, newMatcher(p, text))
	if err != nil {
		return runtime.Nil, err
	}
	var b strings.Builder
	end, charged := 0, 0
	for _, at := range p.FindAllStringSubmatchIndex(text, n) {
		b.WriteString(text[end:at[0]])
		if err := with(&b, at); err != nil {
			return runtime.Nil, err
		}
		if b.Len() > charged+largePart {
			c.Charge(b.Len() - charged)
			charged = b.Len()
		}
		end = at[1]
	}
	c.Charge(b.Len() - charged + len(text) - end)
	b.WriteString(text[end:])
	return runtime.String(b.String()), nil
}

// replacer gives what writes the replacement of a match.
func replacer(c *runtime.Call, m *matcher) (func(*strings.Builder, []int) error, error) {
	if template, ok := c.Arg(2).AsString(); ok {
		parts, err := m.parts(template)
		return func(b *strings.Builder, at []int) error {
			for _, part := range parts {
				b.WriteString(part.text)
				if part.group >= 0 {
					b.WriteString(textOf(m.group(at, part.group)))
				}
			}
			return nil
		}, err
	}
	return func(b *strings.Builder, at []int) error {
		v, err := c.Invoke(c.Arg(2), m.match(at))
		if err != nil {
			return err
		}
		s, ok := v.AsString()
		if !ok {
			return runtime.Fail("type", "`replace`: the function must give text, got %s", v.Kind())
		}
		b.WriteString(s)
		return nil
	}, nil
}

func textOf(v runtime.Value) string {
	s, _ := v.AsString()
	return s
}
