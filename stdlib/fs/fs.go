// Package fs gives scripts files and directories. What a script may touch is
// granted by Read, Write and All; without a grant every call fails with kind
// denied. Granted directories are confined by os.Root: neither links nor ".."
// lead out of them.
//
// What a file is replaced by appears whole or not at all, see replacement.
// Whatever may wait, on a pipe or a lock, ends with the child that waits.
package fs

import (
	"io"
	"os"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/hash"
	"github.com/tgscript/tgscript/stdlib/internal/source"
)

// Module is fs.
var Module = &runtime.Module{
	Name: "fs",
	Doc:  "Files and directories.",
	Funcs: []*runtime.Func{
		{
			Sig: "read(path: string) -> string", Doc: "All of a file as text; bytes that are no UTF-8 become U+FFFD.",
			Example: `fs.read("config.toml")  # ...`, Fails: "io denied value", Do: read,
		}, {
			Sig: "read_bytes(path: string) -> bytes", Doc: "All of a file as it is.",
			Example: `fs.read_bytes("logo.png").len()  # ...`, Fails: "io denied value", Do: readBytes,
		}, {
			Sig: "lines(path: string) -> stream", Doc: `The lines of a file as they are read, without their ends (\n or \r\n).`,
			Example: `fs.lines("server.log").next()  # ...`, Fails: "io denied value", Do: lines,
		}, {
			Sig: "exists(path: string) -> bool", Doc: "Whether there is a file or directory; false for a link that leads nowhere.",
			Example: `fs.exists("/no/such/file")  # false`, Fails: "io denied value", Do: exists,
		}, {
			Sig: "stat(path: string, *, follow: bool = true) -> map", Doc: `What a path is: {name, path, size, type, mode, modified}; the type is "file", "dir", "link" (only with follow: false), "pipe", "socket" or "device", the mode the int of its permissions.`,
			Example: `fs.stat("/").type  # "dir"`, Fails: "io denied value", Do: stat,
		}, {
			Sig: `list(path: string = ".") -> list`, Doc: "What is in a directory, by name; each as stat gives it, links not followed.",
			Example: `fs.list("src").map(f -> f.name)  # ...`, Fails: "io denied value", Do: list,
		}, {
			Sig: `walk(path: string = ".") -> stream`, Doc: "What is in a directory and all below it, a directory before what it holds, by name; each as stat gives it, links not followed.",
			Example: `fs.walk("src").to_list().len()  # ...`, Fails: "io denied value", Do: walk,
		}, {
			Sig: "glob(pattern: string, *, hidden: bool = false) -> list", Doc: "The paths that match, by name: * and ? within a name, [a-z], {a,b}, and ** for any directories; names that begin with a dot only with hidden.",
			Example: `fs.glob("src/**/*.go")  # ...`, Fails: "io denied value", Do: glob,
		}, {
			Sig: "write(path: string, src: src)", Doc: `Makes or replaces a file, whole or not at all; the lines of a list or stream are ended by \n. The mode of a file that is there stays.`,
			Example: `fs.write("out.txt", ["one", "two"])  # ...`, Fails: "io denied value type", Do: write,
		}, {
			Sig: "append(path: string, src: src)", Doc: "Adds to the end of a file, by one write, which is not mixed with those of others; makes the file if there is none.",
			Example: `fs.append("log.txt", "started\n")  # ...`, Fails: "io denied value type", Do: appendTo,
		}, {
			Sig: "writer(path: string, *, append: bool = false) -> writer", Doc: "A file to write piece by piece; it appears at close(), or with append grows as it is written.",
			Example: `fs.writer("out.txt")  # ...`, Fails: "io denied value", Do: newWriter,
		}, {
			Sig: "mkdir(path: string)", Doc: "Makes a directory and those above it; one that is there is fine.",
			Example: `fs.mkdir("out/reports")  # ...`, Fails: "io denied value", Do: mkdir,
		}, {
			Sig: "remove(path: string, *, all: bool = false)", Doc: "Removes a file or an empty directory, with all also what is in it; one that is not there is fine.",
			Example: `fs.remove("/no/such/file")  # nil`, Fails: "io denied value", Do: remove,
		}, {
			Sig: "copy(from: string, to: string)", Doc: "Copies a file, or a directory with all that is in it, to a new path; files that are there are replaced.",
			Example: `fs.copy("a.txt", "b.txt")  # ...`, Fails: "io denied value", Do: copyAll,
		}, {
			Sig: "move(from: string, to: string)", Doc: "Gives a file or directory a new path, on another disk too; a file that is there is replaced.",
			Example: `fs.move("a.txt", "b.txt")  # ...`, Fails: "io denied value", Do: move,
		}, {
			Sig: "temp_dir() -> string", Doc: "The path of a new directory that is removed when the program ends.",
			Example: `fs.stat(fs.temp_dir()).type  # "dir"`, Fails: "io denied", Do: tempDir,
		}, {
			Sig: `temp_file(suffix: string = "") -> string`, Doc: "The path of a new empty file that is removed when the program ends.",
			Example: `fs.read(fs.temp_file(".txt"))  # ""`, Fails: "io denied value", Do: tempFile,
		}, {
			Sig: `hash(path: string, algorithm: string = "sha256") -> string`, Doc: `The hash of a file in hexadecimal: "sha256", "sha1", "sha512" or "md5".`,
			Example: `fs.hash("/dev/null", "md5")  # "d41d8cd98f00b204e9800998ecf8427e"`, Fails: "io denied value", Do: hashFile,
		}, {
			Sig: "lock(path: string, fn: function) -> any", Doc: "Runs a function while nobody else, in this program or another, holds the lock of that file, and gives its value; the file is made and stays.",
			Example: `fs.lock("/tmp/job.lock", () -> 42)  # ...`, Fails: "io denied value", Do: lock,
		},
	},
}

