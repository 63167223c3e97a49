package nodes

import (
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// FillDisk makes each write of the process to a file fail, as on a full disk. It
// holds until FreeDisk, or until the process is run again.
func (p *Process) FillDisk() { p.limitFiles(0) }

// FreeDisk ends what FillDisk began.
func (p *Process) FreeDisk() { p.limitFiles(unix.RLIM_INFINITY) }

// limitFiles leaves the hard limit as it is, so that the other one can be raised again.
func (p *Process) limitFiles(bytes uint64) {
	p.t.Helper()
	pid := p.command.Process.Pid
	var limit unix.Rlimit
	require.NoError(p.t, unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &limit))
	limit.Cur = min(bytes, limit.Max)
	require.NoError(p.t, unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, nil))
}
