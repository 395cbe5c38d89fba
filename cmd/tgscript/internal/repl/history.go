package repl

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
)

// maxHistory is how many inputs are kept.
const maxHistory = 1000

// history keeps inputs from one session to the next, in a file that only its
// owner may read. An entry is an input, its newlines written as lineBreak.
type history struct {
	path    string // "" where there is no place for it
	entries []string
}

// openHistory reads the history of the user. What cannot be read or written
// is no error: the session works without.
func openHistory() *history {
	h := &history{path: historyPath()}
	if h.path == "" {
		return h
	}
	f, err := os.Open(h.path)
	if err != nil {
		return h
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		h.entries = append(h.entries, lines.Text())
	}
	if len(h.entries) > maxHistory {
		h.entries = h.entries[len(h.entries)-maxHistory:]
		h.rewrite()
	}
	return h
}

// historyPath gives the file in the user's state directory.
func historyPath() string {
	dir := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "tgscript", "history")
}

// rewrite makes the file hold the entries and nothing else.
func (h *history) rewrite() {
	temporary := h.path + ".new"
	text := strings.Join(h.entries, "\n") + "\n"
	if os.WriteFile(temporary, []byte(text), 0o600) == nil {
		os.Rename(temporary, h.path)
	}
}

// add keeps an input and gives its entry; ok is false for one that is not
// kept: the last one again, and what begins with a space.
func (h *history) add(input string) (entry string, ok bool) {
	entry = strings.ReplaceAll(strings.TrimRight(input, " \n"), "\n", lineBreak)
	if entry == "" || strings.HasPrefix(entry, " ") || len(h.entries) > 0 && h.entries[len(h.entries)-1] == entry {
		return "", false
	}
	h.entries = append(h.entries, entry)
	if h.path == "" || os.MkdirAll(filepath.Dir(h.path), 0o700) != nil {
		return entry, true
	}
	f, err := os.OpenFile(h.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return entry, true
	}
	defer f.Close()
	f.Chmod(0o600) // whoever made it
	f.WriteString(entry + "\n")
	return entry, true
}
