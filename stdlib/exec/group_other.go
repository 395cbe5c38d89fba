//go:build !unix

package exec

import (
	"os"
	"os/exec"
)

// Where there are no process groups the process alone is ended.

func leadGroup(*exec.Cmd) {}

func terminateGroup(p *process) { p.cmd.Process.Kill() }
func killGroup(p *process)      { p.cmd.Process.Kill() }

func exitStatus(state *os.ProcessState) (code int, signal string) {
	return state.ExitCode(), ""
}