// input gives the file of the first argument, open for reading.
func input(c *runtime.Call) (file, *handle, error) {
	f, err := locate(c, toRead, c.Text(0))
	if err != nil {
		return f, nil, err
	}
	h, err := f.open(c.Context(), os.O_RDONLY, 0)
	return f, h, f.fail("read", err)
}

func contents(c *runtime.Call) ([]byte, error) {
	f, h, err := input(c)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	b, err := h.readAll(c.Charge)
	return b, f.fail("read", err)
}

func read(c *runtime.Call) (runtime.Value, error) {
	b, err := contents(c)
	if err != nil {
		return runtime.Nil, err
	}
	return runtime.String(source.ValidText(b)), nil
}

func readBytes(c *runtime.Call) (runtime.Value, error) {
	b, err := contents(c)
	if err != nil {
		return runtime.Nil, err
	}
	return runtime.Bytes(b), nil
}

func hashFile(c *runtime.Call) (runtime.Value, error) {
	sum, err := hash.New(c.Text(1))
	if err != nil {
		return runtime.Nil, err
	}
	f, h, err := input(c)
	if err != nil {
		return runtime.Nil, err
	}
	defer h.Close()
	// The buffer is small enough for a cancellation to be noticed at once.
	if _, err := io.CopyBuffer(sum, struct{ io.Reader }{h}, make([]byte, 256<<10)); err != nil {
		return runtime.Nil, f.fail("read", err)
	}
	return runtime.String(hash.Hex(sum)), nil
}

func write(c *runtime.Call) (runtime.Value, error) {
	f, err := locate(c, toWrite, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	src, err := source.Reader(c, c.Arg(1))
	if err != nil {
		return runtime.Nil, err
	}
	r, err := f.replace(c.Context())
	if err != nil {
		return runtime.Nil, f.fail("write", err)
	}
	return runtime.Nil, f.fail("write", r.fill(src))
}

func appendTo(c *runtime.Call) (runtime.Value, error) {
	f, err := locate(c, toWrite, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	b, err := source.Bytes(c, c.Arg(1))
	if err != nil {
		return runtime.Nil, err
	}
	h, err := f.open(c.Context(), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return runtime.Nil, f.fail("append to", err)
	}
	_, err = h.Write(b)
	if closing := h.Close(); err == nil {
		err = closing
	}
	return runtime.Nil, f.fail("append to", err)
}

func mkdir(c *runtime.Call) (runtime.Value, error) {
	f, err := locate(c, toWrite, c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	return runtime.Nil, f.fail("make", f.MkdirAll(f.name, 0o777))
}
