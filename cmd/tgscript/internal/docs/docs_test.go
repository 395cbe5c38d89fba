package docs

import (
	"strings"
	"testing"

	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/runtime"
)

// TestKeywords holds the words that are explained to those there are.
func TestKeywords(t *testing.T) {
	for _, k := range lexer.Keywords() {
		if _, ok := keywords[k]; !ok {
			t.Errorf("the keyword %s is not explained", k)
		}
	}
	for k := range keywords {
		if lexer.KeywordKind(k) == lexer.Ident {
			t.Errorf("%s is no keyword", k)
		}
	}
}

// TestGroupOptions compiles a group with each option that is explained.
func TestGroupOptions(t *testing.T) {
	for name, w := range groupWords {
		_, option, ok := strings.Cut(w.form, "(")
		if !ok {
			continue
		}
		option, _, _ = strings.Cut(option, ")")
		mode := strings.TrimPrefix(strings.SplitN(w.form, "(", 2)[0], "group ")
		src := "let [n, k, d] = [1, 1, 1s]\nprint(group " + mode + "(" + option + ") < 1 >)"
		if all := runtime.Check(name, src, runtime.Options{}); len(all.Errors()) > 0 {
			t.Errorf("%s: %v", w.form, all)
		}
	}
}

func TestExplain(t *testing.T) {
	b := New([]*runtime.Module{{Name: "m", Doc: "a module", Funcs: []*runtime.Func{{Sig: "f(x: int) -> int", Doc: "gives x", Fails: "value io"}}}})
	for name, want := range map[string]string{
		"m":         "m: a module\n\n  m.f(x: int) -> int\n      gives x\n",
		"m.f":       "m.f(x: int) -> int\n  gives x\n  fails with: value, io\n",
		"m.f()":     "m.f(x: int) -> int\n  gives x\n  fails with: value, io\n",
		"settle":    "group settle < … >\n  lets every child end; gives {values, errors, outcomes}\n",
		"continue":  "continue\n  goes on with the loop's next turn\n",
		"args":      "args\n  the script's arguments, a list of strings\n",
		"exit":      b.find("exit"),
		"bad":       "nothing is called `bad`",
		"contineu":  "nothing is called `contineu`; did you mean `continue`?",
		"m.g":       "nothing is called `m.g`; did you mean `m.f`?",
		"timeout(3": "nothing is called `timeout(3`; did you mean `timeout`?",
	} {
		got, err := b.Explain(name)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}
