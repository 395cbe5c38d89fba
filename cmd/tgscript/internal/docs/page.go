package docs

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tgscript/tgscript/runtime"
)

// Page gives the reference of the library as Markdown: what every script has,
// the methods of the core types, the modules, and the host objects that their
// functions give.
func (b *Book) Page(types []*runtime.Type) string {
	var out strings.Builder
	modules := slices.SortedFunc(slices.Values(b.modules), func(a, b *runtime.Module) int { return strings.Compare(a.Name, b.Name) })
	out.WriteString(preface)
	contents(&out, modules, types)
	out.WriteString("\n## Everywhere\n\nEvery script has these without asking, and `args`, the list of its arguments.\n")
	entries(&out, "", runtime.Universe.Funcs)
	out.WriteString("\n## Methods\n\n`x.name(…)`, by the type of `x`.\n")
	for i, k := range kindsWithMethods {
		methods(&out, k, kindsWithMethods[:i])
	}
	out.WriteString("\n## Modules\n")
	for _, m := range modules {
		fmt.Fprintf(&out, "\n### Module %s\n\n%s\n", m.Name, sentence(m.Doc, ""))
		entries(&out, m.Name+".", m.Funcs)
		for _, c := range m.Consts {
			fmt.Fprintf(&out, "\n#### `%s.%s`\n\n%s\n", m.Name, c.Name, sentence(c.Doc, ""))
			if runtime.TypeOf(c.Value) == nil {
				fmt.Fprintf(&out, "\n    %s.%s  # %s\n", m.Name, c.Name, c.Value)
			}
		}
	}
	out.WriteString("\n## Host objects\n\nWhat is alive outside of the script. Patterns, `.` and `?.` read their fields.\n")
	for _, t := range types {
		fmt.Fprintf(&out, "\n### Object %s\n\n%s\n", t.Name, sentence(t.Doc, ""))
		if len(t.Fields) > 0 {
			out.WriteString("\n| field | |\n|---|---|\n")
		}
		for _, f := range t.Fields {
			fmt.Fprintf(&out, "| `%s` | %s |\n", f.Name, strings.ReplaceAll(escape(f.Doc), "|", `\|`))
		}
		entries(&out, t.Name+".", t.Methods)
	}
	return out.String()
}

const preface = `# The library

Written by ` + "`go test ./cmd/tgscript -run Page -update`" + ` from the tables that the
runtime itself calls by; ` + "`tgscript doc NAME`" + ` shows the same. The examples are
run by the tests; a comment shows what they give.

How to read a signature:

- ` + "`b: int = 2`" + ` may be left out; ` + "`= nil`" + ` too, whatever the type. Any argument may be given by its name.
- What stands after ` + "`*`" + ` or after a ` + "`...rest`" + ` is given by name only. ` + "`**fields`" + ` takes any named arguments.
- ` + "`any`" + ` takes everything, ` + "`number`" + ` ints and floats, ` + "`T?`" + ` nil too.
- ` + "`src`" + ` is a source: a text, bytes, a list or stream of lines, or a channel.
- ` + "`stream`" + ` is what a ` + "`for`" + ` runs over once: lines, rows, ticks.
- Arguments that do not fit fail with kind ` + "`type`" + ` before anything is done.
- A function that is an argument gets one argument, of a map's entry two, unless told otherwise.
`

// kindsWithMethods are the core types that have methods, those before others
// that share theirs.
var kindsWithMethods = []runtime.Kind{
	runtime.KindString, runtime.KindBytes, runtime.KindInt, runtime.KindFloat, runtime.KindDuration, runtime.KindTime,
	runtime.KindList, runtime.KindRange, runtime.KindMap, runtime.KindFunction,
}

// contents links to the parts of the page.
func contents(out *strings.Builder, modules []*runtime.Module, types []*runtime.Type) {
	line := func(title, anchor string, names []string) {
		for i, name := range names {
			names[i] = fmt.Sprintf("[%s](#%s-%s)", name, anchor, strings.ToLower(name))
		}
		fmt.Fprintf(out, "- %s: %s\n", title, strings.Join(names, ", "))
	}
	var kinds, moduleNames, objects []string
	for _, k := range kindsWithMethods {
		kinds = append(kinds, k.String())
	}
	for _, m := range modules {
		moduleNames = append(moduleNames, m.Name)
	}
	for _, t := range types {
		objects = append(objects, t.Name)
	}
	out.WriteString("\n- [Everywhere](#everywhere)\n")
	line("Methods of", "methods-of", kinds)
	line("Modules", "module", moduleNames)
	line("Host objects", "object", objects)
}

// methods writes a type's methods; of those that types before it have just the
// names.
func methods(out *strings.Builder, k runtime.Kind, before []runtime.Kind) {
	fmt.Fprintf(out, "\n### Methods of %s\n", k)
	var own []*runtime.Func
	shared := map[runtime.Kind][]string{}
	for _, m := range runtime.Methods(k) {
		i := slices.IndexFunc(before, func(b runtime.Kind) bool { return slices.Contains(runtime.Methods(b), m) })
		if i < 0 {
			own = append(own, m)
		} else {
			shared[before[i]] = append(shared[before[i]], "`"+m.Name()+"`")
		}
	}
	for _, b := range before {
		if names := shared[b]; len(names) > 0 {
			fmt.Fprintf(out, "\nAs of `%s`: %s.\n", b, strings.Join(names, ", "))
		}
	}
	entries(out, "", own)
}

// entries writes functions, each under a heading of its own.
func entries(out *strings.Builder, prefix string, all []*runtime.Func) {
	for _, fn := range all {
		sig := prefix + fn.Sig
		if len(sig) <= width {
			fmt.Fprintf(out, "\n#### `%s`\n\n", sig)
		} else {
			fmt.Fprintf(out, "\n#### `%s%s`\n\n    %s\n\n", prefix, fn.Name(), broken(sig))
		}
		out.WriteString(sentence(fn.Doc, fn.Sig))
		if kinds := strings.Fields(fn.Fails); len(kinds) > 0 {
			fmt.Fprintf(out, " Fails with `%s`.", strings.Join(kinds, "`, `"))
		}
		out.WriteString("\n")
		if fn.Example != "" {
			fmt.Fprintf(out, "\n    %s\n", strings.ReplaceAll(fn.Example, "\n", "\n    "))
		}
	}
}

// width is how long a line of a signature may be.
const width = 90

// broken writes a long signature over several lines, broken between parameters.
func broken(sig string) string {
	var out strings.Builder
	used := 0
	for i, part := range strings.SplitAfter(sig, ", ") {
		if i > 0 && used+len(part) > width {
			out.WriteString("\n        ")
			used = 4
		}
		out.WriteString(part)
		used += len(part)
	}
	return strings.ReplaceAll(out.String(), " \n", "\n")
}

// sentence gives a line of a table as a sentence; a word of the signature at
// its beginning stays as it is.
func sentence(doc, sig string) string {
	if doc == "" {
		return ""
	}
	word, _, _ := strings.Cut(doc, " ")
	isParam := strings.Contains(sig, "("+word+":") || strings.Contains(sig, " "+word+":")
	if first, size := utf8.DecodeRuneInString(doc); !isParam {
		doc = string(unicode.ToUpper(first)) + doc[size:]
	}
	if !strings.HasSuffix(doc, ".") {
		doc += "."
	}
	return escape(doc)
}

// escape keeps Markdown from reading what stands outside of code.
func escape(doc string) string {
	parts := strings.Split(doc, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.NewReplacer(`*`, `\*`, `<`, `\<`).Replace(parts[i])
	}
	return strings.Join(parts, "`")
}
