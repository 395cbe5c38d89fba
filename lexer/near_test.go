package lexer

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"print", "port", "host", "timeout", "x", "Users", "id"}
	for name, want := range map[string]string{
		"pritn": "print", "prt": "port", "hots": "host", "tiemuot": "timeout", "timeOut": "timeout",
		"y": "", "users": "Users", "zebra": "", "di": "id", "ab": "", "": "", "print": "", "prints": "print",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) is %q, want %q", name, got, want)
		}
	}
}
