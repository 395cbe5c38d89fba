// Lets value.go declare a function of Go's runtime that it links to.
