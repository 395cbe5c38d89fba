// Package strings is the program strings in Go.
package strings

import (
	"strconv"
	"strings"
)

// Run gives what the program prints.
func Run(n int) any {
	var text strings.Builder
	for i := range n {
		text.WriteString(strconv.Itoa(i % 1000))
		text.WriteByte(',')
	}
	return text.Len()
}
