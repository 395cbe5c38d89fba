//go:build !unix

package runtime_test

import "time"

var processBegan = time.Now()

// worked gives the time since the process began.
func worked() time.Duration { return time.Since(processBegan) }
