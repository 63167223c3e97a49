//go:build unix

package edge

import (
	"math"

	"golang.org/x/sys/unix"
)

// reservedFiles are for what is neither a caller nor a provider.
const reservedFiles = 64

// connsByFiles returns how many callers the process has file descriptors for: a
// call needs one for its caller and one for its provider. Go has raised the limit
// as far as it goes.
func connsByFiles() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Cur > math.MaxInt32 {
		return math.MaxInt32
	}
	return max((int(limit.Cur)-reservedFiles)/2, 1)
}
