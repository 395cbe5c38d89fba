package flag

import (
	"strings"
	"testing"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/trial"
)

var plain = trial.Script{Modules: []*runtime.Module{Module}}

const script = `
let options = flag.parse({host: "localhost", port: 8080, dry_run: false, color: true, files: ["a"], token: nil, verbose: false},
  about: "Deploys.", help: {host: "where to", dry_run: "change nothing", token: "the secret"},
  short: {host: "H", verbose: "v"}, required: ["token"], args: `

func TestHelp(t *testing.T) {
	const want = `Deploys.

Usage: TestHelp.tg [options] [arguments]

Options:
  -h, --help            print this help
  -H, --host TEXT       where to (default localhost)
      --port INT        (default 8080)
      --dry-run         change nothing
      --color           (default true)
      --files TEXT ...  (default ["a"])
      --token TEXT      the secret (required)
  -v, --verbose
`
	for _, args := range []string{`["-h"]`, `["x", "--help"]`, `["-vh"]`} {
		if out, _ := plain.Run(t, script+args+")"); out != want {
			t.Errorf("%s prints\n%s", args, out)
		}
	}
}

func TestMisuse(t *testing.T) {
	for args, want := range map[string]string{
		`[]`:                        "--token is missing",
		`["--prot", "1"]`:           "there is no option --prot, did you mean --port?",
		`["-x"]`:                    "there is no option -x",
		`["--port"]`:                "--port needs a value",
		`["-H"]`:                    "-H needs a value",
		`["--port", "x"]`:           `--port must be a whole number, not "x"`,
		`["--dry-run=perhaps"]`:     `--dry-run must be true or false, not "perhaps"`,
		`["--no-port"]`:             "there is no option --no-port",
		`["--no-dry-run=true"]`:     "there is no option --no-dry-run",
		`["--nonsense-altogether"]`: "there is no option --nonsense-altogether",
	} {
		out, _ := plain.Run(t, script+args+")")
		if first, _, _ := strings.Cut(out, "\n"); first != "TestMisuse.tg: "+want {
			t.Errorf("%s says %q, want %q", args, first, want)
		}
		if !strings.HasSuffix(out, "Try TestMisuse.tg --help\n") {
			t.Errorf("%s says %q", args, out)
		}
	}
}
