// Package rand gives scripts chance: ChaCha8, seeded by the system. What must
// not be guessed, uuid, token and bytes, comes from the system itself.
package rand

import (
	secret "crypto/rand"
	"encoding/hex"
	"fmt"
	"math/rand/v2"

	"github.com/tgscript/tgscript/runtime"
)

// Module is rand.
var Module = &runtime.Module{
	Name: "rand",
	Doc:  "Chance: numbers, choices and tokens.",
	Funcs: []*runtime.Func{
		{
			Sig: "int(range: range) -> int", Doc: "One of a range's numbers.",
			Example: "rand.int(1..=6) in 1..=6  # true", Fails: "empty", Do: number,
		}, {
			Sig: "float() -> float", Doc: "A float from 0.0 to below 1.0.",
			Example: "rand.float() < 1  # true", Do: float,
		}, {
			Sig: "choice(xs: list | range) -> any", Doc: "One of the elements.",
			Example: `rand.choice(["a"])  # "a"`, Fails: "empty", Do: choice,
		}, {
			Sig: "sample(xs: list | range, n: int) -> list", Doc: "n of the elements in the order of chance, none of them twice.",
			Example: "rand.sample(1..=49, 6).len()  # 6", Fails: "value limit", Do: sample,
		}, {
			Sig: "shuffle(xs: list | range) -> list", Doc: "The elements in the order of chance.",
			Example: "rand.shuffle([3, 1, 2]).sorted()  # [1, 2, 3]", Fails: "limit", Do: shuffle,
		}, {
			Sig: "bytes(n: int) -> bytes", Doc: "n bytes that cannot be guessed.",
			Example: "rand.bytes(8).len()  # 8", Fails: "value", Do: bytes,
		}, {
			Sig: "uuid() -> string", Doc: "A random UUID (version 4).",
			Example: "rand.uuid().len()  # 36", Do: uuid,
		}, {
			Sig: "token(n: int = 16) -> string", Doc: "n bytes that cannot be guessed, as 2n hexadecimal digits.",
			Example: "rand.token().len()  # 32", Fails: "value", Do: token,
		},
	},
}

// generator is where all numbers come from: the child's own stream.
func generator(c *runtime.Call) *rand.Rand { return c.Random() }

// fill fills b with what cannot be guessed.
func fill(_ *runtime.Call, b []byte) { secret.Read(b) }

// elements is a list or a range.
type elements struct {
	of runtime.Value
	n  int64
}

func elementsOf(v runtime.Value) elements { return elements{v, int64(v.Len())} }

func (e *elements) at(i int64) runtime.Value {
	v, _ := e.of.At(int(i))
	return v
}

// any gives one of the elements.
func (e *elements) any(c *runtime.Call, name string) (runtime.Value, error) {
	if e.n == 0 {
		return runtime.Nil, runtime.Fail("empty", "%s of nothing", name)
	}
	return e.at(generator(c).Int64N(e.n)), nil
}

// some gives n elements, n no more than there are, in the order of chance. It
// is the beginning of a shuffle that notes only what has changed places.
func (e *elements) some(c *runtime.Call, n int64) runtime.Value {
	r := generator(c)
	moved := make(map[int64]int64, n)
	at := func(i int64) int64 {
		if from, ok := moved[i]; ok {
			return from
		}
		return i
	}
	out := make([]runtime.Value, n)
	for i := range n {
		j := i + r.Int64N(e.n-i)
		out[i] = e.at(at(j))
		moved[j] = at(i)
	}
	return runtime.NewList(out)
}

// maxElements bounds the lists that are made.
const maxElements = 1 << 26

func number(c *runtime.Call) (runtime.Value, error) {
	e := elementsOf(c.Arg(0))
	return e.any(c, "rand.int")
}

func float(c *runtime.Call) (runtime.Value, error) {
	return runtime.Float(generator(c).Float64()), nil
}

func choice(c *runtime.Call) (runtime.Value, error) {
	e := elementsOf(c.Arg(0))
	return e.any(c, "rand.choice")
}

func sample(c *runtime.Call) (runtime.Value, error) {
	e := elementsOf(c.Arg(0))
	n := c.Int(1)
	switch {
	case n < 0 || n > e.n:
		return runtime.Nil, runtime.Fail("value", "a sample of %d is not possible from %d", n, e.n)
	case n > maxElements:
		return runtime.Nil, runtime.Fail("limit", "a sample of more than %d elements", maxElements)
	}
	c.ChargeList(int(n))
	return e.some(c, n), nil
}

func shuffle(c *runtime.Call) (runtime.Value, error) {
	e := elementsOf(c.Arg(0))
	if e.n > maxElements {
		return runtime.Nil, runtime.Fail("limit", "a list of more than %d elements", maxElements)
	}
	c.ChargeList(int(e.n))
	return e.some(c, e.n), nil
}

// secretBytes gives as many bytes as an argument says.
func secretBytes(c *runtime.Call) ([]byte, error) {
	const most = 1 << 30
	n := c.Int(0)
	if n < 0 || n > most {
		return nil, runtime.Fail("value", "the number of bytes must be 0 to %d, not %d", most, n)
	}
	c.Charge(int(n))
	b := make([]byte, n)
	fill(c, b)
	return b, nil
}

func bytes(c *runtime.Call) (runtime.Value, error) {
	b, err := secretBytes(c)
	if err != nil {
		return runtime.Nil, err
	}
	return runtime.Bytes(b), nil
}

func token(c *runtime.Call) (runtime.Value, error) {
	b, err := secretBytes(c)
	if err != nil {
		return runtime.Nil, err
	}
	return runtime.String(hex.EncodeToString(b)), nil
}

func uuid(c *runtime.Call) (runtime.Value, error) {
	var b [16]byte
	c.Charge(len(b))
	fill(c, b[:])
	b[6] = b[6]&0x0f | 0x40 // version 4
	b[8] = b[8]&0x3f | 0x80 // of the common variant
	return runtime.String(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])), nil
}
