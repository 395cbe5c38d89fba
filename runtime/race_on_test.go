//go:build race

package runtime_test

// underRace tells that the race detector is on, which takes time and memory of
// its own.
const underRace = true
