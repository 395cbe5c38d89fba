// Package docs explains names to people: what the library offers, from its
// own tables, and the words of the language, from words.go. A reader meets
// Book.
package docs

import (
	"fmt"
	"sort"
	"strings"

	"github.com/tgscript/tgscript/ast/resolve"
	"github.com/tgscript/tgscript/runtime"
)

// Book knows the names that scripts can use.
type Book struct{ modules []*runtime.Module }

// New gives the book for some modules, besides the Universe.
func New(modules []*runtime.Module) *Book { return &Book{modules} }

// Contents lists all that can be looked up.
func (b *Book) Contents() string {
	var out strings.Builder
	section(&out, "Everywhere", names(runtime.Universe.Funcs))
	out.WriteString("\nModules\n")
	for _, m := range b.modules {
		fmt.Fprintf(&out, "  %-8s %s\n", m.Name, m.Doc)
	}
	out.WriteString("\nMethods\n")
	for _, k := range kindsWithMethods {
		section(&out, "  "+k.String(), names(runtime.Methods(k)))
	}
	section(&out, "\nKeywords", sorted(keywords))
	section(&out, "\nOptions of a group", sorted(groupWords))
	return out.String()
}

// Explain explains a name: of a function, a module (`json`), a member of one
// (`json.parse`), a method (`map`, `list.map`), a type with methods, a keyword
// or a word of groups.
func (b *Book) Explain(name string) (string, error) {
	if text := b.find(strings.TrimSuffix(name, "()")); text != "" {
		return text, nil
	}
	if near := resolve.Nearest(name, b.Names()); near != "" {
		return "", fmt.Errorf("nothing is called `%s`; did you mean `%s`?", name, near)
	}
	return "", fmt.Errorf("nothing is called `%s`", name)
}

// find gives everything that has the name, for some words have two meanings.
func (b *Book) find(name string) string {
	var parts []string
	if w, ok := keywords[name]; ok {
		parts = append(parts, w.text())
	}
	if w, ok := groupWords[name]; ok {
		parts = append(parts, w.text())
	}
	for _, fn := range runtime.Universe.Funcs {
		if fn.Name() == name {
			parts = append(parts, function("", fn))
		}
	}
	if name == "args" {
		parts = append(parts, word{"args", "the script's arguments, a list of strings"}.text())
	}
	for _, m := range b.modules {
		if m.Name == name {
			parts = append(parts, listing(m.Name, m.Doc, m.Funcs, m.Consts))
		}
		if member, ok := strings.CutPrefix(name, m.Name+"."); ok {
			if text := memberOf(m, member); text != "" {
				parts = append(parts, text)
			}
		}
	}
	return strings.Join(append(parts, methodsCalled(name)...), "\n")
}

// methodsCalled explains a type by its methods, `list`, or the methods of a
// name: `list.map`, or `map` for every type that has one.
func methodsCalled(name string) []string {
	of, method, one := strings.Cut(name, ".")
	if !one {
		method = name
	}
	var parts []string
	for _, k := range kindsWithMethods {
		if name == k.String() {
			parts = append(parts, listing(k.String(), "what is called as x.name(…)", runtime.Methods(k), nil))
		}
		for _, m := range runtime.Methods(k) {
			if m.Name() == method && (!one || of == k.String()) {
				parts = append(parts, function(k.String()+".", m))
			}
		}
	}
	return parts
}

// Names gives all that Explain knows.
func (b *Book) Names() []string {
	all := append(names(runtime.Universe.Funcs), "args")
	for _, m := range b.modules {
		all = append(all, m.Name)
		for _, member := range Members(m) {
			all = append(all, m.Name+"."+member)
		}
	}
	for _, k := range kindsWithMethods {
		for _, method := range names(runtime.Methods(k)) {
			all = append(all, k.String()+"."+method, method)
		}
	}
	return append(append(all, sorted(keywords)...), sorted(groupWords)...)
}

// Members gives the names that a module offers.
func Members(m *runtime.Module) []string {
	all := names(m.Funcs)
	for _, c := range m.Consts {
		all = append(all, c.Name)
	}
	return all
}

// MembersOf gives the names that may follow a value and a dot: its methods,
// and the fields of a host object.
func MembersOf(v runtime.Value) []string {
	t := runtime.TypeOf(v)
	if t == nil {
		return names(runtime.Methods(v.Kind()))
	}
	all := names(t.Methods)
	for _, f := range t.Fields {
		all = append(all, f.Name)
	}
	return all
}

func names(funcs []*runtime.Func) []string {
	all := make([]string, len(funcs))
	for i, fn := range funcs {
		all[i] = fn.Name()
	}
	return all
}

// listing gives an overview of a module or a type.
func listing(name, doc string, funcs []*runtime.Func, consts []runtime.Const) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s\n", name, doc)
	for _, fn := range funcs {
		fmt.Fprintf(&out, "\n  %s.%s\n      %s\n", name, fn.Sig, fn.Doc)
	}
	for _, c := range consts {
		fmt.Fprintf(&out, "\n  %s.%s = %s\n      %s\n", name, c.Name, c.Value, c.Doc)
	}
	return out.String()
}

func memberOf(m *runtime.Module, name string) string {
	for _, fn := range m.Funcs {
		if fn.Name() == name {
			return function(m.Name+".", fn)
		}
	}
	for _, c := range m.Consts {
		if c.Name == name {
			return fmt.Sprintf("%s.%s = %s\n  %s\n", m.Name, c.Name, c.Value, c.Doc)
		}
	}
	return ""
}

func function(prefix string, fn *runtime.Func) string {
	text := prefix + fn.Sig + "\n  " + fn.Doc + "\n"
	if fn.Fails != "" {
		text += "  fails with: " + strings.Join(strings.Fields(fn.Fails), ", ") + "\n"
	}
	if fn.Example != "" {
		text += "  for example: " + fn.Example + "\n"
	}
	return text
}

// section lists names below a title, a step further in than the title is.
func section(out *strings.Builder, title string, names []string) {
	out.WriteString(title + "\n")
	margin := title[:len(title)-len(strings.TrimLeft(title, " "))] + " "
	line := margin
	for _, name := range names {
		if len(line)+1+len(name) > 78 {
			out.WriteString(line + "\n")
			line = margin
		}
		line += " " + name
	}
	out.WriteString(line + "\n")
}

func sorted(words map[string]word) []string {
	names := make([]string, 0, len(words))
	for name := range words {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
