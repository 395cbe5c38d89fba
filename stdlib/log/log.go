// Package log gives scripts structured messages on stderr, by log/slog. Each
// carries the path of the child that sent it.
package log

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/json"
)

// Module is log as New(Options{}) gives it.
var Module = New(Options{})

// Options is how messages are written.
type Options struct {
	Level slog.Level // messages below it are dropped; the zero Level is info
	JSON  bool       // one object a line instead of text
	// Handler, if not nil, gets the messages instead of the program's stderr;
	// it decides about level and form.
	Handler slog.Handler
}

// New gives the module log with options.
func New(options Options) *runtime.Module {
	return &runtime.Module{
		Name:  "log",
		Doc:   "Structured messages on stderr.",
		Funcs: messages(func(*runtime.Call) *logger { return &logger{options: options} }),
	}
}

// logger is where messages go, and what each of them carries.
type logger struct {
	options Options
	fields  []runtime.Named
}

// messages makes the functions of a logger, which a module and what with()
// gives have alike.
func messages(of func(*runtime.Call) *logger) []*runtime.Func {
	message := func(name string, level slog.Level, doc string) *runtime.Func {
		return &runtime.Func{
			Sig: name + "(message: any, **fields)", Doc: doc,
			Example: fmt.Sprintf("log.%s(\"copied\", files: 3)  # nil", name),
			Do: func(c *runtime.Call) (runtime.Value, error) {
				return runtime.Nil, of(c).log(c, level, c.Arg(0).String(), c.Options())
			},
		}
	}
	return []*runtime.Func{
		message("debug", slog.LevelDebug, "Tells what helps to find a mistake; dropped unless asked for."),
		message("info", slog.LevelInfo, "Tells what happens."),
		message("warn", slog.LevelWarn, "Tells what may be wrong."),
		message("error", slog.LevelError, "Tells what went wrong; the program goes on."),
		{
			Sig: "with(**fields) -> logger", Doc: "The same functions, with named values that each message carries.",
			Example: `log.with(job: "backup")  # ...`,
			Do: func(c *runtime.Call) (runtime.Value, error) {
				l := *of(c)
				l.fields = append(l.fields[:len(l.fields):len(l.fields)], c.Options()...)
				return runtime.NewHost(loggerType, &l), nil
			},
		},
	}
}

var loggerType = &runtime.Type{
	Name: "logger",
	Doc:  "Messages with named values that each carries, of log.with.",
}

func init() {
	loggerType.Methods = messages(func(c *runtime.Call) *logger { return c.Data().(*logger) })
}

// log sends one message, as one write.
func (l *logger) log(c *runtime.Call, level slog.Level, message string, fields []runtime.Named) error {
	ctx := context.Background() // a message is sent whatever happens to the child
	h := l.handler(c)
	if !h.Enabled(ctx, level) {
		return nil
	}
	r := slog.NewRecord(c.Now(), level, message, 0)
	if path := c.Path(); path != "" {
		r.AddAttrs(slog.String("child", path))
	}
	for _, f := range l.fields {
		r.AddAttrs(attribute(f))
	}
	for _, f := range fields {
		r.AddAttrs(attribute(f))
	}
	return h.Handle(ctx, r)
}

func (l *logger) handler(c *runtime.Call) slog.Handler {
	if l.options.Handler != nil {
		return l.options.Handler
	}
	options := &slog.HandlerOptions{Level: l.options.Level}
	if l.options.JSON {
		return slog.NewJSONHandler(c.Stderr(), options)
	}
	return slog.NewTextHandler(c.Stderr(), options)
}

// attribute gives a named value as slog has it.
func attribute(f runtime.Named) slog.Attr {
	v := f.Value
	if b, ok := v.AsBool(); ok {
		return slog.Bool(f.Name, b)
	}
	if n, ok := v.AsInt(); ok {
		return slog.Int64(f.Name, n)
	}
	if d, ok := v.AsDuration(); ok {
		return slog.Any(f.Name, shown{runtime.Duration(d)})
	}
	if t, ok := v.AsTime(); ok {
		return slog.Time(f.Name, t)
	}
	if s, ok := v.AsString(); ok {
		return slog.String(f.Name, s)
	}
	return slog.Any(f.Name, shown{v})
}

// shown is a value that text shows as print does and JSON as json.encode.
type shown struct{ v runtime.Value }

func (s shown) String() string { return s.v.String() }

// MarshalText is what the text handler asks for.
func (s shown) MarshalText() ([]byte, error) { return []byte(s.v.String()), nil }

// MarshalJSON is what the JSON handler asks for. What JSON has no form for is
// told as text: a message is better than none.
func (s shown) MarshalJSON() ([]byte, error) {
	if out, err := json.Encode(s.v); err == nil {
		return out, nil
	}
	return json.Encode(runtime.String(s.v.String()))
}
