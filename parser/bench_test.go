package parser_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/parser"
)

// megabyte is about 1 MB of what people write: the sample, over and over.
func megabyte(b *testing.B) string {
	text, err := os.ReadFile("../testdata/parser/deploy.tg")
	if err != nil {
		b.Fatal(err)
	}
	return strings.Repeat(string(text)+"\n", 1<<20/len(text))
}

func BenchmarkScan(b *testing.B) {
	source := lexer.NewSource("bench.tg", megabyte(b))
	b.SetBytes(int64(len(source.Text)))
	for b.Loop() {
		lexer.NewScanner(source).Scan()
	}
}

func BenchmarkParse(b *testing.B) {
	source := lexer.NewSource("bench.tg", megabyte(b))
	b.SetBytes(int64(len(source.Text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := parser.Parse(source); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}
