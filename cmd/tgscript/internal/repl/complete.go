package repl

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/tgscript/tgscript/cmd/tgscript/internal/docs"
	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/runtime"
)

// indent is what Tab puts where there is nothing to complete.
const indent = "  "

// complete offers how the word before the cursor may go on: the rest of each
// candidate, and how much of it is there.
func (r *REPL) complete(line []rune, pos int) ([][]rune, int) {
	start := pos
	for start > 0 && partOfWord(line[start-1]) {
		start--
	}
	if start > 0 && start == len(":")+strings.Count(string(line[:start]), " ") && line[start-1] == ':' {
		return rest(string(line[start:pos]), commandNames())
	}
	word := string(line[start:pos])
	if word == "" {
		return [][]rune{[]rune(indent)}, 0
	}
	if dot := strings.LastIndexByte(word, '.'); dot >= 0 {
		return rest(word[dot+1:], r.members(word[:dot]))
	}
	return rest(word, r.names())
}

func partOfWord(c rune) bool {
	return c == '.' || c == '_' || c == '?' || unicode.IsLetter(c) || unicode.IsDigit(c)
}

// rest gives what follows a prefix in the names that begin with it.
func rest(prefix string, names []string) ([][]rune, int) {
	slices.Sort(names)
	var found [][]rune
	for _, name := range slices.Compact(names) {
		if tail, ok := strings.CutPrefix(name, prefix); ok {
			found = append(found, []rune(tail))
		}
	}
	return found, len([]rune(prefix))
}

// names gives what a name may be: bound ones, the library's, keywords.
func (r *REPL) names() []string {
	names := append(r.session.Names(), "args")
	for _, fn := range runtime.Universe.Funcs {
		names = append(names, fn.Name())
	}
	for _, m := range r.config.Options.Modules {
		if m.Name != probeModule {
			names = append(names, m.Name)
		}
	}
	return append(names, lexer.Keywords()...)
}

// members gives what may follow `path.`: a module's members, or the
// methods and keys of the value that a path of names leads to. Nothing is called for that.
func (r *REPL) members(path string) []string {
	if !slices.Contains(r.session.Names(), path) {
		for _, m := range r.config.Options.Modules {
			if m.Name == path {
				return docs.Members(m)
			}
		}
	}
	if path == "" || !isPath(path) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	v, err := r.inspect(ctx, path)
	if err != nil {
		return nil
	}
	return append(docs.MembersOf(v), keysOf(v)...)
}

// isPath tells whether a text is names joined by dots.
func isPath(text string) bool {
	for _, name := range strings.Split(text, ".") {
		name = strings.TrimSuffix(name, "?")
		if name == "" || lexer.KeywordKind(name) != lexer.Ident || unicode.IsDigit([]rune(name)[0]) || strings.ContainsRune(name, '?') {
			return false
		}
	}
	return true
}

func keysOf(v runtime.Value) []string {
	switch v.Kind() {
	case runtime.KindMap:
		var keys []string
		for key := range v.All() {
			if name, ok := key.AsString(); ok && isPath(name) {
				keys = append(keys, name)
			}
		}
		return keys
	case runtime.KindError:
		return []string{"message", "kind", "data", "child", "cause", "trace", "errors", "values", "outcomes", "attempts"}
	}
	return nil
}
