package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience is how long one run of one program may take.
const patience = 5 * time.Minute

// sample is what one run of a program took.
type sample struct {
	output string
	cpu    time.Duration
	wall   time.Duration
	peak   int64 // bytes resident at most
}

// processorTime gives what this process has used so far, in user and system mode.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // it fails only for arguments that make no sense
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// lab runs the programs of a suite, each run in a process of its own.
type lab struct {
	suite   suite
	self    string            // this program
	dir     string            // for the sources of commands
	startUp map[string]sample // of commands, for an empty file
}

func newLab(s suite) (*lab, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "benchmarks")
	if err != nil {
		return nil, err
	}
	return &lab{suite: s, self: self, dir: dir, startUp: map[string]sample{}}, nil
}

func (l *lab) close() error { return os.RemoveAll(l.dir) }

// run runs a program once. Compiling and starting up do not count: an engine
// in Go measures itself after that, and a command's time is less what the same
// command needs for an empty file.
func (l *lab) run(e engine, p program, n int) (sample, error) {
	if e.command == nil {
		s, err := l.process(l.self, runWord, l.suite.name, e.name, p.name, strconv.Itoa(n))
		if err != nil {
			return sample{}, fmt.Errorf("%s on %s: %w", p.name, e.name, err)
		}
		return s, nil
	}
	start, err := l.start(e)
	if err != nil {
		return sample{}, err
	}
	file, err := writeSource(l.dir, e, p, n)
	if err != nil {
		return sample{}, err
	}
	s, err := l.process(append(slices.Clone(e.command), file)...)
	if err != nil {
		return sample{}, fmt.Errorf("%s on %s: %w", p.name, e.name, err)
	}
	s.cpu = max(s.cpu-start.cpu, time.Microsecond)
	s.wall = max(s.wall-start.wall, time.Microsecond)
	return s, nil
}

// start gives what a command takes for an empty file: the least of nine, for
// whatever else the machine did then must not be taken off a program's time.
func (l *lab) start(e engine) (sample, error) {
	if s, ok := l.startUp[e.name]; ok {
		return s, nil
	}
	empty := l.dir + "/empty"
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		return sample{}, err
	}
	least := sample{cpu: time.Hour, wall: time.Hour}
	for range 9 {
		s, err := l.process(append(slices.Clone(e.command), empty)...)
		if err != nil {
			return sample{}, err
		}
		least.cpu, least.wall = min(least.cpu, s.cpu), min(least.wall, s.wall)
	}
	l.startUp[e.name] = least
	return l.startUp[e.name], nil
}

// process runs a command. What runHere wrote to the standard error is its own
// measure of its time.
func (l *lab) process(command ...string) (sample, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, diagnosis bytes.Buffer
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	if l.suite.procs > 0 {
		cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", l.suite.procs))
	}
	cmd.Stdout, cmd.Stderr = &out, &diagnosis
	began := time.Now()
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(diagnosis.String()); text != "" {
			err = errors.New(text)
		}
		return sample{}, err
	}
	s := sample{
		output: out.String(),
		cpu:    cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		wall:   time.Since(began),
	}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.peak = u.Maxrss << 10
	}
	var cpu, wall time.Duration
	if _, err := fmt.Sscan(diagnosis.String(), &cpu, &wall); err == nil {
		s.cpu, s.wall = cpu*time.Microsecond, wall*time.Microsecond
	}
	return s, nil
}

// check runs each program in a small size on each engine: all must print the
// same. Of several sizes of one program the first will do.
func (l *lab) check(engines []engine, programs []program, scale float64) error {
	var wrong []error
	sameFolder := func(a, b program) bool { return a.folder == b.folder }
	for _, p := range slices.CompactFunc(slices.Clone(programs), sameFolder) {
		n := p.size(scale)
		want, first := "", ""
		for _, e := range engines {
			if !e.runs(p) {
				continue
			}
			s, err := l.run(e, p, n)
			switch {
			case err != nil:
				wrong = append(wrong, err)
			case first == "":
				want, first = s.output, e.name
			case s.output != want:
				wrong = append(wrong, fmt.Errorf("%s: %s prints %q, %s %q", p.name, first, want, e.name, s.output))
			}
		}
	}
	return errors.Join(wrong...)
}

// results has what was measured of each program on each engine, by their names.
type results struct {
	engines  []engine // the first is what the others are compared with
	programs []program
	sizes    map[string]int
	cpu      map[[2]string][]time.Duration
	wall     map[[2]string][]time.Duration
	peak     map[[2]string]int64
	failed   map[[2]string]error // why something was not measured
}

// measure runs everything in rounds, the engines in turn, so that a busy
// moment of the machine does not meet one engine only.
func (l *lab) measure(engines []engine, programs []program, scale float64, rounds int, progress func(string)) *results {
	r := &results{
		engines: engines, programs: programs,
		sizes: map[string]int{}, cpu: map[[2]string][]time.Duration{}, wall: map[[2]string][]time.Duration{},
		peak: map[[2]string]int64{}, failed: map[[2]string]error{},
	}
	outputs := map[string]string{}
	want := func(program, output string) string { // the first output of a program
		if _, ok := outputs[program]; !ok {
			outputs[program] = output
		}
		return outputs[program]
	}
	for round := range rounds {
		for _, p := range programs {
			progress(fmt.Sprintf("round %d of %d: %s", round+1, rounds, p.name))
			for _, e := range engines {
				if !e.runs(p) {
					continue
				}
				key := [2]string{e.name, p.name}
				if r.failed[key] != nil {
					continue
				}
				n := p.size(scale)
				r.sizes[p.name] = n
				s, err := l.run(e, p, n)
				if err == nil && s.output != want(p.name, s.output) {
					err = fmt.Errorf("%s on %s prints %q, others %q", p.name, e.name, s.output, outputs[p.name])
				}
				if err != nil {
					r.failed[key] = err
					continue
				}
				r.cpu[key] = append(r.cpu[key], s.cpu)
				r.wall[key] = append(r.wall[key], s.wall)
				r.peak[key] = max(r.peak[key], s.peak)
			}
		}
	}
	return r
}

func median(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}
