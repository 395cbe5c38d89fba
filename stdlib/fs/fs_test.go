//go:build unix

package fs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/fs"
)

// run runs a program with a global dir and gives what it comes to.
func run(ctx context.Context, t *testing.T, src, dir string, grants ...runtime.Grant) (string, error) {
	t.Helper()
	p, err := runtime.Compile("test.tg", src, runtime.Options{Modules: []*runtime.Module{fs.Module}, Globals: []string{"dir"}})
	if err != nil {
		t.Fatal(err)
	}
	result, err := p.Run(ctx, runtime.Run{Globals: runtime.Vars{"dir": dir}, Grants: grants})
	if err != nil {
		return "", err
	}
	return result.Value().String(), nil
}

func TestGrants(t *testing.T) {
	top := t.TempDir()
	in, out := filepath.Join(top, "in"), filepath.Join(top, "out")
	for _, dir := range []string{in, out} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(top, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("secret", "secret")
	write("in/a", "A")
	write("in/b.go", "B")
	for name, target := range map[string]string{"in/up": "../secret", "in/abs": filepath.Join(top, "secret"), "in/near": "a", "out/up": "../secret"} {
		if err := os.Symlink(target, filepath.Join(top, name)); err != nil {
			t.Fatal(err)
		}
	}
	const kind = `fn kind(f) = f() catch e -> [e.kind, e.data?.needs?.trim_suffix(dir) ?? e.data?.reason]
`
	grants := []runtime.Grant{fs.Read(in), fs.Write(out)}
	for _, test := range []struct{ code, want string }{
		{`fs.read(dir + "/in/a")`, `A`},
		{`fs.read(dir + "/in/near")`, `A`},
		{`fs.read(dir + "/in/../in/a")`, `A`},
		{`fs.exists(dir + "/in/none")`, `false`},
		{`fs.list(dir + "/in").map(f -> f.name)`, `["a", "abs", "b.go", "near", "up"]`},
		{`fs.walk(dir + "/in").to_list().len()`, `5`},
		{`fs.glob(dir + "/in/*.go").len()`, `1`},
		{`fs.glob(dir + "/in/a")[0].trim_prefix(dir)`, `/in/a`},
		{`fs.write(dir + "/out/x", "X")`, `nil`},
		{`fs.copy(dir + "/in/a", dir + "/out/a")`, `nil`},
		{`fs.mkdir(dir + "/out/d/e")`, `nil`},
		{`fs.remove(dir + "/out/d", all: true)`, `nil`},
		{`fs.move(dir + "/out/a", dir + "/out/b")`, `nil`},
		{`kind(() -> fs.read(dir + "/secret"))[0]`, `denied`},
		{`kind(() -> fs.read(dir + "/in/up"))[0]`, `denied`},
		{`kind(() -> fs.read(dir + "/in/abs"))[0]`, `denied`},
		{`kind(() -> fs.read(dir + "/in/../secret"))[0]`, `denied`},
		{`kind(() -> fs.glob(dir + "/in/../*"))[0]`, `denied`},
		{`kind(() -> fs.exists(dir))[0]`, `denied`},
		{`kind(() -> fs.write(dir + "/in/a", "no"))`, `["denied", "write ` + in + `/a"]`},
		{`kind(() -> fs.write(dir + "/out/up", "no"))[0]`, `denied`},
		{`kind(() -> fs.append(dir + "/out/up", "no"))[0]`, `denied`},
		{`kind(() -> fs.read(dir + "/out/x"))[0]`, `denied`},
		{`kind(() -> fs.move(dir + "/in/a", dir + "/out/a"))[0]`, `denied`},
		{`kind(() -> fs.remove(dir + "/in", all: true))[0]`, `denied`},
		{`kind(() -> fs.temp_dir())[0]`, `denied`},
		{`kind(() -> fs.lock(dir + "/in/l", () -> 1))[0]`, `denied`},
	} {
		got, err := run(t.Context(), t, kind+test.code, top, grants...)
		if err != nil || got != test.want {
			t.Errorf("%s gives %s, %v; want %s", test.code, got, err, test.want)
		}
	}
	if text, _ := os.ReadFile(filepath.Join(top, "secret")); string(text) != "secret" {
		t.Errorf("the secret is %q now", text)
	}
	if _, err := run(t.Context(), t, `fs.read(dir + "/in/a")`, top); err == nil || !strings.Contains(err.Error(), "not allowed to read") {
		t.Errorf("without grants: %v", err)
	}
}

func TestWriteKeepsModeAndLinks(t *testing.T) {
	dir := t.TempDir()
	name, link := filepath.Join(dir, "f"), filepath.Join(dir, "l")
	if err := os.WriteFile(name, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("f", link); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t.Context(), t, `fs.write(dir + "/l", "new")`, dir, fs.All()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(name)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if to, _ := os.Readlink(link); to != "f" {
		t.Errorf("the link leads to %q", to)
	}
	if text, _ := os.ReadFile(name); string(text) != "new" {
		t.Errorf("text %q", text)
	}
}

// A writer that the program does not close leaves nothing behind.
func TestUnclosedWriter(t *testing.T) {
	dir := t.TempDir()
	if _, err := run(t.Context(), t, `fs.writer(dir + "/f").write("x"); fs.writer(dir + "/g", append: true).write("x")`, dir, fs.All()); err != nil {
		t.Fatal(err)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 1 || left[0].Name() != "g" {
		t.Errorf("left: %v", left)
	}
}

func TestTemporaryFilesAreRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	name, err := run(t.Context(), t, `let d = fs.temp_dir(); fs.write(d + "/x", "x"); fs.temp_file(); d`, "", fs.All())
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(filepath.Dir(name)); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// Whoever waits at a pipe, to open it, to read or to write, is woken by a
// cancellation.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{
		`fs.read(dir + "/pipe")`,
		`fs.lines(dir + "/pipe").next()`,
		`fs.write(dir + "/pipe", "x")`,
		`fs.append(dir + "/pipe", "x")`,
	} {
		wakes(t, code, dir)
	}
	got, err := run(t.Context(), t, `group < fs.read(dir + "/pipe"), fs.write(dir + "/pipe", ["a", "b"]) >`, dir, fs.All())
	if want := `["a\nb\n", nil]`; err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	other, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	wakes(t, `fs.read(dir + "/pipe")`, dir)
	wakes(t, `fs.lines(dir + "/pipe").next()`, dir)
	wakes(t, `fs.write(dir + "/pipe", "x".repeat(1000000))`, dir)
	if info, err := os.Lstat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe is %v, %v", info, err)
	}
}

// What stands for an open file, as /dev/stdout does, is a link that leads to no
// path.
func TestWriteToOpenFile(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	name := fmt.Sprintf("/proc/self/fd/%d", w.Fd())
	if _, err := os.Stat(name); err != nil {
		t.Skip(err)
	}
	if _, err := run(t.Context(), t, `fs.write(dir, "text")`, name, fs.All()); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if text, err := io.ReadAll(r); err != nil || string(text) != "text" {
		t.Errorf("%q, %v", text, err)
	}
}

// wakes runs what waits for ever, and cancels it.
func wakes(t *testing.T, code, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := run(ctx, t, code, dir, fs.All())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%s: %v", code, err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("%s: took %v", code, took)
	}
}
