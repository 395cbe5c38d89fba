package source

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/tgscript/tgscript/runtime"
)

// Open is Reader with a context of its own, for what reads on after the call
// that got the source.
func Open(ctx context.Context, v runtime.Value) (io.Reader, error) {
	if s, ok := v.AsString(); ok {
		return strings.NewReader(s), nil
	}
	if b, ok := v.AsBytes(); ok {
		return bytes.NewReader(b), nil
	}
	lines, err := stream(v)
	if err != nil {
		return nil, err
	}
	return &joined{ctx: ctx, lines: lines}, nil
}
