// Package flag is the module flag: a script's options. The map of defaults
// says which there are and what type each has.
package flag

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tgscript/tgscript/runtime"
)

// Module is the module flag.
var Module = &runtime.Module{
	Name: "flag",
	Doc:  "the options that a script is called with",
	Funcs: []*runtime.Func{{
		Sig: "parse(defaults: map, *, about: string = nil, help: map = {}, short: map = {}, required: list = [], args: list = nil) -> map",
		Doc: "the options in args (the script's own if not given), --dry-run for dry_run; a list takes several, rest has what is no option; " +
			"-h prints a help and ends the program with 0, misuse with 2",
		Example: `flag.parse({port: 80, dry_run: false}, args: ["--port=81", "x"])  # {port: 81, dry_run: false, rest: ["x"]}`,
		Fails:   "value type",
		Do:      parse,
	}},
}

// option is one that a script takes.
type option struct {
	key      string // in the script
	name     string // on the command line, without --
	short    string // one letter; "" for none
	help     string
	value    runtime.Value // the default, then what was given
	fallback runtime.Value
	required bool
	given    bool
}

// takesValue tells whether the option needs a value behind it.
func (o *option) takesValue() bool { return o.fallback.Kind() != runtime.KindBool }

// parser is one reading of arguments.
type parser struct {
	about   string
	options []*option
	rest    []runtime.Value
}

// misuse is what is wrong with the arguments: the caller's mistake, not the
// script's.
type misuse struct{ text string }

func (m *misuse) Error() string { return m.text }

func misused(text string, args ...any) error { return &misuse{fmt.Sprintf(text, args...)} }

// errHelp asks for the help.
var errHelp = misused("help")

func parse(c *runtime.Call) (runtime.Value, error) {
	p := &parser{about: c.Text(1)}
	if err := p.declare(c.Arg(0), c.Arg(2), c.Arg(3), c.Arg(4)); err != nil {
		return runtime.Nil, err
	}
	args, err := arguments(c)
	if err != nil {
		return runtime.Nil, err
	}
	err = p.read(args)
	switch m, _ := err.(*misuse); {
	case err == nil:
		return p.result(), nil
	case m == nil:
		return runtime.Nil, err
	case err == errHelp:
		if _, err := io.WriteString(c.Stdout(), p.usage(c)); err != nil {
			return runtime.Nil, err
		}
		return runtime.Nil, exit(c, 0, "the help was asked for")
	default:
		program := c.Position().Source.Name
		fmt.Fprintf(c.Stderr(), "%s: %s\nTry %s --help\n", program, m.text, program)
		return runtime.Nil, exit(c, 2, m.text)
	}
}

// exit ends the program where the runtime lets a module do that.
func exit(c *runtime.Call, code int, why string) error {
	c.Exit(code)
	return runtime.Fail("value", "%s", why)
}

// arguments gives the texts to read: args:, else what the program was given.
func arguments(c *runtime.Call) ([]string, error) {
	if !c.Given(5) || c.Arg(5).IsNil() {
		return c.ProgramArgs(), nil
	}
	var all []string
	for _, v := range c.Arg(5).List() {
		s, ok := v.AsString()
		if !ok {
			return nil, runtime.Fail("type", "args: must be texts, got %s", v.Kind())
		}
		all = append(all, s)
	}
	return all, nil
}

// declare takes over what the script says about its options.
func (p *parser) declare(defaults, help, short, required runtime.Value) error {
	for k, v := range defaults.All() {
		key := k.String()
		switch v.Kind() {
		case runtime.KindNil, runtime.KindBool, runtime.KindInt, runtime.KindFloat, runtime.KindString, runtime.KindDuration, runtime.KindList:
		default:
			return runtime.Fail("value", "%s: an option cannot be of type %s", key, v.Kind())
		}
		if key == "rest" || key == "help" || key == "" || strings.ContainsAny(key, "= \t\n") || key[0] == '-' {
			return runtime.Fail("value", "an option cannot be named %q", key)
		}
		p.options = append(p.options, &option{
			key: key, name: strings.ReplaceAll(key, "_", "-"), value: v, fallback: v,
		})
	}
	for k, v := range help.All() {
		o, err := p.declared("help", k.String())
		if err != nil {
			return err
		}
		o.help = v.String()
	}
	for k, v := range short.All() {
		o, err := p.declared("short", k.String())
		if err != nil {
			return err
		}
		o.short = v.String()
		if len([]rune(o.short)) != 1 || o.short == "-" {
			return runtime.Fail("value", "short: %s: %q is not one letter", o.key, o.short)
		}
		if other := p.byShort(o.short); other != o {
			return runtime.Fail("value", "short: %s and %s are both -%s", other.key, o.key, o.short)
		}
	}
	for _, v := range required.List() {
		o, err := p.declared("required", v.String())
		if err != nil {
			return err
		}
		o.required = true
	}
	return nil
}

