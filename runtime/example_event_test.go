package runtime_test

import (
	"cmp"
	"context"
	"fmt"
	"time"

	tg "github.com/tgscript/tgscript/runtime"
)

// Events tell what a run does, as it does it: here on virtual time, on which
// waiting takes none and every run is the same.
func ExampleEvent() {
	prog, err := tg.Compile("race.tg", `
		group race (name: "mirrors") <
			near: { sleep(20ms); "near" }
			far: { defer sleep(5ms); sleep(1h) }
		>
	`, tg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err = prog.Run(context.Background(), tg.Run{
		Clock: tg.Virtual(start),
		Events: func(e tg.Event) {
			who := e.Path
			if e.Child == 0 {
				who = "the program:"
			}
			fmt.Printf("%-4v %s %v %s\n", e.Time.Sub(start), who, e.Kind, cmp.Or(e.What, e.State, e.Reason, e.Name, "-"))
		},
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0s   the program: run began -
	// 0s   the program: group began mirrors
	// 0s   near planned -
	// 0s   far planned -
	// 0s   near started -
	// 0s   near blocked sleep
	// 0s   far started -
	// 0s   far blocked sleep
	// 20ms near woken -
	// 20ms near ended done
	// 20ms far cancelled lost to near
	// 20ms far woken lost to near
	// 20ms far cleanup began lost to near
	// 20ms far blocked sleep
	// 25ms far woken -
	// 25ms far cleanup ended lost to near
	// 25ms far ended cancelled
	// 25ms the program: group ended done
	// 25ms the program: run ended done
}
