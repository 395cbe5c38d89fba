package docs

// word is how a word of the language is written, and what it does.
type word struct{ form, about string }

func (w word) text() string { return w.form + "\n  " + w.about + "\n" }

// keywords are the reserved words; a test holds them to the scanner's.
var keywords = map[string]word{
	"and":      {"a and b", "true if both are; b is looked at only when a is true"},
	"branch":   {"branch subject { pattern -> value; else -> value }", "the first arm whose pattern matches; without a subject the first whose condition is true"},
	"break":    {"break", "leaves the loop"},
	"catch":    {"expr catch fallback, expr catch e -> handler", "what to take when expr fails"},
	"continue": {"continue", "goes on with the loop's next turn"},
	"defer":    {"defer expr, defer { … }", "runs when the block is left, however it is left"},
	"else":     {"if c { … } else { … }, else -> value", "what holds when nothing before did"},
	"fail":     {`fail "message", kind: "cycle", data: x, cause: e`, "fails with an error"},
	"false":    {"false", "the bool that true is not"},
	"fn":       {"fn name(a, b = 2, ...rest) { … }, fn name(a) = expr", "declares a function"},
	"for":      {"for x in xs { … }, for k, v in m { … }", "a turn for each element, entry, character, number or item of a stream"},
	"group":    {"group settle (limit: 3) for x in xs < [x]: work(x) >", "runs its items at once; its value is what they return"},
	"if":       {"if c { … } else if d { … } else { … }", "the block whose condition is true"},
	"import":   {`import "./deploy.tg" as deploy`, "loads another file; its top-level lets and fns are members"},
	"in":       {"x in xs, k in m, s in text, n in 0..10", "whether it is there; also the list of a for"},
	"let":      {"let x = expr, let {name, port: p} = m", "binds a name for good"},
	"nil":      {"nil", "the value that stands for nothing"},
	"not":      {"not a", "true if a is false"},
	"or":       {"a or b", "true if one is; b is looked at only when a is false"},
	"return":   {"return expr", "leaves the function, or ends a group's child, with a value"},
	"true":     {"true", "the bool that false is not"},
	"var":      {"var x = expr", "declares a variable that can be assigned and changed in place"},
	"while":    {"while c { … }", "a turn as long as the condition is true"},
}

// groupWords are the words with a meaning in groups only.
var groupWords = map[string]word{
	"settle":     {"group settle < … >", "lets every child end; gives {values, errors, outcomes}"},
	"race":       {"group race < … >", "the first child that succeeds; the rest is cancelled"},
	"stream":     {"for r in group stream < … > { … }", "{label, ok, value, error} of each child as it ends"},
	"background": {"background [label:] expr", "an item that is cancelled when the others have ended"},
	"limit":      {"group (limit: n)", "how many children run at once"},
	"timeout":    {"group (timeout: d)", "how long the group may take from its entry on"},
	"grace":      {"group (grace: d)", "how long deferred code may take after a cancellation"},
	"name":       {`group (name: "…")`, "what the group is called in traces"},
	"need":       {"group race (need: k)", "gives the first k successes as a list"},
}
