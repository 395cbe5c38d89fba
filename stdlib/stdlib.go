// Package stdlib lists the modules that an embedding program can give to
// scripts without giving them anything of the world around it. The others,
// such as fs, http and exec, each have a package of their own below this one,
// so that a program links only what it names.
package stdlib

import (
	"github.com/tgscript/tgscript/runtime"
	"github.com/tgscript/tgscript/stdlib/csv"
	"github.com/tgscript/tgscript/stdlib/encoding"
	"github.com/tgscript/tgscript/stdlib/flag"
	"github.com/tgscript/tgscript/stdlib/hash"
	"github.com/tgscript/tgscript/stdlib/json"
	"github.com/tgscript/tgscript/stdlib/log"
	"github.com/tgscript/tgscript/stdlib/math"
	"github.com/tgscript/tgscript/stdlib/path"
	"github.com/tgscript/tgscript/stdlib/rand"
	"github.com/tgscript/tgscript/stdlib/re"
	"github.com/tgscript/tgscript/stdlib/text"
	"github.com/tgscript/tgscript/stdlib/time"
	"github.com/tgscript/tgscript/stdlib/url"
)

// Pure gives the modules that need no grant. Besides computing they read the
// clock and chance, and write messages to the run's Stderr.
func Pure() []*runtime.Module {
	return []*runtime.Module{
		csv.Module,
		encoding.Module,
		flag.Module,
		hash.Module,
		json.Module,
		log.Module,
		math.Module,
		path.Module,
		rand.Module,
		re.Module,
		text.Module,
		time.Module,
		url.Module,
	}
}
