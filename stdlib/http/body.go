package http

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/textproto"
	"path/filepath"
	"strings"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/fs"
	"github.com/tgscript/tgscript/stdlib/internal/source"
	"github.com/tgscript/tgscript/stdlib/json"
)

// body is what a request sends.
type body struct {
	open        func(context.Context) (io.ReadCloser, error)
	length      int64 // -1: not known
	again       bool  // open may be called more than once
	contentType string
}

// content sets what to send from json:, form: and body:, which begin at the
// parameter from.
func (r *request) content(c *runtime.Call, from int) (err error) {
	hasJSON, hasForm, hasBody := c.Given(from), !c.Arg(from+1).IsNil(), !c.Arg(from+2).IsNil()
	if hasJSON && hasForm || hasJSON && hasBody || hasForm && hasBody {
		return runtime.Fail("value", "two of json:, form: and body: are given")
	}
	switch {
	case hasJSON:
		text, err := json.Encode(c.Arg(from))
		if err != nil {
			return err
		}
		r.body = bytesBody(text, "application/json")
	case hasForm:
		r.body, err = formBody(c, c.Arg(from+1))
	case hasBody:
		r.body, err = sourceBody(c, c.Arg(from+2))
	}
	return err
}

func bytesBody(b []byte, contentType string) *body {
	return &body{
		open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(b)), nil
		},
		length: int64(len(b)), again: true, contentType: contentType,
	}
}

// sourceBody sends a source as it comes.
func sourceBody(c *runtime.Call, v runtime.Value) (*body, error) {
	if s, ok := v.AsString(); ok {
		return bytesBody([]byte(s), ""), nil
	}
	if b, ok := v.AsBytes(); ok {
		return bytesBody(b, ""), nil
	}
	if _, err := source.Reader(c, v); err != nil {
		return nil, err
	}
	return &body{
		open: func(ctx context.Context) (io.ReadCloser, error) {
			r, err := source.Open(ctx, v)
			return io.NopCloser(r), err
		},
		length: -1,
	}, nil
}

// formBody sends a form: as in a URL, or in parts if there is a file in it.
func formBody(c *runtime.Call, form runtime.Value) (*body, error) {
	for _, v := range form.All() {
		if v.Kind() == runtime.KindMap {
			return multipartBody(c, form)
		}
	}
	pairs, err := pairs("form", form)
	if err != nil {
		return nil, err
	}
	return bytesBody([]byte(strings.Join(pairs, "&")), "application/x-www-form-urlencoded"), nil
}

// multipartBody sends a form in parts. Files are read while they are sent.
func multipartBody(c *runtime.Call, form runtime.Value) (*body, error) {
	var (
		text  bytes.Buffer // what lies between the files
		w     = multipart.NewWriter(&text)
		parts parts
	)
	for k, v := range form.All() {
		if v.Kind() == runtime.KindMap {
			if err := parts.file(c, w, &text, k.String(), v); err != nil {
				parts.Close()
				return nil, err
			}
			continue
		}
		texts, err := texts("form", k.String(), v)
		if err != nil {
			parts.Close()
			return nil, err
		}
		for _, s := range texts {
			w.WriteField(k.String(), s) // into memory: it cannot fail
		}
	}
	w.Close()
	parts.text(&text)
	parts.Reader = io.MultiReader(parts.readers...)
	return &body{
		open:   func(context.Context) (io.ReadCloser, error) { return &parts, nil },
		length: parts.length, contentType: w.FormDataContentType(),
	}, nil
}

// parts is a form in parts: texts and files in turn.
type parts struct {
	io.Reader
	readers []io.Reader
	files   []io.Closer
	length  int64
}

// file adds the file of a value {path:, name:, type:}.
func (p *parts) file(c *runtime.Call, w *multipart.Writer, text *bytes.Buffer, field string, v runtime.Value) error {
	var spec struct {
		Path string `json:"path"`
		Name string `json:"name"`
		Type string `json:"type"`
	}
	if err := runtime.Decode(v, &spec); err != nil {
		return runtime.Fail("type", "form: %s: %v", field, err)
	}
	if spec.Path == "" {
		return runtime.Fail("value", "form: %s is a map without path:", field)
	}
	if spec.Name == "" {
		spec.Name = filepath.Base(spec.Path)
	}
	if spec.Type == "" {
		spec.Type = "application/octet-stream"
	}
	f, size, err := fs.Open(c, spec.Path)
	if err != nil {
		return err
	}
	w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(field, spec.Name)},
		"Content-Type":        {spec.Type},
	})
	p.text(text)
	p.readers = append(p.readers, io.LimitReader(f, size)) // it may be growing
	p.files = append(p.files, f)
	p.length += size
	return nil
}

// text takes over what was written up to here.
func (p *parts) text(b *bytes.Buffer) {
	s := b.String()
	b.Reset()
	p.readers = append(p.readers, strings.NewReader(s))
	p.length += int64(len(s))
}

// Close closes the files.
func (p *parts) Close() error {
	for _, f := range p.files {
		f.Close()
	}
	return nil
}