func (p *parser) declared(param, key string) (*option, error) {
	for _, o := range p.options {
		if o.key == key {
			return o, nil
		}
	}
	return nil, runtime.Fail("value", "%s: there is no option %q", param, key)
}

func (p *parser) byShort(letter string) *option {
	for _, o := range p.options {
		if o.short == letter {
			return o
		}
	}
	return nil
}

func (p *parser) byName(name string) *option {
	for _, o := range p.options {
		if o.name == name || o.key == name {
			return o
		}
	}
	return nil
}

// read goes through the arguments. What is behind -- is no option, whatever it
// looks like.
func (p *parser) read(args []string) error {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		var err error
		switch {
		case arg == "--":
			for _, a := range args {
				p.rest = append(p.rest, runtime.String(a))
			}
			args = nil
		case strings.HasPrefix(arg, "--"):
			args, err = p.long(arg[2:], args)
		case len(arg) > 1 && arg[0] == '-' && !isNumber(arg):
			args, err = p.letters([]rune(arg[1:]), args)
		default:
			p.rest = append(p.rest, runtime.String(arg))
		}
		if err != nil {
			return err
		}
	}
	for _, o := range p.options {
		if o.required && !o.given {
			return misused("--%s is missing", o.name)
		}
	}
	return nil
}

// isNumber tells a negative number from letters.
func isNumber(arg string) bool {
	_, err := strconv.ParseFloat(arg, 64)
	return err == nil
}

// long reads --name, --name=value, --name value and --no-name.
func (p *parser) long(text string, args []string) ([]string, error) {
	name, value, hasValue := strings.Cut(text, "=")
	o := p.byName(name)
	if o == nil && name == "help" {
		return nil, errHelp
	}
	if o == nil {
		positive, negated := strings.CutPrefix(name, "no-")
		if o := p.byName(positive); negated && !hasValue && o != nil && !o.takesValue() {
			return args, o.set("--"+name, "false")
		}
		return nil, misused("there is no option --%s%s", name, p.near(name))
	}
	switch {
	case hasValue:
	case !o.takesValue():
		value = "true"
	case len(args) == 0:
		return nil, misused("--%s needs a value", name)
	default:
		value, args = args[0], args[1:]
	}
	return args, o.set("--"+name, value)
}

// letters reads -v, -vx, -n5 and -n 5.
func (p *parser) letters(letters []rune, args []string) ([]string, error) {
	for i, r := range letters {
		letter := string(r)
		o := p.byShort(letter)
		switch {
		case o == nil && letter == "h":
			return nil, errHelp
		case o == nil:
			return nil, misused("there is no option -%s", letter)
		case !o.takesValue():
			if err := o.set("-"+letter, "true"); err != nil {
				return nil, err
			}
			continue
		}
		value := strings.TrimPrefix(string(letters[i+1:]), "=")
		if i+1 == len(letters) {
			if len(args) == 0 {
				return nil, misused("-%s needs a value", letter)
			}
			value, args = args[0], args[1:]
		}
		return args, o.set("-"+letter, value)
	}
	return args, nil
}

// set gives the option a value in the type of its default.
func (o *option) set(shown, text string) error {
	want := ""
	switch o.fallback.Kind() {
	case runtime.KindBool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			want = "true or false"
		}
		o.value = runtime.Bool(b)
	case runtime.KindInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			want = "a whole number"
		}
		o.value = runtime.Int(n)
	case runtime.KindFloat:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || x-x != 0 {
			want = "a number"
		}
		o.value = runtime.Float(x)
	case runtime.KindDuration:
		d, err := time.ParseDuration(text)
		if err != nil {
			want = "a duration such as 5s or 1m30s"
		}
		o.value = runtime.Duration(d)
	case runtime.KindList:
		var all []runtime.Value
		if o.given { // the first one takes the place of the default
			all = o.value.List()
		}
		o.value = runtime.NewList(append(slices.Clip(all), runtime.String(text)))
	default:
		o.value = runtime.String(text)
	}
	if want != "" {
		return misused("%s must be %s, not %q", shown, want, text)
	}
	o.given = true
	return nil
}

func (p *parser) result() runtime.Value {
	var b runtime.MapBuilder
	for _, o := range p.options {
		b.Set(o.key, o.value)
	}
	b.Set("rest", runtime.NewList(p.rest))
	return b.Map()
}
