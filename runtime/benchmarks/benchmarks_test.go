package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain lets the tests' own binary run one program, as the command does.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == runWord {
		exitOn(runHere(os.Args[2:]))
		return
	}
	os.Exit(m.Run())
}

// TestPrograms holds every program to print the same on every engine that is
// here.
func TestPrograms(t *testing.T) {
	for _, s := range suites {
		t.Run(s.name, func(t *testing.T) {
			l, err := newLab(s)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := l.close(); err != nil {
					t.Error(err)
				}
			})
			here, missing := installed(s.engines)
			if len(missing) > 0 {
				t.Log("not installed:", missing)
			}
			if err := l.check(here, s.programs, smallScale); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestTold holds every program to be told in tgscript and in Go.
func TestTold(t *testing.T) {
	for _, p := range programs {
		for _, e := range languages[:2] {
			if !e.runs(p) {
				t.Errorf("%s is not there for %s", p.name, e.name)
			}
		}
	}
}

// measured is a result in which tengo is twice as slow as tgscript, and
// starlark four times.
func measured() *results {
	r := &results{programs: programs[:1], cpu: map[[2]string][]time.Duration{}, peak: map[[2]string]int64{}}
	for _, e := range languages {
		times, ok := map[string][]time.Duration{
			"tgscript": {90 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond},
			"tengo":    {40 * time.Millisecond},
			"starlark": {80 * time.Millisecond},
		}[e.name]
		if ok {
			r.engines = append(r.engines, e)
			r.cpu[[2]string{e.name, "fib"}] = times
		}
	}
	return r
}

func TestReport(t *testing.T) {
	r := measured()
	got := r.programsReport(asMarkdown)
	for _, want := range []string{
		"| fib | 20.0 | 2.00 | 4.00 | tengo 2.00 |",
		"| the fastest in Go | 2.00 | 2.00 fib | 2.00 fib |",
		"| starlark | 4.00 | 4.00 fib | 4.00 fib |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want %s in\n%s", want, got)
		}
	}
	if want := "fib,tgscript,1,90000,0"; !strings.Contains(r.csv(), want) {
		t.Errorf("want %s in\n%s", want, r.csv())
	}
}

func TestChartIsXML(t *testing.T) {
	text := measured().chart()
	if !strings.Contains(text, "<title>fib: starlark 4.00</title>") {
		t.Errorf("no bar for starlark in\n%s", text)
	}
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestGrowths runs each in a size that takes no time.
func TestGrowths(t *testing.T) {
	for _, g := range growths {
		if _, err := g.least(1_000); err != nil {
			t.Errorf("%s: %v", g.name, err)
		}
	}
}
