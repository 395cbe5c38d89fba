package http

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/fs"
)

// download writes beside the file and renames at the end, so that nobody finds
// a part of it.
func download(c *runtime.Call) (runtime.Value, error) {
	want := strings.ToLower(c.Text(2))
	if _, err := hex.DecodeString(want); c.Given(2) && (err != nil || len(want) != 2*sha256.Size) {
		return runtime.Nil, runtime.Fail("value", "sha256: %q is no checksum of %d hexadecimal digits", want, 2*sha256.Size)
	}
	r := &request{settings: plain(), method: "GET"}
	r.check = true
	if err := r.locate(c.Text(0)); err != nil {
		return runtime.Nil, err
	}
	if err := r.read(c, 3, askingParams); err != nil {
		return runtime.Nil, err
	}
	file, err := fs.Replace(c, c.Text(1))
	if err != nil {
		return runtime.Nil, err
	}
	size, sum, err := r.save(c, file, want)
	if err != nil {
		file.Abandon()
		return runtime.Nil, err
	}
	if err := file.Commit(); err != nil {
		return runtime.Nil, err
	}
	return runtime.NewMap(
		field("path", runtime.String(c.Text(1))),
		field("size", runtime.Int(size)),
		field("sha256", runtime.String(sum)),
	), nil
}

// save copies the body to a file and checks it.
func (r *request) save(c *runtime.Call, file io.Writer, want string) (size int64, sum string, err error) {
	resp, err := r.send(c)
	if err != nil {
		return 0, "", err
	}
	if resp.status >= 400 {
		return 0, "", resp.finish(c, r)
	}
	l, leave, err := resp.take(c.Context())
	if err != nil {
		return 0, "", err
	}
	defer leave()
	hash := sha256.New()
	size, err = io.Copy(io.MultiWriter(file, hash), io.LimitReader(l, r.max+1))
	switch {
	case err != nil:
		return 0, "", r.failure(l.span, err)
	case size > r.max:
		return 0, "", tooLarge(resp.url, r.max)
	}
	sum = hex.EncodeToString(hash.Sum(nil))
	if want != "" && sum != want {
		return 0, "", runtime.Fail("value", "%s has the checksum %s, not %s", resp.url, sum, want).
			With(runtime.NewMap(field("sha256", runtime.String(sum)), field("url", runtime.String(resp.url))))
	}
	return size, sum, nil
}
