// Package docs explains names to people: what the library offers, from its
// own tables, and the words of the language, from words.go. A reader meets
// Book. The methods of the core types are not here yet.
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
	section(&out, "Everywhere", functionNames(runtime.Universe))
	out.WriteString("\nModules\n")
	for _, m := range b.modules {
		fmt.Fprintf(&out, "  %-8s %s\n", m.Name, m.Doc)
	}
	section(&out, "\nKeywords", sorted(keywords))
	section(&out, "\nOptions of a group", sorted(groupWords))
	return out.String()
}

// Explain explains a name: of a function, a module (`json`), a member of one
// (`json.parse`), a keyword or a word of groups.
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
			parts = append(parts, module(m))
		}
		if member, ok := strings.CutPrefix(name, m.Name+"."); ok {
			if text := memberOf(m, member); text != "" {
				parts = append(parts, text)
			}
		}
	}
	return strings.Join(parts, "\n")
}

// Names gives all that Explain knows.
func (b *Book) Names() []string {
	names := append(functionNames(runtime.Universe), "args")
	for _, m := range b.modules {
		names = append(names, m.Name)
		for _, member := range Members(m) {
			names = append(names, m.Name+"."+member)
		}
	}
	return append(append(names, sorted(keywords)...), sorted(groupWords)...)
}

// Members gives the names that a module offers.
func Members(m *runtime.Module) []string {
	names := functionNames(m)
	for _, c := range m.Consts {
		names = append(names, c.Name)
	}
	return names
}

func functionNames(m *runtime.Module) []string {
	names := make([]string, len(m.Funcs))
	for i, fn := range m.Funcs {
		names[i] = fn.Name()
	}
	return names
}

func module(m *runtime.Module) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s\n", m.Name, m.Doc)
	for _, fn := range m.Funcs {
		fmt.Fprintf(&out, "\n  %s.%s\n      %s\n", m.Name, fn.Sig, fn.Doc)
	}
	for _, c := range m.Consts {
		fmt.Fprintf(&out, "\n  %s.%s = %s\n      %s\n", m.Name, c.Name, c.Value, c.Doc)
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

func section(out *strings.Builder, title string, names []string) {
	out.WriteString(title + "\n")
	line := " "
	for _, name := range names {
		if len(line)+1+len(name) > 78 {
			out.WriteString(line + "\n")
			line = " "
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
