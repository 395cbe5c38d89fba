// Package hash gives scripts the common hashes, of text, bytes or lines.
package hash

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"hash/crc32"
	"io"

	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/internal/source"
)

// Module is hash.
var Module = &runtime.Module{
	Name: "hash",
	Doc:  "Hashes of text, bytes or lines.",
	Funcs: []*runtime.Func{
		{
			Sig: "sha256(src: src) -> string", Doc: "SHA-256, in hexadecimal.",
			Example: `hash.sha256("a")  # "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"`, Fails: "type", Do: digest("sha256"),
		}, {
			Sig: "sha512(src: src) -> string", Doc: "SHA-512, in hexadecimal.",
			Example: `hash.sha512("a").len()  # 128`, Fails: "type", Do: digest("sha512"),
		}, {
			Sig: "sha1(src: src) -> string", Doc: "SHA-1, in hexadecimal; no protection against forgers.",
			Example: `hash.sha1("a")  # "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"`, Fails: "type", Do: digest("sha1"),
		}, {
			Sig: "md5(src: src) -> string", Doc: "MD5, in hexadecimal; no protection against forgers.",
			Example: `hash.md5("a")  # "0cc175b9c0f1b6a831c399e269772661"`, Fails: "type", Do: digest("md5"),
		}, {
			Sig: "crc32(src: src) -> int", Doc: "The checksum CRC-32 (IEEE).",
			Example: `hash.crc32("a")  # 3904355907`, Fails: "type", Do: checksum,
		}, {
			Sig: "hmac(algorithm: string, key: string | bytes, src: src) -> string", Doc: `The code, in hexadecimal, by which who has the key tells that src is genuine; by "sha256", "sha1", "sha512" or "md5".`,
			Example: `hash.hmac("sha1", "key", "a")  # "0db21f05052f323e714ef9bf1f7b000ffe97e8a0"`, Fails: "value type", Do: code,
		}, {
			Sig: "equal(a: string | bytes, b: string | bytes) -> bool", Doc: "Whether two secrets are equal, in a time that tells nothing about where they differ.",
			Example: `hash.equal("token", "tokem")  # false`, Do: equal,
		}, {
			Sig: "bucket(text: string | bytes, n: int) -> int", Doc: "A number from 0 to n-1 that is always the same for a text, and spreads texts evenly: the first 8 bytes of its SHA-256, modulo n.",
			Example: `hash.bucket("user-42", 10) < 10  # true`, Fails: "value", Do: bucket,
		},
	},
}

var algorithms = map[string]func() hash.Hash{
	"sha256": sha256.New, "sha512": sha512.New, "sha1": sha1.New, "md5": md5.New,
}

// New gives a hash by the name that scripts have for it; the error is of kind
// value.
func New(algorithm string) (hash.Hash, error) {
	start, err := find(algorithm)
	if err != nil {
		return nil, err
	}
	return start(), nil
}

func find(algorithm string) (func() hash.Hash, error) {
	if start := algorithms[algorithm]; start != nil {
		return start, nil
	}
	return nil, runtime.Fail("value", "unknown hash %q; it is sha256, sha512, sha1 or md5", algorithm)
}

// Hex gives what a hash came to, as scripts get it.
func Hex(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// feed writes argument i, a source, to a hash.
func feed(c *runtime.Call, h hash.Hash, i int) error {
	src, err := source.Reader(c, c.Arg(i))
	if err != nil {
		return err
	}
	_, err = io.Copy(h, src)
	return err
}

func digest(algorithm string) func(*runtime.Call) (runtime.Value, error) {
	start := algorithms[algorithm]
	return func(c *runtime.Call) (runtime.Value, error) {
		h := start()
		if err := feed(c, h, 0); err != nil {
			return runtime.Nil, err
		}
		c.Charge(2 * h.Size())
		return runtime.String(Hex(h)), nil
	}
}

func checksum(c *runtime.Call) (runtime.Value, error) {
	h := crc32.NewIEEE()
	if err := feed(c, h, 0); err != nil {
		return runtime.Nil, err
	}
	return runtime.Int(int64(h.Sum32())), nil
}

func code(c *runtime.Call) (runtime.Value, error) {
	start, err := find(c.Text(0))
	if err != nil {
		return runtime.Nil, err
	}
	h := hmac.New(start, secret(c, 1))
	if err := feed(c, h, 2); err != nil {
		return runtime.Nil, err
	}
	c.Charge(2 * h.Size())
	return runtime.String(Hex(h)), nil
}

// secret gives argument i, text or bytes.
func secret(c *runtime.Call, i int) []byte {
	if b, ok := c.Arg(i).AsBytes(); ok {
		return b
	}
	return []byte(c.Text(i))
}

func equal(c *runtime.Call) (runtime.Value, error) {
	return runtime.Bool(subtle.ConstantTimeCompare(secret(c, 0), secret(c, 1)) == 1), nil
}

func bucket(c *runtime.Call) (runtime.Value, error) {
	n := c.Int(1)
	if n < 1 {
		return runtime.Nil, runtime.Fail("value", "there must be at least 1 bucket, not %d", n)
	}
	sum := sha256.Sum256(secret(c, 0))
	return runtime.Int(int64(binary.BigEndian.Uint64(sum[:]) % uint64(n))), nil
}
