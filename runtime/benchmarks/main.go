// Benchmarks runs the same programs in tgscript and in other languages, checks
// that all print the same, and shows what each takes. See README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == runWord {
		exitOn(runHere(os.Args[2:]))
		return
	}
	var (
		onlyPrograms = flag.String("programs", "", "the programs to run, by commas; none: all")
		onlyEngines  = flag.String("engines", "", "the engines to run, by commas; none: all that are installed")
		rounds       = flag.Int("rounds", 3, "how often each is run; the median counts")
		scale        = flag.Float64("n", 1, "the size of the programs; 0.1 is a tenth of the work")
		children     = flag.Bool("children", false, "ways to run children, instead of languages")
		growing      = flag.Bool("growth", false, "what an element costs at n, 2n, 4n and 8n; -programs chooses")
		memory       = flag.Bool("memory", false, "the bytes that values and children take")
		starting     = flag.Bool("startup", false, "starting up and compiling")
		check        = flag.Bool("check", false, "only check, in a small size, that all print the same")
		markdown     = flag.Bool("markdown", false, "write the tables as Markdown")
		csvFile      = flag.String("csv", "", "write every measure to a file")
		svgFile      = flag.String("svg", "", "draw the result as a bar chart into a file")
	)
	flag.Parse()
	show := plain
	if *markdown {
		show = asMarkdown
	}
	switch {
	case *growing:
		only, err := chosen(growths, *onlyPrograms, func(g growth) string { return g.name })
		exitOn(err)
		exitOn(showGrowth(only, show, progress))
		return
	case *memory:
		exitOn(showMemory(show))
		return
	case *starting:
		exitOn(showStartUp(show))
		return
	}

	s := suites[0]
	if *children {
		s = suites[1]
	}
	engines, missing := installed(s.engines)
	engines, err := chosen(engines, *onlyEngines, func(e engine) string { return e.name })
	exitOn(err)
	programs, err := chosen(s.programs, *onlyPrograms, func(p program) string { return p.name })
	exitOn(err)
	if len(missing) > 0 {
		fmt.Fprintln(os.Stderr, "not installed:", strings.Join(missing, ", "))
	}

	lab, err := newLab(s)
	exitOn(err)
	err = compare(lab, engines, programs, options{*rounds, *scale, *check, show, *csvFile, *svgFile})
	if closing := lab.close(); err == nil {
		err = closing
	}
	exitOn(err)
}

func progress(text string) { fmt.Fprintln(os.Stderr, text) }

// options are what the flags say about a comparison.
type options struct {
	rounds  int
	scale   float64
	check   bool
	show    func(table) string
	csvFile string
	svgFile string
}

// compare checks, measures and shows.
func compare(l *lab, engines []engine, programs []program, o options) error {
	progress("checking that all print the same")
	if err := l.check(engines, programs, smallScale); err != nil {
		return err
	}
	if o.check {
		return nil
	}
	r := l.measure(engines, programs, o.scale, o.rounds, progress)
	if o.csvFile != "" {
		if err := writeFile(o.csvFile, r.csv()); err != nil {
			return err
		}
	}
	if o.svgFile != "" {
		if err := writeFile(o.svgFile, r.chart()); err != nil {
			return err
		}
	}
	fmt.Print(l.suite.report(r, o.show))
	return errors.Join(slices.Collect(maps.Values(r.failed))...)
}

// smallScale makes programs that every engine ends in a moment.
const smallScale = 0.002

func writeFile(name, text string) error { return os.WriteFile(name, []byte(text), 0o644) }

// chosen gives those of all whose names are listed, all if none is.
func chosen[T any](all []T, list string, nameOf func(T) string) ([]T, error) {
	if list == "" {
		return all, nil
	}
	var some []T
	for name := range strings.SplitSeq(list, ",") {
		x, err := find(all, strings.TrimSpace(name), nameOf)
		if err != nil {
			return nil, err
		}
		some = append(some, x)
	}
	return some, nil
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
