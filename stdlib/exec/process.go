package exec

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// grace is how long a process group has between SIGTERM and SIGKILL.
	grace = 5 * time.Second
	// linger is how long the output of a process that has ended is waited for:
	// what it left running may hold the pipes for ever.
	linger = 500 * time.Millisecond
)

// command says what to run.
type command struct {
	path string // of the executable
	argv []string
	env  []string
	dir  string
	// stdin opens what the process reads; nil: nothing. The reader fails when
	// the context ends.
	stdin func(context.Context) (io.Reader, error)
	// stdout and stderr get what the process writes, each from one goroutine.
	// A write that fails ends the process.
	stdout, stderr io.Writer
	// terminal is what an inheriting process gets in place of all three.
	terminal *terminal
}

// terminal is the program's own streams, files where they are files.
type terminal struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// outcome is how a process ended.
type outcome struct {
	code     int    // 128+n where a signal ended it
	signal   string // its name; "" without one
	duration time.Duration
}

// process is a command under way.
type process struct {
	command
	cmd     *exec.Cmd
	grouped bool          // it leads a process group
	exited  chan struct{} // closed when it has ended
	stopped atomic.Bool   // it was told to end
	began   time.Time
	outputs []*os.File // our ends of its pipes
	input   *os.File
	theirs  []*os.File // its ends, closed once it has them
	reads   sync.WaitGroup
	writes  sync.WaitGroup
	fail    context.CancelCauseFunc
}

// run runs the command to its end. When ctx ends before, the group gets
// SIGTERM and after the grace SIGKILL; the error is context.Cause(ctx). It is
// what a writer or stdin failed with if that ended the process, or what
// starting failed with.
func (c *command) run(ctx context.Context) (outcome, error) {
	if ctx.Err() != nil {
		return outcome{}, context.Cause(ctx)
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	p := &process{command: *c, exited: make(chan struct{}), fail: fail}
	if err := p.start(ctx); err != nil {
		return outcome{}, err
	}
	defer groups.remove(p) // what its leader has left behind is a part of it
	select {
	case <-p.exited:
		p.finish()
	case <-ctx.Done():
		p.stop()
	}
	err := context.Cause(ctx)
	fail(nil) // stdin's source may wait for more
	if p.input != nil {
		p.input.Close()
	}
	p.writes.Wait()
	return p.outcome(), err
}

func (p *process) start(ctx context.Context) (err error) {
	p.cmd = &exec.Cmd{Path: p.path, Args: p.argv, Env: p.env, Dir: p.dir}
	p.grouped = p.terminal == nil || !isTerminal(p.terminal.stdin)
	if p.grouped {
		leadGroup(p.cmd)
	}
	err = p.connect()
	if err == nil {
		p.began = time.Now()
		err = groups.start(p)
	}
	for _, f := range p.theirs {
		f.Close()
	}
	if err != nil {
		p.closePipes()
		return err
	}
	go func() { // run waits for exited
		p.cmd.Wait()
		close(p.exited)
	}()
	p.copy(ctx)
	return nil
}

// connect gives the command its three streams. They are files in any case, so
// that waiting for the process is not waiting for who else holds a pipe.
func (p *process) connect() (err error) {
	if p.terminal != nil {
		p.stdout, p.stderr = p.terminal.stdout, p.terminal.stderr
	}
	if f, ok := file(p.stdout); ok && p.terminal != nil {
		p.cmd.Stdout, p.stdout = f, nil
	} else if p.cmd.Stdout, err = p.output(); err != nil {
		return err
	}
	if f, ok := file(p.stderr); ok && p.terminal != nil {
		p.cmd.Stderr, p.stderr = f, nil
	} else if p.cmd.Stderr, err = p.output(); err != nil {
		return err
	}
	if p.terminal != nil {
		if f, ok := p.terminal.stdin.(*os.File); ok {
			p.cmd.Stdin = f
		}
		return nil
	}
	if p.stdin == nil {
		return nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	p.cmd.Stdin, p.input, p.theirs = r, w, append(p.theirs, r)
	return nil
}

func (p *process) output() (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.outputs, p.theirs = append(p.outputs, r), append(p.theirs, w)
	return w, nil
}

func (p *process) closePipes() {
	for _, f := range p.outputs {
		f.Close()
	}
	if p.input != nil {
		p.input.Close()
	}
}

// copy starts moving what goes through the pipes.
func (p *process) copy(ctx context.Context) {
	outputs := p.outputs
	for _, w := range []io.Writer{p.stdout, p.stderr} {
		if w == nil {
			continue
		}
		r := outputs[0]
		outputs = outputs[1:]
		p.reads.Go(func() { p.read(r, w) })
	}
	if p.input != nil {
		p.writes.Go(func() { p.feed(ctx) })
	}
}

// read passes on what comes through a pipe until its end. Once the process
// has ended it waits no longer than its patience, all its waiting together.
// What cannot be passed on is read all the same: the process must not hang in
// a write while it cleans up.
func (p *process) read(r *os.File, w io.Writer) {
	buf := make([]byte, 32<<10)
	var waited time.Duration
	for {
		began := time.Now()
		if p.ended() {
			r.SetReadDeadline(began.Add(p.patience() - waited))
		}
		n, err := r.Read(buf)
		if p.ended() {
			waited += time.Since(began)
		}
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				p.fail(err)
				w = io.Discard
			}
		}
		if err != nil || waited > p.patience() {
			return
		}
	}
}

