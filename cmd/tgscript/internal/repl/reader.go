package repl

import (
	"errors"
	"io"
	"strings"

	"github.com/chzyer/readline"

	"github.com/tgscript/tgscript/lexer"
	"github.com/tgscript/tgscript/parser"
)

const (
	firstPrompt = "tg> "
	nextPrompt  = "... "
)

// lineBreak stands for a newline where a whole block is edited as one line:
// in what the history brings back.
const lineBreak = "⏎"

// errInterrupted: Ctrl-C at an empty prompt.
var errInterrupted = errors.New("interrupted")

// reader reads whole inputs from the terminal, a line at a time.
type reader struct {
	lines   *readline.Instance
	history *history
	prompt  string
	more    string
}

// newReader takes over the terminal.
func newReader(h *history, colored bool, complete func(line []rune, pos int) ([][]rune, int)) (*reader, error) {
	r := &reader{history: h, prompt: firstPrompt, more: nextPrompt}
	if colored {
		r.prompt, r.more = "\x1b[32m"+firstPrompt+"\x1b[0m", "\x1b[2m"+nextPrompt+"\x1b[0m"
	}
	config := &readline.Config{
		Prompt:                 r.prompt,
		AutoComplete:           completer(complete),
		HistoryLimit:           maxHistory,
		DisableAutoSaveHistory: true, // a block is one entry, see history
		HistorySearchFold:      true,
	}
	if colored {
		config.Painter = newPainter()
	}
	var err error
	r.lines, err = readline.NewEx(config)
	if err != nil {
		return nil, err
	}
	for _, entry := range h.entries {
		r.lines.SaveHistory(entry)
	}
	return r, nil
}

// completer is a function that offers what Tab completes.
type completer func(line []rune, pos int) ([][]rune, int)

// Do implements readline.AutoCompleter.
func (c completer) Do(line []rune, pos int) ([][]rune, int) { return c(line, pos) }

// next reads an input: lines until the parser wants no more. The error is
// errInterrupted, or io.EOF when the person leaves. Ctrl-C in an input drops
// it.
func (r *reader) next() (string, error) {
	var lines []string
	for {
		r.lines.SetPrompt(r.prompt)
		if len(lines) > 0 {
			r.lines.SetPrompt(r.more)
		}
		line, err := r.lines.Readline()
		switch {
		case errors.Is(err, readline.ErrInterrupt):
			if len(lines) == 0 && line == "" {
				return "", errInterrupted
			}
			lines = nil
			continue
		case err != nil:
			return "", io.EOF
		}
		lines = append(lines, strings.ReplaceAll(line, lineBreak, "\n"))
		text := strings.Join(lines, "\n")
		if strings.TrimSpace(text) == "" {
			lines = nil
			continue
		}
		if isCommand(text) || !incomplete(text) {
			r.keep(text)
			return text, nil
		}
	}
}

// keep puts an input into the history.
func (r *reader) keep(text string) {
	if entry, ok := r.history.add(text); ok {
		r.lines.SaveHistory(entry)
	}
}

// restore gives the terminal back as it was, while next still reads.
func (r *reader) restore() { r.lines.Terminal.ExitRawMode() }

func (r *reader) close() { r.lines.Close() }

// width is how many columns the terminal has.
func (r *reader) width() int {
	if w := readline.GetScreenWidth(); w > 20 {
		return w
	}
	return 80
}

// incomplete tells whether more lines could make a text valid: the first thing
// that the parser misses is its end.
func incomplete(text string) bool {
	_, diagnostics := parser.Parse(lexer.NewSource("", text+"\n"))
	errs := diagnostics.Errors()
	return len(errs) > 0 && errs[0].Incomplete
}
