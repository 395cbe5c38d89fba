package runtime

import (
	"context"
	"strings"
	"testing"
	"time"
)

// timeForExamples makes the times that the examples of time's methods begin
// with; the module itself is not of this package.
var timeForExamples = &Module{Name: "time", Funcs: []*Func{
	{
		Sig: "date(y: int, m: int = 1, d: int = 1, h: int = 0, min: int = 0, s: int = 0) -> time",
		Do: func(c *Call) (Value, error) {
			n := func(i int) int { return int(c.Int(i)) }
			return Time(time.Date(n(0), time.Month(n(1)), n(2), n(3), n(4), n(5), 0, time.UTC)), nil
		},
	}, {
		Sig: "unix(seconds: int) -> time",
		Do:  func(c *Call) (Value, error) { return Time(time.Unix(c.Int(0), 0).UTC()), nil },
	},
}}

// runText gives the value of a program.
func runText(t *testing.T, src string) (Value, error) {
	t.Helper()
	p, err := Compile("example.tg", src, Options{Modules: []*Module{timeForExamples}})
	if err != nil {
		return Nil, err
	}
	result, err := p.Run(context.Background(), Run{})
	if err != nil {
		return Nil, err
	}
	return result.Value(), nil
}

// Every example prints what its comment says, and every method has one.
func TestExamplesOfMethods(t *testing.T) {
	for k := range numKinds {
		for _, m := range methodsOf(k) {
			source, want, ok := strings.Cut(m.Example, "  # ")
			if !ok || m.Doc == "" {
				t.Errorf("%s.%s has no example or no doc", k, m.Name())
				continue
			}
			got, err := runText(t, source)
			if err != nil {
				t.Errorf("%s: %v", source, err)
			} else if got.String() != want {
				t.Errorf("%s gives %s, not %s", source, got, want)
			}
			if isList := k == KindList || k == KindMap; isList && m.changes != changing(m.Name()) {
				t.Errorf("whether %s changes its receiver is said twice, differently", m.Name())
			}
		}
	}
}

// What a literal stands for reads back.
func TestLiteralsReadBack(t *testing.T) {
	for _, src := range []string{
		`[1, "a", nil, true, 1.5, 1e300, 2.5e-9, -0.25]`,
		`{a: 1, "b c": 2, [true]: 3, 4: 5, -6: 7, [1.5]: 8, [1m30s]: 9, if: 10, "": 11, _x: 12}`,
		`"quotes \" \\ \n \t \r \0 \x1b \${x} $ \u{200B} é 😀"`,
		`[1m0.001s, 2h5s, 10us, 7ns, 0s, -1.5s, 250ms]`,
		`[0..3, 0..=3, (0..9).step(2), (0..9).step(-2)]`,
		`"é\u{7f}".bytes()`,
		`[-9223372036854775808, 9223372036854775807]`,
	} {
		v, err := runText(t, src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		again, err := runText(t, quoted(v))
		if err != nil || !Equal(v, again) || quoted(again) != quoted(v) {
			t.Errorf("%s reads back as %v, %v", quoted(v), again, err)
		}
	}
}
