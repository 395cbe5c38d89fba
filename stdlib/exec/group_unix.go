//go:build unix

package exec

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// leadGroup has the command lead a process group of its own, so that what it
// starts ends with it, and a terminal's Ctrl-C reaches the script alone.
func leadGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func terminateGroup(p *process) { p.signal(syscall.SIGTERM) }
func killGroup(p *process)      { p.signal(syscall.SIGKILL) }

// signal reaches the group also after its leader has ended.
func (p *process) signal(s syscall.Signal) {
	if p.grouped {
		syscall.Kill(-p.cmd.Process.Pid, s)
	} else {
		p.cmd.Process.Signal(s)
	}
}

func exitStatus(state *os.ProcessState) (code int, signal string) {
	status, ok := state.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal()), unix.SignalName(status.Signal())
	}
	return state.ExitCode(), ""
}