// patience is how long the output of a process that has ended is waited for.
func (p *process) patience() time.Duration {
	if p.stopped.Load() {
		return grace // its group is cleaning up; at the latest then it is killed
	}
	return linger
}

// feed writes stdin. That the process reads no more is no failure.
func (p *process) feed(ctx context.Context) {
	defer p.input.Close()
	r, err := p.stdin(ctx)
	if err != nil {
		p.fail(err)
		return
	}
	src := &reader{r: r}
	io.Copy(p.input, src)
	if src.err != nil && ctx.Err() == nil {
		p.fail(src.err)
	}
}

// reader remembers what reading failed with, which io.Copy mixes up with what
// writing did.
type reader struct {
	r   io.Reader
	err error
}

func (r *reader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

func (p *process) ended() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// finish waits for the rest of the output of a process that has ended.
func (p *process) finish() {
	for _, r := range p.outputs {
		r.SetReadDeadline(time.Now().Add(p.patience())) // for a read under way
	}
	p.reads.Wait()
	p.closePipes()
}

// stop ends the process and its group. Those of the group that outlive the
// leader have the rest of the grace if they hold its output, else none.
func (p *process) stop() {
	p.stopped.Store(true)
	late := time.AfterFunc(grace, func() { killGroup(p) })
	terminateGroup(p)
	<-p.exited
	p.finish()
	late.Stop()
	killGroup(p)
}

func (p *process) outcome() outcome {
	code, signal := exitStatus(p.cmd.ProcessState)
	return outcome{code: code, signal: signal, duration: time.Since(p.began)}
}

// file gives the file behind a stream, if there is one.
func file(stream any) (*os.File, bool) {
	if u, ok := stream.(interface{ Unwrap() io.Writer }); ok {
		stream = u.Unwrap()
	}
	f, ok := stream.(*os.File)
	return f, ok
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// groups are the processes that run now.
var groups = registry{running: map[*process]bool{}}

type registry struct {
	mu      sync.Mutex
	running map[*process]bool
	closed  bool // no more start
}

var errEnding = errors.New("the program is ending")

// start starts a process, with the lock held: KillAll finds it or prevents it.
func (r *registry) start(p *process) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errEnding
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	r.running[p] = true
	return nil
}

func (r *registry) remove(p *process) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.running, p)
}

// KillAll kills every process that scripts have running, with its group, at
// once, and lets them start no others: for a program that ends without waiting
// for them.
func KillAll() {
	groups.mu.Lock()
	defer groups.mu.Unlock()
	groups.closed = true
	for p := range groups.running {
		killGroup(p)
	}
}
