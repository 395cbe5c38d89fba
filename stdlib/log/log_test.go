package log_test

import (
	"bytes"
	"log/slog"
	"regexp"
	"testing"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/log"
)

const program = `log.debug("dropped", n: 1)
log.info("copied", files: 3, to: "x y", took: 1.5s, list: [1, "a"], none: nil)
group < deploy: log.with(job: "j").with(n: 1).warn(42) >
log.error("failed", cause: (int("x") catch e -> e), f: x -> x)`

func messages(t *testing.T, options log.Options) string {
	t.Helper()
	p, err := runtime.Compile("test.tg", program, runtime.Options{Modules: []*runtime.Module{log.New(options)}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := p.Run(t.Context(), runtime.Run{Stderr: &out}); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`time(=|":")\S+?(Z|[+-]\d\d:\d\d)`).ReplaceAllString(out.String(), "time${1}T")
}

func TestText(t *testing.T) {
	const want = `time=T level=INFO msg=copied files=3 to="x y" took=1.5s list="[1, \"a\"]" none=nil
time=T level=WARN msg=42 child=deploy job=j n=1
time=T level=ERROR msg=failed cause="\"x\" is no int" f=<function>
`
	if got := messages(t, log.Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSON(t *testing.T) {
	const want = `{"time":"T","level":"INFO","msg":"copied","files":3,"to":"x y","took":"1.5s","list":[1,"a"],"none":null}
{"time":"T","level":"WARN","msg":"42","child":"deploy","job":"j","n":1}
{"time":"T","level":"ERROR","msg":"failed","cause":{"message":"\"x\" is no int","kind":"value"},"f":"<function>"}
`
	if got := messages(t, log.Options{JSON: true}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLevel(t *testing.T) {
	if got := messages(t, log.Options{Level: slog.LevelError}); bytes.Count([]byte(got), []byte("\n")) != 1 {
		t.Errorf("got\n%s", got)
	}
	var out bytes.Buffer
	messages(t, log.Options{Handler: slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})})
	if n := bytes.Count(out.Bytes(), []byte("\n")); n != 4 {
		t.Errorf("%d messages", n)
	}
}
